"""One picture in, one picture out."""

import os
import shutil

import nawqsr
import tiny_onnx
import tiny_png
from nawqsr import SHARED, needs_shared


class Upscale(nawqsr.CliTest):
    def test_plain_form_equals_the_subcommand(self):
        self.picture("a.png")
        self.run_ok("-i", "a.png", "-o", "plain.png")
        self.run_ok("upscale", "-i", "a.png", "-o", "sub.png")
        self.assertEqual(self.path("plain.png").read_bytes(), self.path("sub.png").read_bytes())

    def test_default_network_multiplies_both_sides_by_four(self):
        self.picture("a.png", 9, 7)
        self.run_ok("-i", "a.png", "-o", "b.png")
        self.assertEqual(tiny_png.shape(self.path("b.png")), (36, 28, 3, 8))

    def test_model_by_name_and_by_path_are_the_same(self):
        self.picture("a.png")
        shutil.copy(nawqsr.ROOT / "models" / "tiny_x4.onnx", self.path("copy.onnx"))
        self.run_ok("-i", "a.png", "-o", "name.png", "-n", "tiny_x4")
        self.run_ok("-i", "a.png", "-o", "family.png", "-n", "tiny", "-s", 4)
        self.run_ok("-i", "a.png", "-o", "path.png", "-m", "copy.onnx")
        self.assert_same_picture("name.png", "path.png")
        self.assert_same_picture("name.png", "family.png")

    def test_another_scale_resamples_the_native_result(self):
        self.picture("a.png", 11, 5)
        for scale in (1, 2, 3, 5):
            result = self.run_json("-i", "a.png", "-o", "b.png", "-s", scale)
            self.assertEqual(result["scale"], 4)
            self.assertEqual(tiny_png.shape(self.path("b.png"))[:2], (11 * scale, 5 * scale))

    def test_size_is_what_was_asked_for(self):
        self.picture("a.png", 11, 5)
        self.run_ok("-i", "a.png", "-o", "b.png", "--size", "31x17")
        self.assertEqual(tiny_png.shape(self.path("b.png"))[:2], (31, 17))

    def test_enlarger_repeats_pixels_exactly(self):
        self.write("x2.onnx", tiny_onnx.enlarger())
        self.picture("a.png", 7, 5, sample=lambda x, y, c: x * 30 + y * 9 + c)
        self.picture("wanted.png", 14, 10, sample=lambda x, y, c: x // 2 * 30 + y // 2 * 9 + c)
        self.run_ok("-i", "a.png", "-o", "b.png", "-m", "x2.onnx")
        self.assert_same_picture("b.png", "wanted.png")

    def test_sixteen_bits_stay_sixteen(self):
        self.write("x2.onnx", tiny_onnx.enlarger())
        self.picture("a.png", 6, 6, bits=16, sample=lambda x, y, c: x * 1001 + y * 77 + c)
        self.picture("wanted.png", 12, 12, bits=16, sample=lambda x, y, c: x // 2 * 1001 + y // 2 * 77 + c)
        self.run_ok("-i", "a.png", "-o", "b.png", "-m", "x2.onnx")
        self.assert_same_picture("b.png", "wanted.png")
        self.assertEqual(tiny_png.shape(self.path("b.png"))[3], 16)

    def test_depth_can_be_chosen(self):
        self.picture("deep.png", bits=16)
        self.picture("flat.png", bits=8)
        self.run_ok("-i", "deep.png", "-o", "8.png", "--depth", 8)
        self.run_ok("-i", "flat.png", "-o", "16.png", "--depth", 16)
        self.assertEqual(tiny_png.shape(self.path("8.png"))[3], 8)
        self.assertEqual(tiny_png.shape(self.path("16.png"))[3], 16)

    def test_grey_stays_grey(self):
        for bits in (8, 16):
            self.picture("grey.png", channels=1, bits=bits)
            self.run_ok("-i", "grey.png", "-o", "b.png")
            self.assertEqual(tiny_png.shape(self.path("b.png")), (32, 24, 1, bits))

    def test_network_for_luma_takes_colour_and_grey(self):
        self.write("luma.onnx", tiny_onnx.enlarger(3.0, channels=1))
        for channels in (1, 3):
            self.picture("a.png", channels=channels)
            self.run_ok("-i", "a.png", "-o", "b.png", "-m", "luma.onnx")
            self.assertEqual(tiny_png.shape(self.path("b.png")), (24, 18, channels, 8))

    def test_one_pixel_and_odd_sizes(self):
        for width, height in ((1, 1), (1, 9), (13, 1), (3, 5), (17, 31)):
            self.picture("a.png", width, height)
            self.run_ok("-i", "a.png", "-o", "b.png")
            self.assertEqual(tiny_png.shape(self.path("b.png"))[:2], (4 * width, 4 * height))

    def test_picture_below_a_fixed_size_is_padded_and_cropped(self):
        self.write("fixed.onnx", tiny_onnx.enlarger(width=16, height=12))
        self.picture("a.png", 5, 3, sample=lambda x, y, c: x * 30 + y * 9 + c)
        self.picture("wanted.png", 10, 6, sample=lambda x, y, c: x // 2 * 30 + y // 2 * 9 + c)
        self.run_ok("-i", "a.png", "-o", "b.png", "-m", "fixed.onnx")
        self.assert_same_picture("b.png", "wanted.png")

    @needs_shared
    def test_picture_below_the_minimum_of_rfdn(self):
        self.picture("a.png", 5, 3)
        self.run_ok("-i", "a.png", "-o", "b.png", "-m", SHARED / "models" / "rfdn_x4.onnx")
        self.assertEqual(tiny_png.shape(self.path("b.png"))[:2], (20, 12))

    @needs_shared
    def test_awkward_pictures(self):
        self.write("x2.onnx", tiny_onnx.enlarger())
        for picture in sorted((SHARED / "data" / "edge").iterdir()):
            with self.subTest(picture=picture.name):
                done = self.run_plain("-i", picture, "-o", "b.png", "-m", "x2.onnx")
                self.assertEqual(done.returncode, 1 if picture.stem == "truncated" else 0, done.stderr)

    @needs_shared
    def test_what_is_not_kept_is_said(self):
        done = self.run_ok("-i", SHARED / "data" / "edge" / "rgba.png", "-o", "b.png", "-s", 1, "-n", "bicubic")
        self.assertIn("alpha channel is not kept", done.stderr)

    def test_every_format_is_written_by_its_extension(self):
        self.picture("a.png", 20, 20)
        starts = {"png": b"\x89PNG", "jpg": b"\xff\xd8\xff", "JPEG": b"\xff\xd8\xff", "webp": b"RIFF", "tif": b"II*\0"}
        for extension, start in starts.items():
            self.run_ok("-i", "a.png", "-o", "b." + extension, "-n", "bicubic", "-s", 2)
            self.assertEqual(self.path("b." + extension).read_bytes()[:len(start)], start)

    def test_content_decides_and_not_the_extension_of_the_input(self):
        self.picture("a.png", 20, 20)
        self.run_ok("-i", "a.png", "-o", "b.jpg", "-n", "bicubic", "-s", 1)
        os.rename(self.path("b.jpg"), self.path("b.png"))
        self.run_ok("-i", "b.png", "-o", "c.png")

    def test_json_has_its_fields(self):
        self.picture("a.png", 9, 7)
        result = self.run_json("-i", "a.png", "-o", "b.png")
        picture = result["pictures"][0]
        stages = [picture.pop(stage) for stage in ("decode_s", "upscale_s", "encode_s")]
        self.assertGreater(min(stages), 0)
        self.assertAlmostEqual(picture["seconds"], sum(stages))
        self.assertLessEqual(picture.pop("seconds"), result.pop("seconds"))  # the last one is wall time
        self.assertEqual(result, {"model": "tiny_x4", "scale": 4, "precision": "hybrid", "failed": [], "skipped": 0,
                                  "pictures": [{"input": "a.png", "output": "b.png", "width": 36, "height": 28}]})

    def test_stdout_is_empty_without_json(self):
        self.picture("a.png")
        self.assertEqual(self.run_ok("-i", "a.png", "-o", "b.png").stdout, "")

    def test_thread_count_does_not_change_the_result(self):
        self.picture("a.png", 23, 19)
        self.run_ok("-i", "a.png", "-o", "1.png", "-j", 1)
        self.run_ok("-i", "a.png", "-o", "3.png", "-j", 3)
        self.assertEqual(self.path("1.png").read_bytes(), self.path("3.png").read_bytes())

    def test_a_single_output_is_overwritten_unless_it_is_to_be_skipped(self):
        self.picture("a.png")
        self.write("b.png", b"old")
        self.assertEqual(self.run_json("-i", "a.png", "-o", "b.png", "--skip-existing")["skipped"], 1)
        self.assertEqual(self.path("b.png").read_bytes(), b"old")
        self.run_ok("-i", "a.png", "-o", "b.png")
        self.assertEqual(tiny_png.shape(self.path("b.png"))[:2], (32, 24))

    def test_a_link_as_output_keeps_being_a_link(self):
        self.picture("a.png")
        self.path("b.png").symlink_to("real.png")
        self.write("real.png", b"old")
        self.run_ok("-i", "a.png", "-o", "b.png")
        self.assertTrue(self.path("b.png").is_symlink())
        self.assertEqual(tiny_png.shape(self.path("real.png"))[:2], (32, 24))

    def test_unusual_names(self):
        for name in ("schön 写真.png", "a[1].png", "a b 'c'.png", "{scale}.png", "*.png"):
            self.picture(name)
            for output in ("out/", name.replace("{scale}", "[]") + ".2.png"):
                self.run_ok("-i", name, "-o", output, "-n", "bicubic", "--overwrite")
            self.assertEqual(tiny_png.shape(self.path("out") / name)[:2], (32, 24))
            self.assertEqual(tiny_png.shape(self.path(output))[:2], (32, 24))

    def test_names_with_a_leading_dash(self):
        self.picture("-a.png")
        self.run_ok("-i", "-a.png", "-o", "-b.png")
        self.run_ok("--input=-a.png", "--output=-c.png")
        self.assertTrue(self.path("-b.png").exists() and self.path("-c.png").exists())


class Models(nawqsr.CliTest):
    def test_embedded_model_is_listed_first(self):
        listed = self.run_json("models")["models"]
        self.assertEqual((listed[0]["name"], listed[0]["where"]), ("tiny_x4", "embedded"))

    def test_folders_of_the_environment_are_searched_in_order(self):
        for folder in ("one", "two"):
            self.path(folder).mkdir()
        self.write("one/b_x2.onnx", tiny_onnx.enlarger(2.0))
        self.write("two/a_x3.onnx", tiny_onnx.enlarger(3.0))
        env = {"NAWQSR_MODEL_PATH": "one:nowhere::two"}
        names = [m["name"] for m in self.run_json("models", env=env)["models"]]
        self.assertEqual(names, ["tiny_x4", "tiny_x4_float", "b_x2", "a_x3"])
        self.picture("a.png")
        self.assertEqual(self.run_json("-i", "a.png", "-o", "b.png", "-n", "a_x3", env=env)["scale"], 3)

    def test_unknown_name_lists_the_known_ones(self):
        self.picture("a.png")
        self.assert_fails(3, ["no model named 'other'", "tiny_x4_float"], "-i", "a.png", "-o", "b.png", "-n", "other")


class Help(nawqsr.CliTest):
    def test_version_is_on_stdout(self):
        self.assertRegex(self.run_ok("--version").stdout, r"^nawqsr \d+\.\d+\.\d+\n$")

    def test_help_of_every_subcommand_is_on_stdout(self):
        for command in ([], ["upscale"], ["eval"], ["inspect"], ["compare"], ["models"], ["quantize"], ["bench"],
                        ["compile"]):
            for option in ("-h", "--help"):
                self.assertIn("--help", self.run_ok(*command, option).stdout)


if __name__ == "__main__":
    nawqsr.main()
