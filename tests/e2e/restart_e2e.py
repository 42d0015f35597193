# SPDX-License-Identifier: Apache-2.0
"""The agent dies in the middle of everything: traffic goes on, and what was open is found again."""

import pathlib
import re
import subprocess

import contract
import verify
from e2e_case import SERVER_V4, E2eCase, main

SOCKETS = 500
PROCESSES = 20
BURST = 6000
BURST_RATE = 2000


def parse_end(text):
    ip, _, port = text.rpartition(":")
    ip = ip.strip("[]")
    return contract.Address.from_json({"ip": ip, "port": int(port)})


class Restart(E2eCase):
    def open_rows(self):
        """What `ss` sees of open_many: truth from another tool."""
        listing, _ = self.box.run("/usr/bin/ss", "-tnpH", "state", "established")
        rows = []
        for line in listing.splitlines():
            pid = re.search(r'"open_many",pid=(\d+)', line)
            if pid:
                pid = int(pid[1])
                process = pathlib.Path("/proc/%d" % pid)
                local, remote = (parse_end(end) for end in line.split()[2:4])
                rows.append(verify.Truth(
                    "open_many", pid, str((process / "exe").readlink()),
                    (process / "cmdline").read_bytes().decode().split("\0")[:-1],
                    ["tcp"], ["outbound", "unknown"], local, remote,
                    attributions=("hook", "found")))
        return rows

    def complaints_about_snapshot(self, rows):
        """Only the rows of open_many; `unknown` is honest for a connection found already open."""
        seen = self.picket.snapshot()
        pids = {row.pid for row in rows}
        self.picket.learn_earlier_processes(seen)
        return verify.compare(rows, seen, ignore=lambda flow: flow.pid not in pids)

    def test_kill_9_in_the_middle(self):
        hold = self.box.start_sink("hold")
        opened = self.box.start("open_many", SERVER_V4, hold.port, SOCKETS, PROCESSES,
                                stdin=subprocess.PIPE)
        self.assertEqual(opened.first_line()["open"], SOCKETS)
        rows = self.open_rows()
        self.assertEqual(len(rows), SOCKETS)
        self.picket.start_following()
        self.assertEqual(self.complaints_about_snapshot(rows), [], "before the kill")

        burst = self.box.start("burst", "tcp", SERVER_V4, self.sink.port, BURST, BURST_RATE, "quiet")
        self.picket.kill_agent()
        # Nothing of the traffic may notice: no connection fails, none waits for the agent.
        _, summary = burst.finish()
        self.assertLess(summary["elapsed_ns"], 3 * BURST / BURST_RATE * 1e9)

        self.picket.start_following()
        self.assertEqual(self.complaints_about_snapshot(rows), [], "after the restart")
        opened.finish()

        self.picket.start_following()
        after = self.rows_of("short_lived", "tcp", SERVER_V4, self.sink.port, 200, 4)
        pids = {row.pid for row in after}
        complaints = verify_only(self.picket, after, pids)
        self.assertEqual(complaints, [], self.picket.log())


def verify_only(picket, rows, pids):
    """What was open before takes no part in this question."""
    complaints = picket.complaints(rows, want_closed=False,
                                   extra_allowed=lambda flow: True)
    return [line for line in complaints
            if not line.startswith("EXTRA") or any("pid %d " % pid in line for pid in pids)]


if __name__ == "__main__":
    main()
