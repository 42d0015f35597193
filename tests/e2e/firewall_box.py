# SPDX-License-Identifier: Apache-2.0
"""A firewall of our own: rules, pins and cgroup of a sandbox, `picket block` and its kind called on
them, and small clients and servers that say what became of their connections."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from agent import picket_binary
from sandbox import SERVER_V4, SERVER_V6, Sandbox

# What a client or server does, and the line of JSON it says at the end of each step.
PEER = r"""
import errno, json, os, select, socket, struct, sys
def say(**what): print(json.dumps(what), flush=True)
def outcome(action):
    try: return action() or "ok"
    except OSError as error: return errno.errorcode.get(error.errno, str(error))
family = socket.AF_INET6 if ":" in sys.argv[2] else socket.AF_INET
address, port = sys.argv[2], int(sys.argv[3])
def tcp():
    s = socket.socket(family, socket.SOCK_STREAM); s.settimeout(1)
    def talk():
        s.connect((address, port)); s.sendall(b"ping")
        return None if s.recv(16) == b"ping" else "closed"
    return s, talk
def udp():
    s = socket.socket(family, socket.SOCK_DGRAM); s.settimeout(1)
    def talk():
        s.sendto(b"ping", (address, port))
        return None if s.recv(16) == b"ping" else "closed"
    return s, talk
def icmp():
    s = socket.socket(family, socket.SOCK_DGRAM, socket.IPPROTO_ICMPV6 if ":" in address else socket.IPPROTO_ICMP)
    s.settimeout(1)
    def talk():
        kind = 128 if ":" in address else 8
        head = struct.pack("!BBHHH", kind, 0, 0, 1, 1)
        total = sum(struct.unpack("!4H", head))
        head = struct.pack("!BBHHH", kind, 0, 0xffff & ~((total >> 16) + (total & 0xffff)), 1, 1)
        s.sendto(head, (address, 0)); s.recv(64)
    return s, talk
kind = sys.argv[1]
if kind in ("tcp", "udp", "icmp"):
    say(result=outcome(dict(tcp=tcp, udp=udp, icmp=icmp)[kind]()[1]))
elif kind == "hold":   # connects, says so, then says for each line read whether the talk goes on
    s, talk = tcp(); say(result=outcome(talk))
    for line in sys.stdin:
        def again():
            s.sendall(b"more"); return None if s.recv(16) else "closed"
        say(result=outcome(again))
elif kind == "connected-udp":
    s = socket.socket(family, socket.SOCK_DGRAM); s.settimeout(1); s.connect((address, port))
    say(result="ok")
    for line in sys.stdin:
        def again():
            s.send(b"more"); return None if s.recv(16) else "closed"
        say(result=outcome(again))
elif kind == "loop":   # connects without end until told to stop
    import threading
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
    tried = passed = 0
    say(result="ok")
    while not stop.is_set():
        s = socket.socket(family, socket.SOCK_STREAM); s.settimeout(1)
        tried += 1
        try:
            s.connect((address, port)); passed += 1
        except OSError: pass
        s.close()
    say(tried=tried, passed=passed)
elif kind == "serve":  # echoes TCP and UDP at a port of the kernel's choice
    t = socket.socket(family, socket.SOCK_STREAM); t.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    t.bind((address, port)); t.listen(64)
    u = socket.socket(family, socket.SOCK_DGRAM); u.bind((address, t.getsockname()[1]))
    say(port=t.getsockname()[1])
    open_ones = []
    while True:
        ready = select.select([t, u, *open_ones], [], [])[0]
        for s in ready:
            if s is t: open_ones.append(t.accept()[0]); continue
            try:
                if s is u:
                    data, who = u.recvfrom(64); u.sendto(data, who); continue
                data = s.recv(64)
                if data: s.sendall(data); continue
            except OSError as error:
                if s is u: continue
                say(lost=errno.errorcode.get(error.errno, str(error)))
            open_ones.remove(s); s.close()
"""


class Peer:
    """A client or server started in the sandbox."""

    def __init__(self, box, words, program=sys.executable, **where):
        self.run = box.start(program, "-S", "-c", PEER, *map(str, words), stdin=subprocess.PIPE,
                             **where)

    def said(self):
        return self.run.first_line()

    def result(self):
        return self.said()["result"]

    def go_on(self):
        self.run.child.stdin.write("go\n")
        self.run.child.stdin.flush()
        return self.said()


class FirewallBox:
    """close() lifts every rule and removes what was pinned."""

    def __init__(self):
        self.box = Sandbox()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="picket-firewall-"))
        self.folder.chmod(0o755)
        self.pins = self.folder / "pins"
        self.rules = self.folder / "firewall.rules"
        self.servers, self.servers_peers = {}, {}
        for address in (SERVER_V4, SERVER_V6):
            peer = Peer(self.box, ["serve", address, 0], cgroup="-", namespace=self.box.server)
            self.servers[address], self.servers_peers[address] = peer.said()["port"], peer

    def command(self, *words):
        place = ["--rules", self.rules, "--pins", self.pins, "--cgroup", self.box.cgroup,
                 "--responses", self.folder / "responses"]
        return [picket_binary(), *map(str, [*words, *place])]

    def picket(self, *words, check=True):
        done = subprocess.run(self.command(*words), capture_output=True, text=True, check=False)
        if check and done.returncode != 0:
            raise AssertionError("picket %s ended with %d: %s" %
                                 (" ".join(map(str, words)), done.returncode, done.stderr))
        return done

    def block(self, *words):
        """The number of the rule made."""
        return int(self.picket("block", *words).stdout.split()[1])

    def listed(self):
        lines = self.picket("rules", "list", "--json").stdout.splitlines()
        return {row["rule"]: row for row in map(json.loads, lines)}

    def clear(self):
        """No rule, and blocking means blocking."""
        (self.folder / "none.rules").write_text("version 1\nmode enforce\n")
        self.picket("rules", "import", self.folder / "none.rules")

    def swap_programs(self):
        """As the first command of another build of picket does it."""
        self.picket("rules", "reload", "--swap")

    def unpin(self):
        """What a restart of the machine does to the kernel's part."""
        subprocess.run(["umount", self.pins], check=True)

    def audit(self):
        done = subprocess.run([picket_binary(), "audit", "--json", "--responses",
                               str(self.folder / "responses")], capture_output=True, text=True,
                              check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def port(self, address):
        return self.servers[address]

    def reach(self, kind="tcp", address=SERVER_V4, port=None, **where):
        """What becomes of one exchange: ok, or the error."""
        return Peer(self.box, [kind, address, self.port(address) if port is None else port],
                    **where).result()

    def close(self):
        self.picket("unblock", "--all", check=False)
        try:
            self.box.close()
        finally:
            if self.pins.exists():
                shutil.rmtree(self.pins, ignore_errors=True)
                subprocess.run(["umount", self.pins], capture_output=True, check=False)
            shutil.rmtree(self.folder, ignore_errors=True)
