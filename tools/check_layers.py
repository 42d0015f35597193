#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that each folder under src/ includes, and links, only what it may.

The stages of picket stand in the order of the data's way, and nothing reaches back: see the folder
table of ARCHITECTURE.md, which is LAYERS below in words. Each violation is told as
"file:line: rule"; exit code 1 when there is one.

    tools/check_layers.py [ROOT]
"""

import pathlib
import re
import sys

# Folder: the folders it may use besides itself. A folder that is not here may not exist.
LAYERS = {
    "base": set(),
    "event": {"base"},
    "packet": {"base", "event"},
    "sensor": {"base", "event"},
    "process": {"base", "event"},
    "flow": {"base", "event", "packet", "process"},
    "inspect": {"base", "event", "packet", "flow"},
    "detect": {"base", "event", "packet", "flow", "process", "inspect"},
    "scan": {"base", "event", "process", "sensor", "detect"},
    "respond": {"base", "event", "process", "sensor"},
    "enforce": {"base", "event", "sensor", "respond"},
    "schema": {"base"},
    "search": {"base", "schema"},
    "store": {"base", "event", "schema", "search"},
    "incident": {"base", "event", "schema", "search", "store"},
    "exchange": {"base", "event", "schema", "search", "incident"},
    "fleet": {"base", "event", "store", "incident", "detect"},
    "view": {"base", "event", "process", "flow"},
    "app": None,  # the composition roots know all stages
}

SOURCE_ENDINGS = (".h", ".cc", ".c")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
LINKED = re.compile(r"\bpicket_([a-z_]+)\b")
NOT_LIBRARIES = {"flags", "library", "test_flags", "fuzz_replay", "test_headers", "headers", "precompile"}


def may_use(folder, other):
    allowed = LAYERS[folder]
    return allowed is None or other == folder or other in allowed


def rule(folder):
    allowed = sorted(LAYERS[folder])
    return f"{folder}/ may use only {', '.join(allowed) or 'the standard library'}"


def check_include(root, file, folder, number, target):
    """What is wrong with one include of `target`, or None."""
    where = f"{file.relative_to(root)}:{number}"
    first = target.split("/", 1)[0]
    if "/" in target and first in LAYERS:
        if not may_use(folder, first):
            return f"{where}: includes {target}, but {rule(folder)}"
        return None
    if ".." in pathlib.PurePosixPath(target).parts:
        return f"{where}: includes {target}; write the path from src/"
    # BPF programs and what they share with user space, and generated skeletons, are named plainly.
    if target.endswith(".skel.h") or (file.parent / target).exists() and "bpf" in file.parts:
        return None
    if (root / "src" / target).exists() or (file.parent / target).exists():
        return f"{where}: includes {target}; write the path from src/"
    return f'{where}: includes "{target}", which is not in src/; libraries go in <>'


def check_source(root, file, folder):
    found = []
    for number, line in enumerate(file.read_text(errors="replace").splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            problem = check_include(root, file, folder, number, match.group(1))
            if problem:
                found.append(problem)
    return found


def check_cmake(root, file, folder):
    found = []
    for number, line in enumerate(file.read_text().splitlines(), start=1):
        for name in LINKED.findall(line.split("#", 1)[0]):
            other = name.split("_", 1)[0]
            if name in NOT_LIBRARIES or (other not in LAYERS) or may_use(folder, other):
                continue
            found.append(
                f"{file.relative_to(root)}:{number}: links picket_{name}, but {rule(folder)}")
    return found


def check(root):
    """All violations of the tree at `root`, as lines of text."""
    found = []
    source_root = root / "src"
    for folder in sorted(path for path in source_root.iterdir() if path.is_dir()):
        name = folder.name
        if name not in LAYERS:
            found.append(f"src/{name}: a folder that LAYERS of tools/check_layers.py does not know")
            continue
        for file in sorted(folder.rglob("*")):
            if file.suffix in SOURCE_ENDINGS and file.is_file():
                found += check_source(root, file, name)
            elif file.name == "CMakeLists.txt":
                found += check_cmake(root, file, name)
    return found


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".").resolve()
    if not (root / "src").is_dir():
        print(f"{root} has no src/", file=sys.stderr)
        return 2
    found = check(root)
    for line in found:
        print(line)
    print(f"layers: {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
