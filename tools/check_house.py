#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what every file of picket must look like; CONTRIBUTING.md lists the rules in words.

Each violation is told as "file:line: [rule] what is wrong"; exit code 1 when there is one. An
exception is a line of tools/house_exceptions.txt, with its reason; one that excuses nothing any
more is a violation itself.

    tools/check_house.py [ROOT]
"""

import os
import pathlib
import re
import sys
from dataclasses import dataclass

import source_text

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
README_LINES_MAX = 50
SPDX_WITHIN_LINES = 3
LICENCES = {"Apache-2.0", "(Apache-2.0 OR GPL-2.0-only)", "Apache-2.0 OR GPL-2.0-only"}
EXCEPTIONS = "tools/house_exceptions.txt"

SKIPPED_FOLDERS = {".git", "build", "__pycache__", ".cache", "corpus", "node_modules", "dist"}
CODE_ENDINGS = {".h", ".cc", ".c"}
SPDX_ENDINGS = CODE_ENDINGS | {".S", ".py", ".sh", ".cmake", ".service", ".sysusers", ".ts", ".tsx",
                              ".mjs", ".css"}
SPDX_NAMES = {"CMakeLists.txt", "Makefile", ".clang-format", ".clang-tidy", ".editorconfig"}
TEXT_ENDINGS = SPDX_ENDINGS | {".md", ".txt", ".json", ".yaml", ".yml", ".1"}

# Spelled in halves, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
# Call: what to use instead.
BANNED_CALLS = {
    "strcpy": "std::string, or memcpy with a checked size",
    "strcat": "std::string",
    "sprintf": "fmt::format_to or snprintf",
    "vsprintf": "vsnprintf",
    "gets": "std::getline",
    "strtok": "std::string_view::find",
    "alloca": "a bounded array",
    "system": "posix_spawn with an argument list",
    "popen": "posix_spawn with an argument list",
    "rand": "getrandom, or std::mt19937 with a written seed",
    "srand": "std::mt19937 with a written seed",
    "tmpnam": "mkstemp",
    "mktemp": "mkstemp",
    "atoi": "std::from_chars",
    "atol": "std::from_chars",
}
BANNED = re.compile(r"(?<![\w.>])(?:std::|::)?(" + "|".join(BANNED_CALLS) + r")\s*\(")
SLEEPS = {
    ".cc": re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep|sleep)\s*\("),
    ".py": re.compile(r"\btime\.sleep\s*\("),
    ".sh": re.compile(r"^\s*sleep\s"),
}
COUNTER = re.compile(r'\bCounter\s+\w+\s*[{(]\s*"([^"]*)"')
COUNTER_NAME = re.compile(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9_]*)+")
# At the beginning of a line: of a namespace, not of a class or a function.
CONSTANTS = re.compile(r"^(?:inline )?constexpr [^;]*?;|^(?:inline )?constexpr [^;{]*?\{", re.MULTILINE)
CONSTANT_NAME = re.compile(r"\b(k[A-Z]\w*)\s*(?:\[[^\]]*\]\s*)?[={]")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
EXTERNAL = re.compile(r"[a-z]+:")


@dataclass
class Violation:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.text}"


class Tree:
    """The files of a checkout, read once. Paths are relative, with forward slashes."""

    def __init__(self, root):
        self.root = root
        self.texts = {}
        for folder, subfolders, files in os.walk(root):
            subfolders[:] = sorted(name for name in subfolders if self._wanted_folder(folder, name))
            for name in sorted(files):
                path = pathlib.Path(folder, name)
                if self._is_text(path):
                    relative = path.relative_to(root).as_posix()
                    self.texts[relative] = path.read_text(errors="replace")

    @staticmethod
    def _wanted_folder(folder, name):
        # A folder with a CMake cache is somebody's build, whatever its name.
        return (name not in SKIPPED_FOLDERS and not name.startswith("build-")
                and not pathlib.Path(folder, name, "CMakeCache.txt").exists())

    @staticmethod
    def _is_text(path):
        return path.suffix in TEXT_ENDINGS or path.name in SPDX_NAMES

    def code(self):
        """(path, text) of C and C++ sources."""
        return [(path, text) for path, text in self.texts.items()
                if pathlib.PurePosixPath(path).suffix in CODE_ENDINGS]


def is_test(path):
    return path.startswith(("tests/", "bench/")) or path.endswith(("_test.cc", "_test.py"))


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def check_spdx(tree):
    for path, text in tree.texts.items():
        pure = pathlib.PurePosixPath(path)
        if pure.suffix not in SPDX_ENDINGS and pure.name not in SPDX_NAMES:
            continue
        head = "\n".join(text.splitlines()[:SPDX_WITHIN_LINES])
        match = re.search(r"SPDX-License-Identifier:\s*([^\n]*?)\s*(?:\*/)?\s*$", head, re.MULTILINE)
        if not match:
            yield Violation(path, 1, "spdx", "no SPDX-License-Identifier at the top")
        elif match.group(1) not in LICENCES:
            yield Violation(path, 1, "spdx", f"licence {match.group(1)} is not one of picket's")


def check_file_length(tree):
    for path, text in tree.code():
        lines = len(text.splitlines())
        if lines >= FILE_LINES_MAX:
            yield Violation(path, lines, "file-length",
                            f"{lines} lines; a file stays under {FILE_LINES_MAX}")


def check_function_length(tree):
    for path, text in tree.code():
        for function in source_text.functions(text):
            if function.lines >= FUNCTION_LINES_MAX:
                yield Violation(path, function.line, "function-length",
                                f"{function.name} has {function.lines} lines; "
                                f"a function stays under {FUNCTION_LINES_MAX}")


def source_folders(tree):
    return sorted({path.split("/")[1] for path in tree.texts
                   if path.startswith("src/") and path.count("/") >= 2})


def check_readmes(tree):
    for folder in source_folders(tree):
        path = f"src/{folder}/README.md"
        if path not in tree.texts:
            yield Violation(path, 1, "readme", "each folder of src/ says what it owns")
        elif len(tree.texts[path].splitlines()) > README_LINES_MAX:
            yield Violation(path, 1, "readme", f"longer than a screen ({README_LINES_MAX} lines)")


def check_architecture(tree):
    table = tree.texts.get("ARCHITECTURE.md", "")
    for folder in source_folders(tree):
        if not re.search(rf"^\| \[?`{folder}/`", table, re.MULTILINE):
            yield Violation("ARCHITECTURE.md", 1, "architecture",
                            f"the table of folders leaves out src/{folder}")


def check_unfinished(tree):
    for path, text in tree.texts.items():
        if path.startswith("LICENSE"):
            continue
        for match in UNFINISHED.finditer(text):
            yield Violation(path, line_of(text, match.start()), "unfinished",
                            f"{match.group(1)}: finish it, or make it an issue")


def check_banned_calls(tree):
    for path, text in tree.code():
        for match in BANNED.finditer(source_text.code_only(text)):
            call = match.group(1)
            yield Violation(path, line_of(text, match.start()), "banned-call",
                            f"{call}(): use {BANNED_CALLS[call]}")


def check_sleeps(tree):
    for path, text in tree.texts.items():
        pattern = SLEEPS.get(pathlib.PurePosixPath(path).suffix)
        if pattern is None or not is_test(path):
            continue
        code = source_text.code_only(text) if path.endswith(".cc") else text
        for number, line in enumerate(code.splitlines(), start=1):
            if pattern.search(line):
                yield Violation(path, number, "sleep", "a test waits for the thing itself")


def check_counters(tree):
    seen = {}
    for path, text in tree.code():
        if not path.startswith("src/") or is_test(path):
            continue
        code = source_text.code_only(text)
        for match in COUNTER.finditer(text):
            if code[match.start()] == " ":
                continue  # an example in a comment
            name = match.group(1)
            line = line_of(text, match.start())
            if not COUNTER_NAME.fullmatch(name):
                yield Violation(path, line, "counter", f'"{name}" is not of the form stage.what')
            if name in seen:
                yield Violation(path, line, "counter", f'"{name}" is also declared in {seen[name]}')
            else:
                seen[name] = f"{path}:{line}"


def constants_of(text):
    """(name, position) of the constants that `text` declares in a namespace."""
    for declaration in CONSTANTS.finditer(source_text.code_only(text)):
        for name in CONSTANT_NAME.finditer(declaration.group(0)):
            yield name.group(1), declaration.start() + name.start()


def check_hidden_constants(tree):
    """Sources of a folder are compiled together (PICKET_UNITY): a constant of one would quietly take
    the place of a header's in the others."""
    shared = {}
    for path, text in tree.code():
        if path.startswith("src/") and path.endswith(".h"):
            for name, _ in constants_of(text):
                shared[(path.rsplit("/", 1)[0], name)] = path
    for path, text in tree.code():
        if not path.startswith("src/") or not path.endswith(".cc"):
            continue
        for name, position in constants_of(text):
            header = shared.get((path.rsplit("/", 1)[0], name))
            if header:
                yield Violation(path, line_of(text, position), "hidden-constant",
                                f"{name} hides that of {header}: give it another name")


