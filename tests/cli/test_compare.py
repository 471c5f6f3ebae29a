"""How far apart two pictures are."""

import math

import nawqsr


class Compare(nawqsr.CliTest):
    def test_identical_pictures_have_no_finite_psnr(self):
        self.picture("a.png", 16, 16)
        self.picture("b.png", 16, 16)
        result = self.run_json("compare", "a.png", "b.png")
        self.assertEqual(result, {"psnr_db": None, "psnr_y_db": None, "ssim": 1.0, "ssim_y": 1.0,
                                  "largest_difference": 0, "identical": True})
        self.assertEqual(self.run_ok("compare", "a.png", "b.png").stdout, "identical\n")

    def test_a_known_difference(self):
        self.picture("a.png", 16, 16, sample=lambda x, y, c: 100)
        self.picture("b.png", 16, 16, sample=lambda x, y, c: 110)
        result = self.run_json("compare", "a.png", "b.png")
        self.assertAlmostEqual(result["psnr_db"], 20 * math.log10(255 / 10))
        self.assertAlmostEqual(result["psnr_y_db"], 20 * math.log10(255 * 255 / (10 * 219)))
        self.assertEqual((result["largest_difference"], result["identical"]), (10, False))

    def test_one_pixel_has_no_ssim(self):
        self.picture("a.png", 1, 1, sample=lambda x, y, c: 100)
        self.picture("b.png", 1, 1, sample=lambda x, y, c: 101)
        self.assertIsNone(self.run_json("compare", "a.png", "b.png")["ssim"])
        self.assertIn("not defined", self.run_ok("compare", "a.png", "b.png").stdout)

    def test_grey_equals_its_colour_picture(self):
        self.picture("grey.png", 12, 12, channels=1, sample=lambda x, y, c: x * 20)
        self.picture("colour.png", 12, 12, channels=3, sample=lambda x, y, c: x * 20)
        self.assert_same_picture("grey.png", "colour.png")

    def test_border_is_left_out(self):
        self.picture("a.png", 16, 16, sample=lambda x, y, c: 100)
        self.picture("b.png", 16, 16, sample=lambda x, y, c: 200 if x == 0 else 100)
        self.assertIsNotNone(self.run_json("compare", "a.png", "b.png")["psnr_db"])
        self.assertIsNone(self.run_json("compare", "a.png", "b.png", "--border", 1)["psnr_db"])

    def test_different_sizes_are_refused(self):
        self.picture("a.png", 16, 16)
        self.picture("b.png", 16, 17)
        self.assert_fails(1, ["a.png and b.png", "16x16", "16x17"], "compare", "a.png", "b.png")

    def test_bad_pictures_are_named(self):
        self.picture("a.png")
        self.write("bad.png", b"no")
        self.assert_fails(1, "bad.png", "compare", "a.png", "bad.png")
        self.assert_fails(1, "gone.png: no such file", "compare", "gone.png", "a.png")
        self.assert_fails(2, "is a folder", "compare", ".", "a.png")
        self.assert_fails(5, "a.png: measuring a picture of 8x6", "compare", "a.png", "a.png", "--max-memory", "100")


if __name__ == "__main__":
    nawqsr.main()
