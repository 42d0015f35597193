# SPDX-License-Identifier: Apache-2.0
"""All that the end-to-end tests and benchmarks assume of picket's command line and JSON.

Nothing else in tests/e2e or bench names an option or a JSON field of picket, so that a change of
the contract (docs/formats/connections.md) is a change of this file. Readers are tolerant where the
contract lets fields be added, strict where it promises something.
"""

import dataclasses
import ipaddress
import json

AGENT_USER = "nobody"
PROGRAM_PREFIX = "pk_"   # of the names of picket's BPF programs


def run_command(picket, cgroup, socket):
    return [picket, "run", "--headless", "--cgroup", cgroup, "--socket", socket,
            "--user", AGENT_USER]


def follow_command(picket, socket):
    return [picket, "connections", "--follow", "--json", "--socket", socket]


def snapshot_command(picket, socket):
    return [picket, "connections", "--json", "--socket", socket]


def status_command(picket, socket):
    return [picket, "connections", "--status", "--json", "--socket", socket]


def watch_command(picket, socket):
    return [picket, "watch", "--socket", socket]


def is_ready_line(line):
    """The line `picket run` prints when everything from now on is seen."""
    line = line.strip()
    if line.startswith("{"):
        return bool(json.loads(line).get("ready")) or json.loads(line).get("event") == "ready"
    return line.split(" ")[0].rstrip(":,.") == "ready"


def ready_facts(line):
    """Fields of the ready line, as a dict (bootstrap_ms...); {} when it is plain text."""
    line = line.strip()
    if line.startswith("{"):
        return json.loads(line)
    facts = {}
    for word in line.split():
        name, separator, value = word.partition("=")
        if separator:
            try:
                facts[name] = float(value)
            except ValueError:
                facts[name] = value
    return facts


@dataclasses.dataclass(frozen=True)
class Address:
    ip: str = ""   # "": none (unspecified counts as none for remotes)
    port: int = 0

    @staticmethod
    def from_json(value):
        if not value or not value.get("ip"):
            return Address("", int((value or {}).get("port") or 0))
        ip = ipaddress.ip_address(value["ip"].split("%")[0])
        if ip.version == 6 and ip.ipv4_mapped:
            ip = ip.ipv4_mapped
        return Address(str(ip), int(value.get("port") or 0))

    @property
    def wildcard(self):
        return self.ip in ("", "0.0.0.0", "::")


@dataclasses.dataclass
class Process:
    pid: int
    start_ns: int
    executable: str
    deleted: bool
    memfd: bool
    arguments: list
    uid: int | None
    container_id: str
    container: str


@dataclasses.dataclass
class Flow:
    """What picket said of one flow: the last record, and the owners it named on the way."""
    id: str
    transport: str
    direction: str
    state: str
    local: Address
    remote: Address
    owner: str
    attribution: str
    pid: int
    start_ns: int
    executable: str
    uid: int | None
    container: str
    network_namespace: int
    network_namespace_name: str
    events: list
    pids: list

    @property
    def closed(self):
        return "closed" in self.events


def _process(item):
    executable = item.get("executable") or ""
    return Process(
        pid=int(item["pid"]),
        start_ns=int(item["start"]),
        executable=executable,
        deleted=bool(item.get("executable_deleted")),
        memfd=bool(item.get("executable_memfd")),
        arguments=item.get("arguments") or [],
        uid=item.get("uid"),
        container_id=item.get("container_id") or "",
        container=item.get("container") or "")


def _flow(item):
    process = item.get("process") or {}
    namespace = item.get("network_namespace") or {}
    pid = int(process.get("pid") or 0)
    return Flow(
        id=str(item["id"]), transport=item["transport"], direction=item["direction"],
        state=item.get("state") or "",
        local=Address.from_json(item.get("local")), remote=Address.from_json(item.get("remote")),
        owner=item["owner"], attribution=item["attribution"], pid=pid,
        start_ns=int(process.get("start") or 0),
        executable=process.get("executable") or "", uid=process.get("uid"),
        container=item.get("container") or "",
        network_namespace=int(namespace.get("id") or 0),
        network_namespace_name=namespace.get("name") or "",
        events=[item.get("event") or "found"], pids=[pid] if pid else [])


class Seen:
    """Everything a follow stream (or a snapshot) said, put together."""

    def __init__(self):
        self.flows = {}        # id -> Flow
        self.processes = {}    # (pid, start_ns) -> Process, the latest image of that life
        self.lines = 0

    def take(self, item):
        self.lines += 1
        if item.get("type") == "process":
            process = _process(item)
            key = (process.pid, process.start_ns)
            known = self.processes.get(key)
            if not (known and item.get("event") == "exited" and not process.arguments):
                self.processes[key] = process
        elif item.get("type", "flow") == "flow" and "transport" in item:
            flow = _flow(item)
            before = self.flows.get(flow.id)
            if before:
                flow.events = before.events + flow.events
                flow.pids = before.pids + flow.pids
            self.flows[flow.id] = flow

    def take_text(self, text):
        """Snapshot output: one array, one object holding an array, or one object per line."""
        text = text.strip()
        if text.startswith("["):
            items = json.loads(text)
        else:
            items = [json.loads(line) for line in text.splitlines() if line.strip()]
            if len(items) == 1 and isinstance(items[0].get("flows"), list):
                items = items[0]["flows"]
        for item in items:
            self.take(item)
        return self

    def process_of(self, flow):
        return self.processes.get((flow.pid, flow.start_ns))


class Status:
    def __init__(self, text):
        self.values = json.loads(text)
        if isinstance(self.values, dict) and isinstance(self.values.get("status"), dict):
            self.values = self.values["status"]

    @property
    def ready(self):
        return bool(self.values.get("ready"))

    @property
    def mode(self):
        return self.values.get("mode", "")

    @property
    def self_test(self):
        return self.values.get("self_test", "")

    @property
    def losses(self):
        """Name -> count of every loss counter that is not zero; raises when there are none at all."""
        losses = {}
        if "lost" not in self.values and "losses" not in self.values:
            raise AssertionError("the status tells nothing of losses: %r" % self.values)
        if self.values.get("lost"):
            losses["lost"] = self.values["lost"]
        listed = self.values.get("losses") or []
        if isinstance(listed, dict):
            listed = [{"counter": name, "count": count} for name, count in listed.items()]
        for loss in listed:
            if loss.get("count"):
                losses[loss["counter"]] = loss["count"]
        return losses

    @property
    def bootstrap_ms(self):
        return self.values.get("bootstrap_ms")
