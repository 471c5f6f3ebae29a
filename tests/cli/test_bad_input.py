"""Everything that can be wrong: the exit code, a message that names the culprit, and no file left behind."""

import os
import resource

import nawqsr
import tiny_onnx
import tiny_png
from nawqsr import SHARED, as_user, needs_shared


class BadPicture(nawqsr.CliTest):
    def assert_refused(self, code, culprit, *arguments):
        self.assert_fails(code, culprit, "-i", *arguments, "-o", "out.png")

    def test_missing(self):
        self.assert_refused(1, "gone.png: no such file", "gone.png")
        self.assert_refused(1, "gone/a.png: no such file", "gone/a.png")

    def test_missing_into_a_new_folder_makes_no_folder(self):
        self.assert_fails(1, "gone.png", "-i", "gone.png", "-o", "new/")

    def test_empty(self):
        self.write("empty.png", b"")
        self.assert_refused(1, "empty.png: the file is empty", "empty.png")

    def test_no_picture(self):
        self.write("text.png", b"hello " * 100)
        self.assert_refused(1, "text.png: is not a PNG, JPEG", "text.png")

    def test_truncated_anywhere(self):
        whole = tiny_png.encode(40, 40)
        self.picture("whole.png", 40, 40)
        self.run_ok("-i", "whole.png", "-o", "whole.jpg", "-s", 1, "-n", "bicubic")
        jpeg = self.path("whole.jpg").read_bytes()
        for name, data in (("cut.png", whole), ("cut.jpg", jpeg)):
            for share in (2, 20, 50, 80):
                self.write(name, data[:len(data) * share // 100])
                self.assert_refused(1, name, name)

    @needs_shared
    def test_truncated_photo(self):
        self.assert_refused(1, "truncated.jpg", SHARED / "data" / "edge" / "truncated.jpg")

    def test_zero_sized(self):
        for width, height in ((0, 5), (5, 0)):
            data = tiny_png.MAGIC + tiny_png.header(width, height) + tiny_png.chunk(b"IEND", b"")
            self.write("zero.png", data)
            self.assert_refused(1, "zero.png", "zero.png")

    def test_folder_with_a_pictures_name(self):
        self.picture("folder.png/a.png")
        self.assert_refused(2, "folder.png: is a folder", "folder.png")

    def test_not_a_regular_file(self):
        os.mkfifo(self.path("pipe.png"))
        self.assert_refused(1, "pipe.png: is not a regular file", "pipe.png")
        self.assert_refused(1, "/dev/zero: is not a regular file", "/dev/zero")

    def test_name_that_is_too_long(self):
        self.assert_refused(1, "name too long", "a" * 300 + ".png")

    def test_control_characters_of_names_are_not_passed_to_the_terminal(self):
        done = self.assert_fails(1, "?]red?.png: no such file", "-i", "\x1b]red\n.png", "-o", "out.png")
        self.assertNotIn("\x1b", done.stderr)

    @as_user
    def test_unreadable(self):
        self.picture("secret.png").chmod(0)
        self.assert_refused(1, "secret.png: Permission denied", "secret.png")


class BadModel(nawqsr.CliTest):
    def assert_refused(self, culprit, data, name="bad.onnx"):
        self.picture("a.png")
        self.write(name, data)
        self.assert_fails(3, [name, *([culprit] if isinstance(culprit, str) else culprit)], "-i", "a.png", "-o",
                          "out.png", "-m", name)

    def test_missing_or_no_file(self):
        self.picture("a.png")
        os.mkfifo(self.path("pipe.onnx"))
        self.path("folder.onnx").mkdir()
        for name in ("gone.onnx", "gone/x.onnx", "pipe.onnx", "folder.onnx", "/dev/zero", "b" * 300 + ".onnx"):
            self.assert_fails(3, os.path.basename(name)[:100], "-i", "a.png", "-o", "out.png", "-m", name)

    def test_empty_truncated_or_other(self):
        whole = (nawqsr.ROOT / "models" / "tiny_x4_float.onnx").read_bytes()
        self.assert_refused("is empty", b"")
        self.assert_refused("not an ONNX file", b"hello " * 100)
        self.assert_refused("not an ONNX file", tiny_png.encode(8, 8))
        for share in (1, 30, 70, 99):
            self.assert_refused("truncated", whole[:len(whole) * share // 100])

    def test_classifier(self):
        nodes = [tiny_onnx.node("GlobalAveragePool", ["x"], ["g"]), tiny_onnx.node("Flatten", ["g"], ["y"])]
        outputs = [tiny_onnx.value_info("y", [1, 3])]
        self.assert_refused("not a super-resolution network", tiny_onnx.model(nodes, outputs=outputs))

    def test_two_outputs(self):
        nodes = [tiny_onnx.node("Relu", ["x"], ["y"]), tiny_onnx.node("Neg", ["x"], ["z"])]
        outputs = [tiny_onnx.value_info(name, [1, 3, 0, 0]) for name in "yz"]
        self.assert_refused(["2 outputs", "'y', 'z'"], tiny_onnx.model(nodes, outputs=outputs))

    def test_scale_that_is_no_integer(self):
        self.assert_refused("no integer scale", tiny_onnx.enlarger(1.5))
        self.assert_refused("no integer scale", tiny_onnx.enlarger(0.5))

    def test_unknown_operator(self):
        nodes = [tiny_onnx.node("GridSample", ["x", "x"], ["y"], name="warp")]
        self.assert_refused("node 'warp' (GridSample)", tiny_onnx.model(nodes))

    def test_unsupported_data_type(self):
        nodes = [tiny_onnx.node("Relu", ["x"], ["y"])]
        inputs = [tiny_onnx.value_info("x", [1, 3, 0, 0], tiny_onnx.DOUBLE)]
        self.assert_refused("double", tiny_onnx.model(nodes, inputs=inputs))

    def test_range_that_cannot_be_found_out(self):
        nodes = [tiny_onnx.node("Mul", ["x", "seven"], ["y"])]
        self.assert_refused("state --input-range", tiny_onnx.model(nodes, [tiny_onnx.tensor("seven", [1], [7.0])]))

    def test_metadata_that_contradicts(self):
        self.assert_refused("metadata scale is '4'", tiny_onnx.enlarger(2.0, metadata=(("scale", "4"),)))
        self.assert_refused("metadata input_range", tiny_onnx.enlarger(metadata=(("input_range", "2"),)))
        self.assert_refused("metadata colour", tiny_onnx.enlarger(metadata=(("colour", "CMYK"),)))

    def test_picture_larger_than_a_fixed_size(self):
        self.picture("a.png", 40, 40)
        self.write("fixed.onnx", tiny_onnx.enlarger(width=16, height=12))
        self.assert_fails(3, ["a.png", "16x12", "40x40"], "-i", "a.png", "-o", "out.png", "-m", "fixed.onnx")


class BadOutput(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.picture("a.png", 200, 100)

    def assert_refused(self, code, culprit, output, **options):
        self.assert_fails(code, culprit, "-i", "a.png", "-o", output, "-n", "bicubic", **options)

    def test_folder_that_is_missing_or_a_file(self):
        self.assert_refused(4, "gone/out.png", "gone/out.png")
        self.assert_refused(4, "a.png/out.png", "a.png/out.png")
        self.assert_refused(4, "a.png/deep", "a.png/deep/")

    def test_folder_where_a_file_is_needed(self):
        self.path("folder").mkdir()
        self.assert_refused(2, "folder: is a folder", "folder")

    def test_extension_that_is_unknown_or_missing(self):
        self.assert_refused(2, ["out.bmp", "png, jpg"], "out.bmp")
        self.assert_refused(2, "out: has no extension", "out")

    def test_input_itself_under_any_name(self):
        self.path("link.png").symlink_to("a.png")
        os.link(self.path("a.png"), self.path("twin.png"))
        before = self.path("a.png").read_bytes()
        for name in ("a.png", "./a.png", "link.png", "twin.png", self.path("a.png")):
            self.assert_refused(2, "is the input itself", name)
        self.assertEqual(self.path("a.png").read_bytes(), before)

    def test_device(self):
        self.path("full.png").symlink_to("/dev/full")
        self.assert_refused(4, "full.png: is not a regular file", "full.png")
        self.assert_refused(4, "/dev/full", "/dev/full")

    def test_name_that_is_too_long(self):
        self.assert_refused(4, "name too long", "a" * 300 + ".png")

    def test_file_size_limit_stands_for_a_full_disk(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        self.write("old.png", b"what was there")
        for name in ("out.png", "old.png", "out.jpg", "out.webp", "out.tif"):
            self.assert_refused(4, f"{name}: cannot be written: File too large", name, preexec_fn=limit)
        self.assertEqual(self.path("old.png").read_bytes(), b"what was there")

    @as_user
    def test_folder_without_permission(self):
        self.path("locked").mkdir(0o555)
        self.assert_refused(4, "locked/out.png", "locked/out.png")

    def test_side_longer_than_the_format_holds(self):
        self.assert_fails(5, ["out.webp", "16383"], "-i", "a.png", "-o", "out.webp", "-n", "bicubic", "--size", "16384x1")


class TooLarge(nawqsr.CliTest):
    def test_huge_picture_is_refused_before_it_is_decoded(self):
        data = tiny_png.encode_black(30000, 30000)
        self.write("huge.png", data)
        culprits = ["huge.png", "30000x30000", "GiB"]
        for limit in ([], ["--max-memory", "8G"]):
            self.assert_fails(5, culprits, "-i", "huge.png", "-o", "out.png", *limit)
        self.assert_fails(5, culprits, "compare", "huge.png", "huge.png", "--max-memory", "8G")
        self.write("cut.png", data[:1000])  # no pixels needed to say so
        self.assert_fails(5, ["cut.png", "30000x30000"], "-i", "cut.png", "-o", "out.png")

    def test_limit_is_said_with_the_estimate(self):
        self.picture("a.png", 200, 100)
        self.assert_fails(5, ["200x100", "1.0 MiB may be used"], "-i", "a.png", "-o", "out.png", "--max-memory", "1M")

    def test_huge_result_is_refused(self):
        self.picture("a.png")
        for size in ("999999x999999", "99999999999x9", "9999999999999999999x9"):
            code = 2 if len(size) > 15 else 5
            self.assert_fails(code, size, "-i", "a.png", "-o", "out.png", "--size", size)

    @nawqsr.needs_plain_build
    def test_address_space_that_is_too_small_is_an_error_and_no_crash(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
        self.picture("a.png", 1500, 1500, sample=lambda x, y, c: 0)
        self.assert_fails(5, "a.png: out of memory", "-i", "a.png", "-o", "out.png", "--max-memory", "100G", "-j", 2,
                          "-n", "tiny_x4_float", preexec_fn=limit)


class BadArguments(nawqsr.CliTest):
    def test_usage(self):
        self.picture("a.png")
        io = ["-i", "a.png", "-o", "out.png"]
        for culprit, arguments in (
                ("nothing to do", []),
                ("'upscal' is no subcommand", ["upscal"]),
                ("--input", ["upscale"]),
                ("--output", ["-i", "a.png"]),
                ("--input: is empty", ["-i", "", "-o", "out.png"]),
                ("--frobnicate", [*io, "--frobnicate"]),
                ("--scale", [*io, "-s", "0"]),
                ("--scale", [*io, "-s", "-2"]),
                ("--scale", [*io, "-s", "65"]),
                ("--scale", [*io, "-s", "four"]),
                ("--quality", [*io, "-q", "0"]),
                ("--quality", [*io, "-q", "101"]),
                ("--threads", [*io, "-j", "0"]),
                ("--depth", [*io, "--depth", "12"]),
                ("--precision", [*io, "--precision", "int4"]),
                ("--progress", [*io, "--progress", "loud"]),
                ("--max-memory: 'lots'", [*io, "--max-memory", "lots"]),
                ("--max-memory: '-1G'", [*io, "--max-memory=-1G"]),
                ("--max-memory: '0'", [*io, "--max-memory", "0"]),
                ("--max-memory: 'inf'", [*io, "--max-memory", "inf"]),
                ("--size: '10'", [*io, "--size", "10"]),
                ("--size: '10x'", [*io, "--size", "10x"]),
                ("--size: '-1x5'", [*io, "--size=-1x5"]),
                ("--scale and --size contradict", [*io, "-s", "2", "--size", "10x10"]),
                ("-n/--model and a model file contradict", [*io, "-n", "tiny_x4_float", "-m", "a.onnx"]),
                ("16-bit", ["-i", "a.png", "-o", "out.jpg", "--depth", "16"])):
            with self.subTest(arguments=arguments):
                self.assert_fails(2, culprit, *arguments)


class Stdout(nawqsr.CliTest):
    def setUp(self):
        super().setUp()
        self.picture("a.png", 16, 16)

    def test_full(self):
        for arguments in (["compare", "a.png", "a.png"], ["inspect"], ["models"], ["inspect", "--json"], ["--help"]):
            with open("/dev/full", "w", encoding="utf-8") as full:
                self.assertEqual(self.run_plain(*arguments, stdout=full).returncode, 4, arguments)

    def test_full_is_said(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = self.run_plain("-i", "a.png", "-o", "out.png", "--json", stdout=full)
        self.assertEqual(done.returncode, 4)
        self.assertIn("standard output: No space left", done.stderr)

    def test_closed_pipe(self):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as broken:
            self.assertEqual(self.run_plain("models", stdout=broken).returncode, 4)

    def test_closed_from_the_start(self):
        def close_all():
            for descriptor in (0, 1, 2):
                os.close(descriptor)
        done = self.run_plain("-i", "a.png", "-o", "out.png", "-v", preexec_fn=close_all)
        self.assertEqual(done.returncode, 0)
        self.run_ok("-i", "a.png", "-o", "usual.png")
        self.assertEqual(self.path("out.png").read_bytes(), self.path("usual.png").read_bytes())
        self.assertEqual(self.run_plain("models", preexec_fn=close_all).returncode, 4)


if __name__ == "__main__":
    nawqsr.main()
