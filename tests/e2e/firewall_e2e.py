# SPDX-License-Identifier: Apache-2.0
"""The firewall with real processes: each operand allows and blocks what it says, for what is new and
for what is open; a block holds without picket, ends with its time, and is lifted without agent."""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import sys
import time
import unittest

import sandbox
from agent import Picket
from firewall_box import FirewallBox, Peer
from sandbox import CLIENT_V4, SERVER_V4, SERVER_V6

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
ALL = [(kind, address) for kind in ("tcp", "udp", "icmp") for address in (SERVER_V4, SERVER_V6)]


class FirewallCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fire = FirewallBox()
        cls.addClassCleanup(cls.fire.close)
        for kind, address in ALL:  # neighbours learn each other's link addresses
            for _ in range(3):
                if cls.fire.reach(kind, address) == "ok":
                    break

    def setUp(self):
        self.addCleanup(self.fire.clear)

    def passing(self, **where):
        """Which of ALL go through."""
        return [pair for pair in ALL if self.fire.reach(*pair, **where) == "ok"]

    def denied(self, *pair, **where):
        self.assertEqual(self.fire.reach(*pair, **where), "EPERM")

    def hold(self, address=SERVER_V4, kind="hold", **where):
        peer = Peer(self.fire.box, [kind, address, self.fire.port(address)], **where)
        self.assertEqual(peer.result(), "ok")
        return peer

    def program(self, name):
        """A Python under another path, with content of its own."""
        path = self.fire.folder / name
        shutil.copy(pathlib.Path(sys.executable).resolve(), path)
        with open(path, "ab") as binary:
            binary.write(name.encode())
        return path


