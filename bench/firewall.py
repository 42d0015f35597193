#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the firewall costs, and how soon a block is there: with no rule, with one, with 10,000 rules
and with a list of a million prefixes beside them.

    bench/firewall.py [--rules N] [--prefixes N] [--connections N]

Root only; in a cgroup and network namespaces of its own. Costs are time inside the BPF programs by
the kernel's own account, of which some tens of nanoseconds a run are the account itself.
"""

import argparse
import ipaddress
import json
import pathlib
import random
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "e2e")]
sys.dont_write_bytecode = True

import program_time  # noqa: E402
import sandbox  # noqa: E402
from firewall_box import FirewallBox, Peer  # noqa: E402
from sandbox import SERVER_V4  # noqa: E402

PREFIX = "pf_"
TRIALS = 30
# Connects without end; says for each line read when it last got through (CLOCK_MONOTONIC).
WATCHER = r"""
import socket, sys, threading, time
last, stop = 0, False
def connect():
    global last
    while not stop:
        s = socket.socket(); s.settimeout(1)
        try: s.connect((sys.argv[1], int(sys.argv[2]))); last = time.monotonic()
        except OSError: pass
        s.close()
threading.Thread(target=connect, daemon=True).start()
for line in sys.stdin: print('{"last": %f, "now": %f}' % (last, time.monotonic()), flush=True)
"""
CONNECTOR = r"""
import socket, sys
for _ in range(int(sys.argv[3])):
    s = socket.socket(); s.connect((sys.argv[1], int(sys.argv[2]))); s.sendall(b"x"); s.recv(1); s.close()
print('{"done": true}', flush=True)
"""


def rules_text(count, feed):
    """Rules of every kind, none of which is about the server."""
    lines = ["version 1", "mode enforce"]
    if feed:
        lines += ['list feed "%s"' % feed, "rule 1 block list feed"]
    for i in range(2, count + 2):
        address = ipaddress.ip_address(0x0b000000 + i * 7)
        lines.append("rule %d block %s" % (i, (
            "remote %s" % address, "remote %s port %d" % (address, i % 60000 + 1),
            "remote %s/28 protocol udp" % ipaddress.ip_address(0x0c000000 + i * 16),
            "program /opt/program%d" % i, "user %d remote %s" % (70000 + i, address))[i % 5]))
    return "\n".join(lines) + "\n"


def feed_text(count):
    random_one = random.Random(7)
    return "".join("%s\n" % (ipaddress.ip_address(random_one.getrandbits(30) + 0x10000000)
                             if i % 10 else
                             "%s/%d" % (ipaddress.ip_address((random_one.getrandbits(20) + 0x20000) << 8), 24))
                   for i in range(count))


class Bench:
    def __init__(self, fire, connections):
        self.fire, self.connections = fire, connections
        self.place = [SERVER_V4, str(fire.port(SERVER_V4))]

    def load(self, text):
        """Puts rules in force; seconds."""
        file = self.fire.folder / "bench.rules"
        file.write_text(text)
        begun = time.monotonic()
        self.fire.picket("rules", "import", file)
        return time.monotonic() - begun

    def cost(self):
        """Microseconds inside the programs for one connection with one exchange, and of connect()."""
        with program_time.accounted():
            before = program_time.reading(PREFIX)
            self.fire.box.start(sys.executable, "-S", "-c", CONNECTOR, *self.place,
                                self.connections).first_line()
            spent = program_time.difference(before, program_time.reading(PREFIX), self.connections)
        if spent is None:  # nothing ran: no rule, nothing attached
            return 0, 0
        connect = spent["programs"].get("pf_connect4", {}).get("ns_per_op", 0)
        return spent["ns_per_op"] / 1000, connect / 1000

    def effect(self):
        """Milliseconds from the command's return to the last connection that got through: below
        zero, it was before the return. And how long the command took."""
        watcher = self.fire.box.start(sys.executable, "-S", "-c", WATCHER, *self.place,
                                      stdin=subprocess.PIPE)
        peer = Peer.__new__(Peer)
        peer.run = watcher
        effects, commands = [], []
        for _ in range(TRIALS):
            deadline = time.monotonic() + 10
            while time.monotonic() - peer.go_on()["last"] > 0.05 and time.monotonic() < deadline:
                pass
            begun = time.monotonic()
            rule = self.fire.block(SERVER_V4)
            returned = time.monotonic()
            commands.append((returned - begun) * 1000)
            seen = peer.go_on()
            while seen["now"] < returned + 0.02:
                seen = peer.go_on()
            effects.append((seen["last"] - returned) * 1000)
            self.fire.picket("unblock", rule)
        watcher.stop()
        return effects, commands


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=10_000)
    parser.add_argument("--prefixes", type=int, default=1_000_000)
    parser.add_argument("--connections", type=int, default=3_000)
    options = parser.parse_args()
    reason = sandbox.why_not()
    if reason:
        print("left out: " + reason)
        return 0
    fire = FirewallBox()
    try:
        bench = Bench(fire, options.connections)
        feed = fire.folder / "feed.txt"
        feed.write_text(feed_text(options.prefixes))
        loads = (("no rule", rules_text(0, None)), ("1 rule", rules_text(1, None)),
                 ("%d rules" % options.rules, rules_text(options.rules, None)),
                 ("%d rules, %d prefixes" % (options.rules, options.prefixes),
                  rules_text(options.rules, feed)))
        for name, text in loads:
            seconds = bench.load(text)
            costs = [bench.cost() for _ in range(5)]
            row = {"load": name, "import_s": round(seconds, 3),
                   "us_per_connection": round(statistics.median(c[0] for c in costs), 3),
                   "us_per_connect": round(statistics.median(c[1] for c in costs), 3)}
            if name != "no rule":
                effects, commands = bench.effect()
                row["effect_ms_worst"] = round(max(effects), 3)
                row["effect_ms_median"] = round(statistics.median(effects), 3)
                row["command_ms_median"] = round(statistics.median(commands), 1)
            print(json.dumps(row), flush=True)
    finally:
        fire.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
