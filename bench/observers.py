# SPDX-License-Identifier: Apache-2.0
"""Who is watching while a load runs: nobody, picket, or one of the other ways to know who talks."""

import contextlib
import shutil
import subprocess
import threading
import time

from agent import Picket

SS_PERIOD_S = 0.2
BPFTRACE_READY_S = 60
# What a shell user would write to see connections with their process.
BPFTRACE_PROGRAM = """
BEGIN { printf("ready\\n"); }
tracepoint:sock:inet_sock_set_state
{ printf("%d %s %s %d %s %d\\n", pid, comm, ntop(args->family, args->saddr), args->sport,
         ntop(args->family, args->daddr), args->dport); }
"""


class Nobody:
    name = "off"

    def why_not(self):
        return None

    @contextlib.contextmanager
    def watching(self, box):
        yield


class PicketWatches:
    name = "picket"

    def __init__(self):
        self.losses = {}

    def why_not(self):
        return None

    @contextlib.contextmanager
    def watching(self, box):
        picket = Picket(box)
        try:
            picket.start()
            yield
            for counter, count in picket.status().losses.items():
                self.losses[counter] = self.losses.get(counter, 0) + count
        finally:
            picket.close()


class SsPolls:
    """`ss -tunap` again and again in the client's namespace, as scripts and panels do."""
    name = "ss polling"

    def why_not(self):
        return None if shutil.which("ss") else "ss is not installed"

    @contextlib.contextmanager
    def watching(self, box):
        stop = threading.Event()

        def poll():
            while not stop.wait(SS_PERIOD_S):
                subprocess.run([box.programs / "enter", "-", box.client, "ss", "-tunapH"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

        thread = threading.Thread(target=poll)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def bpftrace_command(*words):
    """bpftrace where tracefs is to be had: mounted for it alone when the machine has not."""
    return ["unshare", "--mount", "sh", "-c",
            "test -e /sys/kernel/tracing/events || mount -t tracefs nodev /sys/kernel/tracing; "
            'exec bpftrace "$@"', "sh", *words]


class Bpftrace:
    name = "bpftrace"

    def why_not(self):
        if not shutil.which("bpftrace"):
            return "bpftrace is not installed"
        tried = subprocess.run(
            bpftrace_command("-e", 'BEGIN { printf("ok"); exit(); } '
                             "tracepoint:sock:inet_sock_set_state { @ = count(); }"),
            capture_output=True, text=True, timeout=BPFTRACE_READY_S, check=False)
        if tried.returncode != 0 or "ok" not in tried.stdout:
            errors = [line for line in tried.stderr.splitlines() if "ERROR" in line]
            return "bpftrace does not run here: " + (errors or ["it does not say why"])[-1]
        return None

    @contextlib.contextmanager
    def watching(self, box):
        child = subprocess.Popen(bpftrace_command("-B", "line", "-e", BPFTRACE_PROGRAM),
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            for line in child.stdout:
                if line.strip() == "ready":
                    break
            # Read on, or it would wait for us instead of watching.
            reader = threading.Thread(target=lambda: [None for _ in child.stdout], daemon=True)
            reader.start()
            yield
        finally:
            child.terminate()
            child.wait(10)


class OpenSnitch:
    """Takes over the machine's own firewall when it runs, so it is never started by a benchmark:
    when its daemon is running already, its cost is in every column and that is said."""
    name = "opensnitch"

    def why_not(self):
        if not shutil.which("opensnitchd"):
            return "OpenSnitch is not installed"
        return "OpenSnitch would put its rules into this machine's firewall; not started"

    @contextlib.contextmanager
    def watching(self, box):
        yield


def all_observers(with_picket):
    wanted = [Nobody()] + ([PicketWatches()] if with_picket else [])
    return wanted + [SsPolls(), Bpftrace(), OpenSnitch()]


def cpu_seconds(pids):
    """User and system time these processes have used so far."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as stat:
                fields = stat.read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / 100


def share_of_a_core(pids, seconds):
    """CPU used while waiting, as a share of one core."""
    before, began = cpu_seconds(pids), time.monotonic()
    time.sleep(seconds)
    return (cpu_seconds(pids) - before) / (time.monotonic() - began)


def memory_kb(pids):
    """Resident and proportional memory of these processes together, from smaps_rollup."""
    total = {"rss": 0, "pss": 0}
    for pid in pids:
        with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as rollup:
            for line in rollup:
                name, _, value = line.partition(":")
                if name.lower() in total:
                    total[name.lower()] += int(value.split()[0])
    return total
