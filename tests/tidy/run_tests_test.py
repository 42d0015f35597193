# SPDX-License-Identifier: Apache-2.0
"""run_tests must never sum up a failure, or a program that died, as a pass."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import run_tests  # noqa: E402

GTEST = """<testsuites><testsuite name="A">
<testcase name="good" status="run" classname="A"/>
<testcase name="bad" status="run" classname="A"><failure message="no"/></testcase>
<testcase name="off" status="notrun" classname="A"/>
<testcase name="not_here" status="run" result="skipped" classname="A">
<skipped message="needs root"/></testcase></testsuite></testsuites>"""


class RunTestsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def tally(self, cases, gtest=None):
        if gtest is not None:
            (self.folder / "base_test.xml").write_text(gtest)
        junit = self.folder / "ctest.xml"
        junit.write_text(f"<testsuite>{cases}</testsuite>")
        tally = run_tests.Tally()
        run_tests.add_ctest(tally, junit, self.folder)
        return tally

    def test_counts_plain_entries(self):
        tally = self.tally(
            '<testcase name="fuzz.dns" status="run"/><testcase name="e2e.a" status="fail"/>'
            '<testcase name="e2e.b" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
            "<system-out>needs root: sudo make test\n</system-out></testcase>")
        self.assertEqual(tally.line(), "1 passed, 1 failed, 1 skipped")
        self.assertEqual(tally.reasons, [("e2e.b", "needs root: sudo make test")])

    def test_a_program_that_is_not_there_has_failed(self):
        tally = self.tally('<testcase name="fuzz.dns" status="notrun">'
                           '<skipped message="Unable to find executable"/></testcase>')
        self.assertEqual(tally.line(), "0 passed, 1 failed, 0 skipped")

    def test_counts_the_tests_within_a_program(self):
        tally = self.tally('<testcase name="unit.base" status="fail"/>', GTEST)
        self.assertEqual(tally.line(), "1 passed, 1 failed, 1 skipped")
        self.assertEqual(tally.failures, ["unit.base: A.bad"])

    def test_a_program_that_dies_has_failed(self):
        tally = self.tally('<testcase name="unit.base" status="fail"/>')
        self.assertEqual(tally.line(), "0 passed, 1 failed, 0 skipped")

    def test_a_program_that_dies_after_its_tests_has_failed(self):
        good = '<testsuites><testsuite><testcase name="a" status="run"/></testsuite></testsuites>'
        tally = self.tally('<testcase name="unit.base" status="fail"/>', good)
        self.assertEqual(tally.line(), "1 passed, 1 failed, 0 skipped")

    def test_a_report_cut_short_is_no_pass(self):
        tally = self.tally('<testcase name="unit.base" status="fail"/>', GTEST[:90])
        self.assertEqual(tally.line(), "0 passed, 1 failed, 0 skipped")


if __name__ == "__main__":
    unittest.main()
