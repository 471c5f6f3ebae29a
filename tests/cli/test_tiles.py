"""Pictures in tiles: the same bytes in less memory, or a refusal that says what is needed."""

import subprocess
import sys

import nawqsr
from nawqsr import SHARED, needs_plain_build, needs_shared


class Tiles(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.picture("a.png", 83, 61, sample=lambda x, y, c: (x * 7 + y * 13 + c * 50 + x * y) % 256)

    def result(self, *arguments, name="out.tif", **options):
        self.run_ok("-i", "a.png", "-o", name, *arguments, **options)
        return self.path(name).read_bytes()

    def test_tiles_of_any_size_give_the_same_picture(self):
        for precision in ("fp32", "int8", "a16w8"):
            model = ("-n", "tiny_x4_float", "--precision", precision)
            whole = self.result(*model)
            for size in (7, 32, 60, 1000):
                with self.subTest(precision=precision, size=size):
                    self.assertEqual(self.result(*model, "-t", size), whole)

    def test_inspect_says_how_a_picture_is_cut(self):
        told = self.run_json("inspect", "tiny_x4_float", "--size", "640x360", "-t", 100)["tiles"]
        self.assertEqual((told["tile"], told["tiles"], told["phases"]), ([100, 100], 28, 1))
        self.assertGreater(told["extra_work"], 0)
        self.assertEqual(self.run_json("inspect", "tiny_x4_float", "--size", "640x360")["tiles"]["tiles"], 1)
        self.assertIn("in 28 tiles of 100x100 and 1 phase",
                      self.run_ok("inspect", "tiny_x4_float", "--size", "640x360", "-t", 100).stdout)

    def test_a_negative_tile_is_a_mistake(self):
        self.assert_fails(2, "--tile", "-i", "a.png", "-o", "out.png", "-t", -1)

    def test_a_memory_that_no_tile_fits_is_refused_with_both_amounts(self):
        self.assert_fails(5, ["a.png: a picture of 83x61 needs about", "60.0 MiB may be used"], "-i", "a.png", "-o",
                          "out.png", "--max-memory", "60M")


@needs_shared
class LargePicture(nawqsr.CliTest):
    """A network with barriers, in a memory that its tensors do not fit."""

    MODEL = "imdn_int8.onnx"
    LIMIT_MIB = 160

    def setUp(self):
        super().setUp()
        self.photographs("photos", 2)
        self.run_ok("quantize", SHARED / "models" / "imdn_x4.onnx", "--calib", "photos", "--uniform", 8, "-o", self.MODEL)
        self.picture("a.png", 640, 360, sample=lambda x, y, c: (x * 3 + y * 5 + c * 40 + (x * y) // 64) % 256)

    def upscale(self, name, *arguments, **options):
        self.run_ok("upscale", "-i", "a.png", "-o", name, "-m", self.MODEL, *arguments, **options)
        return self.path(name).read_bytes()

    def test_tensors_in_a_file_and_computed_again_change_nothing(self):
        limit = ("--max-memory", f"{self.LIMIT_MIB}M")
        told = self.run_json("inspect", self.MODEL, "--size", "640x360", *limit)["tiles"]
        self.assertEqual(told["phases"], 7)
        self.assertGreater(told["tiles"], 1)
        self.assertGreater(sum(tensor["keeping"] != "memory" for tensor in told["crossing"]), 0)
        self.assertEqual(self.upscale("b.tif", *limit), self.upscale("a.tif"))

    def test_a_folder_for_temporary_files_that_is_missing_is_named(self):
        limit = ("--max-memory", f"{self.LIMIT_MIB}M")
        told = self.run_json("inspect", self.MODEL, "--size", "640x360", *limit)["tiles"]
        self.assertGreater(told["file_bytes"], 0)
        self.assert_fails(5, "/no/such/folder", "upscale", "-i", "a.png", "-o", "b.tif", "-m", self.MODEL, *limit,
                          env={"TMPDIR": "/no/such/folder"})

    @needs_plain_build
    def test_the_limit_is_kept(self):
        command = [nawqsr.BINARY, "upscale", "-i", "a.png", "-o", "b.tif", "-m", self.MODEL]
        self.assertGreater(self.peak_mib(command), self.LIMIT_MIB)
        self.assertLess(self.peak_mib([*command, "--max-memory", f"{self.LIMIT_MIB}M"]), self.LIMIT_MIB)

    def peak_mib(self, command):
        """Of the process's physical memory (VmHWM)."""
        measure = ("import resource, subprocess, sys; code = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode; "
                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024); sys.exit(code)")
        done = subprocess.run([sys.executable, "-c", measure, *command], cwd=self.folder, env=self.environment(),
                              capture_output=True, encoding="utf-8", timeout=600, check=True)
        return int(done.stdout)


if __name__ == "__main__":
    nawqsr.main()
