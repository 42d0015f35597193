#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs ctest over a build and says what came of it; the last line is "N passed, N failed, N skipped".

A test program of GoogleTest counts as the tests within it, every other ctest entry as one. A test
that cannot run here ends with exit code 77 and a sentence that says what it would take; those
sentences are repeated at the end, so that nobody takes "skipped" for "fine". The summary line is
also written to BUILD/test-summary.txt.

    tools/run_tests.py BUILD [--regex REGEX]
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field

JUNIT = "ctest.xml"
GTEST_FOLDER = "gtest-results"
SUMMARY = "test-summary.txt"
REASON_LINES_MAX = 4


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    failures: list = field(default_factory=list)
    reasons: list = field(default_factory=list)

    def line(self):
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def add_gtest(tally, name, path):
    """Adds the tests of one GoogleTest report; returns whether the report was whole."""
    try:
        root = xml.parse(path).getroot()
    except (OSError, xml.ParseError):
        return False
    for case in root.iter("testcase"):
        full_name = f"{name}: {case.get('classname')}.{case.get('name')}"
        if case.get("status") == "notrun":
            continue
        skipped = case.find("skipped")
        if case.find("failure") is not None:
            tally.failed += 1
            tally.failures.append(full_name)
        elif skipped is not None:
            tally.skipped += 1
            tally.reasons.append((full_name, skipped.get("message", "").strip()))
        else:
            tally.passed += 1
    return True


def last_lines(text):
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return " / ".join(lines[-REASON_LINES_MAX:])


def add_ctest(tally, junit_path, gtest_folder):
    """Adds every entry of ctest's report, looking into GoogleTest's own where there is one."""
    for case in xml.parse(junit_path).getroot().iter("testcase"):
        name = case.get("name")
        status = case.get("status")
        output = case.findtext("system-out", "")
        if name.startswith("unit."):
            report = gtest_folder / f"{name.removeprefix('unit.')}_test.xml"
            failed_before = tally.failed
            whole = add_gtest(tally, name, report)
            # A program that dies after or between its tests leaves no failed test behind.
            if status == "fail" and tally.failed == failed_before:
                tally.failed += 1
                tally.failures.append(f"{name} (died or timed out)")
            if whole or status == "fail":
                continue
        if status == "run":
            tally.passed += 1
        elif status == "fail":
            tally.failed += 1
            tally.failures.append(name)
        elif status == "disabled":
            tally.skipped += 1
            tally.reasons.append((name, "disabled"))
        else:
            # "notrun": skipped by exit code 77, or the program could not be started at all.
            skipped = case.find("skipped")
            message = skipped.get("message", "") if skipped is not None else ""
            if message.startswith("SKIP_"):
                tally.skipped += 1
                tally.reasons.append((name, last_lines(output)))
            else:
                tally.failed += 1
                tally.failures.append(f"{name} ({message or 'not run'})")


def run_ctest(build, regex, junit_path, gtest_folder):
    command = ["ctest", "--test-dir", str(build), "--output-on-failure", "--no-tests=error",
               "--output-junit", str(junit_path)]
    if regex:
        command += ["--tests-regex", regex]
    environment = dict(os.environ, GTEST_OUTPUT=f"xml:{gtest_folder}/", PYTHONDONTWRITEBYTECODE="1")
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode


def report(tally, seconds):
    for name in tally.failures:
        print(f"failed: {name}")
    for name, reason in tally.reasons:
        print(f"skipped: {name}" + (f": {reason}" if reason else ""))
    if tally.skipped and os.geteuid() != 0:
        print("Tests that touch the kernel's hooks or make namespaces need root: sudo make test")
    print(f"tests took {seconds:.0f} s")
    print(tally.line(), flush=True)


def main(arguments):
    parser = argparse.ArgumentParser(description="Runs ctest and sums it up.")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--regex", default="", help="only tests whose name matches")
    options = parser.parse_args(arguments)
    build = options.build.resolve()
    junit_path = build / JUNIT
    gtest_folder = build / GTEST_FOLDER
    junit_path.unlink(missing_ok=True)
    shutil.rmtree(gtest_folder, ignore_errors=True)

    started = time.monotonic()
    code = run_ctest(build, options.regex, junit_path, gtest_folder)
    tally = Tally()
    if junit_path.exists():
        add_ctest(tally, junit_path, gtest_folder)
    if code != 0 and tally.failed == 0:
        tally.failed += 1
        tally.failures.append(f"ctest itself (exit code {code})")
    report(tally, time.monotonic() - started)
    (build / SUMMARY).write_text(tally.line() + "\n")
    return 0 if tally.failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
