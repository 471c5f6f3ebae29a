"""The arithmetic of the engine, seen from outside: which one runs, and that its bits depend on nothing else."""

import sys

import nawqsr
import tiny_onnx
from nawqsr import SHARED, needs_shared


class BitsTest(nawqsr.CliTest):
    def supported_isas(self):
        """Of those that a refusal lists."""
        refusal = self.assert_fails(2, "NAWQSR_FORCE_ISA='abacus' is unknown", "-i", "a.png", "-o", "b.png",
                                    env={"NAWQSR_FORCE_ISA": "abacus"})
        supported = []
        for isa in refusal.stderr.split("known:")[1].replace(",", " ").split():
            done = self.run_plain("-i", "a.png", "-o", "b.png", env={"NAWQSR_FORCE_ISA": isa})
            if done.returncode == 0:
                supported.append(isa)
            else:
                self.assertEqual(done.returncode, 2)
                self.assertIn(f"NAWQSR_FORCE_ISA='{isa}': this machine does not have it", done.stderr)
        self.assertIn("scalar", supported)
        return supported

    def results(self, model, *arguments, **options):
        self.run_ok("-i", "a.png", "-i", "deep.png", "-o", "out/", "--overwrite", "-m", model, *arguments, **options)
        return [self.path(f"out/{picture}").read_bytes() for picture in ("a.png", "deep.png")]


class Bits(BitsTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos", 2)
        self.picture("a.png", 37, 29)
        self.picture("deep.png", 21, 18, bits=16)
        self.write("luma.onnx", tiny_onnx.shuffler(1))
        for name, model in (("tiny", "tiny_x4_float"), ("luma", "luma.onnx")):
            for bits in (8, 16):
                self.run_ok("quantize", model, "--calib", "photos", "--uniform", bits, "-o", f"{name}{bits}.onnx")
        for name, dre in (("hybrid", "none"), ("dre", "/b/b.2/*,/b/b.4/*,/b/b.12/Conv")):
            self.run_ok("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", 8, "--keep16", "/b/b.4/*", "--dre", dre,
                        "-o", f"{name}.onnx")
        self.models = ["tiny_x4_float", "tiny8.onnx", "tiny16.onnx", "hybrid.onnx", "dre.onnx", "luma.onnx", "luma8.onnx",
                       "luma16.onnx"]

    def test_threads_change_nothing(self):
        for model in self.models:
            wanted = self.results(model, "-j", 1)
            for threads in (2, 5):
                with self.subTest(model=model, threads=threads):
                    self.assertEqual(self.results(model, "-j", threads), wanted)

    def test_threads_change_nothing_where_ranges_are_the_pictures_own(self):
        for precision in ("int8", "a16w8"):
            wanted = self.results("tiny_x4_float", "--precision", precision, "-j", 1)
            self.assertEqual(self.results("tiny_x4_float", "--precision", precision, "-j", 3), wanted)

    def test_instruction_sets_change_nothing(self):
        wanted = {model: self.results(model) for model in self.models}
        for isa in self.supported_isas():
            for model in self.models:
                with self.subTest(model=model, isa=isa):
                    self.assertEqual(self.results(model, env={"NAWQSR_FORCE_ISA": isa}), wanted[model])

    def test_an_instruction_set_that_is_unknown_or_not_there_is_refused_everywhere(self):
        for isa in ("abacus", "AVX2"):
            for command in (["-i", "a.png", "-o", "b.png"], ["eval", "tiny_x4_float", "--hr", "photos"],
                            ["bench", "tiny_x4_float"],
                            ["compile", "tiny_x4_float", "-o", "p.nawq"],
                            ["quantize", "tiny_x4_float", "--calib", "photos", "--uniform", "8", "-o", "q.onnx"]):
                self.assert_fails(2, f"NAWQSR_FORCE_ISA='{isa}'", *command, env={"NAWQSR_FORCE_ISA": isa})

    def test_an_empty_choice_is_none(self):
        self.assertEqual(self.results("tiny8.onnx", env={"NAWQSR_FORCE_ISA": ""}), self.results("tiny8.onnx"))


class Precision(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos", 1)
        self.picture("a.png", 12, 10)

    def test_one_that_the_file_does_not_have_is_refused(self):
        has = {"q8.onnx": "int8", "q16.onnx": "a16w8"}
        for bits in (8, 16):
            self.run_ok("quantize", "tiny_x4_float", "--calib", "photos", "--uniform", bits, "-o", f"q{bits}.onnx")
            self.run_ok("compile", f"q{bits}.onnx", "-o", f"q{bits}.nawq")
            has[f"q{bits}.nawq"] = has[f"q{bits}.onnx"]
        for model, own in has.items():
            others = {"int8", "a16w8", "hybrid"} - {own} | ({"fp32"} if model.endswith(".nawq") else set())
            for precision in sorted(others):
                for command in (["-i", "a.png", "-o", "b.png", "-m"], ["eval", "--hr", "photos"], ["bench"],
                                ["compile", "-o", "p.nawq"]):
                    with self.subTest(model=model, precision=precision, command=command[0]):
                        self.assert_fails(2, [model.split(".")[0], own], *command, model, "--precision", precision)

    def test_a_float_network_is_no_hybrid(self):
        for command in (["-i", "a.png", "-o", "b.png", "-n", "tiny_x4_float"], ["bench", "tiny_x4_float"],
                        ["eval", "tiny_x4_float", "--hr", "photos"]):
            self.assert_fails(2, "tiny_x4_float", *command, "--precision", "hybrid")

    def test_an_unknown_one_is_refused(self):
        self.assert_fails(2, "int4", "-i", "a.png", "-o", "b.png", "--precision", "int4")

    def test_what_the_engine_lacks_runs_on_the_reference_in_float_and_nowhere_else(self):
        self.write("odd.onnx", tiny_onnx.shuffler(middle="Floor"))
        for arguments in ([], ["--precision", "fp32"]):
            done = self.run_ok("-i", "a.png", "-o", "b.png", "-m", "odd.onnx", *arguments)
            self.assertIn("odd: node 'm' (Floor): the engine has no operation for this; the slow float32 reference runs",
                          done.stderr)
        for precision in ("int8", "a16w8"):
            self.assert_fails(3, ["odd", "'m' (Floor)"], "-i", "a.png", "-o", "c.png", "-m", "odd.onnx", "--precision",
                              precision)
            self.assert_fails(3, ["odd", "'m' (Floor)"], "bench", "odd.onnx", "--precision", precision)


@needs_shared
class BitsOfNetworks(BitsTest):
    def test_threads_and_instruction_sets_change_nothing(self):
        self.picture("a.png", 33, 26)
        self.picture("deep.png", 20, 17, bits=16)
        isas = self.supported_isas()
        models = sorted((SHARED / "models").glob("*.onnx"))
        self.assertGreater(len(models), 1)
        for model in models:
            for precision in ("fp32", "int8", "a16w8"):
                wanted = self.results(model, "--precision", precision, "-j", 1)
                for isa in isas:
                    with self.subTest(model=model.stem, precision=precision, isa=isa):
                        found = self.results(model, "--precision", precision, "-j", 3, env={"NAWQSR_FORCE_ISA": isa})
                        self.assertEqual(found, wanted)


if __name__ == "__main__":
    # "all": the shared networks, which take minutes; else everything but them.
    if sys.argv[1:] == ["all"]:
        Bits = Precision = None
        sys.argv.pop()
    else:
        BitsOfNetworks = None
    nawqsr.main()
