"""Runs the program in a fresh folder and looks at what it left there."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import tiny_png

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("NAWQSR") or str(ROOT / "build" / "nawqsr")
SHARED = pathlib.Path(os.environ.get("NAWQSR_SHARED") or ROOT.parent / "shared").resolve()

FLOAT_TINY = ROOT / "models" / "tiny_x4_float.onnx"  # a small float network that is always there

needs_shared = unittest.skipUnless(SHARED.is_dir(), f"the shared data is not at {SHARED} (NAWQSR_SHARED)")
needs_plain_build = unittest.skipIf("NAWQ_SANITIZED" in os.environ, "sanitizers need a large address space")
as_user = unittest.skipIf(os.geteuid() == 0, "root may read and write everything")


class CliTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="nawqsr-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def environment(self, **changes):
        variables = {k: v for k, v in os.environ.items() if not k.startswith("NAWQSR_")}
        return {**variables, **changes}

    def run_plain(self, *arguments, env=None, **options):
        """Whatever comes of it. Paths are relative to the test's folder."""
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.run([BINARY, *map(str, arguments)], cwd=self.folder, env=self.environment(**(env or {})),
                              stdin=subprocess.DEVNULL, encoding="utf-8", errors="surrogateescape", timeout=600,
                              check=False, **options)

    def run_ok(self, *arguments, **options):
        done = self.run_plain(*arguments, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def run_json(self, *arguments, **options):
        return json.loads(self.run_ok(*arguments, "--json", **options).stdout)

    def assert_fails(self, code, culprit, *arguments, may_leave=(), **options):
        """Fails with `code`, a message that has `culprit` in it, and the folder as it was but for files in `may_leave`."""
        before = self.files()
        done = self.run_plain(*arguments, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        for part in [culprit] if isinstance(culprit, str) else culprit:
            self.assertIn(part, done.stderr)
        self.assertEqual([file for file in self.files() if file[0] not in may_leave], before)
        return done

    def files(self):
        """Every path below the folder, with the size of files."""
        return sorted((str(p.relative_to(self.folder)), p.stat().st_size if p.is_file() else -1)
                      for p in self.folder.rglob("*"))

    def path(self, name):
        return self.folder / name

    def picture(self, name, width=8, height=6, channels=3, bits=8, sample=None):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        tiny_png.write(path, width, height, channels, bits, sample)
        return path

    def photographs(self, folder, count=3):
        """Pictures of different sizes and contents."""
        for i in range(count):
            self.picture(f"{folder}/{i}.png", 64 + 8 * i, 48,
                         sample=lambda x, y, c, i=i: (x * (3 + i) + y * 5 + c * 40 + (x * y) % 7 * 9) % 256)

    def write(self, name, data):
        path = self.path(name)
        path.write_bytes(data)
        return path

    def assert_same_picture(self, a, b):
        self.assertTrue(self.run_json("compare", a, b)["identical"], f"{a} and {b} differ")


def main():
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])
