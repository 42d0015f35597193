#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast `picket analyze` reads captures with signatures, and how much memory that takes.

    bench/signatures.py --rules F --captures DIR [--build DIR] [--megabytes 200] [--rounds 3]
                        [--rule-counts] [--flow-counts] [--limits PROGRAM] [--out FILE]

DIR has the folders ordinary/ and malicious/ of captures. Mixes are made of them (tools/capture_mix.py)
and of web traffic, clear and in TLS, that is recorded on the spot (tools/record_web.py, needs root).
Alerts are the only output, one thread reads. Packets per second are per second of processor time of
all threads and processes, without the time that loading takes, which is measured by itself: cold
(nothing kept from before) and warm. Rounds of all mixes take turns; the median stands with the
lowest and highest. --limits names the program capture_limits_bench, whose bare reading and bare
searching of the same payload is measured in the same rounds.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE.parent / "tools"
AIMS = {"ordinary": 650_000, "web": 150_000, "tls": 1_500_000, "malware": 400_000}
FLOW_COUNTS = (1_000, 10_000, 100_000, 1_000_000)
RULE_COUNTS = (4_000, 8_000, 16_000, 32_000)


class Run:
    """One run of a program: seconds of processor time, MiB at its peak, what it printed."""

    def __init__(self, words, cache):
        child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                 env=dict(os.environ, XDG_CACHE_HOME=str(cache)))
        self.printed = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        self.seconds = used.ru_utime + used.ru_stime
        self.mebibytes = used.ru_maxrss / 1024


class Bench:
    def __init__(self, args, folder):
        self.args, self.folder = args, folder
        self.picket = args.build / "picket"
        self.cache = folder / "cache"
        self.cache.mkdir(mode=0o700)
        self.nothing = folder / "nothing.pcap"
        self.nothing.write_bytes(pcap_head())

    def analyze(self, capture, rules=None, threads=1):
        return Run([str(self.picket), "analyze", "-q", "--no-behaviors", "--threads", str(threads), "--rules",
                    str(rules or self.args.rules), "--eve", str(self.folder / "eve.json"), "--eve-types", "alert",
                    str(capture)], self.cache)

    def load(self, rules=None):
        """Cold and warm."""
        for kept in (self.cache / "picket").glob("*.patterns"):
            kept.unlink()
        return self.analyze(self.nothing, rules), self.analyze(self.nothing, rules)


def pcap_head():
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)


def packets_of(path):
    count, at = 0, 24
    with open(path, "rb") as capture:
        capture.seek(at)
        while head := capture.read(16):
            capture.seek(struct.unpack("<IIII", head)[2], 1)
            count += 1
    return count


def make_mixes(args, folder):
    mixes = {}

    def mix(name, concurrent, *sources):
        mixes[name] = folder / (name + ".pcap")
        subprocess.run([sys.executable, TOOLS / "capture_mix.py", "--out", mixes[name], "--megabytes",
                        str(args.megabytes), "--concurrent", str(concurrent), *sources], check=True)

    mix("ordinary", 64, args.captures / "ordinary")
    mix("malware", 64, args.captures / "malicious")
    for name, more in (("web", []), ("tls", ["--tls"])):
        recorded = folder / ("recorded_" + name + ".pcap")
        subprocess.run([sys.executable, TOOLS / "record_web.py", "--out", recorded, *more], check=True)
        mix(name, 4, recorded)
    return mixes


def spread(values, form="%.0f"):
    return " ".join(form % v for v in (statistics.median(values), min(values), max(values)))


def measure_mixes(bench, mixes):
    found = {}
    loads = [bench.load() for _ in range(bench.args.rounds)]
    for name, at in (("cold", 0), ("warm", 1)):
        print("loading, %s: %s s, %.0f MiB" % (name, spread([l[at].seconds for l in loads], "%.2f"),
                                               max(l[at].mebibytes for l in loads)))
    warm = statistics.median(l[1].seconds for l in loads)
    packets = {name: packets_of(path) for name, path in mixes.items()}
    rates = {name: [] for name in mixes}
    memory, limits = dict.fromkeys(mixes, 0), {}
    for _ in range(bench.args.rounds):
        for name, path in mixes.items():
            run = bench.analyze(path)
            rates[name].append(packets[name] / max(run.seconds - warm, 0.001))
            memory[name] = max(memory[name], run.mebibytes)
            if bench.args.limits:
                for line in Run([bench.args.limits, bench.args.rules, str(path)], bench.cache).printed.splitlines():
                    what, rate = line.rsplit("\t", 1)
                    limits.setdefault((name, what), []).append(float(rate))
    print("%-10s %10s %34s %10s %8s" % ("mix", "packets", "packets/CPU second (low, high)", "aim", "MiB"))
    for name in mixes:
        print("%-10s %10d %34s %10d %8.0f" % (name, packets[name], spread(rates[name]), AIMS[name], memory[name]))
        for (mix, what), values in limits.items():
            if mix == name:
                print("   %-42s %s" % (what, spread(values)))
        found[name] = {"rates": rates[name], "mebibytes": memory[name], "packets": packets[name]}
    return found


