# SPDX-License-Identifier: Apache-2.0
"""A place of our own to make traffic in: a cgroup, network namespaces joined by a veth pair, and the
processes started there. Everything has a name no one else uses and is gone after close(), whatever
happened in between. Nothing outside is touched: no root cgroup, no host network."""

import atexit
import contextlib
import ctypes
import itertools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import time

_numbers = itertools.count()
STOP_S = 10
CGROUP_PREFIX = "picket-e2e-"
CLIENT_V4, CLIENT_V6 = "10.77.0.2", "fd77::2"
SERVER_V4, SERVER_V6 = "10.77.0.1", "fd77::1"
# Room for bursts: ports to connect from, connections waiting for accept, fast open both ways.
NAMESPACE_SETTINGS = {
    "net/ipv4/ip_local_port_range": "1024 65535",
    "net/core/somaxconn": "65535",
    "net/ipv4/tcp_max_syn_backlog": "65535",
    "net/ipv4/tcp_fastopen": "3",
    "net/ipv4/ping_group_range": "0 2147483647",
}
CLONE_NEWNET = 0x40000000


def unified_root():
    """Where the cgroup v2 hierarchy is mounted, or None."""
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        fields, _, rest = line.partition(" - ")
        if rest.split()[0] == "cgroup2":
            return pathlib.Path(fields.split()[4])
    return None


def why_not():
    """Why these tests cannot run here, or None."""
    if os.geteuid() != 0:
        return "needs root (cgroups, network namespaces, BPF)"
    if unified_root() is None:
        return "needs a mounted cgroup v2 hierarchy"
    for tool in ("ip", "ss"):
        if not shutil.which(tool):
            return "needs the program `%s` (package iproute2)" % tool
    return None


