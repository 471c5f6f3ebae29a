"""Searches of wordlengths: what they promise, and that they can be repeated, stopped and gone on with."""

import json
import shutil
import signal
import subprocess
import sys
import time

import nawqsr
import tiny_onnx
from nawqsr import FLOAT_TINY, SHARED, needs_shared

FIELDS = {"model", "layers", "layers_8bit", "layers_16bit", "layers_dre", "bops_reduction", "psnr_drop_db", "q_ref_db",
          "q_db", "search_seconds", "evaluations", "optimizer"}
BASELINES = ("wlopt", "annealing", "genetic", "random")
ISAS = ("scalar", "avx2", "avxvnni", "avx512vnni", "neon_dotprod", "neon_i8mm")
# Between what all layers at 8 bits keep of the made-up photographs, and all at 16.
MIXED = ("--fidelity", 62)


class SearchTest(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos")

    def arguments(self, *more, output="q.onnx", model=FLOAT_TINY):
        return ["quantize", model, "--calib", "photos", "-o", output, *more]

    def quantize(self, *more, **options):
        return self.run_json(*self.arguments(*more, **options))

    def layers(self, model="q.onnx"):
        return {layer["name"]: layer for layer in self.run_json("inspect", model)["layers"]}

    def read(self, name):
        return self.path(name).read_bytes()


class Search(SearchTest):
    def test_json_has_its_fields(self):
        result = self.quantize(*MIXED)
        self.assertLessEqual(FIELDS, result.keys())
        self.assertEqual((result["model"], result["optimizer"], result["layers_dre"]), ("tiny_x4_float", "knapsack", 0))
        self.assertEqual(result["layers_8bit"] + result["layers_16bit"], result["layers"])
        self.assertAlmostEqual(result["psnr_drop_db"], result["q_ref_db"] - result["q_db"], places=9)
        self.assertEqual((result["calibration_pictures"], result["search_pictures"]), (3, 3))

    def test_a_strict_tolerance_makes_a_mix(self):
        result = self.quantize(*MIXED)
        self.assertGreaterEqual(result["q"], MIXED[1])
        self.assertTrue(1 < result["bops_reduction"] < 2, result["bops_reduction"])
        bits = [layer["bits"] for layer in self.layers().values()]
        self.assertIn(8, bits)
        self.assertIn(16, bits)
        self.picture("a.png", 23, 19)
        self.assertEqual(self.run_json("-i", "a.png", "-o", "b.png", "-m", "q.onnx")["precision"], "hybrid")

    def test_less_may_be_lost_for_less_reduction(self):
        reductions = [self.quantize("--fidelity", fidelity)["bops_reduction"] for fidelity in (40, 60, 64, 70)]
        self.assertEqual(reductions, sorted(reductions, reverse=True))
        self.assertEqual(reductions[0], 2)
        self.assertLess(reductions[-1], 2)

    def test_the_tolerance_is_kept_in_its_metric(self):
        for arguments, metric in ((["--epsilon", 0.02], "psnr"), (["--metric", "ssim", "--epsilon", 0.0005], "ssim"),
                                  (["--fidelity", 61], "fidelity")):
            result = self.quantize(*arguments)
            self.assertEqual(result["metric"], metric)
            self.assertLessEqual(result["q_ref"] - result["q"], result["epsilon"])

    def test_a_tolerance_that_nothing_keeps_is_refused_with_the_reason(self):
        done = self.assert_fails(6, ["tiny_x4_float", "120", "most of it", "/b/"], *self.arguments("--fidelity", 120))
        self.assertRegex(done.stderr, r"the best has [0-9.]+ dB, [0-9.]+ dB too little")
        for optimizer in BASELINES:
            self.assert_fails(6, ["too little", "most of it", "/b/"],
                              *self.arguments("--fidelity", 120, "--optimizer", optimizer))

    def test_a_loss_that_is_too_large_is_told(self):
        self.path("one").mkdir()
        shutil.copy(nawqsr.ROOT / "docs" / "demo" / "cat_hr.png", self.path("one"))
        done = self.assert_fails(6, "most of it", "quantize", FLOAT_TINY, "--calib", "one", "-o", "q.onnx", "--epsilon", 0,
                                 "--weights", "per-tensor", "--rounding", "nearest")
        self.assertRegex(done.stderr, r"within 0 dB of the float network: the best loses [0-9.]+ dB, [0-9.]+ dB too much")

    def test_a_refused_search_leaves_older_files(self):
        for name in ("q.onnx", "q.html", "q.json"):
            self.write(name, b"what was there")
        self.assert_fails(6, "too little",
                          *self.arguments("--fidelity", 120, "--report", "q.html", "--save-recipe", "q.json"))
        for name in ("q.onnx", "q.html", "q.json"):
            self.assertEqual(self.read(name), b"what was there")

    def test_every_optimizer_keeps_the_tolerance(self):
        best = self.quantize(*MIXED)["bops_reduction"]
        for optimizer in BASELINES:
            result = self.quantize(*MIXED, "--optimizer", optimizer)
            self.assertEqual(result["optimizer"], optimizer)
            self.assertGreaterEqual(result["q"], MIXED[1], optimizer)
            self.assertLessEqual(result["bops_reduction"], best + 1e-9, optimizer)

    def test_a_budget_of_evaluations_is_kept(self):
        for optimizer in ("knapsack", *BASELINES):
            result = self.quantize("--fidelity", 40, "--optimizer", optimizer, "--budget-evals", 3)
            self.assertLessEqual(result["evaluations"], 3, optimizer)

    def test_a_budget_of_time_is_told_as_evaluations(self):
        result = self.quantize(*MIXED, "--optimizer", "random", "--budget-seconds", 0.2, "--report", "q.html")
        timed = self.read("q.onnx")
        self.assertIn(f"--budget-evals {result['budget_evaluations']}", self.path("q.html").read_text("utf-8"))
        again = self.quantize(*MIXED, "--optimizer", "random", "--budget-evals", result["budget_evaluations"])
        self.assertEqual(self.read("q.onnx"), timed)
        self.assertEqual(again["bops_reduction"], result["bops_reduction"])

    def test_the_best_ranges_are_as_good_as_each(self):
        def all8(ranges):
            result = self.quantize("--ranges", ranges, "--fidelity", 20)
            self.assertEqual(result["layers_16bit"], 0)
            return result["q"]
        best = all8("auto")
        for ranges in ("blend", "percentile", "mse"):
            self.assertGreaterEqual(best, all8(ranges) - 1e-9, ranges)

    def test_run_time_ranges_by_share_of_what_is_lost(self):
        counts = [self.quantize("--dre-energy", energy, "--fidelity", 50)["layers_dre"] for energy in (0, 0.3, 0.9, 1)]
        self.assertEqual(counts, sorted(counts))
        self.assertEqual(counts[0], 0)
        self.assertGreaterEqual(counts[1], 1)
        self.assertGreater(counts[3], counts[1])
        self.assertEqual(sum(layer["dre"] for layer in self.layers().values()), counts[3])
        self.quantize("--dre-energy", 0.3, "--dre-rule", "listing", "--fidelity", 50)
        clipped = self.quantize("--dre-energy", 1, "--dre-rule", "clipping", "--fidelity", 45)
        self.assertGreater(clipped["layers_8bit"], clipped["layers_dre"])

    def test_run_time_ranges_chosen_by_the_search(self):
        for optimizer in ("knapsack", "wlopt"):
            result = self.quantize("--dre-energy", "auto", *MIXED, "--optimizer", optimizer)
            self.assertGreaterEqual(result["q"], MIXED[1])
            self.assertEqual(sum(layer["dre"] for layer in self.layers().values()), result["layers_dre"])

    def test_paper_protocol(self):
        result = self.quantize("--protocol", "paper", "--epsilon", 0.1, "--optimizer", "wlopt", "--dre-energy", "grid")
        self.assertEqual((result["calibration_pictures"], result["search_pictures"]), (1, 1))

    def test_cost_in_time(self):
        result = self.quantize(*MIXED, "--cost", "time")
        self.assertEqual(result["cost"], "measured")
        for target in ("sdm865", "single-unit"):
            result = self.quantize(*MIXED, "--cost", "time", "--target", target)
            self.assertGreaterEqual(result["q"], MIXED[1], target)

    def test_layers_without_work_follow_what_they_feed_or_keep_16_bits(self):
        self.write("net.onnx", tiny_onnx.shuffler(middle="Sigmoid"))
        for free, count in (("follow", 0), ("16", 1)):
            result = self.quantize("--fidelity", 20, "--free-layers", free, model="net.onnx")
            self.assertEqual((result["layers_16bit"], result["bops_reduction"]), (count, 2))

    def test_small_pictures_alone_are_measured_against_the_float_output(self):
        done = self.run_ok("quantize", FLOAT_TINY, "--calib-lr", "photos", "-o", "q.onnx", "--json")
        self.assertIn("there are no originals", done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual((result["metric"], result["q_ref"]), ("fidelity", 46))
        self.assertGreaterEqual(result["q"], 46)

    def test_pairs_of_small_pictures_and_originals(self):
        self.path("large").mkdir()
        for i in range(3):
            self.run_ok("-i", f"photos/{i}.png", "-o", f"large/{i}_x4.png", "-n", "bicubic", "-s", 4)
        result = self.quantize_pairs()
        self.assertEqual(result["metric"], "psnr")
        self.assertLessEqual(result["q_ref"] - result["q"], 0.05)

    def quantize_pairs(self):
        return self.run_json("quantize", FLOAT_TINY, "--calib", "large", "--calib-lr", "photos", "-o", "q.onnx",
                             "--epsilon", 0.05)

    def test_originals_that_the_network_gives_exactly_are_no_measure(self):
        self.path("large").mkdir()
        for i in range(3):
            self.run_ok("-i", f"photos/{i}.png", "-o", f"large/{i}.png", "-m", FLOAT_TINY)
        self.assertEqual(self.quantize_pairs()["metric"], "fidelity")
        self.run_ok("-i", "photos/0.png", "-o", "large/0.png", "-n", "bicubic", "-s", 4, "--overwrite")
        result = self.quantize_pairs()
        self.assertEqual((result["metric"], result["search_pictures"]), ("psnr", 1))

    def test_ways_of_ranges_and_weights(self):
        for arguments in (["--ranges", "minmax"], ["--ranges", "percentile"], ["--ranges", "mse"],
                          ["--weights", "per-tensor"], ["--rounding", "nearest"], ["--headroom16", 1]):
            self.quantize("--fidelity", 35, *arguments)

    def test_what_contradicts_itself_is_refused(self):
        for culprit, arguments in (("--dre-energy", ["--dre-energy", "some"]), ("--dre-energy", ["--dre-energy", 1.5]),
                                   ("--dre-energy", ["--dre-energy", "nan"]), ("--optimizer", ["--optimizer", "best"]),
                                   ("--epsilon", ["--epsilon", -1]), ("--dre goes", ["--dre", "all"]),
                                   ("--keep16", ["--keep16", "*"]), ("--report", ["--uniform", 8, "--report", "q.html"]),
                                   ("--resume", ["--uniform", 8, "--resume"]), ("--target", ["--target", "moon"]),
                                   ("--budget-evals", ["--budget-evals", 0]), ("--metric", ["--metric", "best"]),
                                   ("--uniform and --recipe", ["--uniform", 8, "--recipe", "r.json"]),
                                   ("--fidelity", ["--fidelity", 50, "--epsilon", 0.1]),
                                   ("--fidelity", ["--fidelity", 50, "--metric", "ssim"])):
            self.assert_fails(2, culprit, *self.arguments(*arguments))


class Repeated(SearchTest):
    """The same inputs and seed give the same bytes."""

    def test_for_every_number_of_threads(self):
        for optimizer in ("knapsack", "genetic"):
            self.quantize(*MIXED, "--optimizer", optimizer, "-j", 1)
            wanted = self.read("q.onnx")
            for threads in (1, 2, 3):
                self.quantize(*MIXED, "--optimizer", optimizer, "-j", threads, output="again.onnx")
                self.assertEqual(self.read("again.onnx"), wanted, (optimizer, threads))

    def test_for_every_instruction_set(self):
        found = {}
        for isa in ISAS:
            done = self.run_plain(*self.arguments(*MIXED, "--json"), env={"NAWQSR_FORCE_ISA": isa})
            if done.returncode == 0:
                found[isa] = self.read("q.onnx")
            else:
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(isa, done.stderr)
        self.assertIn("scalar", found)
        for isa, model in found.items():
            self.assertEqual(model, found["scalar"], isa)

    def test_another_seed_draws_other_pictures(self):
        self.photographs("photos", 9)
        models = set()
        for seed in range(4):
            self.quantize("--fidelity", 40, "--calib-images", 3, "--seed", seed)
            models.add(self.read("q.onnx"))
        self.assertGreater(len(models), 1)


class Stopped(SearchTest):
    """A search that is killed goes on where it was."""

    SLOW = ("--fidelity", 60, "--optimizer", "random", "--budget-evals", 3000)

    def setUp(self):
        super().setUp()
        for i in range(8):
            self.picture(f"photos/large{i}.png", 480, 360,
                         sample=lambda x, y, c, i=i: (x * (3 + i) + y * 5 + c * 40 + (x * y) % 7 * 9) % 256)

    def start(self, *more):
        program = subprocess.Popen([nawqsr.BINARY, *map(str, self.arguments(*self.SLOW, *more))], cwd=self.folder,
                                   env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, encoding="utf-8")
        self.addCleanup(program.kill)
        return program

    def wait_for_memory(self, program):
        deadline = time.monotonic() + 120
        while not self.path("q.onnx.search").exists():
            self.assertIsNone(program.poll(), "it ended before anything was kept")
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def stop(self, sent):
        program = self.start()
        self.wait_for_memory(program)
        program.send_signal(sent)
        _, said = program.communicate(timeout=120)
        return program.returncode, said

    def test_killed_searches_go_on_to_the_same_bytes(self):
        fresh = self.quantize(*self.SLOW, output="fresh.onnx")
        code, _ = self.stop(signal.SIGKILL)
        self.assertEqual(code, -signal.SIGKILL)
        self.assertFalse(self.path("q.onnx").exists())
        resumed = self.quantize(*self.SLOW, "--resume")
        self.assertEqual(self.read("q.onnx"), self.read("fresh.onnx"))
        self.assertEqual(resumed["evaluations"], fresh["evaluations"])
        self.assertFalse(self.path("q.onnx.search").exists(), "a search that is done needs no memory")

    def test_ctrl_c_leaves_what_was_measured_and_nothing_else(self):
        before = {name for name, _ in self.files()}
        code, said = self.stop(signal.SIGINT)
        self.assertEqual(code, 130)
        self.assertIn("interrupted", said)
        self.assertEqual({name for name, _ in self.files()} - before, {"q.onnx.search"})
        kept = self.read("q.onnx.search")
        self.refuse_others(kept)
        self.run_ok(*self.arguments(*self.SLOW, "--resume"))

    def refuse_others(self, kept):
        self.assert_fails(2, ["q.onnx.search", "another model"],
                          *self.arguments(*self.SLOW, "--resume", "--ranges", "minmax"))
        for bad, culprit in ((kept[:len(kept) // 2], "damaged"), (kept.replace(b"6", b"8", 1), "damaged"),
                             (b"", "not the memory"), (b"anything", "not the memory")):
            self.write("q.onnx.search", bad)
            self.assert_fails(2, ["q.onnx.search", culprit], *self.arguments(*self.SLOW, "--resume"))
        self.path("q.onnx.search").unlink()
        self.path("q.onnx.search").mkdir()
        self.assert_fails(4, "q.onnx.search", *self.arguments(*self.SLOW, "--resume"))
        self.path("q.onnx.search").rmdir()
        self.write("q.onnx.search", kept)

    def test_without_a_memory_resume_begins_anew(self):
        self.quantize("--fidelity", 40, output="a.onnx")
        self.quantize("--fidelity", 40, "--resume", output="b.onnx")
        self.assertEqual(self.read("a.onnx"), self.read("b.onnx"))


@needs_shared
class Photographs(nawqsr.CliTest):
    """Real networks and photographs: the tolerance holds on pictures that the search never saw."""

    def check(self, model, least_reduction):
        self.run_ok("quantize", SHARED / "models" / f"{model}.onnx", "--calib", SHARED / "data" / "calib",
                    "--epsilon", 0.05, "-o", "q.onnx", "--json")
        reduction = self.run_json("inspect", "q.onnx")
        self.assertTrue(reduction["layers"])
        pictures = SHARED / "data" / "eval" / "Set5" / "x4"
        folders = ("--hr", pictures / "HR", "--lr", pictures / "LR")
        in_float = self.run_json("eval", SHARED / "models" / f"{model}.onnx", *folders)["psnr_y_db"]
        self.assertGreater(self.run_json("eval", "q.onnx", *folders)["psnr_y_db"], in_float - 0.06)
        self.assertGreaterEqual(self.run_json("quantize", SHARED / "models" / f"{model}.onnx", "--calib",
                                              SHARED / "data" / "calib", "--epsilon", 0.05, "-o", "q.onnx",
                                              "--dre-energy", "auto")["bops_reduction"], least_reduction)

    def test_tpsr(self):
        self.check("tpsr_x4", 1.9)


if __name__ == "__main__":
    if sys.argv[1:] == ["all"]:
        Search = Repeated = Stopped = None
        sys.argv.pop()
    else:
        Photographs = None
    nawqsr.main()