class Operands(FirewallCase):
    def test_nothing_blocked_passes(self):
        self.assertEqual(self.passing(), ALL)

    def test_address_of_each_family(self):
        self.fire.block(SERVER_V4)
        self.assertEqual(self.passing(), [pair for pair in ALL if pair[1] == SERVER_V6])
        for kind in ("tcp", "udp", "icmp"):
            self.denied(kind, SERVER_V4)
        self.fire.block(SERVER_V6)
        self.assertEqual(self.passing(), [])
        self.denied("tcp", SERVER_V6)
        self.denied("udp", SERVER_V6)

    def test_prefix_and_exception(self):
        self.fire.block("10.77.0.0/24", "fd77::/64")
        self.assertEqual(self.passing(), [])
        self.fire.picket("allow", SERVER_V4, "--protocol", "udp")
        self.assertEqual(self.passing(), [("udp", SERVER_V4)])

    def test_protocol_and_port(self):
        self.fire.block("--protocol", "udp", "--port", self.fire.port(SERVER_V4))
        self.assertEqual(self.passing(), [pair for pair in ALL if pair != ("udp", SERVER_V4)])
        self.fire.block("--protocol", "icmp")
        self.assertNotIn(("icmp", SERVER_V4), self.passing())
        port = self.fire.port(SERVER_V6)
        self.fire.block("--port", "%d-%d" % (port, port))
        self.assertEqual(self.passing(), [("tcp", SERVER_V4), ("icmp", SERVER_V6)])

    def test_list_of_prefixes(self):
        feed = self.fire.folder / "feed.txt"
        feed.write_text("# a feed\n%s\n192.0.2.0/24\n" % SERVER_V4)
        self.fire.block("--list", feed, "--protocol", "tcp")
        self.assertEqual(self.passing(), [pair for pair in ALL if pair != ("tcp", SERVER_V4)])

    def test_user(self):
        self.fire.block("--user", 61400, SERVER_V4)
        as_user = ["/usr/bin/setpriv", "--reuid", "61400", "--clear-groups"]
        run = self.fire.box.start(*as_user, sys.executable, "-S", "-c",
                                  "import socket\ntry: socket.create_connection(('%s', %d), 1); "
                                  "print('{\"result\": \"ok\"}')\nexcept PermissionError: "
                                  "print('{\"result\": \"EPERM\"}')" %
                                  (SERVER_V4, self.fire.port(SERVER_V4)))
        self.assertEqual(run.first_line()["result"], "EPERM")
        self.assertEqual(self.passing(), ALL)

    def test_unit_old_and_new(self):
        old = self.fire.box.make_cgroup(self.fire.box.cgroup / "fw-old.service")
        self.fire.block("--unit", "fw-old.service")
        self.fire.block("--unit", "fw-new.service")
        new = self.fire.box.make_cgroup(self.fire.box.cgroup / "fw-new.service")
        inner = self.fire.box.make_cgroup(new / "inner")
        for cgroup in (old, new, inner):
            self.denied("tcp", SERVER_V4, cgroup=cgroup)
            self.denied("udp", SERVER_V6, cgroup=cgroup)
        self.assertEqual(self.passing(), ALL)

    def test_program_by_path(self):
        named, other = self.program("named"), self.program("other")
        held = self.hold(program=named)
        self.fire.block("--program", named)
        self.assertEqual(held.go_on()["result"], "ECONNABORTED")
        self.assertEqual(self.passing(program=named), [])
        self.assertEqual(self.passing(program=other), ALL)
        # The name counts, also when another file gets it.
        named.unlink()
        shutil.copy(other, named)
        self.denied("tcp", SERVER_V4, program=named)

    def test_program_by_hash(self):
        evil = self.program("evil")
        digest = hashlib.sha256(evil.read_bytes()).hexdigest()
        held = self.hold(program=evil)
        self.fire.block("--hash", digest)
        self.assertEqual(held.go_on()["result"], "ECONNABORTED")
        self.assertEqual(self.passing(), ALL)
        self.denied("tcp", SERVER_V4, program=evil)

    def test_direction(self):
        """Out is what this side opened, in what the other side did; each leaves the other be."""
        inside = Peer(self.fire.box, ["serve", CLIENT_V4, 0])
        port = inside.said()["port"]
        def from_outside(kind):
            return self.fire.reach(kind, CLIENT_V4, port, cgroup="-",
                                   namespace=self.fire.box.server)
        held_in = Peer(self.fire.box, ["hold", CLIENT_V4, port], cgroup="-",
                       namespace=self.fire.box.server)
        self.assertEqual(held_in.result(), "ok")
        held_out = self.hold()
        rule = self.fire.block("10.77.0.0/24", "--direction", "in")
        self.assertNotEqual(from_outside("tcp"), "ok")
        self.assertNotEqual(from_outside("udp"), "ok")
        self.assertEqual(self.fire.reach(), "ok")
        self.assertEqual(held_out.go_on()["result"], "ok")
        self.assertEqual(held_in.go_on()["result"], "ECONNRESET")
        self.fire.picket("unblock", rule)
        self.fire.block("10.77.0.0/24", "--direction", "out")
        self.assertEqual(from_outside("tcp"), "ok")
        self.assertEqual(from_outside("udp"), "ok")
        self.denied("tcp", SERVER_V4)
        self.denied("udp", SERVER_V4)
        self.assertEqual(held_out.go_on()["result"], "ECONNABORTED")

    def test_port_is_that_of_the_called_side(self):
        inside = Peer(self.fire.box, ["serve", CLIENT_V4, 0])
        port = inside.said()["port"]
        self.fire.block("--port", port, "10.77.0.0/24")
        self.assertNotEqual(self.fire.reach("tcp", CLIENT_V4, port, cgroup="-",
                                            namespace=self.fire.box.server), "ok")
        self.assertEqual(self.passing(), ALL)

    def test_reject_and_log_only(self):
        self.fire.block(SERVER_V4, "--reject")
        self.assertEqual(self.fire.reach(), "ECONNREFUSED")
        self.fire.clear()
        rule = self.fire.block(SERVER_V4, "--log-only")
        self.assertEqual(self.passing(), ALL)
        self.assertGreaterEqual(self.fire.listed()[rule]["hits"], 3)


