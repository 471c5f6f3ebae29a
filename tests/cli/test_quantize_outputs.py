"""What `quantize` writes: the network, its recipe, its report, and files for other runtimes."""

import html.parser
import json
import re
import resource
import shutil
import subprocess

import nawqsr
import tiny_onnx
from nawqsr import FLOAT_TINY

MIXED = ("--fidelity", 62)  # some layers in 8 bits, some in 16


class Page(html.parser.HTMLParser):
    """The texts of a page, and what it would fetch from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.texts, self.fetched = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.fetched += [value for name, value in attributes
                         if name in ("src", "href") and value and not value.startswith(("data:", "#"))]

    def handle_data(self, data):
        self.texts.append(data.strip())


class OutputTest(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.photographs("photos")
        self.picture("a.png", 23, 19)

    def quantize(self, *more, output="q.onnx"):
        return self.run_json("quantize", FLOAT_TINY, "--calib", "photos", "-o", output, *more)

    def read(self, name):
        return self.path(name).read_bytes()

    def enlarge(self, model, output):
        return self.run_json("-i", "a.png", "-o", output, "-m", model, "--overwrite")["precision"]


class Network(OutputTest):
    def test_it_enlarges_is_evaluated_compiled_and_inspected(self):
        told = self.quantize(*MIXED, "--dre-energy", 0.5)
        self.assertEqual(self.enlarge("q.onnx", "b.png"), "hybrid")
        self.assertEqual(self.run_json("eval", "q.onnx", "--hr", "photos")["precision"], "hybrid")
        layers = self.run_json("inspect", "q.onnx")["layers"]
        self.assertEqual(sum(layer["dre"] for layer in layers), told["layers_dre"])
        self.run_ok("compile", "q.onnx", "-o", "q.nawq")
        self.enlarge("q.nawq", "c.png")
        self.assert_same_picture("b.png", "c.png")

    def test_what_the_search_measured_is_what_the_file_gives(self):
        for name in ("photos/1.png", "photos/2.png"):
            self.path(name).unlink()
        told = self.quantize(*MIXED)
        measured = self.run_json("eval", "q.onnx", "--hr", "photos")
        self.assertAlmostEqual(measured["psnr_y_db"], told["q_db"], places=9)


class Recipe(OutputTest):
    def test_a_replay_gives_the_same_bytes(self):
        for arguments in (MIXED, (*MIXED, "--dre-energy", "auto"), ("--uniform", 8, "--keep16", "/b/b.2/*"),
                          ("--fidelity", 54, "--weights", "per-tensor", "--rounding", "nearest")):
            self.quantize(*arguments, "--save-recipe", "q.json", "--dynamic-onnx", "--encodings")
            beside = [path.name for path in self.folder.glob("q.*")]
            self.run_ok("quantize", FLOAT_TINY, "--recipe", "q.json", "-o", "again.onnx", "--save-recipe", "again.json",
                        "--dynamic-onnx", "--encodings")
            for name in beside:
                self.assertEqual(self.read(name), self.read(name.replace("q.", "again.", 1)), (arguments, name))

    def edit(self, change):
        recipe = json.loads(self.path("q.json").read_text("utf-8"))
        change(recipe)
        self.path("edited.json").write_text(json.dumps(recipe), "utf-8")

    def test_an_edited_recipe_is_followed(self):
        self.quantize("--uniform", 8, "--save-recipe", "q.json")

        def sixteen(recipe):
            layer = next(layer for layer in recipe["layers"] if layer["name"] == "/b/b.8/Conv")
            layer["bits"] = 16
            layer["dre"] = True
        self.edit(sixteen)
        told = self.run_json("quantize", FLOAT_TINY, "--recipe", "edited.json", "-o", "edited.onnx")
        self.assertEqual((told["layers_16bit"], told["layers_dre"]), (1, 1))
        layers = {layer["name"]: layer for layer in self.run_json("inspect", "edited.onnx")["layers"]}
        self.assertEqual((layers["/b/b.8/Conv"]["bits"], layers["/b/b.8/Conv"]["dre"]), (16, True))
        self.assertEqual(self.enlarge("edited.onnx", "b.png"), "hybrid")

    def test_recipes_that_cannot_be_followed_are_refused(self):
        self.quantize("--uniform", 8, "--save-recipe", "q.json")
        text = self.read("q.json")
        replay = ["quantize", FLOAT_TINY, "-o", "r.onnx", "--recipe"]
        self.assert_fails(2, "gone.json", *replay, "gone.json")
        self.assert_fails(2, "photos", *replay, "photos")
        for name, data in (("empty.json", b""), ("half.json", text[:len(text) // 2]), ("other.json", b"[1, 2]"),
                           ("picture.json", self.read("a.png"))):
            self.write(name, data)
            self.assert_fails(2, name, *replay, name)
        self.edit(lambda recipe: recipe["layers"][1].update(bits=12))
        self.assert_fails(2, "edited.json", *replay, "edited.json")
        self.edit(lambda recipe: recipe["layers"][1].update(name="nobody"))
        self.assert_fails(2, "edited.json", *replay, "edited.json")

    def test_a_recipe_of_another_network_is_refused(self):
        self.write("net.onnx", tiny_onnx.shuffler())
        self.quantize("--uniform", 8, "--save-recipe", "q.json")
        self.assert_fails(2, "q.json", "quantize", "net.onnx", "--recipe", "q.json", "-o", "r.onnx")


class Beside(OutputTest):
    def test_everything_at_once(self):
        self.quantize(*MIXED, "--dre-energy", 0.5, "--report", "page.html", "--save-recipe", "recipe.json",
                      "--dynamic-onnx", "--encodings")
        expected = {"q.onnx", "q.dynamic.onnx", "q.float.onnx", "q.encodings-1.0.0.json", "q.encodings-2.0.0.json",
                    "page.html", "recipe.json", "a.png", "photos"}
        self.assertEqual({path.name for path in self.folder.iterdir()}, expected)
        for name in ("q.encodings-1.0.0.json", "q.encodings-2.0.0.json", "recipe.json"):
            self.assertTrue(json.loads(self.path(name).read_text("utf-8")), name)
        self.assertEqual(self.enlarge("q.float.onnx", "b.png"), "fp32")
        for operator in (b"ReduceMin", b"ReduceMax"):
            self.assertIn(operator, self.read("q.dynamic.onnx"))
            self.assertNotIn(operator, self.read("q.onnx"))

    def test_two_outputs_in_one_file_are_refused(self):
        for output, arguments in (("./q.onnx", ["--dynamic-onnx", "--encodings", "--report", "q.html",
                                                "--save-recipe", "q.encodings-1.0.0.json"]),
                                  ("q.onnx", ["--encodings", "--save-recipe", "./q.encodings-2.0.0.json"]),
                                  ("q.onnx", ["--encodings", "--save-recipe", "photos/../q.encodings-2.0.0.json"])):
            self.assert_fails(2, "two outputs", "quantize", FLOAT_TINY, "--calib", "photos", "-o", output, *arguments)
        self.path("link").symlink_to(".")
        self.assert_fails(2, "two outputs", "quantize", FLOAT_TINY, "--calib", "photos", "-o", "q.onnx", "--encodings",
                          "--save-recipe", "link/q.encodings-2.0.0.json")

    def test_outputs_say_what_they_are(self):
        for culprit, arguments in (("a report ends in .html", ["--report", "q.onnx"]),
                                   ("a report ends in .html", ["--report", "photos/0.png"]),
                                   ("a recipe ends in .json", ["--save-recipe", "q.onnx"])):
            self.assert_fails(2, culprit, "quantize", FLOAT_TINY, "--calib", "photos", "-o", "q.onnx", *arguments)

    def test_inputs_are_not_overwritten(self):
        shutil.copy(FLOAT_TINY, self.path("net.onnx"))
        shutil.copy(FLOAT_TINY, self.path("net.float.onnx"))
        self.quantize("--uniform", 8, "--save-recipe", "q.json")
        for culprit, arguments in (
                ("net.onnx", ["net.onnx", "--calib", "photos", "-o", "net.onnx"]),
                ("net.float.onnx", ["net.float.onnx", "--calib", "photos", "-o", "net.onnx", "--encodings"]),
                ("q.json", [FLOAT_TINY, "--recipe", "q.json", "-o", "q.onnx", "--save-recipe", "q.json"])):
            self.assert_fails(2, culprit, "quantize", *arguments)

    def test_outputs_that_cannot_be_written_are_found_before_the_work(self):
        self.path("folder.html").mkdir()
        for code, culprit, arguments in ((4, "gone/r.html", ["--report", "gone/r.html"]),
                                         (2, "folder.html", ["--report", "folder.html"]),
                                         (4, "gone/r.json", ["--save-recipe", "gone/r.json"])):
            done = self.assert_fails(code, culprit, "quantize", FLOAT_TINY, "--calib", "photos", "-o", "q.onnx", *arguments)
            self.assertNotIn("photos/0.png", done.stderr)

    def test_a_full_disk_leaves_what_was_there(self):
        names = ("q.onnx", "q.html", "q.json", "q.dynamic.onnx", "q.float.onnx")
        for name in names:
            self.write(name, b"what was there")
        for limit_bytes in (1000, 20000, 200000):  # the first, some, all but the last of them cannot be written

            def limit(limit_bytes=limit_bytes):
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))
            self.assert_fails(4, "cannot be written", "quantize", FLOAT_TINY, "--calib", "photos", "-o", "q.onnx", *MIXED,
                              "--report", "q.html", "--save-recipe", "q.json", "--dynamic-onnx", "--encodings",
                              may_leave=["q.onnx.search"],  # of a search that took some seconds, to go on with
                              preexec_fn=limit)
            for name in names:
                self.assertEqual(self.read(name), b"what was there", (limit_bytes, name))


class Report(OutputTest):
    def page(self, *arguments):
        self.quantize(*arguments, "--report", "q.html")
        return self.path("q.html").read_text("utf-8")

    def test_it_shows_every_layer_and_needs_nothing_else(self):
        text = self.page(*MIXED, "--dre-energy", 0.5)
        page = Page(text)
        self.assertEqual(page.fetched, [])
        self.assertNotIn("<script", text)
        for layer in self.run_json("inspect", "q.onnx")["layers"]:
            if layer["op"] == "Conv":
                self.assertIn(layer["name"], page.texts)
        self.assertIn("data:image/png;base64,", text)
        rows = re.findall(r"<tr><td", text)
        self.assertEqual(len(rows), 11)

    def test_all_searches_have_one(self):
        for optimizer in ("knapsack", "wlopt", "annealing", "genetic", "random"):
            self.assertIn(optimizer, self.page("--optimizer", optimizer, *MIXED))

    def test_without_originals_and_with_one_measure(self):
        self.run_ok("quantize", FLOAT_TINY, "--calib-lr", "photos", "-o", "q.onnx", "--report", "q.html")
        self.assertIn("--calib-lr photos", self.path("q.html").read_text("utf-8"))
        self.page("--metric", "ssim", "--epsilon", 0.001)

    def test_its_command_repeats_it(self):
        self.path("my photos' copy").mkdir()
        for name in ("0.png", "1.png"):
            shutil.copy(self.path("photos") / name, self.path("my photos' copy"))
        self.run_ok("quantize", FLOAT_TINY, "--calib", "my photos' copy", "-o", "q.onnx", "--report", "q.html", *MIXED,
                    "--seed", 5, "--ranges", "percentile", "--optimizer", "genetic", "--dre-energy", 0.25)
        made = self.read("q.onnx")
        command = next(text for text in Page(self.path("q.html").read_text("utf-8")).texts
                       if text.startswith("nawqsr quantize /"))
        self.path("q.onnx").unlink()
        self.run_command_line(command)
        self.assertEqual(self.read("q.onnx"), made)

    def run_command_line(self, command):
        self.path("bin").mkdir()
        self.path("bin/nawqsr").symlink_to(nawqsr.BINARY)
        subprocess.run(["sh", "-c", command], cwd=self.folder, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=600,
                       env=self.environment(PATH=f"{self.path('bin')}:/usr/bin:/bin"))


if __name__ == "__main__":
    nawqsr.main()
