# SPDX-License-Identifier: Apache-2.0
"""All that the end-to-end tests and benchmarks assume of picket's command line and JSON.

Nothing else in tests/e2e or bench names an option or a JSON field of picket, so that a change of
the contract (docs/formats/connections.md) is a change of this file. Readers are tolerant where the
contract lets fields be added, strict where it promises something.
"""

import dataclasses
import ipaddress
import json
import socket

AGENT_USER = "nobody"
PROGRAM_PREFIX = "pk_"   # of the names of picket's BPF programs


def state_folder(socket_path):
    return socket_path + ".state"


def run_command(picket, cgroup, socket_path, console="off"):
    return [picket, "run", "--headless", "--cgroup", cgroup, "--socket", socket_path,
            "--user", AGENT_USER, "--state", state_folder(socket_path), "--console", console]


def user_command(picket, socket_path, what, name, *options):
    return [picket, "user", what, name, "--state", state_folder(socket_path), *options]


def console_command(picket, socket_path):
    return [picket, "console", "--socket", socket_path]


def serve_command(picket, folder):
    return [picket, "console", "--state", str(folder)]


def search_command(picket, socket_path, query, *options):
    return [picket, "search", "--state", state_folder(socket_path), *options, query]


def records(text):
    """What `picket search --json` prints."""
    return [json.loads(line) for line in text.splitlines()]


def geo_options(*databases):
    return [word for database in databases for word in ("--geo", str(database))]


def sigma_options(*paths):
    return [word for path in paths for word in ("--sigma", str(path))]


def no_detection_options():
    return ["--no-detection"]


def follow_command(picket, socket_path):
    return [picket, "connections", "--follow", "--json", "--socket", socket_path]


def snapshot_command(picket, socket_path):
    return [picket, "connections", "--json", "--socket", socket_path]


def status_command(picket, socket_path):
    return [picket, "connections", "--status", "--json", "--socket", socket_path]


def alerts_command(picket, socket_path):
    return [picket, "alerts", "--json", "--min-severity", "informational", "--socket", socket_path]


def analyze_command(picket, *inputs, sigma=None, indicators=None, events=None, incidents=None, eve=None,
                    reports=(), threads=None, min_severity=None, json_lines=False, timeline=False,
                    behaviors=True):
    """`picket analyze`; outputs are paths. Exit codes: 0 done, 2 wrong use, 3 could not (something
    was broken); with --check also 1, something was found."""
    command = [picket, "analyze", *map(str, inputs)]
    for option, value in (("--sigma", sigma), ("--indicators", indicators),
                          ("--events", events), ("--incidents", incidents),
                          ("--eve", eve), ("--threads", threads), ("--min-severity", min_severity)):
        if value is not None:
            command += [option, str(value)]
    for report in reports:
        command += ["--report", str(report)]
    command += ["--json"] * json_lines + ["--timeline"] * timeline
    return command + ["--no-behaviors"] * (not behaviors)


def content_check_command(picket, *paths):
    return [picket, "content", "check", "--json", *map(str, paths)]


def content_test_command(picket, folder, sigma):
    return [picket, "content", "test", "--json", str(folder), "--sigma", str(sigma)]


def watch_command(picket, socket_path):
    return [picket, "watch", "--socket", socket_path]


def ready_facts(line):
    """What `picket run` tells when everything from now on is seen (mode, pid of the agent,
    bootstrap_ms...); None for any other line. Told again by an agent that was restarted."""
    item = json.loads(line) if line.startswith("{") else {}
    return item if item.get("type") == "ready" else None


def ask_process(socket_path, pid):
    """Every life of `pid` that the agent knows, as process objects: for processes that were there
    before a follow stream began. Speaks to the agent directly, as `picket` itself does."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(socket_path)
        connection.sendall(json.dumps({"ask": "process", "pid": pid}).encode() + b"\n")
        answer = []
        for line in connection.makefile(encoding="utf-8"):
            item = json.loads(line)
            if item.get("type") != "process":
                break
            answer.append(item)
        return answer


def suspicions(snapshot_text):
    """pid -> reason of each row that detection has marked."""
    items = [json.loads(line) for line in snapshot_text.splitlines()]
    return {item["process"]["pid"]: item["suspicion"]["reason"] for item in items
            if item.get("suspicion") and item.get("process")}


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
        self.lost_lines = 0    # that this reader was too slow for

    def take(self, item):
        """True when the line told of a flow or a process, and not of the agent itself."""
        if item.get("type") == "lost":
            self.lost_lines += int(item["lines"])
        if item.get("type") == "process":
            process = _process(item)
            key = (process.pid, process.start_ns)
            known = self.processes.get(key)
            if not (known and item.get("event") == "exited" and not process.arguments):
                self.processes[key] = process
        elif item.get("type") == "flow":
            flow = _flow(item)
            before = self.flows.get(flow.id)
            if before:
                flow.events = before.events + flow.events
                flow.pids = before.pids + flow.pids
            self.flows[flow.id] = flow
        return item.get("type") in ("flow", "process")

    def take_text(self, text):
        for line in text.splitlines():
            self.take(json.loads(line))
        return self

    def process_of(self, flow):
        return self.processes.get((flow.pid, flow.start_ns))


class Status:
    def __init__(self, text):
        self.values = json.loads(text)

    @property
    def mode(self):
        return self.values["mode"]

    @property
    def geo(self):
        return self.values.get("geo")

    @property
    def self_test(self):
        return self.values["self_test"]

    @property
    def losses(self):
        """Name -> count of every loss counter that is not zero."""
        losses = {name: count for name, count in self.values["losses"].items() if count}
        if self.values["lost"] and not losses:
            losses["lost"] = self.values["lost"]
        return losses

    @property
    def bootstrap_ms(self):
        return self.values["bootstrap_ms"]
