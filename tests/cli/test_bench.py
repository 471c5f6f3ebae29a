"""What `bench` says; how fast anything is, is not tested here."""

import nawqsr
import tiny_onnx

QUICK = ["--size", "24x16", "--runs", 2]


class Bench(nawqsr.CliTest):
    def assert_sane(self, result):
        for field in ("median_ms", "min_ms", "gmac", "gmac_per_s", "bind_ms", "activation_bytes", "weights_bytes"):
            self.assertGreater(result[field], 0, field)
        self.assertLessEqual(result["min_ms"], result["median_ms"])
        self.assertAlmostEqual(result["gmac_per_s"], result["gmac"] / result["median_ms"] * 1000,
                               delta=result["gmac_per_s"] / 1000)
        for unit in ("a8", "a16", "f32"):
            self.assertGreater(result["peak_gmac_per_s"][unit], 0, unit)
        self.assertTrue(0 < result["peak_fraction"] < 1.2, result["peak_fraction"])
        self.assertGreater(result["rss_bytes"], 1 << 20)

    def test_json_has_its_fields(self):
        result = self.run_json("bench", "tiny_x4_float", "-j", 1, *QUICK)
        self.assertEqual((result["model"], result["input"], result["threads"], result["precision"]),
                         ("tiny_x4_float", [24, 16], 1, "fp32"))
        self.assert_sane(result)

    def test_a_float_network_is_measured_in_any_arithmetic(self):
        for precision in ("int8", "a16w8"):
            result = self.run_json("bench", "tiny_x4_float", "--precision", precision, *QUICK)
            self.assertEqual(result["precision"], precision)
            self.assert_sane(result)

    def test_work_is_that_of_the_graph(self):
        macs = self.run_json("inspect", "tiny_x4_float", "--size", "24x16")["macs"]
        for precision in ("fp32", "int8"):
            result = self.run_json("bench", "tiny_x4_float", "--precision", precision, *QUICK)
            self.assertAlmostEqual(result["gmac"], macs / 1e9, delta=macs / 1e12)
            self.assertEqual(sum(layer["macs"] for layer in result["layers"]), macs)

    def test_layers_have_names_times_and_wordlengths(self):
        self.photographs("photos", 1)
        self.run_ok("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 8, "--keep16", "/b/b.4/*", "-o", "q.onnx")
        result = self.run_json("bench", "q.onnx", *QUICK)
        layers = result["layers"]
        self.assertEqual({layer["bits"] for layer in layers}, {8, 16})
        self.assertAlmostEqual(result["layers_ms"], sum(layer["median_us"] for layer in layers) / 1000)
        self.assertLess(result["between_layers_ms"], result["median_ms"])
        self.assertFalse(any(layer["converts_only"] for layer in layers))  # they write what their readers need
        for layer in layers:
            self.assertGreaterEqual(layer["median_us"], 0)
            self.assertGreater(layer["macs"], 0)
        text = self.run_ok("bench", "q.onnx", "--layers", *QUICK).stdout
        for layer in layers:
            self.assertIn(f"{layer['name']} ({layer['kind']})", text)
        self.assertNotIn(layers[0]["name"], self.run_ok("bench", "q.onnx", *QUICK).stdout)

    def test_luma_networks(self):
        self.photographs("photos", 1)
        self.write("luma.onnx", tiny_onnx.shuffler(1))
        for precision in ("fp32", "int8", "a16w8"):
            self.assert_sane(self.run_json("bench", "luma.onnx", "--precision", precision, *QUICK))

    def test_mappings_of_the_last_shuffle(self):
        bytes_of = {}
        for mapping in ("store", "4d", "6d"):
            result = self.run_json("bench", "tiny_x4_float", "--precision", "int8", "--upsample", mapping, *QUICK)
            self.assertEqual(result["upsample"], mapping)
            bytes_of[mapping] = result["activation_bytes"]
        self.assertLess(bytes_of["store"], min(bytes_of["4d"], bytes_of["6d"]))
        self.write("enlarger.onnx", tiny_onnx.enlarger())
        self.assert_fails(2, ["enlarger", "pixel shuffle"], "bench", "enlarger.onnx", "--upsample", "4d", *QUICK)

    def test_a_picture_below_what_a_fixed_network_takes_is_enlarged(self):
        self.write("fixed.onnx", tiny_onnx.enlarger(width=16, height=12))
        self.assertEqual(self.run_json("bench", "fixed.onnx", "--size", "5x3", "--runs", 1)["input"], [16, 12])
        self.assert_fails(3, ["fixed", "16x12"], "bench", "fixed.onnx", "--size", "17x12", "--runs", 1)

    def test_instruction_set_is_the_forced_one(self):
        self.assertEqual(self.run_json("bench", "tiny_x4_float", *QUICK, env={"NAWQSR_FORCE_ISA": "scalar"})["isa"], "scalar")

    def test_bad_arguments(self):
        self.assert_fails(2, "--size: '0x3'", "bench", "--size", "0x3")
        self.assert_fails(2, "--runs", "bench", "--runs", 0)
        self.assert_fails(2, "--upsample", "bench", "--upsample", "5d")
        self.assert_fails(2, "contradict", "bench", "tiny_x4_float", "-n", "tiny_x4_float")
        self.assert_fails(3, "no model named 'other'", "bench", "other")
        self.assert_fails(3, "gone.onnx", "bench", "gone.onnx")


if __name__ == "__main__":
    nawqsr.main()