class Open(FirewallCase):
    def test_tcp_is_reset_on_both_sides(self):
        for address in (SERVER_V4, SERVER_V6):
            held = self.hold(address)
            self.fire.block(address)
            self.assertEqual(held.go_on()["result"], "ECONNABORTED")
            self.assertEqual(self.fire.servers_peers[address].said()["lost"], "ECONNRESET")

    def test_connected_udp(self):
        held = self.hold(kind="connected-udp")
        self.assertEqual(held.go_on()["result"], "ok")
        rule = self.fire.block(SERVER_V4)
        self.assertEqual(held.go_on()["result"], "EPERM")
        self.fire.picket("unblock", rule)
        self.assertEqual(held.go_on()["result"], "ok")


class Life(FirewallCase):
    def test_ends_by_itself(self):
        self.fire.block(SERVER_V4, "--for", "8s")
        self.denied("tcp", SERVER_V4)
        deadline = time.monotonic() + 30
        while self.fire.reach() != "ok":
            self.assertLess(time.monotonic(), deadline, "still blocked")

    def test_confirm(self):
        self.fire.block(SERVER_V4, "--confirm-within", "10s")
        kept = self.fire.block(SERVER_V6, "--confirm-within", "10s")
        self.fire.picket("rules", "confirm", kept)
        deadline = time.monotonic() + 40
        while self.fire.reach() != "ok":
            self.assertLess(time.monotonic(), deadline, "still blocked")
        self.denied("tcp", SERVER_V6)

    def test_observe_only_tells(self):
        self.fire.picket("rules", "mode", "observe")
        rule = self.fire.block(SERVER_V4)
        self.assertEqual(self.passing(), ALL)
        self.assertGreaterEqual(self.fire.listed()[rule]["hits"], 3)
        self.fire.picket("rules", "mode", "enforce")
        self.denied("tcp", SERVER_V4)

    def test_unblock_by_address_and_all(self):
        self.fire.block(SERVER_V4, SERVER_V6)
        self.fire.picket("unblock", SERVER_V4)
        self.assertEqual(self.passing(), [pair for pair in ALL if pair[1] == SERVER_V4])
        self.fire.picket("unblock", "--all")
        self.assertEqual(self.passing(), ALL)

    def test_unblock_all_with_a_broken_rule_file(self):
        self.fire.block(SERVER_V4)
        good = self.fire.rules.read_text()
        self.fire.rules.write_text("version 1\nrule one block\n")
        refused = self.fire.picket("block", SERVER_V6, check=False)
        self.assertEqual(refused.returncode, 3)
        self.assertIn("2:6: ", refused.stderr)
        self.denied("tcp", SERVER_V4)
        self.fire.picket("unblock", "--all")
        self.assertEqual(self.passing(), ALL)
        self.fire.rules.write_text(good)

    def test_export_and_import(self):
        self.fire.block(SERVER_V4, "--reason", "because of \"this\"", "--protocol", "tcp")
        text = self.fire.picket("rules", "export").stdout
        self.assertEqual(text, self.fire.rules.read_text())
        self.fire.clear()
        self.assertEqual(self.fire.reach(), "ok")
        (self.fire.folder / "kept.rules").write_text(text)
        self.fire.picket("rules", "import", self.fire.folder / "kept.rules")
        self.denied("tcp", SERVER_V4)
        self.assertEqual(self.fire.picket("rules", "export").stdout, text)

    def test_hits_and_bytes(self):
        rule = self.fire.block(SERVER_V4)
        for _ in range(3):
            self.denied("tcp", SERVER_V4)
        self.denied("icmp", SERVER_V4)
        row = self.fire.listed()[rule]
        self.assertEqual(row["hits"], 4)
        self.assertEqual((row["packets"], row["bytes"]), (1, 28))
        self.assertIn("last_hit", row)

    def test_log_says_which_rule_why_and_for_whom(self):
        rule = self.fire.block(SERVER_V4, "--reason", "the drill")
        self.fire.picket("rules", "log")  # what was told before
        self.denied("tcp", SERVER_V4)
        line = json.loads(self.fire.picket("rules", "log", "--json").stdout.splitlines()[-1])
        self.assertEqual((line["rule"], line["reason"], line["result"], line["remote"], line["uid"]),
                         (rule, "the drill", "blocked", SERVER_V4, 0))
        self.assertEqual(line["remote_port"], self.fire.port(SERVER_V4))
        self.assertTrue(line["command"].startswith("python"), line)

    def test_is_written_down(self):
        rule = self.fire.block(SERVER_V4, "--reason", "the drill")
        said = self.fire.audit()
        self.assertEqual(said[-1]["result"], "done")
        self.assertEqual(said[-1]["undo"], "picket unblock %d" % rule)
        self.assertEqual(said[-2]["reason"], "the drill")

    def test_own_session_is_spared(self):
        """A command that came in by TCP does not cut that connection without --i-know."""
        inside = self.fire.box.start(
            sys.executable, "-S", "-c",
            "import socket, subprocess, sys, json\n"
            "s = socket.create_connection(('%s', %d))\n"
            "for extra in ([], ['--i-know']):\n"
            "  done = subprocess.run(sys.argv[1:] + extra, capture_output=True, text=True)\n"
            "  print(json.dumps(dict(code=done.returncode, said=done.stderr)), flush=True)\n"
            % (SERVER_V4, self.fire.port(SERVER_V4)),
            *self.fire.command("block", SERVER_V4))
        refused = inside.first_line()
        self.assertEqual(refused["code"], 3)
        self.assertIn("would cut off the connection you came by", refused["said"])
        self.assertEqual(inside.first_line()["code"], 0)
        self.denied("tcp", SERVER_V4)

    def test_loopback_is_spared(self):
        serving = Peer(self.fire.box, ["serve", "127.0.0.1", 0])
        port = serving.said()["port"]
        self.fire.block("--port", port)
        self.assertEqual(self.fire.reach("tcp", "127.0.0.1", port), "ok")
        self.fire.block("--port", port, "--loopback", "--i-know")
        self.assertEqual(self.fire.reach("tcp", "127.0.0.1", port), "EPERM")

    def test_no_gap_while_rules_and_programs_change(self):
        """Somebody connects without end while rules are added and the programs are swapped."""
        self.fire.block(SERVER_V4)
        loop = Peer(self.fire.box, ["loop", SERVER_V4, self.fire.port(SERVER_V4)])
        self.assertEqual(loop.result(), "ok")
        for i in range(8):
            self.fire.block("192.0.2.%d" % i)
            self.fire.swap_programs()
        counted = loop.go_on()
        self.assertGreater(counted["tried"], 100)
        self.assertEqual(counted["passed"], 0)