def check_links(tree):
    for path, text in tree.texts.items():
        if not path.endswith(".md"):
            continue
        for match in LINK.finditer(re.sub(r"```.*?```", lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                                          text, flags=re.DOTALL)):
            target = match.group(1).split("#", 1)[0]
            if not target or EXTERNAL.match(target):
                continue
            if not (tree.root / pathlib.PurePosixPath(path).parent / target).exists():
                yield Violation(path, line_of(text, match.start()), "link", f"{target} is not there")


def check_whitespace(tree):
    for path, text in tree.texts.items():
        if path.startswith("LICENSE"):
            continue
        for number, line in enumerate(text.split("\n"), start=1):
            if line != line.rstrip() or "\r" in line:
                yield Violation(path, number, "whitespace", "white space at the end of the line")
        if text and not text.endswith("\n"):
            yield Violation(path, line_of(text, len(text)), "whitespace", "no newline at the end")


CHECKS = (check_spdx, check_file_length, check_function_length, check_readmes, check_architecture,
          check_unfinished, check_banned_calls, check_sleeps, check_counters, check_hidden_constants,
          check_links, check_whitespace)


def read_exceptions(tree):
    """{(rule, path): line number} and the violations of the exceptions file itself."""
    exceptions, found = {}, []
    for number, line in enumerate(tree.texts.get(EXCEPTIONS, "").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split(maxsplit=2)
        if len(words) < 3:
            found.append(Violation(EXCEPTIONS, number, "exception", "write: RULE PATH REASON"))
            continue
        exceptions[(words[0], words[1])] = number
    return exceptions, found


def check(root):
    """All violations of the tree at `root`, in order of path and line."""
    tree = Tree(root)
    exceptions, found = read_exceptions(tree)
    used = set()
    for rule_check in CHECKS:
        for violation in rule_check(tree):
            key = (violation.rule, violation.path)
            if key in exceptions:
                used.add(key)
            else:
                found.append(violation)
    for key, number in exceptions.items():
        if key not in used:
            found.append(Violation(EXCEPTIONS, number, "exception",
                                   f"{key[1]} needs no exception from {key[0]} any more"))
    return sorted(found, key=lambda violation: (violation.path, violation.line, violation.rule))


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else ".").resolve()
    if not (root / "src").is_dir():
        print(f"{root} has no src/", file=sys.stderr)
        return 2
    found = check(root)
    for violation in found:
        print(violation)
    print(f"house rules: {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
