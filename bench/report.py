# SPDX-License-Identifier: Apache-2.0
"""The table and the file of a benchmark run, with the aims beside what was measured."""

import datetime
import json
import os
import platform

from contract import PROGRAM_PREFIX
from statistics_of_rounds import median, ratios, spread

# What picket set out to reach. Program time: nanoseconds inside its BPF programs, one end watched.
PROGRAM_AIMS_NS = {"TCP connection": 3000, "UDP datagram": 1500}
FREE_LOADS = ("iperf3 throughput", "keep-alive HTTP")
NOISE = 0.05   # a median this close to 1 cannot be told from it
MEMORY_AIM_MB = 60
REST_AIM_CORE = 0.005
BOOTSTRAP_AIM_MS = 100
WATCH_AIM_CORE = 0.10
DETECTION_AIM_CORE = 0.02


def quantity(value, unit):
    if value is None:
        return "-"
    if unit == "ns":
        return "%.2f us" % (value / 1000)
    if unit == "bit/s":
        return "%.1f Gbit/s" % (value / 1e9)
    return "%.0f %s" % (value, unit)


def verdict(reached):
    return "reached" if reached else "MISSED"


class Report:
    def __init__(self, options):
        self.options = options
        self.rounds = {}      # load -> [{observer: value}]
        self.loads = {}
        self.programs = {}    # "load, ends" -> program_time.difference()
        self.facts = {}
        self.losses = {}

    def add_round(self, load, measured):
        self.loads[load.name] = load
        self.rounds.setdefault(load.name, []).append(measured)

    def line_of_round(self, load, measured):
        return "%-22s %s" % (load.name, "  ".join(
            "%s %s" % (name, quantity(value, load.unit)) for name, value in sorted(measured.items())))

    def add_programs(self, load, both_ends, difference):
        self.programs["%s, %s" % (load, "both ends" if both_ends else "one end")] = difference

    def print(self):
        self._print_ratios()
        if self.programs:
            self._print_programs()
        if self.facts:
            self._print_facts()

    def _print_ratios(self):
        observers = sorted({name for rounds in self.rounds.values() for entry in rounds
                            for name in entry if name != "off"})
        print("\nRatios to nobody watching: median [lowest..highest]. Below 1 is worse for rates "
              "(bit/s, req/s), above 1 for costs (CPU time per operation, both ends).")
        print("%-22s %14s  %s" % ("load", "off (median)",
                                  "".join("%-24s" % name for name in observers)))
        for name, rounds in self.rounds.items():
            cells = ""
            for observer in observers:
                found = ratios(rounds, observer)
                cell = "%.2f [%.2f..%.2f]" % (median(found), *spread(found)) if found else "-"
                cells += "%-24s" % cell
            off = median([entry["off"] for entry in rounds if "off" in entry])
            print("%-22s %14s  %s" % (name, quantity(off, self.loads[name].unit), cells))
        for name in FREE_LOADS:
            found = ratios(self.rounds.get(name, []), "picket")
            if found:
                # Measurable: beyond the noise, and worse in every single round.
                measurable = median(found) < 1 - NOISE and max(found) < 1
                print("aim: no measurable cost on %s: %s" % (name, verdict(not measurable)))

    def _print_programs(self):
        print("\nTime inside picket's BPF programs (bpf_stats)")
        for name, entry in self.programs.items():
            if entry is None:
                print("%-36s %10s  no program named %s* ran" % (name, "-", PROGRAM_PREFIX))
                continue
            aim = PROGRAM_AIMS_NS.get(name.removesuffix(", one end"))
            beside = "aim %s: %s" % (quantity(aim, "ns"), verdict(entry["ns_per_op"] <= aim)) \
                if aim else ""
            top = ", ".join("%s %.0f ns x%.1f" % (program, item["ns_per_op"], item["runs_per_op"])
                            for program, item in list(entry["programs"].items())[:3])
            print("%-36s %10s  %-24s %s" % (name, quantity(entry["ns_per_op"], "ns"), beside, top))

    def _print_facts(self):
        facts = self.facts
        print("\nPicket itself (agent and warden together)")

        def line(what, value, aim="", reached=None):
            beside = "" if reached is None else "aim %s: %s" % (aim, verdict(reached))
            print("%-44s %14s  %s" % (what, value, beside))

        rest, much = facts["cpu at rest"], facts["cpu with much open"]
        memory = facts["memory with much open"]
        sockets, processes = facts["open sockets"], facts["open processes"]
        line("CPU just after the start", "%.2f %%" % (100 * facts["cpu after start"]))
        line("CPU at rest", "%.2f %%" % (100 * rest), "< 0.5 %", rest < REST_AIM_CORE)
        line("CPU with %d sockets open" % sockets, "%.2f %%" % (100 * much))
        line("memory at rest", "%.1f MB" % facts["memory at rest"]["rss_mb"])
        line("memory, %d sockets, %d processes" % (sockets, processes),
             "%.1f MB" % memory["rss_mb"], "<= %d MB" % MEMORY_AIM_MB,
             memory["rss_mb"] <= MEMORY_AIM_MB)
        bootstrap = facts["bootstrap_ms"]
        line("bootstrap of %d sockets" % sockets,
             "%.1f ms" % bootstrap, "<= %d ms" % BOOTSTRAP_AIM_MS, bootstrap <= BOOTSTRAP_AIM_MS)
        for name, entry in facts.items():
            if name.startswith("at "):
                line("CPU " + name, "%.1f %%" % (100 * entry["core"]))
            if name.startswith("watch at "):
                line("CPU of the terminal " + name, "%.1f %%" % (100 * entry["extra_core"]),
                     "<= 10 %", entry["extra_core"] <= WATCH_AIM_CORE)
            if name.startswith("detection at "):
                line("CPU that " + name + " adds", "%.1f %%" % (100 * entry["median"]),
                     "<= 2 %", entry["median"] <= DETECTION_AIM_CORE)
        line("losses", str({**self.losses, **facts["losses at that rate"]} or "none"))

    def write(self, folder):
        folder.mkdir(exist_ok=True)
        content = {
            "when": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "kernel": platform.release(), "processors": os.cpu_count(),
            "load_average": os.getloadavg(), "rounds_wanted": self.options.rounds,
            "quick": self.options.quick, "rounds": self.rounds, "programs": self.programs,
            "facts": self.facts, "losses": self.losses}
        (folder / "latest.json").write_text(json.dumps(content, indent=1) + "\n")
        print("\nAll numbers: %s" % (folder / "latest.json"))
