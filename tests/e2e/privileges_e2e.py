# SPDX-License-Identifier: Apache-2.0
"""A parser bug must not be a root bug: the process that parses holds no rights, and the one with
rights is another process."""

import pathlib

from agent import process_status
from e2e_case import E2eCase, main

SECCOMP_FILTER = "2"


class Privileges(E2eCase):
    def test_the_agent_has_none(self):
        status = process_status(self.picket.agent_pid())
        for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            self.assertEqual(int(status[name], 16), 0, name)
        self.assertNotIn("0", status["Uid"].split())
        self.assertNotIn("0", status["Gid"].split())
        self.assertNotIn("0", status["Groups"].split())
        self.assertEqual(status["Seccomp"], SECCOMP_FILTER)
        self.assertEqual(status["NoNewPrivs"], "1")

    def test_every_thread_of_it_is_filtered(self):
        agent = self.picket.agent_pid()
        for task in pathlib.Path("/proc/%d/task" % agent).iterdir():
            text = (task / "status").read_text()
            self.assertIn("Seccomp:\t" + SECCOMP_FILTER, text, task.name)
            self.assertIn("CapEff:\t0000000000000000", text, task.name)

    def test_the_warden_is_another_process(self):
        agent = self.picket.agent_pid()
        privileged = [pid for pid in self.picket.processes()
                      if pid != agent and int(process_status(pid)["CapEff"], 16) != 0]
        self.assertTrue(privileged)
        # and it is not the one that readers talk to: it keeps the listening socket for the next
        # agent, but what was accepted from it (flags without SO_ACCEPTCON) is the agent's alone
        sockets = [line.split() for line in pathlib.Path("/proc/net/unix").read_text().splitlines()
                   if line.endswith(" " + self.picket.socket)]
        accepted = {"socket:[%s]" % fields[6] for fields in sockets if fields[3] == "00000000"}
        self.assertTrue(accepted, "our own follow stream should be among %s" % sockets)
        holders = [pid for pid in self.picket.processes() if links(pid) & accepted]
        self.assertEqual(holders, [agent])


def links(pid):
    found = set()
    for entry in pathlib.Path("/proc/%d/fd" % pid).iterdir():
        try:
            found.add(str(entry.readlink()))
        except OSError:
            continue  # closed meanwhile
    return found


if __name__ == "__main__":
    main()
