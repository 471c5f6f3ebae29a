"""quantize --protocol paper, the curve of tolerances, and half precision: what the paper's tables are made with."""

import json

import nawqsr


class Paper(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos", 21)

    def quantize(self, *arguments, output="q.onnx"):
        return self.run_json("quantize", nawqsr.FLOAT_TINY, "--calib", "photos", "-o", output, *arguments)

    def recipe(self, *arguments):
        self.quantize("--save-recipe", "r.json", *arguments)
        return json.loads(self.path("r.json").read_text(encoding="utf-8"))

    def test_a_tenth_of_the_pictures_is_for_everything(self):
        told = self.quantize("--protocol", "paper", "--epsilon", 1)
        self.assertEqual((told["calibration_pictures"], told["search_pictures"]), (2, 2))
        told = self.quantize("--protocol", "paper", "--uniform", 8)
        self.assertEqual(told["calibration_pictures"], 2)

    def test_there_is_at_least_one_picture(self):
        self.photographs("few", 3)
        told = self.run_json("quantize", nawqsr.FLOAT_TINY, "--calib", "few", "--protocol", "paper", "--epsilon", 1, "-o", "q.onnx")
        self.assertEqual((told["calibration_pictures"], told["search_pictures"]), (1, 1))

    def test_the_seed_draws_the_pictures(self):
        def q_ref(seed):
            return self.quantize("--protocol", "paper", "--epsilon", 1, "--seed", seed)["q_ref_db"]
        self.assertEqual(q_ref(3), q_ref(3))
        self.assertGreater(len({q_ref(seed) for seed in range(4)}), 1, "all seeds drew the same pictures")

    def test_weights_have_one_scale_and_ranges_no_headroom(self):
        recipe = self.recipe("--protocol", "paper", "--uniform", 8)
        for name, weights in recipe["weights"].items():
            self.assertEqual(len(set(weights["scales"])), 1, name)
        for name, ranges in recipe["ranges"].items():
            self.assertEqual(ranges["8"], ranges["16"], name)

    def test_wlopt_and_the_grid_of_energies_are_usual(self):
        usual = self.quantize("--protocol", "paper", "--epsilon", 1, output="usual.onnx")
        self.assertEqual(usual["optimizer"], "wlopt")
        self.quantize("--protocol", "paper", "--epsilon", 1, "--optimizer", "wlopt", "--dre-energy", "grid", output="told.onnx")
        self.assertEqual(self.path("usual.onnx").read_bytes(), self.path("told.onnx").read_bytes())
        other = self.quantize("--protocol", "paper", "--epsilon", 1, "--optimizer", "knapsack", "--dre-energy", 0)
        self.assertEqual((other["optimizer"], other["layers_dre"]), ("knapsack", 0))
        self.assertEqual(self.quantize("--epsilon", 1)["optimizer"], "knapsack")

    def test_layers_without_multiply_accumulates_follow(self):
        recipe = self.recipe("--protocol", "paper", "--epsilon", 10, "--dre-energy", 0)
        self.assertEqual({layer["bits"] for layer in recipe["layers"] if "bits" in layer}, {8})

    def test_drawn_run_time_ranges(self):
        drawn = set()
        for seed in range(1, 6):
            for file in ("one.json", "other.json"):
                told = self.quantize("--epsilon", 1, "--dre-energy", "random", "--seed", seed, "--save-recipe", file)
            self.assertEqual(self.path("one.json").read_bytes(), self.path("other.json").read_bytes())
            self.assertGreater(told["layers_dre"], 0)
            recipe = json.loads(self.path("one.json").read_text(encoding="utf-8"))
            drawn.add(tuple(layer["name"] for layer in recipe["layers"] if layer["dre"]))
        self.assertGreater(len(drawn), 1, "all seeds drew the same layers")
        self.assert_fails(2, "random", "quantize", nawqsr.FLOAT_TINY, "--calib", "photos", "--dre-energy", "randomly", "-o", "q.onnx")


class Curve(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos", 6)

    def curve(self, *arguments):
        return self.run_json("quantize", nawqsr.FLOAT_TINY, "--calib", "photos", *arguments)

    def test_more_tolerance_never_costs_more(self):
        for optimizer in ("knapsack", "wlopt"):
            told = self.curve("--curve", "2,0.001,0.05,0.5", "--optimizer", optimizer)
            self.assertEqual([point["epsilon"] for point in told["points"]], [2, 0.001, 0.05, 0.5])
            by_tolerance = sorted(told["points"], key=lambda point: point["epsilon"])
            for point in by_tolerance:
                self.assertEqual(point["holds"], point["loss"] <= point["epsilon"])
            reductions = [point["bops_reduction"] for point in by_tolerance if point["holds"]]
            if optimizer == "knapsack":
                self.assertEqual(reductions, sorted(reductions))
            self.assertEqual(by_tolerance[-1]["bops_reduction"], 2)
            self.assertGreater(told["full_network_runs"], 0)

    def test_the_knapsack_measures_once_for_all(self):
        one, many = (self.curve("--curve", tolerances)["evaluations"] for tolerances in ("0.01", "0.01,0.010001,0.010002"))
        self.assertLess(many, 3 * one)

    def test_how_well_noise_adds_is_told_on_request(self):
        self.assertNotIn("additivity", self.curve("--curve", "0.05"))
        told = self.curve("--curve", "0.05", "--curve-mixes", 8)["additivity"]
        self.assertTrue(0 < told["mixes"] <= 8)
        self.assertTrue(told["smallest"] <= told["mean"] <= told["largest"])

    def test_it_writes_nothing(self):
        before = self.files()
        text = self.run_ok("quantize", nawqsr.FLOAT_TINY, "--calib", "photos", "--curve", "0.05,0.1").stdout
        self.assertIn("0.0500", text)
        self.assertEqual(self.files(), before)

    def test_what_contradicts_it_is_refused(self):
        for more in (["-o", "q.onnx"], ["--report", "r.html"], ["--save-recipe", "r.json"], ["--uniform", 8], ["--resume"],
                     ["--fidelity", 40]):
            self.assert_fails(2, "--curve", "quantize", nawqsr.FLOAT_TINY, "--calib", "photos", "--curve", "0.05", *more)
        self.assert_fails(2, "--curve", "quantize", nawqsr.FLOAT_TINY, "--calib", "photos", "--curve", "-1")
        self.assert_fails(2, "--curve-mixes", "quantize", nawqsr.FLOAT_TINY, "--calib", "photos", "--curve-mixes", 3, "-o", "q.onnx")
        self.assert_fails(2, "--output", "quantize", nawqsr.FLOAT_TINY, "--calib", "photos")
        self.photographs("small", 2)
        self.assert_fails(2, "--curve needs originals", "quantize", nawqsr.FLOAT_TINY, "--calib-lr", "small", "--curve", "0.05")


class HalfPrecision(nawqsr.CliTest):
    def test_it_is_close_to_float_but_not_float(self):
        photograph = nawqsr.ROOT / "docs" / "demo" / "cat_lr.png"
        for precision in ("fp32", "fp16"):
            told = self.run_json("-i", photograph, "-o", f"{precision}.png", "-m", nawqsr.FLOAT_TINY, "--precision", precision)
            self.assertEqual(told["precision"], precision)
        apart = self.run_json("compare", "fp32.png", "fp16.png")
        self.assertFalse(apart["identical"])
        self.assertGreater(apart["psnr_db"], 55)

    def test_it_is_said_to_be_a_simulation(self):
        self.photographs("photos", 1)
        done = self.run_ok("eval", nawqsr.FLOAT_TINY, "--hr", "photos", "--precision", "fp16")
        self.assertIn("half precision is simulated", done.stderr)

    def test_the_engine_and_quantized_files_have_none(self):
        self.photographs("photos", 1)
        self.assert_fails(2, "fp16", "bench", nawqsr.FLOAT_TINY, "--precision", "fp16", "--runs", 1)
        self.assert_fails(2, "fp16", "compile", nawqsr.FLOAT_TINY, "--precision", "fp16", "-o", "p.nawq")
        self.run_ok("quantize", nawqsr.FLOAT_TINY, "--calib", "photos", "--uniform", 8, "-o", "q.onnx")
        self.assert_fails(2, "fp16", "eval", "q.onnx", "--hr", "photos", "--precision", "fp16")


if __name__ == "__main__":
    nawqsr.main()
