"""The rules of docs/architecture.md, checked on the sources and on the built libraries, and each rule on a sample that
breaks it.

Reads from the environment: NAWQ_SOURCE_DIR, NAWQ_CXX (a compiler), NAWQ_LIBRARIES (the static libraries of src/,
separated by ':'; empty where the build keeps assertions, which refer to abort).
"""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import include_table
import symbols
import text_rules

ROOT = Path(os.environ["NAWQ_SOURCE_DIR"])
CXX = os.environ["NAWQ_CXX"]
LIBRARIES = [Path(name) for name in os.environ["NAWQ_LIBRARIES"].split(":") if name]


def tree(files):
    """A temporary source tree with these files; the caller closes it."""
    folder = tempfile.TemporaryDirectory()
    for name, text in files.items():
        path = Path(folder.name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


class Includes(unittest.TestCase):
    maxDiff = None

    def test_sources_follow_the_table(self):
        self.assertGreater(len(list(include_table.source_files(ROOT))), 10)
        self.assertEqual([], include_table.violations(ROOT))

    def problems(self, source, line):
        """The violations of one source with one line, where every folder and a few headers exist."""
        files = {f"{folder}/present.h": "" for folder in include_table.ALLOWED}
        with tree({**files, "src/graph/graph.h": "", source: line}) as root:
            return include_table.violations(Path(root))

    def test_allowed_includes_pass(self):
        for source, line in (
            ("src/graph/a.cc", '#include "base/result.h"'),
            ("src/graph/a.cc", '#include "graph/graph.h"'),
            ("src/graph/passes/a.cc", '#include "graph/passes/b.h"'),
            ("src/graph/a_test.cc", "#include <gtest/gtest.h>"),
            ("src/graph/a_test.cc", '#include "reference/present.h"'),
            ("src/graph/a_test.cc", '#include "tests/shared_data.h"'),
            ("src/onnx/a.cc", "#include <onnx/onnx_pb.h>"),
            ("src/codec/a.cc", '#include "plan/program.h"'),
            ("src/session/a.cc", '#include "models/embedded.h"'),
            ("apps/nawqsr/a.cc", '#include "media/picture.h"'),
            ("apps/nawqsr/a.cc", '#include "nawqsr/options.h"'),
            ("apps/nawqsr/report/a.cc", "#include <nlohmann/json.hpp>"),
        ):
            with self.subTest(source=source, line=line):
                self.assertEqual([], self.problems(source, line))

    def test_forbidden_includes_are_found(self):
        for source, line in (
            ("src/base/a.cc", '#include "graph/graph.h"'),
            ("src/image/a.h", '#  include "graph/graph.h"'),
            ("src/quantize/a.cc", '#include "onnx/model.h"'),
            ("src/codec/a.cc", '#include "plan/fuse.h"'),
            ("src/codec/a.cc", '#include "graph/graph.h"'),
            ("src/plan/a.cc", '#include "kernels/conv2d.h"'),
            ("src/api/a.cc", '#include "base/result.h"'),
            ("apps/media/a.cc", '#include "session/session.h"'),
            ("apps/media/a.cc", '#include "nawqsr/options.h"'),
            ("apps/nawqsr/a.cc", '#include "graph/graph.h"'),
            ("src/graph/a.cc", "#include <graph/graph.h>"),
            ("src/graph/a.cc", '#include "graph.h"'),
            ("src/graph/a.cc", '#include "../base/result.h"'),
            ("src/graph/a.cc", "#include <onnx/onnx_pb.h>"),
            ("src/graph/a.cc", "#include <google/protobuf/message.h>"),
            ("src/session/a.cc", "#include <vips/vips.h>"),
            ("src/graph/a.cc", "#include <gtest/gtest.h>"),
            ("src/graph/a.cc", '#include "tests/shared_data.h"'),
            ("src/newcomer/a.cc", '#include "base/result.h"'),
        ):
            with self.subTest(source=source, line=line):
                self.assertEqual(1, len(self.problems(source, line)))


class Symbols(unittest.TestCase):
    maxDiff = None

    def test_libraries_of_src_neither_throw_nor_end_nor_print(self):
        if not LIBRARIES:
            self.skipTest("this build keeps assertions: only a Release build is checked")
        self.assertEqual([], symbols.forbidden_symbols(LIBRARIES))

    def found_in(self, code):
        with tempfile.TemporaryDirectory() as folder:
            source, compiled, library = (Path(folder) / name for name in ("a.cc", "a.o", "liba.a"))
            source.write_text(code)
            subprocess.run([CXX, "-std=c++20", "-O2", "-DNDEBUG", "-c", source, "-o", compiled], check=True)
            subprocess.run(["ar", "rcs", library, compiled], check=True)
            return [symbol for _, symbol in symbols.forbidden_symbols([library])]

    def test_clean_code_passes(self):
        self.assertEqual(
            [],
            self.found_in(
                "#include <cassert>\n#include <string>\n#include <vector>\n"
                "void f(std::vector<std::string>& v, int n) { assert(n > 0); v.push_back(std::string(n, 'x')); }"
            ),
        )

    def test_offending_code_is_found(self):
        for code, symbol in (
            ("void f() { throw 1; }", "__cxa_throw"),
            ("#include <variant>\nint f(std::variant<int, char>& v) { return std::get<int>(v); }", "__cxa_throw"),
            ("#include <cstdlib>\nvoid f() { std::abort(); }", "abort"),
            ("#include <cstdlib>\nvoid f() { std::exit(1); }", "exit"),
            ('#include <cstdio>\nvoid f(int n) { std::printf("%d", n); }', "printf"),
            ('#include <cstdio>\nvoid f(char* s, int n) { std::snprintf(s, 9, "%d", n); }', "snprintf"),
            ('#include <cstdio>\nvoid f() { std::fputs("a", stderr); }', "stderr"),
            ("#include <iostream>\nvoid f() { std::cout << 1; }", "_ZSt4cout"),
            ("#undef NDEBUG\n#include <cassert>\nvoid f(int n) { assert(n); }", "__assert_fail"),
        ):
            with self.subTest(code=code):
                self.assertIn(symbol, self.found_in(code))


class Text(unittest.TestCase):
    maxDiff = None

    def test_sources_follow_the_rules(self):
        self.assertEqual([], text_rules.violations(ROOT))

    HEADER = "// Owns: nothing.\n#pragma once\n"

    def test_clean_files_pass(self):
        clean = {
            "src/base/a.h": self.HEADER,
            "src/base/a.cc": '// never throw\nconst char* kText = "throw";\nint f() { return 1; }\n',
            "src/base/a_test.cc": "#include <iostream>\n",
            "src/base/b.cc": "void f() { try { g(); } catch (const std::system_error&) {} }\n",
            "src/session/a.cc": "void f() { try { g(); } catch (const std::bad_alloc&) {} }\n",
            "apps/nawqsr/main.cc": "#include <iostream>\n",
        }
        with tree(clean) as root:
            self.assertEqual([], text_rules.violations(Path(root)))

    def test_offending_files_are_found(self):
        for name, text in (
            ("src/base/a.h", "\n#pragma once\n"),
            ("src/base/a.h", "// Owns: nothing.\n"),
            ("src/base/a.cc", "int a;\n" * 801),
            ("src/base/a.cc", "// TO" "DO later\n"),
            ("scripts/a.sh", "# FIX" "ME\n"),
            ("src/base/a.cc", "void f() { throw; }\n"),
            ("src/base/a.cc", "void f() { try { g(); } catch (...) {} }\n"),
            ("src/base/a.cc", "void f() { try { g(); } catch (const std::bad_alloc&) {} }\n"),
            ("src/base/a.cc", "void f() { try { g(); } catch (const std::exception& e) {} }\n"),
            ("src/base/a.cc", "#include <iostream>\n"),
        ):
            with self.subTest(name=name, text=text[:40]), tree({name: text}) as root:
                self.assertEqual(1, len(text_rules.violations(Path(root))))


if __name__ == "__main__":
    unittest.main()
