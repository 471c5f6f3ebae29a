"""What each layer loses by itself: the table, JSON, the chart."""

import json
import xml.etree.ElementTree

import nawqsr
import tiny_onnx
from nawqsr import FLOAT_TINY


class Analyze(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos")

    def analyze(self, *more):
        return self.run_json("analyze", FLOAT_TINY, "--calib", "photos", *more)

    def test_json_has_every_layer_the_worst_first(self):
        told = self.analyze()
        self.assertEqual((told["model"], told["metric"], told["search_pictures"], told["held_out"]),
                         ("tiny_x4_float", "psnr", 3, False))
        rows = told["layers"]
        names = [row["name"] for row in rows]
        inspected = [layer["name"] for layer in self.run_json("inspect", FLOAT_TINY)["layers"] if layer["op"] == "Conv"]
        self.assertEqual(sorted(names), sorted(inspected[1:]), "all convolutions but the one that reads the picture")
        drops = [row["drop"] for row in rows]
        self.assertEqual(drops, sorted(drops, reverse=True))
        for row in rows:
            self.assertGreater(row["added_error"], 0)
            self.assertIsNotNone(row["with_dre"]["drop"])
            self.assertLess(row["range"][0], row["range"][1])
            self.assertTrue(0 <= row["clip_rate"] < 0.1)
            self.assertTrue(0 < row["macs_share"] < 0.5)
        self.assertEqual(told["evaluations"], 1 + 2 * len(rows))

    def test_the_table_says_the_same(self):
        rows = self.analyze("--dre-energy", 0.7)["layers"]
        done = self.run_ok("analyze", FLOAT_TINY, "--calib", "photos", "--dre-energy", 0.7)
        lines = done.stdout.splitlines()[1:1 + len(rows)]
        self.assertTrue(done.stdout.isascii())
        for row, line in zip(rows, lines):
            words = line.split()
            self.assertEqual((words[0], words[3]), (row["name"], f"{row['drop']:.4f}"))
            self.assertEqual(line.endswith("*"), row["selected"])
        self.assertIn("that gave the ranges too", done.stdout)

    def test_a_larger_share_selects_more_layers(self):
        self.photographs("photos", 9)
        selected = [set(self.analyze("--dre-energy", share)["dre_layers"]) for share in (0, 0.2, 0.7, 1)]
        self.assertEqual(selected[0], set())
        for fewer, more in zip(selected, selected[1:]):
            self.assertLessEqual(fewer, more)
        told = self.analyze("--dre-energy", 1)
        self.assertEqual(told["held_out"], True)
        self.assertEqual(len(told["dre_layers"]), len(told["layers"]))

    def test_what_it_selects_is_what_quantize_takes(self):
        told = self.analyze("--dre-energy", 0.5)
        made = self.run_json("quantize", FLOAT_TINY, "--calib", "photos", "-o", "q.onnx", "--optimizer", "wlopt",
                             "--dre-energy", 0.5)
        dre = [layer["name"] for layer in self.run_json("inspect", "q.onnx")["layers"] if layer["dre"]]
        self.assertEqual(made["layers_dre"], len(dre))
        self.assertEqual(sorted(dre), sorted(told["dre_layers"]))

    def test_the_same_for_every_number_of_threads(self):
        one = self.analyze("-j", 1)
        for threads in (2, 3):
            self.assertEqual(self.analyze("-j", threads), one)

    def test_metrics(self):
        self.assertEqual(self.analyze("--metric", "ssim")["metric"], "ssim")
        done = self.run_ok("analyze", FLOAT_TINY, "--calib-lr", "photos", "--json")
        self.assertIn("there are no originals", done.stderr)
        told = json.loads(done.stdout)
        self.assertEqual(told["metric"], "fidelity")
        self.assertGreater(told["layers"][-1]["drop"], 0)

    def test_the_chart_has_a_bar_a_layer(self):
        told = self.analyze("--chart", "chart.svg")
        root = xml.etree.ElementTree.parse(self.path("chart.svg")).getroot()
        titles = [title.text for title in root.iter("{http://www.w3.org/2000/svg}title")]
        self.assertEqual(titles, [row["name"] for row in told["layers"]])
        self.assertNotIn(b"href", self.path("chart.svg").read_bytes())

    def test_networks_with_nothing_to_choose(self):
        self.write("net.onnx", tiny_onnx.enlarger())
        told = self.run_json("analyze", "net.onnx", "--calib", "photos", "--chart", "chart.svg")
        self.assertEqual((told["layers"], told["dre_layers"]), ([], []))

    def test_what_cannot_be_done_is_refused(self):
        self.write("net.svg", FLOAT_TINY.read_bytes())
        self.run_ok("quantize", FLOAT_TINY, "--calib", "photos", "--uniform", 8, "-o", "q.onnx")
        for code, culprit, arguments in (
                (2, "--calib", [FLOAT_TINY]), (4, "gone", [FLOAT_TINY, "--calib", "gone"]),
                (3, "gone.onnx", ["gone.onnx", "--calib", "photos"]),
                (2, "quantized already", ["q.onnx", "--calib", "photos"]),
                (2, "ends in .svg", [FLOAT_TINY, "--calib", "photos", "--chart", "chart.png"]),
                (2, "is the model itself", ["net.svg", "--calib", "photos", "--chart", "net.svg"]),
                (4, "gone/chart.svg", [FLOAT_TINY, "--calib", "photos", "--chart", "gone/chart.svg"]),
                (2, "--dre-energy", [FLOAT_TINY, "--calib", "photos", "--dre-energy", 2]),
                (2, "--metric", [FLOAT_TINY, "--calib", "photos", "--metric", "best"])):
            self.assert_fails(code, culprit, "analyze", *arguments)


if __name__ == "__main__":
    nawqsr.main()
