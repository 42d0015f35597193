#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs an engine over captures and compares its alerts with a list of expected ones.

    tools/alerts_compare.py --captures DIR --expected alerts-expected.tsv --rules F \\
        [--engine 'build/picket analyze --rules {rules} --eve {eve} {pcap}'] [--jobs N] [--only WORD]

With {events} and {pcaps} instead of {eve} and {pcap} in the command, one run reads all captures, which
is much quicker since rules are loaded once; alerts are then those of picket's --events.

The list has lines of capture, sid, count, signature, parted by tabs. Captures without a line are
expected to raise nothing. Printed: precision and recall over (capture, sid), what is missing, what is
too much. Exit code 0 when both are at least --least (0.99), 1 when not, 3 when a run failed.
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile


def read_expected(path):
    expected, names = collections.defaultdict(dict), {}
    for line in pathlib.Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
        fields = line.split("\t")
        if line.startswith("#") or len(fields) < 3:
            continue
        expected[fields[0]][int(fields[1])] = int(fields[2])
        if len(fields) > 3:
            names[int(fields[1])] = fields[3]
    return expected, names


def run_one(template, rules, capture, timeout):
    """Sids with their counts, or what went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        eve = pathlib.Path(folder, "eve.json")
        words = [w.format(rules=rules, eve=eve, pcap=capture) for w in shlex.split(template)]
        try:
            done = subprocess.run(words, cwd=folder, capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return None, "took longer than %d s" % timeout
        if not eve.exists():
            return None, "exit code %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[-300:])
        counts, names = collections.Counter(), {}
        for line in eve.read_text(encoding="utf-8", errors="replace").splitlines():
            if '"alert"' not in line:
                continue
            event = json.loads(line)
            if event.get("event_type") == "alert":
                counts[event["alert"]["signature_id"]] += 1
                names[event["alert"]["signature_id"]] = event["alert"].get("signature", "")
        return (counts, names), None


def run_together(template, rules, captures, timeout):
    """The same for each capture, out of one run."""
    with tempfile.TemporaryDirectory() as folder:
        events = pathlib.Path(folder, "events.jsonl")
        words = []
        for word in shlex.split(template):
            words += map(str, captures) if word == "{pcaps}" else [word.format(rules=rules, events=events)]
        done = subprocess.run(words, cwd=folder, capture_output=True, timeout=timeout, check=False)
        if not events.exists():
            problem = "exit code %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[-300:])
            return [(None, problem)] * len(captures)
        found = {str(capture): (collections.Counter(), {}) for capture in captures}
        for line in events.read_text(encoding="utf-8", errors="replace").splitlines():
            event = json.loads(line)
            if event.get("detector") == "signature":
                counts, names = found[event["source"]["input"]]
                counts[event["rule"]["sid"]] += event.get("count", 1)
                names[event["rule"]["sid"]] = event["rule"]["name"]
        return [(found[str(capture)], None) for capture in captures]


def find_captures(folder, only):
    endings = (".pcap", ".pcapng", ".cap")
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file() and path.name.endswith(endings) and only in str(path):
            yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--captures", required=True)
    parser.add_argument("--expected", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--engine", default="build/picket analyze --rules {rules} --eve {eve} {pcap}")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="captures whose path holds this")
    parser.add_argument("--timeout", type=int, default=600)
    parser.add_argument("--least", type=float, default=0.99)
    args = parser.parse_args()
    words = shlex.split(args.engine)
    words[0] = str(pathlib.Path(words[0]).resolve()) if "/" in words[0] else words[0]
    template, rules = shlex.join(words), str(pathlib.Path(args.rules).resolve())
    expected, names = read_expected(args.expected)
    captures = list(find_captures(args.captures, args.only))
    right = missing = extra = failed = 0
    together = "{pcaps}" in template
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        if together:
            runs = run_together(template, rules, [c.absolute() for c in captures], None)
        else:
            runs = pool.map(lambda c: run_one(template, rules, c.absolute(), args.timeout), captures)
        for capture, (result, problem) in zip(captures, runs):
            name = str(capture.relative_to(args.captures))
            wanted = set(expected.get(name, {}))
            if problem:
                failed += 1
                missing += len(wanted)
                print("FAILED   %s: %s" % (name, problem))
                continue
            counts, seen = result
            names.update(seen)
            right += len(wanted & set(counts))
            for sid in sorted(wanted - set(counts)):
                missing += 1
                print("missing  %s: %d %s" % (name, sid, names.get(sid, "")))
            for sid in sorted(set(counts) - wanted):
                extra += 1
                print("too much %s: %d x%d %s" % (name, sid, counts[sid], names.get(sid, "")))
            for sid in sorted(wanted & set(counts)):
                if counts[sid] != expected[name][sid]:
                    print("count    %s: %d %d, expected %d" % (name, sid, counts[sid], expected[name][sid]))
    precision = right / (right + extra) if right + extra else 1.0
    recall = right / (right + missing) if right + missing else 1.0
    print("%d captures, %d right, %d missing, %d too much, %d failed: precision %.4f, recall %.4f"
          % (len(captures), right, missing, extra, failed, precision, recall))
    if failed:
        return 3
    return 0 if min(precision, recall) >= args.least else 1


if __name__ == "__main__":
    sys.exit(main())
