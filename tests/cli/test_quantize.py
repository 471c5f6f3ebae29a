"""Float networks made into files of 8- and 16-bit activations, and what runs them."""

import csv
import resource
import shutil
import sys

import nawqsr
import tiny_onnx
import tiny_png
from nawqsr import SHARED, needs_shared


class Quantize(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos")
        self.picture("a.png", 23, 19)

    def quantize(self, bits, output="q.onnx", model="tiny_x4_float", *arguments):
        return self.run_json("quantize", model, "--calib", "photos", "--uniform", bits, "-o", output, *arguments)

    def enlarge(self, output, *arguments):
        """The precision that it was done in."""
        return self.run_json("-i", "a.png", "-o", output, *arguments)["precision"]

    def test_json_has_its_fields(self):
        result = self.quantize(8)
        self.assertLessEqual({"model", "layers", "layers_8bit", "layers_16bit", "layers_dre"}, result.keys())
        self.assertEqual((result["model"], result["layers_16bit"], result["layers_dre"]), ("tiny_x4_float", 0, 0))
        self.assertEqual(result["layers_8bit"], result["layers"])
        self.assertEqual(result["calibration_pictures"], 3)

    def test_files_say_their_precision(self):
        for bits, precision in ((8, "int8"), (16, "a16w8")):
            self.quantize(bits)
            self.assertEqual(self.enlarge("q.png", "-m", "q.onnx"), precision)
            self.assertEqual(self.run_json("eval", "q.onnx", "--hr", "photos")["precision"], precision)

    def test_a_photograph_stays_close_to_the_float_result(self):
        demo = nawqsr.ROOT / "docs" / "demo"
        shutil.copy(demo / "cat_hr.png", self.path("photos"))
        self.run_ok("-i", demo / "cat_lr.png", "-o", "float.png", "-n", "tiny_x4_float")
        for bits, least_db, most_codes in ((8, 48, 8), (16, 54, 4)):
            self.quantize(bits)
            self.run_ok("-i", demo / "cat_lr.png", "-o", "q.png", "-m", "q.onnx")
            apart = self.run_json("compare", "float.png", "q.png")
            self.assertGreater(apart["psnr_db"], least_db)
            self.assertLessEqual(apart["largest_difference"], most_codes)

    def test_a_quantized_file_runs_in_float_too(self):
        self.quantize(8)
        self.assertEqual(self.enlarge("q.png", "-m", "q.onnx", "--precision", "fp32"), "fp32")
        self.enlarge("float.png", "-n", "tiny_x4_float")
        self.assertGreater(self.run_json("compare", "float.png", "q.png")["psnr_db"], 40)

    def test_layers_kept_in_16_bits_make_a_hybrid(self):
        result = self.quantize(8, "q.onnx", "tiny_x4_float", "--keep16", "/b/b.2/*")
        self.assertEqual(result["layers_16bit"], 1)
        self.assertEqual(self.enlarge("q.png", "-m", "q.onnx"), "hybrid")
        self.assertEqual(self.enlarge("same.png", "-m", "q.onnx", "--precision", "hybrid"), "hybrid")
        self.assert_same_picture("q.png", "same.png")
        self.assert_fails(2, "no such layer", "quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 8, "-o", "r.onnx",
                          "--keep16", "no such layer")
        self.assert_fails(2, "--keep16", "quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 16, "-o", "r.onnx",
                          "--keep16", "/b/b.2/*")

    def test_pixel_shuffles_of_four_dimensions_make_the_same_picture(self):
        for arguments, name in (((), "any"), (("--max-rank", 4), "four")):
            self.quantize(8, f"{name}.onnx", "tiny_x4_float", *arguments)
            self.enlarge(f"{name}.png", "-m", f"{name}.onnx")
        operator = b'"\x0cDepthToSpace'  # op_type in protobuf's encoding
        self.assertTrue(operator in self.path("any.onnx").read_bytes())
        self.assertFalse(operator in self.path("four.onnx").read_bytes())
        self.assertEqual(self.run_json("compare", "any.png", "four.png")["largest_difference"], 0)
        self.assert_fails(2, "--max-rank", "quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 8, "-o", "r.onnx",
                          "--max-rank", 3)

    def test_a_float_network_takes_a_precision_and_says_what_that_means(self):
        for precision in ("int8", "a16w8"):
            done = self.run_ok("-i", "a.png", "-o", "b.png", "-n", "tiny_x4_float", "--precision", precision)
            self.assertIn("the range of every layer is found on every picture, which is slower", done.stderr)

    def test_luma_networks_keep_their_colours(self):
        self.write("luma.onnx", tiny_onnx.shuffler(1))
        self.enlarge("float.png", "-m", "luma.onnx")
        for bits in (8, 16):
            self.quantize(bits, "q.onnx", "luma.onnx")
            self.enlarge("q.png", "-m", "q.onnx")
            self.assertLessEqual(self.run_json("compare", "float.png", "q.png")["largest_difference"], 3)

    def test_deep_pictures_stay_deep(self):
        def sample(x, y, c):
            return (x * 11 + y * 3 + c * 40 + (x * y) % 7 * 9) % 256
        self.picture("a8.png", 17, 13, sample=sample)
        self.picture("a16.png", 17, 13, bits=16, sample=lambda x, y, c: 257 * sample(x, y, c))
        for bits in (8, 16):
            self.quantize(bits)
            self.run_ok("-i", "a16.png", "-o", "deep.png", "-m", "q.onnx")
            self.assertEqual(tiny_png.shape(self.path("deep.png")), (68, 52, 3, 16))
            self.run_ok("-i", "a8.png", "-o", "flat.png", "-m", "q.onnx")
            # Half an 8-bit code of rounding, and a few 16-bit codes of another first layer.
            apart = self.run_json("compare", "deep.png", "flat.png")["largest_difference"]
            self.assertTrue(0 < apart <= 257 // 2 + 32, apart)

    def test_the_same_call_gives_the_same_bytes(self):
        self.quantize(8, "one.onnx", "tiny_x4_float", "-j", 1)
        for threads in (1, 2, 3):
            self.quantize(8, "other.onnx", "tiny_x4_float", "-j", threads)
            self.assertEqual(self.path("one.onnx").read_bytes(), self.path("other.onnx").read_bytes())

    def test_a_seed_draws_the_same_pictures(self):
        self.photographs("photos", 6)
        files = set()
        for seed in range(6):
            draw = ["--calib-images", 2, "--seed", seed]
            self.assertEqual(self.quantize(8, "one.onnx", "tiny_x4_float", *draw)["calibration_pictures"], 2)
            self.quantize(8, "other.onnx", "tiny_x4_float", *draw)
            self.assertEqual(self.path("one.onnx").read_bytes(), self.path("other.onnx").read_bytes())
            files.add(self.path("one.onnx").read_bytes())
        self.assertGreater(len(files), 1, "all seeds drew the same pictures")

    def test_more_pictures_than_there_are_takes_all(self):
        self.assertEqual(self.quantize(8, "q.onnx", "tiny_x4_float", "--calib-images", 99)["calibration_pictures"], 3)


class RunTimeRanges(nawqsr.CliTest):
    """--dre: layers whose ranges are found on every picture."""

    def setUp(self):
        super().setUp()
        self.photographs("photos")
        self.picture("a.png", 23, 19)

    def quantize(self, dre, output, *arguments):
        return self.run_json("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 8, "--dre", dre, "-o", output,
                             *arguments)

    def layers(self, model):
        return [layer["name"] for layer in self.run_json("inspect", model)["layers"] if layer["dre"]]

    def test_the_layers_are_counted_listed_and_marked(self):
        self.assertEqual(self.quantize("none", "none.onnx")["layers_dre"], 0)
        self.assertEqual(self.layers("none.onnx"), [])
        counted = self.quantize("all", "all.onnx")["layers_dre"]
        self.assertEqual(len(self.layers("all.onnx")), counted)
        self.assertIn("/b/b.2/Conv", self.layers("all.onnx"))
        self.assertNotIn("/b/b.0/Conv", self.layers("all.onnx"), "it reads the picture")
        self.assertEqual(self.quantize("/b/b.4/*,/b/b.10/Conv", "two.onnx")["layers_dre"], 2)
        self.assertEqual(self.layers("two.onnx"), ["/b/b.4/Conv", "/b/b.10/Conv"])
        text = self.run_ok("inspect", "two.onnx").stdout
        self.assertEqual(text.count(" 8d "), 2)
        self.assertIn("found on every picture", text)

    def test_unknown_layers_are_refused(self):
        for dre in ("nobody", "/b/b.4/*,nobody", ",", "some"):
            self.assert_fails(2, "--dre: no layer of tiny_x4_float is called", "quantize", "tiny_x4_float", "--calib", "photos",
                              "--uniform", 8, "--dre", dre, "-o", "q.onnx")

    def test_off_takes_the_static_ranges_of_the_same_file(self):
        for bits in (8, 16):
            for dre in ("none", "all"):
                self.run_ok("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", bits, "--dre", dre, "-o",
                            f"{dre}.onnx")
            self.run_ok("-i", "a.png", "-o", "static.png", "-m", "none.onnx")
            self.run_ok("-i", "a.png", "-o", "off.png", "-m", "all.onnx", "--dre", "off")
            self.assert_same_picture("static.png", "off.png")
            self.run_ok("-i", "a.png", "-o", "on.png", "-m", "all.onnx", "--dre", "on")
            self.assertFalse(self.run_json("compare", "static.png", "on.png")["identical"])

    def test_where_there_is_nothing_static_off_is_refused(self):
        self.quantize("all", "all.onnx")
        self.quantize("none", "none.onnx")
        self.run_ok("compile", "all.onnx", "-o", "all.nawq")
        self.run_ok("compile", "none.onnx", "-o", "none.nawq")
        self.run_ok("compile", "all.onnx", "--dre", "off", "-o", "off.nawq")
        for model, culprit in (("tiny_x4_float", "no ranges at all"), ("all.nawq", "has no static ones")):
            for command in (["-i", "a.png", "-o", "b.png", "-m", model], ["eval", model, "--hr", "photos"],
                            ["bench", model, "--runs", 1, "--size", "32x24"]):
                self.assert_fails(2, culprit, *command, "--dre", "off")
        self.assert_fails(2, "no ranges at all", "-i", "a.png", "-o", "b.png", "-m", "all.onnx", "--dre", "off",
                          "--precision", "fp32")
        self.assert_fails(2, "--dre", "-i", "a.png", "-o", "b.png", "-m", "all.onnx", "--dre", "some")
        self.run_ok("-i", "a.png", "-o", "b.png", "-m", "none.nawq", "--dre", "off")
        self.run_ok("-i", "a.png", "-o", "c.png", "-m", "off.nawq", "--dre", "off")
        self.assert_same_picture("b.png", "c.png")
        self.run_ok("eval", "all.onnx", "--hr", "photos", "--dre", "off")
        self.run_ok("bench", "all.onnx", "--runs", 1, "--size", "32x24", "--dre", "off")

    def test_a_compiled_program_finds_the_same_ranges(self):
        self.quantize("all", "all.onnx", "--keep16", "/b/b.4/*")
        self.run_ok("compile", "all.onnx", "-o", "all.nawq")
        self.assertEqual(self.run_json("-i", "a.png", "-o", "b.png", "-m", "all.onnx")["precision"], "hybrid")
        self.run_ok("-i", "a.png", "-o", "c.png", "-m", "all.nawq")
        self.assert_same_picture("b.png", "c.png")

    def test_a_photograph_stays_close_to_the_float_result(self):
        photograph = nawqsr.ROOT / "docs" / "demo" / "cat_lr.png"
        self.run_ok("-i", photograph, "-o", "float.png", "-n", "tiny_x4_float")
        for bits, precision, least_db, most_codes in ((8, "int8", 50, 8), (16, "a16w8", 56, 4)):
            self.run_ok("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", bits, "--dre", "all", "-o", "q.onnx")
            for model in (["-m", "q.onnx"], ["-n", "tiny_x4_float", "--precision", precision]):
                self.run_ok("-i", photograph, "-o", "q.png", "--overwrite", *model)
                apart = self.run_json("compare", "float.png", "q.png")
                self.assertGreater(apart["psnr_db"], least_db, model)
                self.assertLessEqual(apart["largest_difference"], most_codes, model)

    def test_luma_networks_have_run_time_ranges_too(self):
        self.write("luma.onnx", tiny_onnx.shuffler(1))
        self.run_ok("quantize", "luma.onnx", "--calib", "photos", "--uniform", 8, "--dre", "all", "-o", "q.onnx")
        self.run_ok("-i", "a.png", "-o", "q.png", "-m", "q.onnx")
        self.run_ok("-i", "a.png", "-o", "float.png", "-m", "luma.onnx")
        self.assertLessEqual(self.run_json("compare", "float.png", "q.png")["largest_difference"], 3)


class Refused(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos", 1)

    def assert_refused(self, code, culprit, *arguments, model="tiny_x4_float", calib="photos", output="q.onnx", **options):
        self.assert_fails(code, culprit, "quantize", model, "--calib", calib, "-o", output, *arguments, **options)

    def test_options(self):
        self.assert_refused(2, "--uniform", "--uniform", 9)
        self.assert_refused(2, "--calib-images", "--uniform", 8, "--calib-images", 0)
        self.assert_refused(2, "--precision", "--uniform", 8, "--precision", "int8")
        self.assert_fails(2, "--calib", "quantize", "tiny_x4_float", "--uniform", 8, "-o", "q.onnx")
        self.assert_fails(2, "--output", "quantize", "tiny_x4_float", "--uniform", 8, "--calib", "photos")

    def test_outputs(self):
        self.path("folder.onnx").mkdir()
        self.write("net.onnx", tiny_onnx.shuffler())
        for code, culprit, output in ((2, "q.png: a quantized network ends in .onnx", "q.png"),
                                      (2, "folder.onnx: is a folder", "folder.onnx"),
                                      (4, "gone/q.onnx", "gone/q.onnx")):
            self.assert_refused(code, culprit, "--uniform", 8, output=output)
        self.path("link.onnx").symlink_to("net.onnx")
        for output in ("net.onnx", "./net.onnx", "link.onnx"):
            self.assert_refused(2, "is the model itself", "--uniform", 8, model="net.onnx", output=output)

    def test_a_full_disk_leaves_what_was_there(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        self.write("q.onnx", b"what was there")
        self.assert_refused(4, "q.onnx: cannot be written", "--uniform", 8, preexec_fn=limit)
        self.assertEqual(self.path("q.onnx").read_bytes(), b"what was there")

    def test_calibration_folders(self):
        self.path("empty").mkdir()
        self.assert_refused(4, "gone", "--uniform", 8, calib="gone")
        self.assert_refused(4, "empty: holds no pictures", "--uniform", 8, calib="empty")
        self.assert_refused(4, "photos/0.png", "--uniform", 8, calib="photos/0.png")

    def test_calibration_pictures(self):
        self.write("photos/bad.png", tiny_png.encode(40, 40)[:500])
        self.assert_refused(1, "photos/bad.png", "--uniform", 8)
        self.picture("photos/bad.png", 3, 3)
        self.assert_refused(1, ["photos/bad.png", "scale of 4"], "--uniform", 8)
        self.assert_refused(5, "photos/0.png", "--uniform", 8, "--max-memory", "10")

    def test_networks(self):
        self.assert_refused(3, "gone.onnx", "--uniform", 8, model="gone.onnx")
        self.assert_refused(3, "no model named 'other'", "--uniform", 8, model="other")
        self.write("odd.onnx", tiny_onnx.shuffler(middle="Floor"))
        self.assert_refused(3, ["odd", "'m' (Floor)"], "--uniform", 8, model="odd.onnx")

    def test_what_is_quantized_or_compiled_already(self):
        self.run_ok("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 8, "-o", "q8.onnx")
        self.assert_refused(2, "quantized already", "--uniform", 8, model="q8.onnx")
        self.run_ok("compile", "tiny_x4_float", "-o", "p.nawq")
        self.assert_refused(2, "p.nawq: a compiled program", "--uniform", 8, model="p.nawq")


def paper_rows(network, variant):
    """(set, PSNR, SSIM) of a row of the paper's Table 2."""
    table = SHARED / "paper" / "table2_quality_x4.csv"
    with open(table, encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if (row["model"], row["variant"]) == (network, variant))
    return [(name, float(row[f"{key}_psnr"]), float(row[f"{key}_ssim"]))
            for name, key in (("Set5", "set5"), ("Set14", "set14"), ("BSD100", "b100"))]


@needs_shared
class PaperRows(nawqsr.CliTest):
    def check(self, network, model, bits, variant):
        self.run_ok("quantize", SHARED / "models" / f"{model}.onnx", "--calib", SHARED / "data" / "calib", "--uniform", bits,
                    "-o", "q.onnx")
        for name, psnr_db, ssim in paper_rows(network, variant):
            pictures = SHARED / "data" / "eval" / name / "x4"
            result = self.run_json("eval", "q.onnx", "--hr", pictures / "HR", "--lr", pictures / "LR")
            with self.subTest(model=model, variant=variant, dataset=name):
                self.assertGreater(result["psnr_y_db"], psnr_db - 0.005)  # the rows are rounded
                self.assertGreater(result["ssim_y"], ssim - 0.00005)

    def test_tpsr(self):
        self.check("TPSR", "tpsr_x4", 8, "INT8")
        self.check("TPSR", "tpsr_x4", 16, "A16W8")

    def test_imdn(self):
        self.check("IMDN", "imdn_x4", 8, "INT8")
        self.check("IMDN", "imdn_x4", 16, "A16W8")


if __name__ == "__main__":
    # "all": the rows of the paper, which take minutes; else everything but them.
    if sys.argv[1:] == ["all"]:
        Quantize = Refused = None
        sys.argv.pop()
    else:
        PaperRows = None
    nawqsr.main()
