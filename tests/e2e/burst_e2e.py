# SPDX-License-Identifier: Apache-2.0
"""One process, as many connections as it can make; both ends watched: what it opened, and what the
server accepted."""

import pathlib

import verify
from agent import QUIET_S
from e2e_case import SERVER_V4, SERVER_V6, E2eCase, main

COUNT = 10_000


class Burst(E2eCase):
    watched_sink = True

    def sink_truth(self):
        pid = self.sink.pid
        arguments = pathlib.Path("/proc/%d/cmdline" % pid).read_bytes().decode().split("\0")[:-1]
        return verify.Truth("sink", pid, str(pathlib.Path("/proc/%d/exe" % pid).readlink()),
                            arguments, [], [], None, None)

    def check_both_ends(self, *words):
        rows = self.rows_of("burst", *words)
        self.assertEqual(len(rows), COUNT)
        self.assert_credited(rows + verify.mirrored(rows, self.sink_truth()),
                             extra_allowed=lambda flow: flow.pid == self.sink.pid
                             and flow.direction == "listening")

    def test_tcp4_flat_out(self):
        self.check_both_ends("tcp", SERVER_V4, self.sink.port, COUNT, 0)

    def test_tcp6_flat_out(self):
        self.check_both_ends("tcp", SERVER_V6, self.sink.port, COUNT, 0)


class ResetBurst(E2eCase):
    def test_connections_ended_by_a_reset_end(self):
        """Ports return at once here, so rows cannot be told apart by them: they are counted."""
        burst = self.box.start("burst", "tcp-reset", SERVER_V4, self.sink.port, COUNT, 0, "quiet")
        burst.finish()
        self.assertTrue(self.picket.fence())

        def flows():
            return [flow for flow in self.picket.seen.flows.values() if flow.pid == burst.pid]
        while (len(flows()) < COUNT or not all(flow.closed for flow in flows())) \
                and self.picket.read_events(QUIET_S):
            pass
        self.assertEqual(len(flows()), COUNT)
        self.assertEqual({(flow.owner, flow.attribution, flow.direction, flow.closed)
                          for flow in flows()}, {("process", "hook", "outbound", True)})
        self.assertEqual(self.picket.status().losses, {})


class DatagramBurst(E2eCase):
    def test_new_sockets_flat_out(self):
        rows = self.rows_of("burst", "udp-new", SERVER_V4, self.sink.port, COUNT, 0)
        self.assertEqual(len(rows), COUNT)
        self.assert_credited(rows)

    def test_many_datagrams_are_one_flow(self):
        rows = self.rows_of("burst", "udp-same", SERVER_V4, self.sink.port, 50_000, 0)
        self.assertEqual(len(rows), 1)
        self.assert_credited(rows)


if __name__ == "__main__":
    main()
