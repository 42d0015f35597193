# SPDX-License-Identifier: Apache-2.0
"""Each kind of socket and of ownership, one process (or family of processes) each. The list comes
from the generator, so a kind added there is tested here."""

import subprocess

import sandbox
import verify
from e2e_case import E2eCase, main

# Sockets that no hook of the kernel reports in time are held open until picket has found them.
HELD = {"packet_receive", "packet_mmap"}
HELD_S = 30


class SocketKinds(E2eCase):
    def check(self, kind):
        program = self.run_kind(kind)
        if kind in HELD:
            rows = self.run_held(program)
        else:
            rows = verify.read_truth(program.finish("g")[0])
        # A bound or listening socket before its peers came is a row of its own; so is the
        # unconnected datagram socket beside its conversations.
        self.assert_credited(rows, extra_allowed=lambda flow: flow.direction == "listening")

    def run_held(self, program):
        """Lets go of the sockets once the stream shows them, or the patience is over."""
        program.child.stdin.write("g")
        program.child.stdin.flush()
        rows = [verify.read_truth(program.child.stdout.readline())[0] for _ in range(2)]
        wanted = [row for row in rows if row.transports == ["packet"]]
        for _ in range(HELD_S):
            if any(flow.transport == "packet" and flow.pid == wanted[0].pid
                   for flow in self.picket.seen.flows.values()):
                break
            self.picket.read_events(1)
        program.finish()
        return rows


def add_kinds():
    listing = subprocess.run([sandbox.programs_folder() / "socket_kinds", "--list"], check=True,
                             capture_output=True, text=True).stdout.split()
    for kind in listing:
        setattr(SocketKinds, "test_" + kind, lambda self, kind=kind: self.check(kind))


add_kinds()

if __name__ == "__main__":
    main()
