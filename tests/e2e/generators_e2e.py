# SPDX-License-Identifier: Apache-2.0
"""Are the generators right? Held against other witnesses: the sink's own count, `ss`, /proc. Runs
without picket."""

import json
import pathlib
import re
import subprocess
import sys
import unittest

import sandbox
import verify
from e2e_case import SKIPPED
from sandbox import CLIENT_V4, CLIENT_V6, SERVER_V4, SERVER_V6, Sandbox

COUNT = 300


class Generators(unittest.TestCase):
    def setUp(self):
        self.box = Sandbox()
        self.addCleanup(self.box.close)

    def sink_totals(self, sink):
        return json.loads(sink.stop().splitlines()[-1])

    def test_short_lived_tcp_and_udp_arrive_and_are_all_different(self):
        sink = self.box.start_sink()
        for mode, ip in (("tcp", SERVER_V4), ("tcp", SERVER_V6), ("udp", SERVER_V4),
                         ("udp-connected", SERVER_V6)):
            out, summary = self.box.run("short_lived", mode, ip, sink.port, COUNT, 4)
            rows = verify.read_truth(out)
            self.assertEqual(len({row.pid for row in rows}), COUNT)
            self.assertEqual(len({tuple(row.arguments) for row in rows}), COUNT)
            self.assertEqual({row.network_namespace for row in rows},
                             {self.box.client.stat().st_ino})
            for row in rows:
                self.assertGreater(row.local.port, 0)
                self.assertEqual(row.remote.port, sink.port)
                self.assertLess(row.start_after_ns, row.start_before_ns)
            self.assertLess(summary["main_us_median"], 1000, "they should live half a millisecond")
        totals = self.sink_totals(sink)
        self.assertEqual(totals["connections"], 2 * COUNT)
        self.assertEqual(totals["datagrams"], 2 * COUNT)

    def test_burst_rows_are_unique_and_all_arrive(self):
        sink = self.box.start_sink()
        out, _ = self.box.run("burst", "tcp", SERVER_V4, sink.port, 5000, 0)
        rows = verify.read_truth(out)
        self.assertEqual(len({row.local.port for row in rows}), 5000)
        self.assertEqual(self.sink_totals(sink), {"connections": 5000, "datagrams": 0,
                                                  "bytes": 5000})

    def test_burst_keeps_its_rate(self):
        sink = self.box.start_sink()
        _, summary = self.box.run("burst", "tcp-reset", SERVER_V4, sink.port, 2000, 2000, "quiet")
        self.assertGreater(summary["elapsed_ns"], 0.9e9)

    def test_open_many_agrees_with_ss(self):
        sink = self.box.start_sink("hold")
        program = self.box.start("open_many", SERVER_V4, sink.port, 400, 10,
                                 stdin=subprocess.PIPE)
        self.assertEqual(program.first_line(), {"open": 400, "processes": 10})
        listing, _ = self.box.run("/usr/bin/ss", "-tnpH", "state", "established")
        pids = re.findall(r'"open_many",pid=(\d+)', listing)
        self.assertEqual((len(pids), len(set(pids))), (400, 10))
        members = (self.box.cgroup / "cgroup.procs").read_text().split()
        self.assertLessEqual(set(pids), set(members), "every one is in the cgroup")
        program.finish()
        for pid in set(pids):
            self.assertFalse(pathlib.Path("/proc/" + pid).exists())

    def test_every_kind_tells_of_itself(self):
        sink = self.box.start_sink()
        listing = subprocess.run([self.box.programs / "socket_kinds", "--list"], check=True,
                                 capture_output=True, text=True).stdout.split()
        self.assertGreater(len(listing), 35)
        for kind in listing:
            with self.subTest(kind):
                out, _ = self.box.run("socket_kinds", kind, SERVER_V4, SERVER_V6, CLIENT_V4,
                                      CLIENT_V6, sink.port, 1, text="g", timeout=20)
                rows = verify.read_truth(out)
                self.assertTrue(rows)
                for row in rows:
                    self.assertGreater(row.pid, 1)
                    self.assertTrue(row.executable.startswith(("/", "memfd:")))
                    self.assertIn(kind.split("+")[0], row.arguments[1])
                if kind.startswith("prefork"):
                    served = [row.pid for row in rows if row.directions == ["inbound"]]
                    self.assertEqual(len(set(served)), 4, "each worker serves")
                self.assertEqual([row.memfd for row in rows if row.memfd],
                                 [True] if kind == "memfd_binary" else [])

    def test_nothing_is_left_behind(self):
        box = Sandbox()
        box.start_sink()
        box.run("short_lived", "udp", SERVER_V4, 9, 3, 1)
        cgroup, namespaces = box.cgroup, [box.client, box.server]
        box.close()
        self.assertFalse(cgroup.exists())
        self.assertFalse(any(namespace.exists() for namespace in namespaces))


if __name__ == "__main__":
    reason = sandbox.why_not()
    if reason:
        print("SKIP:", reason)
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)