class WithPicket(FirewallCase):
    """Beside a running picket, and when it is killed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fire.block("192.0.2.1")  # the pins' folder is mounted where all see it
        cls.picket = Picket(cls.fire.box, options=["--rules", str(cls.fire.rules), "--pins",
                                                str(cls.fire.pins)])
        cls.addClassCleanup(cls.picket.close)
        cls.picket.start()

    def test_killed_while_blocking(self):
        rule = self.fire.block(SERVER_V4)
        self.picket.kill_agent()
        self.denied("tcp", SERVER_V4)
        for pid in self.picket.processes():
            os.kill(pid, signal.SIGKILL)
        self.picket.run.wait()
        self.denied("tcp", SERVER_V4)
        self.picket.start()  # the socket left behind is replaced; the rules are put in force again
        self.denied("tcp", SERVER_V4)
        self.fire.picket("unblock", rule)
        self.assertEqual(self.fire.reach(), "ok")

    def test_rules_come_back_with_picket(self):
        """As after a restart of the machine: nothing is pinned, the file is there."""
        self.fire.block(SERVER_V4)
        self.picket.stop()
        self.fire.unpin()
        self.assertEqual(self.fire.reach(), "ok")
        self.picket.start()
        self.denied("tcp", SERVER_V4)


def main():
    reason = sandbox.why_not()
    if reason:
        print("skipped: " + reason)
        sys.exit(SKIPPED)
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