def programs_folder():
    """Where the generators were built."""
    named = os.environ.get("PICKET_TRAFFIC")
    if named:
        return pathlib.Path(named)
    root = pathlib.Path(__file__).resolve().parents[2]
    for build in sorted([*root.glob("build/*/traffic"), *root.glob("build*/traffic")]):
        if (build / "short_lived").exists():
            return build
    raise SystemExit("the generators are not built: ninja traffic_programs")


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@contextlib.contextmanager
def _inside(namespace_path):
    """This thread in another network namespace for a moment."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/thread-self/ns/net", "rb") as home, open(namespace_path, "rb") as there:
        if libc.setns(there.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns " + str(namespace_path))
        try:
            yield
        finally:
            if libc.setns(home.fileno(), CLONE_NEWNET) != 0:
                os._exit(3)  # never go on in the wrong namespace


def set_namespace_settings(namespace_path):
    # /proc/sys/net shows the namespace of the thread that opens it.
    with _inside(namespace_path):
        for name, value in NAMESPACE_SETTINGS.items():
            path = pathlib.Path("/proc/sys") / name
            if path.exists():
                path.write_text(value)


def wait_until_empty(cgroup):
    """Until the kernel has let go of the last process of a cgroup; at most STOP_S."""
    with open(cgroup / "cgroup.events", encoding="ascii") as events:
        changed = select.poll()
        changed.register(events, select.POLLPRI)
        deadline = time.monotonic() + STOP_S
        while time.monotonic() < deadline:
            events.seek(0)
            if "populated 0" in events.read():
                return
            changed.poll(max(0, deadline - time.monotonic()) * 1000)
    raise AssertionError("%s is not empty" % cgroup)


def remove_cgroup(cgroup):
    """Ends every process in it, and removes it."""
    for pid in (cgroup / "cgroup.procs").read_text().split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    wait_until_empty(cgroup)
    cgroup.rmdir()


def sweep_leftovers():
    """Removes what harnesses left that were killed themselves (ctest's time limit): only names of
    this harness whose process is gone."""
    for cgroup in unified_root().glob(CGROUP_PREFIX + "*"):
        owner = re.fullmatch(CGROUP_PREFIX + r"pkt(\d+)-\d+", cgroup.name)
        if not owner or pathlib.Path("/proc", owner[1]).exists():
            continue
        with contextlib.suppress(OSError, AssertionError):
            for inner in cgroup.iterdir():
                if inner.is_dir():
                    remove_cgroup(inner)
            remove_cgroup(cgroup)
        for namespace in pathlib.Path("/run/netns").glob("pkt%s-*" % owner[1]):
            subprocess.run(["ip", "netns", "del", namespace.name], capture_output=True, check=False)


class Program:
    """A running generator: its output is kept, its end is waited for."""

    def __init__(self, command, stdin=None):
        self.command = [str(word) for word in command]
        self.child = subprocess.Popen(self.command, stdin=stdin or subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.pid = self.child.pid

    def first_line(self):
        line = self.child.stdout.readline()
        if not line:
            raise AssertionError("%s said nothing: %s" % (self.command, self.child.stderr.read()))
        return json.loads(line)

    def finish(self, text=None, timeout=120):
        """Output and summary when it has ended well; closes its stdin (after writing `text`)."""
        out, err = self.child.communicate(text, timeout=timeout)
        if self.child.returncode != 0:
            raise AssertionError("%s ended with %d: %s" % (self.command, self.child.returncode, err))
        summary = [json.loads(line) for line in err.splitlines() if line.startswith("{")]
        return out, summary[-1] if summary else {}

    def stop(self, signal_number=signal.SIGTERM):
        if self.child.poll() is None:
            self.child.send_signal(signal_number)
        return self.finish_quietly()

    def finish_quietly(self):
        try:
            return self.child.communicate(timeout=STOP_S)[0]
        except subprocess.TimeoutExpired:
            self.child.kill()
            return self.child.communicate()[0]


class Sandbox:
    """client: the namespace the generators run in, inside `cgroup`; server: the sink's. The sink is
    in the cgroup only when asked to be (then picket sees both ends)."""

    def __init__(self):
        reason = why_not()
        if reason:
            raise SystemExit(reason)
        sweep_leftovers()
        # So that a time limit's SIGTERM runs what atexit has to run.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        self.name = "pkt%d-%d" % (os.getpid(), next(_numbers))
        self.programs = programs_folder()
        self.cgroup = unified_root() / (CGROUP_PREFIX + self.name)
        self._cgroups, self._namespaces, self._running = [], [], []
        atexit.register(self.close)
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def _build(self):
        self.make_cgroup(self.cgroup)
        self.client = self.make_namespace("c")
        self.server = self.make_namespace("s")
        inner, outer = self.name + "a", self.name + "b"
        ip("link", "add", inner, "netns", self.client.name, "type", "veth",
           "peer", "name", outer, "netns", self.server.name)
        for namespace, link, v4, v6 in ((self.client, inner, CLIENT_V4, CLIENT_V6),
                                        (self.server, outer, SERVER_V4, SERVER_V6)):
            ip("-n", namespace.name, "addr", "add", v4 + "/24", "dev", link)
            ip("-n", namespace.name, "addr", "add", v6 + "/64", "dev", link, "nodad")
            ip("-n", namespace.name, "link", "set", link, "up")

    def add_server_address(self, address):
        """One more address of the server, for tests whose peer is to be somewhere on the internet."""
        ip("-n", self.server.name, "addr", "add", address + "/32", "dev", "lo")
        ip("-n", self.client.name, "route", "add", address + "/32", "via", SERVER_V4)

    def make_cgroup(self, path):
        path.mkdir()
        self._cgroups.append(path)
        return path

    def make_namespace(self, suffix):
        name = self.name + suffix
        ip("netns", "add", name)
        path = pathlib.Path("/run/netns") / name
        self._namespaces.append(path)
        ip("-n", name, "link", "set", "lo", "up")
        set_namespace_settings(path)
        return path

    def start(self, program, *arguments, cgroup=None, namespace=None, stdin=None):
        """Starts a generator (a name) or any program (a path) in the client's place unless told."""
        path = self.programs / program if "/" not in str(program) else program
        started = Program([self.programs / "enter", cgroup or self.cgroup,
                           namespace or self.client, path, *arguments], stdin=stdin)
        self._running.append(started)
        return started

    def run(self, program, *arguments, text=None, timeout=120, **where):
        stdin = subprocess.PIPE if text is not None else None
        return self.start(program, *arguments, stdin=stdin, **where).finish(text, timeout)

    def start_sink(self, *arguments, watched=False):
        """The sink in the server's namespace; its port in .port."""
        sink = self.start("sink", *arguments, namespace=self.server,
                          cgroup=self.cgroup if watched else "-")
        sink.port = sink.first_line()["port"]
        return sink

    def close(self):
        """Ends what runs here and removes what was made; goes on past what cannot be removed and
        says it at the end."""
        atexit.unregister(self.close)
        failures = []
        for program in reversed(self._running):
            program.stop()
        for cgroup in reversed(self._cgroups):
            try:
                remove_cgroup(cgroup)
            except (OSError, AssertionError) as error:
                failures.append(str(error))
        for namespace in self._namespaces:
            subprocess.run(["ip", "netns", "del", namespace.name], capture_output=True, check=False)
        self._running, self._cgroups, self._namespaces = [], [], []
        if failures:
            raise AssertionError("left behind: " + "; ".join(failures))
