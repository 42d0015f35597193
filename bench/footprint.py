# SPDX-License-Identifier: Apache-2.0
"""What picket itself takes: CPU and memory of its processes at rest, with much open, under load; how
long it takes to know what was there before it; what the terminal view costs."""

import contextlib
import os
import pathlib
import pty
import signal
import statistics
import subprocess
import threading
import time

import contract
from agent import Picket
from observers import cpu_seconds, memory_kb, share_of_a_core
from sandbox import SERVER_V4

RATE = 5000
JUDGED_RATE, JUDGED_CALLERS = 500, 50


@contextlib.contextmanager
def _running(box, options=()):
    picket = Picket(box, options)
    try:
        yield picket.start()
    finally:
        picket.close()


@contextlib.contextmanager
def _much_open(box, sink, sockets, processes):
    program = box.start("open_many", SERVER_V4, sink.port, sockets, processes,
                        stdin=subprocess.PIPE)
    program.first_line()
    try:
        yield
    finally:
        program.finish()


def _memory(picket):
    used = memory_kb(picket.processes())
    return {"rss_mb": used["rss"] / 1024, "pss_mb": used["pss"] / 1024}


def _under_rate(box, sink, picket, seconds, extra_pids=()):
    """CPU share while connections come at RATE, of picket and of `extra_pids`."""
    pids = picket.processes()
    before, extra_before = cpu_seconds(pids), cpu_seconds(extra_pids)
    _, summary = box.run("burst", "tcp-reset", SERVER_V4, sink.port, RATE * seconds, RATE, "quiet")
    elapsed_s = summary["elapsed_ns"] / 1e9
    return {"rate": RATE * seconds / elapsed_s, "core": (cpu_seconds(pids) - before) / elapsed_s,
            "extra_core": (cpu_seconds(extra_pids) - extra_before) / elapsed_s}


class _Terminal:
    """`picket watch` in a pseudo terminal of 200x50, its output read and thrown away."""

    def __init__(self, picket):
        command = contract.watch_command(picket.binary, picket.socket)
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", LINES="50", COLUMNS="200")
            os.execv(command[0], command)
        self.drawn = 0
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        with contextlib.suppress(OSError):
            while block := os.read(self.fd, 65536):
                self.drawn += len(block)

    def check(self):
        """A view that ended, or drew nothing, would cost nothing."""
        ended, _ = os.waitpid(self.pid, os.WNOHANG)
        if ended or self.drawn == 0:
            raise AssertionError("picket watch %s" % ("ended" if ended else "drew nothing"))

    def close(self):
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGTERM)
            os.waitpid(self.pid, 0)


def _judged_load(box, sink, picket, seconds):
    """CPU share of picket while JUDGED_CALLERS processes make JUDGED_RATE connections a second: few
    enough each that every one is judged by itself."""
    each = JUDGED_RATE // JUDGED_CALLERS
    pids = picket.processes()
    before, began = cpu_seconds(pids), time.monotonic()
    callers = [box.start("burst", "tcp-reset", SERVER_V4, sink.port, each * seconds, each, "quiet")
               for _ in range(JUDGED_CALLERS)]
    for caller in callers:
        caller.finish()
    return (cpu_seconds(pids) - before) / (time.monotonic() - began)


def _public_rules():
    """The folders of public Sigma rules for Linux and networks, where the shared corpus is there."""
    shared = os.environ.get("PICKET_SHARED")
    rules = pathlib.Path(shared, "corpus/sigma/rules") if shared else None
    return [rules / part for part in ("linux", "network")] if rules and rules.is_dir() else []


def _detection_cost(box, sink, quick, options=()):
    """What the detectors add, as a share of a core: the median of interleaved rounds. `options`:
    what they are given beside their own."""
    seconds, rounds, added = (3, 1, []) if quick else (10, 3, [])
    for _ in range(rounds):
        shares = {}
        for detection in (True, False):
            chosen = list(options) if detection else contract.no_detection_options()
            with _running(box, chosen) as picket:
                shares[detection] = _judged_load(box, sink, picket, seconds)
        added.append(shares[True] - shares[False])
    return {"median": statistics.median(added), "lowest": min(added), "highest": max(added)}


def measure(box, quick, report):
    seconds = 3 if quick else 15
    sockets, processes = (2_000, 200) if quick else (20_000, 2_000)
    sink, hold = box.start_sink(), box.start_sink("hold")
    with _running(box) as picket:
        # Only then is it at rest: at first it reads and hashes what was there before it.
        report.facts["cpu after start"] = share_of_a_core(picket.processes(), seconds)
        report.facts["cpu at rest"] = share_of_a_core(picket.processes(), seconds)
        report.facts["memory at rest"] = _memory(picket)
        report.facts["at %d connections/s" % RATE] = _under_rate(box, sink, picket, seconds)
        report.facts["memory after that"] = _memory(picket)
        terminal = _Terminal(picket)
        try:
            report.facts["watch at %d connections/s" % RATE] = _under_rate(
                box, sink, picket, seconds, [terminal.pid])
            report.facts["watch drew bytes"] = terminal.drawn
            terminal.check()
        finally:
            terminal.close()
        report.facts["losses at that rate"] = picket.status().losses
    report.facts["detection at %d connections/s" % JUDGED_RATE] = _detection_cost(box, sink, quick)
    if rules := _public_rules():
        report.facts["detection at %d connections/s, with Sigma" % JUDGED_RATE] = _detection_cost(
            box, sink, quick, contract.sigma_options(*rules))
    with _much_open(box, hold, sockets, processes):
        report.facts["open sockets"], report.facts["open processes"] = sockets, processes
        with _running(box) as picket:
            report.facts["bootstrap_ms"] = picket.ready["bootstrap_ms"]
            report.facts["memory with much open"] = _memory(picket)
            report.facts["cpu with much open"] = share_of_a_core(picket.processes(), seconds)
