"""What `inspect` tells of a network, and of one that cannot be run."""

import json

import nawqsr
import tiny_onnx


class Inspect(nawqsr.CliTest):
    def test_embedded_network_as_json(self):
        result = self.run_json("inspect", "tiny_x4_float")
        self.assertEqual((result["model"], result["scale"], result["partitions"]), ("tiny_x4_float", 4, 1))
        for layer in result["layers"]:
            self.assertLessEqual({"name", "op", "macs", "bits", "dre", "partition"}, layer.keys())
        self.assertEqual(sum(layer["macs"] for layer in result["layers"]), result["macs"])
        self.assertGreater(result["receptive_field"], 3)
        self.assertEqual(result["weights_bytes"], 4 * result["weights"])
        self.assertEqual(result["unsupported"], [])

    def test_work_grows_with_the_picture(self):
        small = self.run_json("inspect", "--size", "64x48")["macs"]
        self.assertEqual(self.run_json("inspect", "--size", "128x96")["macs"], 4 * small)

    def test_table_names_every_layer(self):
        layers = self.run_json("inspect", "tiny_x4_float")["layers"]
        table = self.run_ok("inspect", "tiny_x4_float").stdout
        for layer in layers:
            self.assertIn(layer["name"], table)

    def test_dump_has_a_line_for_every_node(self):
        self.write("x2.onnx", tiny_onnx.enlarger())
        lines = self.run_ok("inspect", "x2.onnx", "--dump", "--size", "6x4").stdout.splitlines()
        self.assertEqual(lines[0], "input %x [1,3,4,6]")
        self.assertTrue(lines[1].startswith("%y [1,3,8,12] = Resize nearest"), lines[1])
        self.assertEqual(lines[2], "output %y")

    def schedule(self, *arguments):
        return self.run_json("inspect", "tiny_x4_float", "--schedule", "--precision", "int8", *arguments)

    def test_schedule_has_the_work_of_the_network_and_follows_the_target(self):
        target = {"name": "one", "units": [{"name": "a", "gmac_per_s": {"8": 100}}]}
        self.write("one.json", json.dumps(target).encode())
        result = self.schedule("--target", "one.json", "--size", "64x48")
        macs = self.run_json("inspect", "tiny_x4_float", "--size", "64x48")["macs"]
        self.assertEqual([(p["bits"], p["unit"], p["macs"]) for p in result["partitions"]], [(8, "a", macs)])
        self.assertAlmostEqual(result["picture_us"], macs / 100e3)
        self.assertAlmostEqual(result["pipelined_us"], result["one_by_one_us"])

    @nawqsr.needs_shared
    def test_units_that_work_beside_one_another_make_a_hybrid_faster(self):
        self.run_ok("quantize", nawqsr.SHARED / "models" / "tpsr_x4.onnx", "--calib", nawqsr.SHARED / "data" / "calib",
                    "--calib-images", 1, "--uniform", 8, "--keep16", "/middle*", "-o", "hybrid.onnx")
        result = self.run_json("inspect", "hybrid.onnx", "--schedule", "--target", "sdm865")
        self.assertEqual([(p["bits"], p["unit"]) for p in result["partitions"]], [(8, "HVX"), (16, "HTA"), (8, "HVX")])
        self.assertAlmostEqual(result["switching_us"], 2 * 39.25)
        busiest = max(sum(p["compute_us"] + p["conversion_us"] + p["switch_us"]
                          for p in result["partitions"] if p["unit"] == unit) for unit in ("HVX", "HTA"))
        self.assertGreaterEqual(result["pipelined_us"], busiest - 1e-6)
        self.assertLess(result["pipelined_us"], result["one_by_one_us"])
        table = self.run_ok("inspect", "hybrid.onnx", "--schedule", "--target", "sdm865").stdout
        self.assertIn("3 partitions", table)
        self.assertIn("HTA", table)

    def test_this_machine_is_a_target(self):
        result = self.schedule("--target", "cpu")
        self.assertEqual({p["unit"] for p in result["partitions"]}, {"CPU"})
        self.assertGreater(result["picture_us"], 0)

    def test_targets_that_make_no_sense_are_refused(self):
        unit = {"name": "a", "gmac_per_s": {"8": 1}}
        inspect = ("inspect", "tiny_x4_float", "--schedule", "--precision", "int8", "--target")
        for culprit, target in (("is no object", []), ("needs 'name' and 'units'", {"name": "x"}),
                                ("'speed' is unknown", {"name": "x", "units": [unit], "speed": 1}),
                                ("'4' is unknown", {"name": "x", "units": [{"name": "a", "gmac_per_s": {"4": 1}}]}),
                                ("'8' is no number", {"name": "x", "units": [{"name": "a", "gmac_per_s": {"8": 0}}]}),
                                ("a unit needs", {"name": "x", "units": [{"name": "a"}]}),
                                ("'switch_us' is no number", {"name": "x", "units": [unit], "switch_us": -1}),
                                ("'same_io' is neither", {"name": "x", "units": [unit], "same_io": 1}),
                                ("'largest_rank' is no whole", {"name": "x", "units": [unit], "largest_rank": 4.5}),
                                ("no unit for 8 bits", {"name": "x", "units": [{"name": "a", "gmac_per_s": {"16": 1}}]})):
            self.write("target.json", json.dumps(target).encode())
            self.assert_fails(2, culprit, *inspect, "target.json")
        self.write("target.json", b"{")
        self.assert_fails(2, "target.json: is no JSON", *inspect, "target.json")
        self.assert_fails(2, ["'nowhere'", "sdm865"], *inspect, "nowhere")
        self.assert_fails(2, "no unit for float32", "inspect", "tiny_x4_float", "--schedule", "--target", "sdm865")
        self.assert_fails(2, "--schedule", "inspect", "tiny_x4_float", "--target", "cpu")

    def test_a_fixed_size_is_the_usual_size(self):
        self.write("fixed.onnx", tiny_onnx.enlarger(width=16, height=12))
        self.assertIn("16x12", self.run_ok("inspect", "fixed.onnx").stdout)

    def test_facts_of_the_file(self):
        self.write("bgr.onnx", tiny_onnx.enlarger(metadata=(("input_range", "255"), ("colour", "bgr"))))
        result = self.run_json("inspect", "bgr.onnx")
        self.assertEqual((result["input_range"], result["colour"], result["opset"]), (255, "BGR", 13))
        self.assertEqual(self.run_json("inspect", "bgr.onnx", "--colour", "rgb")["colour"], "RGB")

    def test_facts_that_are_missing_are_found_out_aloud(self):
        self.write("silent.onnx", tiny_onnx.enlarger(metadata=()))
        said = self.run_ok("inspect", "silent.onnx").stderr
        self.assertIn("--input-range overrides", said)
        self.assertIn("--colour bgr overrides", said)
        said = self.run_ok("inspect", "silent.onnx", "--input-range", "1", "--colour", "rgb").stderr
        self.assertEqual(said, "")

    def test_all_unsupported_nodes_are_listed_at_once(self):
        self.write("odd.onnx", tiny_onnx.model([
            tiny_onnx.node("GridSample", ["x", "x"], ["a"], name="warp"),
            tiny_onnx.node("Relu", ["a"], ["b"], name="fine"),
            tiny_onnx.node("Einsum", ["b"], ["c"], name="sum"),
            tiny_onnx.node("DepthToSpace", ["x"], ["d"], name="shuffle", blocksize=2, mode="XYZ"),
            tiny_onnx.node("Relu", ["c"], ["y"])]))
        text = self.assert_fails(3, "odd.onnx: 3 nodes are not supported", "inspect", "odd.onnx").stdout
        for part in ("'warp' (GridSample)", "'sum' (Einsum)", "'shuffle' (DepthToSpace): mode=XYZ"):
            self.assertIn(part, text)
        done = self.assert_fails(3, "odd.onnx", "inspect", "odd.onnx", "--json")
        self.assertEqual([n["node"] for n in json.loads(done.stdout)["unsupported"]], ["warp", "sum", "shuffle"])

    def test_bad_arguments(self):
        self.assert_fails(2, "--size: '0x3'", "inspect", "--size", "0x3")
        self.assert_fails(2, "contradict", "inspect", "tiny_x4_float", "-n", "tiny_x4_float")
        self.assert_fails(3, "no model named 'other'", "inspect", "other")
        self.assert_fails(3, "gone.onnx", "inspect", "gone.onnx")


if __name__ == "__main__":
    nawqsr.main()
