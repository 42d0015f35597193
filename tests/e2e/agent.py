# SPDX-License-Identifier: Apache-2.0
"""The picket under test: started on a sandbox's cgroup, listened to, killed and restarted."""

import atexit
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import contract
import verify

READY_S = 30
STOP_S = 10
QUIET_S = 5          # a stream that says nothing for so long has nothing more to say
SETTLE_S = 90
FENCE_S = 10


def picket_binary():
    named = os.environ.get("PICKET_BINARY")
    if named:
        return named
    root = pathlib.Path(__file__).resolve().parents[2]
    found = [path for pattern in ("build/release/picket", "build/*/picket", "build*/src/app/picket",
                                  "build/*/src/app/picket", "build*/picket")
             for path in sorted(root.glob(pattern)) if path.is_file()]
    if not found:
        raise SystemExit("picket is not built (PICKET_BINARY names it)")
    return str(found[0])


def process_status(pid):
    lines = pathlib.Path("/proc/%d/status" % pid).read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def descendants(pid):
    """`pid` and everything below it, parents first."""
    children = {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int(process_status(int(entry.name))["PPid"])
            except (OSError, KeyError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    tree = [pid]
    for member in tree:
        tree += children.get(member, [])
    return [member for member in tree if os.path.exists("/proc/%d" % member)]


class Lines:
    """Drains a pipe into memory in a thread, so that the writer never waits for us."""

    def __init__(self, pipe):
        self._pipe, self._lines, self._ended = pipe, [], False
        self._changed = threading.Condition()
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        with self._pipe:
            for line in self._pipe:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def take(self, timeout):
        """Lines since the last take(); waits for one at most `timeout` seconds. None: ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._lines or self._ended, timeout)
            taken, self._lines = self._lines, []
            return None if not taken and self._ended else taken


class Picket:
    def __init__(self, sandbox, options=(), inside=(), console="off"):
        """`options`: words more for `picket run`; `inside`: a command that runs it elsewhere."""
        self.console = console
        self.sandbox = sandbox
        self.options, self.inside = list(options), list(inside)
        self.binary = picket_binary()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="picket-e2e-"))
        self.folder.chmod(0o755)
        shutil.chown(self.folder, contract.AGENT_USER)
        self.socket = str(self.folder / "agent.sock")
        self.log_path = self.folder / "log"
        self.run = self.follow = None
        self.ready = {}
        self.fence_pids = set()
        atexit.register(self.close)

    # --- life -------------------------------------------------------------------------------
    def start(self):
        with open(self.log_path, "ab") as log:
            self.run = subprocess.Popen(
                self.inside +
                contract.run_command(self.binary, str(self.sandbox.cgroup), self.socket,
                                     self.console) +
                self.options,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True)
        self._said = Lines(self.run.stdout)
        return self.wait_until_ready()

    def wait_until_ready(self):
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            lines = self._said.take(deadline - time.monotonic())
            for line in lines or []:
                facts = contract.ready_facts(line)
                if facts:
                    self.ready = facts
                    return self
            if lines is None:
                break
        raise AssertionError("picket run did not get ready; it said:\n" + self.log())

    def stop(self):
        """Asks it to end; its exit status. What does not go is killed, and that is an error."""
        self.unfollow()
        if not self.run:
            return 0
        tree = descendants(self.run.pid)
        if self.run.poll() is None:
            self.run.send_signal(signal.SIGTERM)
        try:
            status = self.run.wait(STOP_S)
        except subprocess.TimeoutExpired:
            status = None
        self.run = None
        left = [pid for pid in tree if os.path.exists("/proc/%d" % pid)
                and process_status(pid)["State"][0] != "Z"
                and "picket" in process_status(pid)["Name"]]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        if status is None:
            raise AssertionError("picket run did not end on SIGTERM in %d s\n%s" %
                                 (STOP_S, self.log()))
        return status

    def close(self):
        atexit.unregister(self.close)
        try:
            self.stop()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        return self.log_path.read_text(errors="replace")[-4000:] if self.log_path.exists() else ""

    def processes(self):
        return descendants(self.run.pid)

    def agent_pid(self):
        """The process that runs as the unprivileged user."""
        uid = str(pwd.getpwnam(contract.AGENT_USER).pw_uid)
        agents = [pid for pid in self.processes() if process_status(pid)["Uid"].split()[1] == uid]
        if len(agents) != 1:
            raise AssertionError("one process as %s expected, there are %s" %
                                 (contract.AGENT_USER, agents))
        return agents[0]

    def kill_agent(self):
        """kill -9, as a crash would; returns when the warden's new agent is ready."""
        victim = self.agent_pid()
        os.kill(victim, signal.SIGKILL)
        self.wait_until_ready()
        if self.agent_pid() == victim:
            raise AssertionError("the agent survived kill -9")
        return self

    # --- what it says ------------------------------------------------------------------------
    def _ask(self, command):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise AssertionError("%s ended with %d: %s" % (command, done.returncode, done.stderr))
        return done.stdout

    def status_text(self):
        return self._ask(contract.status_command(self.binary, self.socket))

    def status(self):
        return contract.Status(self.status_text())

    def alerts(self):
        """Every alert still kept, oldest first."""
        done = subprocess.run(contract.alerts_command(self.binary, self.socket),
                              capture_output=True, text=True, timeout=60, check=False)
        if done.returncode not in (0, 1):  # 1: there are some
            raise AssertionError("picket alerts ended with %d: %s" % (done.returncode, done.stderr))
        return [json.loads(line) for line in done.stdout.splitlines()]

    def snapshot_text(self):
        return self._ask(contract.snapshot_command(self.binary, self.socket))

    def snapshot(self):
        return contract.Seen().take_text(self.snapshot_text())

    def start_following(self):
        """Starts the reader and returns once it is known to hear (a connection of ours came by)."""
        self.unfollow()
        self.seen = contract.Seen()
        self.following_since_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        with open(self.log_path, "ab") as log:
            self.follow = subprocess.Popen(contract.follow_command(self.binary, self.socket),
                                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                           stderr=log, text=True)
        self._events = Lines(self.follow.stdout)
        for _ in range(5):
            if self.fence(2):
                return self
        raise AssertionError("the follow stream shows nothing\n" + self.log())

    def unfollow(self):
        if self.follow:
            if self.follow.poll() is None:
                self.follow.terminate()
            self.follow.wait(STOP_S)
            self.follow = None

    def read_events(self, timeout):
        """Takes what the stream said within `timeout` seconds, waiting for a first word about flows
        or processes; False when there was none."""
        deadline = time.monotonic() + timeout
        while True:
            lines = self._events.take(max(0, deadline - time.monotonic()))
            if lines is None:
                raise AssertionError("the follow stream ended\n" + self.log())
            told = [self.seen.take(json.loads(line)) for line in lines]
            if any(told) or time.monotonic() >= deadline:
                return any(told)

    def learn_earlier_processes(self, seen):
        """Asks for the processes of flows that a stream (or snapshot) told of without them: they
        were there before it began. Again while picket has not read their arguments yet."""
        def complete(flow):
            process = seen.process_of(flow)
            return process is not None and process.arguments
        earlier = {flow.pid for flow in seen.flows.values() if flow.pid
                   and flow.start_ns < self.following_since_ns and not complete(flow)}
        for pid in earlier:
            for item in contract.ask_process(self.socket, pid):
                seen.take(item)

    def fence(self, timeout=FENCE_S):
        """Makes a connection and waits until the stream has told of it: what happened before it
        has been told, too."""
        out, _ = self.sandbox.run("short_lived", "tcp", self.sandbox_target()[0],
                                  self.sandbox_target()[1], 1, 1)
        row = verify.read_truth(out)[0]
        self.fence_pids.add(row.pid)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            self.read_events(max(0, deadline - time.monotonic()))
            if any(flow.pid == row.pid and flow.local.port == row.local.port
                   for flow in self.seen.flows.values()):
                return True
        return False

    def sandbox_target(self):
        return self._target

    def aim(self, ip, port):
        """Where fences connect to."""
        self._target = (ip, port)
        return self

    # --- judging -----------------------------------------------------------------------------
    def _takes_no_part(self, flow):
        """Fences, and last words about flows that were over before this stream began."""
        return flow.pid in self.fence_pids or (flow.state == "closed" and not flow.closed)

    def complaints(self, rows, want_closed=True, extra_allowed=lambda flow: False):
        """verify.compare() once the stream has settled. want_closed: every flow must be over, but
        for those that are allowed beside the rows."""
        def judge():
            self.learn_earlier_processes(self.seen)
            found = verify.compare(rows, self.seen, ignore=self._takes_no_part,
                                   extra_allowed=extra_allowed)
            if not found and want_closed:
                found = ["NOT CLOSED " + verify.describe(flow) for flow in self.seen.flows.values()
                         if not flow.closed and not self._takes_no_part(flow)
                         and not extra_allowed(flow)]
            if self.seen.lost_lines:
                found.insert(0, "the stream left out %d lines" % self.seen.lost_lines)
            return found[:verify.COMPLAINTS_MAX]

        deadline = time.monotonic() + SETTLE_S
        while self.read_events(0):
            pass
        while (found := judge()) and time.monotonic() < deadline:
            if not self.read_events(QUIET_S):
                break
            quiet_from = time.monotonic()
            while self.read_events(0.2) and time.monotonic() < quiet_from + 2:
                pass
        if not found:  # and nothing too many comes after it
            if not self.fence():
                return ["the fence never came by"]
            found = judge()
        return found
