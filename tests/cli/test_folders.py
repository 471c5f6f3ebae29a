"""Folders, patterns and templates: which files are done and where their results go."""

import json
import pathlib

import nawqsr
import tiny_onnx
import tiny_png


class Folders(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.write("x2.onnx", tiny_onnx.enlarger())

    def upscale(self, *arguments):
        return self.run_json(*arguments, "-m", "x2.onnx")

    def assert_misuse(self, culprit, *arguments):
        self.assert_fails(2, culprit, *arguments, "-m", "x2.onnx")

    def outputs(self, folder):
        return sorted(str(p.relative_to(self.path(folder))) for p in self.path(folder).rglob("*") if p.is_file())

    def test_a_folder_gives_a_folder_with_the_same_names(self):
        self.picture("in/b.png")
        self.picture("in/a.png")
        self.write("in/notes.txt", b"not a picture")
        self.picture("in/deep/c.png")
        result = self.upscale("-i", "in", "-o", "out")
        self.assertEqual([p["input"] for p in result["pictures"]], ["in/a.png", "in/b.png"])
        self.assertEqual(self.outputs("out"), ["a.png", "b.png"])

    def test_recursion_keeps_the_structure(self):
        self.picture("in/a.png")
        self.picture("in/deep/er/a.png")
        self.upscale("-i", "in/", "-o", "out", "-r")
        self.assertEqual(self.outputs("out"), ["a.png", "deep/er/a.png"])

    def test_template_names_the_results(self):
        self.picture("in/a.png")
        self.picture("in/deep/{ext}.png")
        self.upscale("-i", "in", "-o", "out/{stem}_{scale}x.{ext}", "-r", "-f", "jpg")
        self.assertEqual(self.outputs("out"), ["a_2x.jpg", "deep/{ext}_2x.jpg"])

    def test_template_may_name_folders(self):
        self.picture("a.png")
        self.upscale("-i", "a.png", "-o", "out/{stem}/x{scale}.png")
        self.assertEqual(self.outputs("out"), ["a/x2.png"])

    def test_other_braces_are_letters(self):
        self.picture("a.png")
        self.upscale("-i", "a.png", "-o", "{x}.png")
        self.assertTrue(self.path("{x}.png").exists())

    def test_output_folder_with_a_slash_keeps_the_name_of_one_picture(self):
        self.picture("a.png")
        self.upscale("-i", "a.png", "-o", "new/out/")
        self.assertEqual(self.outputs("new"), ["out/a.png"])

    def test_several_inputs_and_patterns(self):
        for name in ("a1.png", "a2.png", "b.png"):
            self.picture(name)
        self.upscale("-i", "a?.png", "-i", "b.png", "b.png", "-o", "out")
        self.assertEqual(self.outputs("out"), ["a1.png", "a2.png", "b.png"])

    def test_formats_that_cannot_be_written_become_png(self):
        self.picture("in/a.png")
        self.path("in/a.png").rename(self.path("in/a.gif"))
        self.upscale("-i", "in", "-o", "out")
        self.assertEqual(self.outputs("out"), ["a.png"])

    def test_format_is_taken_in_any_spelling(self):
        self.picture("in/a.png")
        self.upscale("-i", "in", "-o", "out", "-f", ".PNG")
        self.assertEqual(self.outputs("out"), ["a.png"])
        self.assert_misuse("'bmp' is unknown", "-i", "in", "-o", "out2", "-f", "bmp")

    def test_an_existing_output_is_an_error_before_any_work(self):
        self.picture("in/a.png")
        self.picture("in/b.png")
        self.picture("out/b.png")
        self.assert_misuse("out/b.png: exists", "-i", "in", "-o", "out")

    def test_skip_existing_does_the_others(self):
        self.picture("in/a.png")
        self.picture("in/b.png")
        self.picture("out/b.png", 3, 3)
        self.assertEqual(self.upscale("-i", "in", "-o", "out", "--skip-existing")["skipped"], 1)
        self.assertEqual(tiny_png.shape(self.path("out/a.png"))[:2], (16, 12))
        self.assertEqual(tiny_png.shape(self.path("out/b.png"))[:2], (3, 3))

    def test_overwrite_replaces(self):
        self.picture("in/a.png")
        self.picture("out/a.png", 3, 3)
        self.upscale("-i", "in", "-o", "out", "--overwrite")
        self.assertEqual(tiny_png.shape(self.path("out/a.png"))[:2], (16, 12))

    def test_two_inputs_with_one_output_are_refused(self):
        self.picture("in/a.png")
        self.picture("in/a.jpg")
        self.assert_misuse(["in/a.png", "in/a.jpg", "out/a.png"], "-i", "in", "-o", "out", "-f", "png")

    def test_an_input_is_never_overwritten(self):
        self.picture("in/a.png")
        self.picture("in/a_2x.png")
        self.path("link").symlink_to("in")
        self.assert_misuse("in/a.png: is its own output", "-i", "in", "-o", "in", "--overwrite")
        self.assert_misuse("in/a.png: is its own output", "-i", "in", "-o", "link", "--overwrite")
        self.assert_misuse("is an input", "-i", "in", "-o", "in/{stem}_{scale}x.{ext}", "--overwrite")

    def test_results_below_the_input_folder_are_no_inputs(self):
        self.picture("in/a.png")
        for _ in range(2):
            self.upscale("-i", "in", "-o", "in/large", "-r", "--overwrite")
        self.assertEqual(self.outputs("in"), ["a.png", "large/a.png"])

    def test_links_that_lead_nowhere_or_in_circles_are_passed_over(self):
        self.picture("in/a.png")
        self.path("in/gone.png").symlink_to("nowhere")
        self.path("in/loop").symlink_to("../in")
        self.path("in/self.png").symlink_to("self.png")
        self.upscale("-i", "in", "-o", "out", "-r")
        self.assertEqual(self.outputs("out"), ["a.png"])

    def test_one_bad_file_does_not_stop_the_others(self):
        self.picture("in/a.png")
        self.write("in/bad.png", b"not a picture at all")
        self.picture("in/c.png")
        done = self.run_plain("-i", "in", "missing.png", "-o", "out", "-m", "x2.onnx", "--json")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.outputs("out"), ["a.png", "c.png"])
        summary = [line for line in done.stderr.splitlines() if line.startswith("warning: failed: ")]
        self.assertEqual(len(summary), 2)
        self.assertIn("in/bad.png", summary[0])
        self.assertIn("missing.png: no such file", summary[1])
        self.assertIn('"input":"in/bad.png"', done.stdout)

    def test_pictures_in_flight_come_out_in_order_and_as_they_do_one_by_one(self):
        for i in range(9):  # large ones take longer than the small ones behind them
            self.picture(f"in/{i}.png", 200 if i % 3 == 0 else 9, 50, sample=lambda x, y, c, i=i: x * (i + 2) + y * c & 255)
        self.write("in/4.png", b"not a picture")
        results = {}
        for out, threads, how in (("alone", 1, []), ("flight", 2, []), ("asked", 2, ["--one-at-a-time"])):
            done = self.run_plain("-i", "in", "-o", out, "-m", "x2.onnx", "--json", "-j", threads, *how)
            self.assertEqual(done.returncode, 1, done.stderr)
            said = [line for line in done.stderr.splitlines() if line.startswith(("[", "error"))]
            expected = [f"error: in/{i}.png" if i == 4 else f"[{i + 1}/9] in/{i}.png" for i in range(9)]
            self.assertEqual([line[:len(start)] for line, start in zip(said, expected, strict=True)], expected)
            results[out] = [pathlib.Path(p["output"]).name for p in json.loads(done.stdout)["pictures"]]
        self.assertEqual(results["flight"], [f"{i}.png" for i in range(9) if i != 4])
        for out in ("flight", "asked"):
            self.assertEqual(results[out], results["alone"])
            for name in results[out]:
                self.assertEqual(self.path(f"{out}/{name}").read_bytes(), self.path(f"alone/{name}").read_bytes())

    def test_pictures_that_do_not_fit_into_memory_together_wait_for_one_another(self):
        for i in range(4):  # 21 MiB each at its peak and 38 MiB two of them, besides 64 MiB for the program
            self.picture(f"in/{i}.png", 700, 500, channels=1, sample=lambda x, y, c: x + y & 255)
        for limit, waits in (("1G", False), ("100M", True)):
            done = self.run_ok("-i", "in", "-o", "out", "-n", "bicubic", "-s", 4, "-f", "jpg", "-v", "-j", 2, "--max-memory",
                               limit, "--overwrite")
            self.assertEqual("waits for them" in done.stderr, waits, done.stderr)
            self.assertEqual(len(self.outputs("out")), 4)

    def test_contradictions(self):
        self.picture("in/a.png")
        self.picture("b.png")
        self.write("file", b"")
        self.assert_misuse("contradict", "-i", "in", "-o", "out", "--skip-existing", "--overwrite")
        self.assert_misuse("names one file", "-i", "in", "-o", "out.png")
        self.assert_misuse("this is a file", "-i", "in", "-o", "file")
        self.assert_misuse("is a folder", "-i", "b.png", "-o", "in")
        self.assert_misuse("contradicts --format", "-i", "b.png", "-o", "c.png", "-f", "jpg")
        self.assert_misuse("--output: is empty", "-i", "b.png", "-o", "")

    def test_nothing_to_do_is_an_input_error(self):
        self.path("empty").mkdir()
        for culprit, given in (("empty: holds no pictures", "empty"), ("none*.png: matches no file", "none*.png")):
            self.assert_fails(1, culprit, "-i", given, "-o", "out", "-m", "x2.onnx")


if __name__ == "__main__":
    nawqsr.main()
