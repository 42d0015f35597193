# SPDX-License-Identifier: Apache-2.0
"""Compares what the generators did with what picket said. Returns complaints; none means that every
truth row was credited to exactly the right pid, executable and arguments, that nothing was lost,
and that nothing was guessed."""

import collections
import dataclasses
import json

from contract import Address

# Processes known from ticks (/proc) or from nanoseconds: a start may be off by one tick.
TICK_NS = 10_000_000
COMPLAINTS_MAX = 25


@dataclasses.dataclass
class Truth:
    kind: str
    pid: int
    executable: str
    arguments: list
    transports: list
    directions: list
    local: Address
    remote: Address
    deleted: bool = False
    memfd: bool = False
    attributions: tuple = ("hook",)
    earlier_pids: tuple = ()
    uid: int | None = None
    start_after_ns: int = 0
    start_before_ns: int = 0
    network_namespace: int = 0

    @staticmethod
    def from_json(item):
        fields = dict(item)
        fields["local"] = Address.from_json(item["local"])
        fields["remote"] = Address.from_json(item["remote"])
        fields["attributions"] = tuple(item["attributions"])
        fields["earlier_pids"] = tuple(item["earlier_pids"])
        return Truth(**fields)

    def __str__(self):
        return "%s pid %d %s %s:%d -> %s:%d (%s)" % (
            self.kind, self.pid, "/".join(self.transports), self.local.ip, self.local.port,
            self.remote.ip, self.remote.port, "/".join(self.directions))


def read_truth(text):
    return [Truth.from_json(json.loads(line)) for line in text.splitlines() if line.strip()]


def mirrored(rows, server):
    """The other end of the same TCP conversations: what `server` (a Truth for its process) must be
    shown to have accepted."""
    return [dataclasses.replace(server, kind=row.kind + ".accepted", local=row.remote,
                                remote=row.local, transports=row.transports,
                                directions=["inbound"], network_namespace=0)
            for row in rows]


def describe(flow):
    return "%s %s:%d -> %s:%d (%s, %s) owner %s pid %d %s by %s" % (
        flow.transport, flow.local.ip, flow.local.port, flow.remote.ip, flow.remote.port,
        flow.direction, "+".join(flow.events), flow.owner, flow.pid, flow.executable,
        flow.attribution)


def _same_place(row, flow):
    if flow.transport not in row.transports or flow.direction not in row.directions:
        return False
    if row.network_namespace and flow.network_namespace and \
            row.network_namespace != flow.network_namespace:
        return False
    if row.local.port:
        if row.local.port != flow.local.port:
            return False
        if not row.local.wildcard and not flow.local.wildcard and row.local.ip != flow.local.ip:
            return False
    elif flow.pid != row.pid:
        return False  # no ports: the process is all there is to recognise it by
    if flow.remote.wildcard and flow.remote.port == 0:
        return row.remote.wildcard
    if row.remote.wildcard:
        return False
    return row.remote == flow.remote


def _complaints_about(row, flow, seen):
    wrong = []
    if flow.owner != "process":
        wrong.append("owner is %s" % flow.owner)
    if flow.pid != row.pid:
        wrong.append("pid %d" % flow.pid)
    strangers = set(flow.pids) - {row.pid, *row.earlier_pids}
    if strangers and flow.pid == row.pid:
        wrong.append("was credited to pid %s before" % sorted(strangers))
    if flow.attribution not in row.attributions:
        wrong.append("attribution %s" % flow.attribution)
    process = seen.process_of(flow)
    if process is None:
        wrong.append("its process (%d, %d) never appeared" % (flow.pid, flow.start_ns))
        return wrong
    if process.executable != row.executable:
        wrong.append("executable %r, not %r" % (process.executable, row.executable))
    if flow.executable and flow.executable != row.executable:
        wrong.append("executable in the flow %r, not %r" % (flow.executable, row.executable))
    if process.arguments != row.arguments:
        wrong.append("arguments %r, not %r" % (process.arguments, row.arguments))
    if process.memfd != row.memfd:
        wrong.append("memfd told as %s" % process.memfd)
    if row.deleted and not row.memfd and not process.deleted:
        wrong.append("a deleted executable is not told as such")
    if row.uid is not None and flow.uid is not None and flow.uid != row.uid:
        wrong.append("uid %s, not %s" % (flow.uid, row.uid))
    early = row.start_after_ns - TICK_NS if row.start_after_ns else 0
    if early and not early <= flow.start_ns <= row.start_before_ns + TICK_NS:
        wrong.append("started at %d, not within %d..%d" %
                     (flow.start_ns, row.start_after_ns, row.start_before_ns))
    return wrong


def _key(item):
    """Where to look first: ten thousand rows must not be compared with ten thousand flows."""
    if item.local.port:
        return item.local.port, item.remote.port
    return "no port", item.pid


def _index(flows):
    by_key = collections.defaultdict(list)
    for flow in flows:
        by_key[_key(flow)].append(flow)
        if flow.local.port:
            by_key["no port", flow.pid].append(flow)
    return by_key


def compare(rows, seen, ignore=lambda flow: False, extra_allowed=lambda flow: False):
    """Complaints, at most COMPLAINTS_MAX and then how many more.

    ignore: flows that take no part (the fence's own); extra_allowed: flows that may be there
    without a row (a bound socket before it talked), which must be credited rightly all the same.
    """
    complaints = []
    flows = [flow for flow in seen.flows.values() if not ignore(flow)]
    by_key = _index(flows)
    matched = set()
    for row in rows:
        places = [flow for flow in by_key[_key(row)]
                  if flow.id not in matched and _same_place(row, flow)]
        if not places:
            complaints.append("LOST %s" % row)
            continue
        judged = [(len(wrong), flow, wrong) for flow in places
                  for wrong in [_complaints_about(row, flow, seen)]]
        _, flow, wrong = min(judged, key=lambda entry: entry[0])
        matched.add(flow.id)
        if wrong:
            complaints.append("WRONG %s: %s" % (row, "; ".join(wrong)))
    owners = {row.pid for row in rows} | {pid for row in rows for pid in row.earlier_pids}
    for flow in flows:
        if flow.id in matched:
            continue
        if extra_allowed(flow) and flow.owner == "process" and flow.pid in owners:
            continue
        complaints.append("EXTRA %s" % describe(flow))
    if len(complaints) > COMPLAINTS_MAX:
        left_out = len(complaints) - COMPLAINTS_MAX
        complaints = complaints[:COMPLAINTS_MAX] + ["... and %d more" % left_out]
    return complaints
