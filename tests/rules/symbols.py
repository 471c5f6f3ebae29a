"""What the objects of src/ may not refer to: throwing, ending the program, printing.

__cxa_rethrow is not in the list because the containers of libstdc++ (std::vector, std::unordered_map) put it, inlined,
into objects that contain no `throw` of their own. std::ios_base::Init is not, because protobuf's headers include
<iostream>. text_rules.py looks for both in our text.
"""

import re
import subprocess

FORBIDDEN = re.compile(
    r"""^(
      __cxa_throw | __cxa_bad_cast | __cxa_bad_typeid           # throw, dynamic_cast of a reference
    | abort | exit | _exit | _Exit | quick_exit | at_quick_exit | raise
    | __assert_fail                                             # release builds are compiled with NDEBUG
    | (__)?v?(f|d|s|sn|as)?printf(_chk)? | puts | fputs | fputc | putc | putchar | perror
    | stdout | stderr
    | _ZSt4(cout|cerr|clog) | _ZSt5w(cout|cerr|clog)
    )$""",
    re.VERBOSE,
)


def forbidden_symbols(objects):
    """(object, symbol) for each forbidden symbol that an object file or a member of a static library refers to."""
    listing = subprocess.run(
        ["nm", "--undefined-only", "--print-file-name", "--format=posix", *map(str, objects)],
        check=True, capture_output=True, text=True,
    ).stdout
    found = []
    for line in listing.splitlines():
        where, _, rest = line.partition(": ")
        symbol = rest.split(" ")[0].split("@")[0] if rest else ""
        if FORBIDDEN.match(symbol):
            found.append((where, symbol))
    return found
