# SPDX-License-Identifier: Apache-2.0
"""Each kind of socket and of ownership, one process (or family of processes) each. The list comes
from the generator, so a kind added there is tested here."""

import subprocess
import time

import sandbox
import verify
from e2e_case import E2eCase, main

# Sockets that no hook of the kernel need report in time are held open until picket has found them.
HELD = {"packet_receive", "packet_mmap", "listen_unbound"}
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
        rows = []
        while not rows or rows[-1].kind == "packet.knock":
            rows += verify.read_truth(program.child.stdout.readline())
        deadline = time.monotonic() + HELD_S
        while time.monotonic() < deadline:
            if any(flow.pid == rows[-1].pid and flow.transport in rows[-1].transports
                   and flow.local.port == rows[-1].local.port
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
