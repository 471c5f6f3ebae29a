"""Rules that can be read off the text of the sources."""

import re

MAX_LINES = 800
FOLDERS = ("src", "apps", "models", "tests", "bench", "scripts", "cmake")
SUFFIXES = {".cc", ".h", ".inc", ".py", ".sh", ".cmake", ".txt", ".in"}
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")

# A catch of one named exception turns what a library throws into a Result; these would swallow std::bad_alloc too.
CATCHES_TOO_MUCH = re.compile(r"\bcatch\s*\((\s*\.\.\.|[^)]*\b(bad_alloc|std::exception)\b)")

# Comments and literals, so that the words in them do not count as code.
NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<raw>[^()\s]*)\(.*?\)(?P=raw)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL
)


def code_of(text):
    """The text with comments and literals blanked, line numbers kept."""
    return NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def file_violations(name, text):
    """Rules for every file."""
    found = []
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        found.append(f"{name}:1: {len(lines)} lines, {MAX_LINES} at most")
    for number, line in enumerate(lines, 1):
        if UNFINISHED.search(line):
            found.append(f"{name}:{number}: finish it or make an issue of it")
    if name.endswith(".h"):
        if not text.startswith("// Owns: "):
            found.append(f"{name}:1: a header starts with '// Owns: ' and what it owns")
        if "\n#pragma once\n" not in text:
            found.append(f"{name}:1: #pragma once is missing")
    return found


def core_violations(name, text):
    """Rules for src/ without its tests: what symbols.py cannot see."""
    found = []
    for number, line in enumerate(code_of(text).splitlines(), 1):
        if re.search(r"\bthrow\b", line):
            found.append(f"{name}:{number}: src/ returns a Result, it never throws")
        if CATCHES_TOO_MUCH.search(line) and not name.startswith("src/session/"):
            found.append(f"{name}:{number}: only src/session catches std::bad_alloc; others name what a call throws")
        if re.search(r"#\s*include\s*<(iostream|print)>", line):
            found.append(f"{name}:{number}: src/ does not print")
    return found


def violations(root):
    found = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in SUFFIXES:
                continue
            name = path.relative_to(root).as_posix()
            text = path.read_text()
            found += file_violations(name, text)
            if name.startswith("src/") and not path.stem.endswith(("_test", "_fuzz")) and path.suffix != ".txt":
                found += core_violations(name, text)
    return found
