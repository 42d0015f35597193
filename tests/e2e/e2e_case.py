# SPDX-License-Identifier: Apache-2.0
"""The frame of an end-to-end test program: one sandbox, one sink, one picket for all its tests."""

import subprocess
import sys
import unittest

import sandbox
import verify
from agent import Picket, picket_binary
from sandbox import CLIENT_V4, CLIENT_V6, SERVER_V4, SERVER_V6, Sandbox

SKIPPED = 77  # ctest's SKIP_RETURN_CODE


class E2eCase(unittest.TestCase):
    watched_sink = False  # whether the sink belongs to the watched cgroup

    @classmethod
    def setUpClass(cls):
        cls.box = Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.sink = cls.box.start_sink(watched=cls.watched_sink)
        # Fences go to a sink of their own, which is not watched.
        cls.fence_sink = cls.box.start_sink()
        cls.picket = cls.make_picket().aim(SERVER_V4, cls.fence_sink.port)
        cls.addClassCleanup(cls.picket.close)
        cls.picket.start()

    @classmethod
    def make_picket(cls):
        return Picket(cls.box)

    def setUp(self):
        self.picket.start_following()

    def assert_credited(self, rows, losses_allowed=False, **options):
        """Every row exactly right, nothing lost, nothing guessed."""
        self.assertTrue(rows, "no truth at all")
        complaints = self.picket.complaints(rows, **options)
        if not losses_allowed:
            losses = self.picket.status().losses
            if losses:
                complaints.append("LOSSES %s" % losses)
        if complaints:
            self.fail("%d rows of truth\n%s\npicket's log:\n%s" %
                      (len(rows), "\n".join(complaints), self.picket.log()))

    def rows_of(self, *words, **where):
        """Runs a generator to its end; its truth."""
        out, summary = self.box.run(*words, **where)
        if summary:
            print("  ", *words[:2], summary, flush=True)
        return verify.read_truth(out)

    def run_kind(self, kind, **where):
        command = ["socket_kinds", kind, SERVER_V4, SERVER_V6, CLIENT_V4, CLIENT_V6,
                   self.sink.port, 1]
        return self.box.start(*command, stdin=subprocess.PIPE, **where)


def main():
    reason = sandbox.why_not()
    if reason:
        print("SKIP:", reason)
        sys.exit(SKIPPED)
    picket_binary()  # says so when there is none
    unittest.main(verbosity=2)
