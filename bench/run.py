#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What picket costs: interleaved rounds with and without it, as ratios.

    bench/run.py [--quick] [--rounds N] [--without-picket] [--only TEXT] [--build DIR]

Root only. Prints a table and writes bench/out/latest.json. Every ratio is of two runs of the same
round; the median comes with the lowest and highest.
"""

import argparse
import os
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "e2e")]
sys.dont_write_bytecode = True

import footprint  # noqa: E402
import loads  # noqa: E402
import observers  # noqa: E402
import program_time  # noqa: E402
import sandbox  # noqa: E402
from agent import Picket  # noqa: E402
from report import Report  # noqa: E402
from statistics_of_rounds import rotated  # noqa: E402


def choose(everything, what):
    chosen = []
    for item in everything:
        reason = item.why_not()
        if reason:
            print("  left out: %s (%s)" % (item.name, reason), flush=True)
        else:
            chosen.append(item)
    if not chosen:
        raise SystemExit("no %s left" % what)
    return chosen


def run_rounds(box, chosen, watchers, rounds, report):
    for number in range(rounds):
        for load in chosen:
            measured = {}
            for watcher in rotated(watchers, number):
                with watcher.watching(box):
                    measured[watcher.name] = load.run()
            report.add_round(load, measured)
            print("  round %d %s" % (number + 1, report.line_of_round(load, measured)), flush=True)


def measure_programs(box, chosen, report, both_ends):
    """Program time per operation; one end: the client is watched and the server is not."""
    picket = Picket(box)
    try:
        with program_time.accounted():
            picket.start()
            for load in chosen:
                if not isinstance(load, loads.Generated):
                    continue
                before = program_time.reading()
                load.run()
                report.add_programs(load.name, both_ends,
                                    program_time.difference(before, program_time.reading(),
                                                            load.count))
    finally:
        picket.close()


def run(options):
    box = sandbox.Sandbox()
    report = Report(options)
    chosen = []
    try:
        watched = box.start_sink(watched=True)
        everything = loads.all_loads(box, options.quick, watched)
        chosen = choose([load for load in everything if options.only in load.name], "load")
        watchers = choose(observers.all_observers(not options.without_picket), "observer")
        for load in chosen:
            load.prepare()
        run_rounds(box, chosen, watchers, options.rounds, report)
        if not options.without_picket:
            report.losses = {name: count for watcher in watchers
                             for name, count in getattr(watcher, "losses", {}).items()}
            one_end = loads.all_loads(box, options.quick, box.start_sink())
            one_end = [load for load in one_end if options.only in load.name]
            measure_programs(box, chosen, report, both_ends=True)
            measure_programs(box, one_end, report, both_ends=False)
            footprint.measure(box, options.quick, report)
    finally:
        loads.close(chosen)
        box.close()
    report.print()
    report.write(HERE / "out")
    return 0


def main():
    parser = argparse.ArgumentParser(description="What picket costs")
    parser.add_argument("--quick", action="store_true", help="a tenth of the load, two rounds")
    parser.add_argument("--rounds", type=int, help="interleaved rounds (5; 2 with --quick)")
    parser.add_argument("--without-picket", action="store_true",
                        help="the other observers only (when there is no picket yet)")
    parser.add_argument("--only", default="", help="loads whose name contains this")
    parser.add_argument("--build", type=pathlib.Path, help="build folder to take the programs from")
    options = parser.parse_args()
    if options.build:
        os.environ["PICKET_BINARY"] = str(options.build / "picket")
        os.environ["PICKET_TRAFFIC"] = str(options.build / "traffic")
    options.rounds = options.rounds or (2 if options.quick else 5)
    reason = sandbox.why_not()
    if reason:
        print("bench:", reason, file=sys.stderr)
        return 3
    print("picket bench on %s, %d rounds%s" % (platform.release(), options.rounds,
                                               ", quick" if options.quick else ""), flush=True)
    try:
        return run(options)
    except (AssertionError, subprocess.SubprocessError) as error:
        print("bench:", error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
