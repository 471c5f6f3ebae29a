"""What `inspect` tells of a network, and of one that cannot be run."""

import json

import nawqsr
import tiny_onnx


class Inspect(nawqsr.CliTest):
    def test_embedded_network_as_json(self):
        result = self.run_json("inspect", "tiny_x4")
        self.assertEqual((result["model"], result["scale"], result["partitions"]), ("tiny_x4", 4, 1))
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
        layers = self.run_json("inspect", "tiny_x4")["layers"]
        table = self.run_ok("inspect", "tiny_x4").stdout
        for layer in layers:
            self.assertIn(layer["name"], table)

    def test_dump_has_a_line_for_every_node(self):
        self.write("x2.onnx", tiny_onnx.enlarger())
        lines = self.run_ok("inspect", "x2.onnx", "--dump", "--size", "6x4").stdout.splitlines()
        self.assertEqual(lines[0], "input %x [1,3,4,6]")
        self.assertTrue(lines[1].startswith("%y [1,3,8,12] = Resize nearest"), lines[1])
        self.assertEqual(lines[2], "output %y")

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
        self.assert_fails(2, "contradict", "inspect", "tiny_x4", "-n", "tiny_x4")
        self.assert_fails(3, "no model named 'other'", "inspect", "other")
        self.assert_fails(3, "gone.onnx", "inspect", "gone.onnx")


if __name__ == "__main__":
    nawqsr.main()
