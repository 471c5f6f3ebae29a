"""Photographs and networks that `quantize` cannot use, or can but must not choke on: a message that names them, the
right exit code, nothing half written."""

import math
import struct

import nawqsr
import tiny_onnx
import tiny_png
from nawqsr import FLOAT_TINY

# A search, and one wordlength for all.
WAYS = (("--fidelity", 40), ("--uniform", 8))


def cmyk_tiff(width, height):
    """Uncompressed, four inks."""
    pixels = bytes((x * 5 + y * 3 + c * 40) % 256 for y in range(height) for x in range(width) for c in range(4))
    entries = [(256, 4, width), (257, 4, height), (258, 3, 0), (259, 3, 1), (262, 3, 5), (273, 4, 0), (277, 3, 4),
               (278, 4, height), (279, 4, len(pixels))]
    end = 8 + 2 + 12 * len(entries) + 4
    values = {258: end, 273: end + 8}
    rows = b"".join(struct.pack("<HHII", tag, kind, 4 if tag == 258 else 1, values.get(tag, value))
                    for tag, kind, value in entries)
    return (b"II*\0" + struct.pack("<IH", 8, len(entries)) + rows + struct.pack("<I", 0) + struct.pack("<4H", 8, 8, 8, 8) +
            pixels)


class BadInput(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos")

    def assert_refused(self, code, culprit, *arguments, model=FLOAT_TINY, calib="photos", **options):
        for way in WAYS:
            done = self.assert_fails(code, culprit, "quantize", model, "--calib", calib, "-o", "q.onnx", *way, *arguments,
                                     **options)
        return done

    def assert_taken(self, *arguments, model=FLOAT_TINY, calib="photos", fidelity=40, shown="photos/0.png"):
        told = []
        for way in (("--fidelity", fidelity), ("--uniform", 8)):
            told.append(self.run_json("quantize", model, "--calib", calib, "-o", "q.onnx", *way, *arguments))
            self.run_ok("-i", shown, "-o", "large.png", "-m", "q.onnx", "--overwrite")
        return told[0]


class Folders(BadInput):
    def test_missing_empty_or_no_folder(self):
        self.path("empty/below").mkdir(parents=True)
        self.write("empty/below/notes.txt", b"no picture")
        self.assert_refused(4, "gone", calib="gone")
        self.assert_refused(4, "empty: holds no pictures", calib="empty")
        self.assert_refused(4, "photos/0.png", calib="photos/0.png")
        self.assert_refused(4, "empty: holds no pictures", "--calib-lr", "empty")
        self.assert_fails(2, "--calib", "quantize", FLOAT_TINY, "-o", "q.onnx")

    def test_other_files_are_passed_over(self):
        self.write("photos/notes.txt", b"no picture")
        self.write("photos/.hidden", b"no picture")
        self.assertEqual(self.assert_taken()["calibration_pictures"], 3)

    def test_folders_are_read_to_the_bottom(self):
        self.picture("photos/below/further/3.png", 60, 60)
        self.assertEqual(self.assert_taken()["calibration_pictures"], 4)


class Photographs(BadInput):
    def test_text_with_the_name_of_a_picture(self):
        self.write("photos/a.png", b"this is no picture\n" * 10)
        self.assert_refused(1, "photos/a.png")

    def test_nothing_in_the_file(self):
        self.write("photos/a.jpg", b"")
        self.assert_refused(1, "photos/a.jpg")

    def test_truncated(self):
        for share in (0.3, 0.6, 0.95):
            whole = tiny_png.encode(64, 48)
            self.write("photos/a.png", whole[:int(len(whole) * share)])
            self.assert_refused(1, "photos/a.png")

    def test_smaller_than_the_scale(self):
        for width, height in ((1, 1), (3, 60), (60, 3)):
            self.picture("photos/a.png", width, height)
            self.assert_refused(1, ["photos/a.png", "smaller than the scale of 4"])

    def test_smaller_than_the_window_of_ssim(self):
        self.picture("photos/a.png", 16, 60)
        done = self.assert_fails(1, ["photos/a.png", "too few to measure on"], "quantize", FLOAT_TINY, "--calib", "photos",
                                 "-o", "q.onnx")
        self.assertNotIn("SSIM nan", done.stderr)
        self.run_ok("quantize", FLOAT_TINY, "--calib", "photos", "-o", "q.onnx", "--uniform", 8)

    def test_a_small_picture_that_is_just_large_enough(self):
        self.picture("photos/a.png", 20, 20)
        self.assert_taken()

    def test_every_kind_of_samples(self):
        for channels in (1, 2, 3, 4):
            for bits in (8, 16):
                self.picture(f"kinds/{channels}_{bits}.png", 48, 40, channels, bits)
        self.write("kinds/inks.tif", cmyk_tiff(48, 40))
        told = self.assert_taken(calib="kinds")
        self.assertEqual(told["calibration_pictures"], 6)  # of 9, 3 are for the search

    def test_each_kind_of_samples_by_itself(self):
        for channels, bits in ((1, 8), (2, 8), (4, 8), (1, 16), (3, 16), (4, 16)):
            folder = f"alone{channels}_{bits}"
            self.picture(f"{folder}/a.png", 48, 40, channels, bits)
            told = self.run_json("quantize", FLOAT_TINY, "--calib", folder, "-o", "q.onnx", "--epsilon", 0.1, "--report",
                                 "q.html")
            self.assertEqual(told["metric"], "psnr")
            self.assertTrue(5 < told["q_ref_db"] < 60, told)
        self.path("inks").mkdir()
        self.write("inks/inks.tif", cmyk_tiff(48, 40))
        self.run_ok("quantize", FLOAT_TINY, "--calib", "inks", "-o", "q.onnx", "--epsilon", 0.1)

    def test_flat_pictures(self):
        for value in (0, 128, 255):
            self.picture("flat/a.png", 64, 64, sample=lambda x, y, c, value=value: value)
            self.assert_taken(calib="flat")
        self.picture("photos/flat.png", 64, 64, sample=lambda x, y, c: 0)
        self.run_ok("quantize", FLOAT_TINY, "--calib", "photos", "-o", "q.onnx", "--epsilon", 0.05)

    def test_larger_than_the_memory_allows(self):
        self.write("photos/huge.png", tiny_png.encode_black(20000, 10000))
        done = self.assert_refused(5, ["photos/huge.png", "20000x10000"], "--max-memory", "100M")
        self.assertIn("may be used", done.stderr)

    def test_pictures_that_are_no_pairs(self):
        for i in range(3):
            self.picture(f"small/{i}.png", 16 + 2 * i, 12)
        self.assert_taken("--calib-lr", "small")
        self.picture("small/1.png", 17, 12)
        self.assert_refused(1, ["1.png", "not a pair at scale 4"], "--calib-lr", "small")
        self.path("small/1.png").unlink()
        self.assert_refused(4, ["photos/1.png", "has no partner in small"], "--calib-lr", "small")


class Networks(BadInput):
    """Two convolutions whose weights are not what a trained network has."""

    def network(self, name, first=1.0, second=1.0, special=None, bias=0.05, width=0, height=0):
        """`first` and `second` are what the weights are multiplied with; special(i) may replace a weight of the first."""
        kernel = dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1])
        texture = [((i * 37) % 101 - 50) / 250 for i in range(9 * 8 * 12)]
        w1 = [v * first for v in texture[:8 * 3 * 9]]
        for i in range(len(w1)):
            replaced = special(i) if special else None
            w1[i] = w1[i] if replaced is None else replaced
        nodes = [tiny_onnx.node("Conv", ["x", "w1", "b1"], ["c1"], **kernel), tiny_onnx.node("Relu", ["c1"], ["r"]),
                 tiny_onnx.node("Conv", ["r", "w2"], ["c2"], **kernel),
                 tiny_onnx.node("DepthToSpace", ["c2"], ["y"], blocksize=2, mode="CRD")]
        return self.write(name, tiny_onnx.model(
            nodes, [tiny_onnx.tensor("w1", [8, 3, 3, 3], w1), tiny_onnx.tensor("b1", [8], [bias * i for i in range(8)]),
                    tiny_onnx.tensor("w2", [12, 8, 3, 3], [v * second for v in texture])],
            [tiny_onnx.value_info("x", [1, 3, height, width])], metadata=(("input_range", "1"), ("colour", "RGB"))))

    def test_sizes_are_fixed_and_photographs_are_not(self):
        self.network("net.onnx", width=40, height=24)
        self.picture("photos/large.png", 500, 300)
        self.picture("small.png", 30, 20)
        self.assert_taken(model="net.onnx", fidelity=30, shown="small.png")

    def test_weights_that_are_no_numbers(self):
        for value in (math.nan, math.inf, -math.inf):
            self.network("net.onnx", special=lambda i, value=value: value if i == 5 else None)
            self.assert_refused(3, ["net", "c1"], model="net.onnx")

    def test_biases_that_are_no_numbers(self):
        self.network("net.onnx", bias=math.nan)
        self.assert_refused(3, ["net", "c1"], model="net.onnx")

    def test_dead_channels(self):
        self.network("net.onnx", special=lambda i: 0.0 if i < 54 else None)
        self.assert_taken(model="net.onnx", fidelity=30)

    def test_dead_layers(self):
        self.network("net.onnx", special=lambda i: 0.0, bias=0.0)
        told = self.assert_taken(model="net.onnx", fidelity=30)
        self.assertEqual(told["layers"], 2)

    def test_huge_activations_that_become_small_again(self):
        self.network("net.onnx", first=1e6, second=1e-6, bias=5e4)
        self.assert_taken(model="net.onnx", fidelity=30)

    def test_tiny_weights(self):
        for scale in (1e-6, 1e-20, 1e-38):
            self.network("net.onnx", first=scale, second=1 / scale, bias=0.0)
            self.assert_taken(model="net.onnx", fidelity=20)

    def test_huge_results(self):
        self.network("net.onnx", first=1e6)
        self.assert_taken(model="net.onnx", fidelity=10)

    def test_activations_that_become_infinite(self):
        self.network("net.onnx", first=1e39, bias=0.0)
        self.assert_refused(3, ["photos/", "net", "infinite"], model="net.onnx")

    def test_networks_without_anything_to_choose(self):
        self.write("net.onnx", tiny_onnx.enlarger())
        told = self.assert_taken(model="net.onnx")
        self.assertEqual((told["layers_16bit"], told["bops_reduction"]), (0, 1))


if __name__ == "__main__":
    nawqsr.main()
