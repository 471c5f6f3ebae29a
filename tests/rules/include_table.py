"""Which folder may include what: the table of docs/architecture.md as data, and the check of it."""

import re
from pathlib import Path

# Folder -> the folders it may include besides itself. With a set of files, only those files of the folder.
ALLOWED = {
    "src/base": {},
    "src/image": {"src/base": None},
    "src/graph": {"src/base": None},
    "src/kernels": {"src/base": None},
    "src/onnx": {"src/graph": None, "src/base": None},
    "src/reference": {"src/graph": None, "src/base": None},
    "src/quantize": {"src/graph": None, "src/image": None, "src/base": None},
    "src/plan": {"src/graph": None, "src/base": None, "src/kernels": {"kernels/enums.h"}},
    "src/codec": {"src/plan": {"plan/program.h"}, "src/kernels": None, "src/image": None, "src/base": None},
    "src/session": {
        folder: None
        for folder in (
            "src/base", "src/image", "src/graph", "src/kernels", "src/onnx", "src/reference", "src/quantize",
            "src/plan", "src/codec", "models",
        )
    },
    "src/api": {"src/session": None},
    "models": {},
    "apps/media": {"src/image": None, "src/base": None},
    "apps/nawqsr": {"src/session": None, "src/image": None, "src/base": None, "apps/media": None, "models": None},
}

# The first part of an include that leaves the project -> the folders that may know that library.
LIBRARY_OWNERS = {
    "onnx/": {"src/onnx"},
    "google/protobuf/": {"src/onnx"},
    "Eigen/": {"src/quantize"},
    "vips/": {"apps/media"},
    "libavcodec/": {"apps/media"},
    "libavformat/": {"apps/media"},
    "libavutil/": {"apps/media"},
    "libswscale/": {"apps/media"},
    "CLI/": {"apps/nawqsr"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
SOURCE_SUFFIXES = {".cc", ".h", ".inc"}


def is_test(path):
    return path.stem.endswith(("_test", "_fuzz"))


def source_files(root):
    for top in ("src", "apps", "models"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES:
                yield path.relative_to(root)


def folder_of(relative):
    """The folder of the table that a path below the root belongs to, or None."""
    for folder in ALLOWED:
        if relative.as_posix().startswith(folder + "/"):
            return folder
    return None


def target_folder(root, target):
    """The folder that `#include "target"` leads to: targets start at src/, at apps/ or, for models/, at the root."""
    for base in ("src", "apps", "."):
        path = Path(base) / target
        if folder_of(path) and (root / path).parent.is_dir():
            return folder_of(path)
    return None


def include_problem(root, source, bracket, target):
    """What is wrong with one include of `source`, or None."""
    folder = folder_of(source)
    tested = is_test(source)
    found = target_folder(root, target)
    if bracket == "<":
        if found and (root / "src" / target).exists():
            return f'<{target}> is ours: write "{target}"'
        if target.startswith(("gtest/", "gmock/")) and not tested:
            return f"<{target}> belongs in tests only"
        for prefix, owners in LIBRARY_OWNERS.items():
            if target.startswith(prefix) and folder not in owners:
                return f"<{target}>: only {', '.join(sorted(owners))} may know that library"
        return None
    if target.startswith("tests/"):
        return None if tested else f'"{target}" belongs in tests only'
    if found is None:
        return f'"{target}" is no file of a known folder (include from src/ or the root)'
    if found == folder or tested:  # a test may judge its folder by any other
        return None
    if found not in ALLOWED[folder]:
        return f'"{target}": {folder} may not include {found}'
    files = ALLOWED[folder][found]
    if files is not None and target not in files:
        return f'"{target}": of {found}, {folder} may include only {", ".join(sorted(files))}'
    return None


def violations(root):
    """Every broken rule below `root`, as "path:line: message"."""
    found = []
    for source in source_files(root):
        if folder_of(source) is None:
            found.append(f"{source}:1: its folder is not in the include table")
            continue
        for number, line in enumerate((root / source).read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            problem = match and include_problem(root, source, match[1], match[2])
            if problem:
                found.append(f"{source}:{number}: {problem}")
    return found