def measure_rule_counts(bench, mix):
    """Cost by number of rules: each n-th of the file, so that all kinds are there."""
    lines = [l for l in pathlib.Path(bench.args.rules).read_text(errors="replace").splitlines()
             if l and not l.startswith("#")]
    packets = packets_of(mix)
    print("%8s %20s %12s %8s" % ("rules", "packets/CPU second", "loading s", "MiB"))
    for count in RULE_COUNTS:
        chosen = bench.folder / ("%d.rules" % count)
        step = max(1.0, len(lines) / count)
        picked = [lines[int(i * step)] for i in range(min(count, len(lines)))]
        chosen.write_text("\n".join(picked) + "\n")
        _, warm = bench.load(chosen)
        run = bench.analyze(mix, chosen)
        print("%8d %20.0f %12.2f %8.0f" % (len(picked), packets / max(run.seconds - warm.seconds, 0.001),
                                           warm.seconds, run.mebibytes))


def many_flows(path, count):
    """A handshake and a request each, all open at once, then a minute in which nothing but one of them speaks."""
    chance = random.Random(1)
    frame = bytearray(14 + 40)
    frame[12:14], frame[14], frame[22], frame[23] = b"\x08\x00", 0x45, 64, 6

    def packet(out, second, flow, to_server, flags, seq, ack, payload=b""):
        client, server = struct.pack(">I", 0x0A000000 + (flow >> 8)), b"\xc0\x00\x02\x01"
        ports = (1024 + (flow & 0xFF), 8080)
        frame[26:34] = client + server if to_server else server + client
        struct.pack_into(">HHIIBBHHH", frame, 34, *(ports if to_server else ports[::-1]), seq, ack, 0x50, flags,
                         8192, 0, 0)
        struct.pack_into(">H", frame, 16, 40 + len(payload))
        size = len(frame) + len(payload)
        out.write(struct.pack("<IIII", second, 0, size, size) + frame + payload)

    with open(path, "wb", buffering=1 << 20) as out:
        out.write(pcap_head())
        for flow in range(count):
            request = b"\x01\x02" + chance.randbytes(30)
            second = 1_700_000_000 + flow * 20 // count
            packet(out, second, flow, True, 2, 1, 0)
            packet(out, second, flow, False, 18, 1, 2)
            packet(out, second, flow, True, 24, 2, 2, request)
            packet(out, second, flow, False, 16, 2, 34)
        for second in range(40):
            packet(out, 1_700_000_021 + second, 0, False, 16, 2, 34)


def measure_flow_counts(bench, counts):
    base = bench.analyze(bench.nothing)
    print("%10s %20s %8s %14s" % ("flows", "packets/CPU second", "MiB", "bytes/flow"))
    for count in counts:
        capture = bench.folder / "flows.pcap"
        many_flows(capture, count)
        run = bench.analyze(capture)
        print("%10d %20.0f %8.0f %14.0f" % (count, packets_of(capture) / max(run.seconds - base.seconds, 0.001),
                                            run.mebibytes, (run.mebibytes - base.mebibytes) * 2**20 / count))
        capture.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rules", required=True)
    parser.add_argument("--captures", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rule-counts", action="store_true")
    parser.add_argument("--flow-counts", action="store_true")
    parser.add_argument("--limits", help="the program capture_limits_bench")
    parser.add_argument("--out", type=pathlib.Path, help="the figures as JSON")
    args = parser.parse_args()
    args.build = args.build.resolve()
    with tempfile.TemporaryDirectory(prefix="picket-bench-") as name:
        bench = Bench(args, pathlib.Path(name))
        mixes = make_mixes(args, bench.folder)
        found = measure_mixes(bench, mixes)
        if args.rule_counts:
            measure_rule_counts(bench, mixes["ordinary"])
        if args.flow_counts:
            measure_flow_counts(bench, FLOW_COUNTS)
        if args.out:
            args.out.write_text(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
