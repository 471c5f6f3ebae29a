"""PSNR and SSIM against the originals, up to the published numbers of real networks."""

import csv
import sys

import nawqsr
import tiny_onnx
from nawqsr import SHARED, needs_shared

PSNR_TOLERANCE_DB = 0.01
SSIM_TOLERANCE = 0.0003


def published():
    table = SHARED / "paper" / "fp32.csv"
    if not table.exists():
        return []
    with open(table, encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Published(nawqsr.CliTest):
    def check(self, row):
        pictures = SHARED / "data" / "eval" / row["dataset"] / row["model"][-2:]
        result = self.run_json("eval", SHARED / "models" / f"{row['model']}.onnx", "--hr", pictures / "HR", "--lr",
                               pictures / "LR")
        self.assertAlmostEqual(result["psnr_y_db"], float(row["psnr_y_db"]), delta=PSNR_TOLERANCE_DB)
        self.assertAlmostEqual(result["ssim_y"], float(row["ssim_y"]), delta=SSIM_TOLERANCE)

    def check_rows(self, rows):
        self.assertTrue(rows)
        for row in rows:
            with self.subTest(model=row["model"], dataset=row["dataset"]):
                self.check(row)


@needs_shared
class Set5(Published):
    def test_every_network_gives_its_published_numbers(self):
        self.check_rows([row for row in published() if row["dataset"] == "Set5"])

    def test_lr_made_by_bicubic_gives_the_same_numbers_as_the_given_lr(self):
        pictures = SHARED / "data" / "eval" / "Set5" / "x4"
        model = SHARED / "models" / "tpsr_x4.onnx"
        given = self.run_json("eval", model, "--hr", pictures / "HR", "--lr", pictures / "LR")
        made = self.run_json("eval", model, "--hr", pictures / "HR")
        for result in (given, made):
            result.pop("seconds")
        self.assertEqual(made, given)


@needs_shared
class AllSets(Published):
    def test_every_row_is_reproduced(self):
        self.check_rows(published())


class Eval(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.write("x2.onnx", tiny_onnx.enlarger())

    def test_json_has_its_fields(self):
        self.picture("hr/a.png", 40, 32)
        self.picture("hr/deep/b.png", 40, 32)
        result = self.run_json("eval", "x2.onnx", "--hr", "hr")
        self.assertLessEqual({"model", "scale", "precision", "images", "psnr_y_db", "ssim_y", "seconds"}, result.keys())
        self.assertEqual((result["model"], result["scale"], result["precision"], result["images"]), ("x2", 2, "fp32", 2))
        self.assertEqual([row["name"] for row in result["pictures"]], ["hr/a.png", "hr/deep/b.png"])

    def test_a_perfect_result_has_no_finite_psnr(self):
        self.picture("lr/a.png", 20, 16, sample=lambda x, y, c: x * 9 + y)
        self.picture("hr/a.png", 40, 32, sample=lambda x, y, c: x // 2 * 9 + y // 2)
        result = self.run_json("eval", "x2.onnx", "--hr", "hr", "--lr", "lr")
        self.assertEqual((result["psnr_y_db"], result["ssim_y"]), (None, 1.0))

    def test_partners_may_carry_the_scale_in_their_names(self):
        self.picture("lr/ax2.png", 20, 16)
        self.picture("hr/a.png", 40, 32)
        self.run_ok("eval", "x2.onnx", "--hr", "hr", "--lr", "lr")

    def test_rgb_and_border(self):
        self.picture("hr/a.png", 40, 32)
        luma = self.run_json("eval", "x2.onnx", "--hr", "hr")
        rgb = self.run_json("eval", "x2.onnx", "--hr", "hr", "--space", "rgb")
        wide = self.run_json("eval", "x2.onnx", "--hr", "hr", "--border", 8)
        self.assertNotEqual(rgb["psnr_rgb_db"], luma["psnr_y_db"])
        self.assertNotEqual(wide["psnr_y_db"], luma["psnr_y_db"])

    def test_bicubic_takes_its_scale(self):
        self.picture("hr/a.png", 45, 33)
        self.assertEqual(self.run_json("eval", "bicubic", "-s", 3, "--hr", "hr")["scale"], 3)

    def test_pictures_that_are_no_pair_are_named(self):
        self.picture("hr/a.png", 40, 32)
        self.picture("lr/a.png", 10, 8)
        self.assert_fails(1, ["hr/a.png", "10x8", "40x32"], "eval", "x2.onnx", "--hr", "hr", "--lr", "lr")
        self.path("lr/a.png").rename(self.path("lr/b.png"))
        self.assert_fails(4, "hr/a.png: has no partner in lr", "eval", "x2.onnx", "--hr", "hr", "--lr", "lr")

    def test_bad_folders_and_pictures_are_named(self):
        self.path("empty").mkdir()
        self.path("bad").mkdir()
        self.write("bad/a.png", b"no picture")
        self.picture("small/a.png", 6, 6)
        self.assert_fails(4, "gone", "eval", "x2.onnx", "--hr", "gone")
        self.assert_fails(4, "empty: holds no pictures", "eval", "x2.onnx", "--hr", "empty")
        self.assert_fails(4, "x2.onnx", "eval", "x2.onnx", "--hr", "x2.onnx")
        self.assert_fails(1, "bad/a.png", "eval", "x2.onnx", "--hr", "bad")
        self.assert_fails(1, ["small/a.png", "too small"], "eval", "x2.onnx", "--hr", "small")
        self.assert_fails(5, "small/a.png", "eval", "x2.onnx", "--hr", "small", "--max-memory", "10")
        self.assert_fails(2, "--hr", "eval", "x2.onnx")


if __name__ == "__main__":
    # "all": the rows of every set, which takes minutes; else everything but them.
    if sys.argv[1:] == ["all"]:
        Set5 = Eval = None
        sys.argv.pop()
    else:
        AllSets = None
    nawqsr.main()
