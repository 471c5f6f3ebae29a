"""Compiled programs: what runs a network runs its .nawq file alike, and refuses what is not one."""

import nawqsr
import tiny_onnx


class Compile(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos", 2)
        self.picture("a.png", 23, 19)
        self.picture("deep.png", 11, 14, bits=16)
        self.run_ok("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 8, "-o", "q8.onnx")
        self.run_ok("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 16, "-o", "q16.onnx")
        self.write("luma.onnx", tiny_onnx.shuffler(1))

    def test_json_has_its_fields(self):
        result = self.run_json("compile", "q8.onnx", "-o", "p.nawq")
        self.assertGreater(result.pop("operations"), 5)
        self.assertEqual(result, {"model": "q8", "precision": "int8", "output": "p.nawq",
                                  "bytes": self.path("p.nawq").stat().st_size})

    def test_a_program_equals_its_network(self):
        for model, precision in (("q8.onnx", "int8"), ("q16.onnx", "a16w8"), ("tiny_x4_float", "fp32"), ("luma.onnx", "fp32")):
            self.run_ok("compile", model, "-o", "p.nawq")
            for picture in ("a.png", "deep.png"):
                with self.subTest(model=model, picture=picture):
                    results = [self.run_json("-i", picture, "-o", output, "-m", path)
                               for output, path in (("b.png", model), ("c.png", "p.nawq"))]
                    self.assertEqual([result["precision"] for result in results], [precision] * 2)
                    self.assertEqual(self.path("b.png").read_bytes(), self.path("c.png").read_bytes())

    def test_eval_and_bench_take_programs(self):
        self.run_ok("compile", "q8.onnx", "-o", "p.nawq")
        results = [self.run_json("eval", path, "--hr", "photos") for path in ("q8.onnx", "p.nawq")]
        for result in results:
            result.pop("seconds")
        self.assertEqual(*results)
        result = self.run_json("bench", "p.nawq", "--size", "16x12", "--runs", 1)
        self.assertEqual((result["model"], result["precision"]), ("q8", "int8"))

    def test_a_precision_may_be_chosen_when_compiling(self):
        done = self.run_ok("compile", "tiny_x4_float", "--precision", "int8", "-o", "p.nawq", "--json")
        self.assertIn('"precision":"int8"', done.stdout)
        self.assertIn("made-up picture", done.stderr)
        self.assertEqual(self.run_json("compile", "q8.onnx", "--precision", "fp32", "-o", "p.nawq")["precision"], "fp32")

    def test_a_program_is_the_same_for_any_threads_and_instruction_set(self):
        self.run_ok("compile", "q8.onnx", "-o", "p.nawq")
        for threads, isa in ((1, ""), (3, "scalar")):
            self.run_ok("compile", "q8.onnx", "-o", "q.nawq", "-j", threads, env={"NAWQSR_FORCE_ISA": isa})
            self.assertEqual(self.path("p.nawq").read_bytes(), self.path("q.nawq").read_bytes())

    def test_outputs_are_refused(self):
        self.run_ok("compile", "q8.onnx", "-o", "p.nawq")
        self.path("folder.nawq").mkdir()
        for code, culprit, model, output in ((2, "p.onnx: a compiled program ends in .nawq", "q8.onnx", "p.onnx"),
                                             (2, "folder.nawq: is a folder", "q8.onnx", "folder.nawq"),
                                             (4, "gone/p.nawq", "q8.onnx", "gone/p.nawq"),
                                             (2, "is the model itself", "p.nawq", "./p.nawq")):
            self.assert_fails(code, culprit, "compile", model, "-o", output)
        self.assert_fails(2, "--output", "compile", "q8.onnx")

    def test_networks_are_refused(self):
        self.assert_fails(3, "gone.onnx", "compile", "gone.onnx", "-o", "p.nawq")
        self.write("odd.onnx", tiny_onnx.shuffler(middle="Floor"))
        self.assert_fails(3, ["odd", "'m' (Floor)"], "compile", "odd.onnx", "-o", "p.nawq")


class BadProgram(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.picture("a.png")
        self.picture("hr/a.png", 40, 32)
        self.run_ok("compile", "tiny_x4_float", "-o", "good.nawq")
        self.whole = self.path("good.nawq").read_bytes()

    def assert_refused(self, data, culprit="bad.nawq"):
        self.write("bad.nawq", data)
        for command in (["-i", "a.png", "-o", "b.png", "-m"], ["eval", "--hr", "hr"], ["bench"], ["inspect"],
                        ["compile", "-o", "c.nawq"]):
            self.assert_fails(3, ["bad.nawq", culprit], *command, "bad.nawq")

    def test_truncated_anywhere(self):
        for share in (0, 1, 30, 70, 99):
            self.assert_refused(self.whole[:len(self.whole) * share // 100])

    def test_other_files(self):
        self.assert_refused(b"hello " * 100, "not a .nawq file")
        self.assert_refused(tiny_onnx.shuffler(), "not a .nawq file")

    def test_a_changed_byte_anywhere(self):
        for place in range(20, len(self.whole), len(self.whole) // 7):
            data = bytearray(self.whole)
            data[place] ^= 0x40
            self.assert_refused(bytes(data))

    def test_bytes_too_many(self):
        self.assert_refused(self.whole + b"\0")

    def test_missing(self):
        self.assert_fails(3, "gone.nawq", "-i", "a.png", "-o", "b.png", "-m", "gone.nawq")


if __name__ == "__main__":
    nawqsr.main()
