# SPDX-License-Identifier: Apache-2.0
"""Time spent inside picket's BPF programs, from the kernel's own account (kernel.bpf_stats_enabled).
The account itself costs some tens of nanoseconds a run, which is in the numbers."""

import contextlib
import json
import pathlib
import subprocess

import contract

SWITCH = pathlib.Path("/proc/sys/kernel/bpf_stats_enabled")


@contextlib.contextmanager
def accounted():
    before = SWITCH.read_text()
    SWITCH.write_text("1")
    try:
        yield
    finally:
        SWITCH.write_text(before)


def reading(prefix=contract.PROGRAM_PREFIX):
    """(id, name) -> (nanoseconds, runs) of picket's programs."""
    listing = subprocess.run(["bpftool", "prog", "show", "-j"], check=True, capture_output=True,
                             text=True).stdout
    return {(item["id"], item["name"]): (item.get("run_time_ns", 0), item.get("run_cnt", 0))
            for item in json.loads(listing)
            if item.get("name", "").startswith(prefix)}


def difference(before, after, operations):
    """Nanoseconds and runs per operation, in all and by program; None when the kernel counted no
    run of any, which is no measurement and must not look like a good one."""
    programs = {}
    for key, (ns, runs) in after.items():
        ns_before, runs_before = before.get(key, (0, 0))
        if runs > runs_before:
            programs[key[1]] = {"ns_per_op": (ns - ns_before) / operations,
                                "runs_per_op": (runs - runs_before) / operations}
    if not programs:
        return None
    return {"ns_per_op": sum(item["ns_per_op"] for item in programs.values()),
            "programs": dict(sorted(programs.items(), key=lambda item: -item[1]["ns_per_op"]))}
