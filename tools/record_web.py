#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Records web traffic that it makes itself: a server and clients in a network namespace of their own.

    tools/record_web.py --out WEB.pcap [--tls] [--requests 2000] [--clients 8] [--seed 1]

Root (it makes the namespace and captures there; nothing outside is touched). Pages, scripts, data and
pictures of the sizes and kinds that the web has, some compressed, over connections that are kept.
Which requests are made depends on the seed; how they fall into packets on the machine. Feed the
result to tools/capture_mix.py for a long one.
"""

import argparse
import ctypes
import fcntl
import gzip
import http.client
import http.server
import os
import pathlib
import random
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time

CLONE_NEWNET = 0x40000000
SIOCETHTOOL = 0x8946
SEGMENTATION, GENERIC_SEGMENTATION, RECEIVE_MERGING = 0x1F, 0x24, 0x2C
CLIENTS, SERVERS = "10.20.%d.%d", "203.0.113.%d"
PACKET_OUTGOING = 4
AGENTS = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
          "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
          "curl/8.5.0", "python-requests/2.31.0")
WORDS = ("the of and to in is that for it was on are as with they at be this have from or one had by but not "
         "what all were we when your can said there use an each which she do how their if will up other about "
         "out many then them these so some her would make like him into time has look two more write go see").split()
KINDS = (("/articles/%d.html", "text/html; charset=utf-8", 20_000), ("/static/app.%d.js", "application/javascript", 60_000),
         ("/api/v2/items/%d?sort=asc", "application/json", 4_000), ("/img/%d.jpg", "image/jpeg", 90_000),
         ("/style/%d.css", "text/css", 9_000), ("/pixel/%d.gif", "image/gif", 43))


def own_network():
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "a network namespace of its own (are you root?)")
    for command in ("link set lo mtu 1500 up", "addr add 10.20.0.1/16 dev lo", "addr add 203.0.113.1/24 dev lo"):
        subprocess.run(["ip", *command.split()], check=True)
    # Frames as they would be on a wire: none larger than the MTU.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for switch in (SEGMENTATION, GENERIC_SEGMENTATION, RECEIVE_MERGING):
            value = ctypes.create_string_buffer(struct.pack("=II", switch, 0))
            request = struct.pack("16sP", b"lo", ctypes.addressof(value))
            try:
                fcntl.ioctl(probe, SIOCETHTOOL, request)
            except OSError:
                pass  # not every kernel lets every one be switched


def with_checksum(frame):
    """A loopback device leaves the TCP checksum to a card that is not there (RFC 9293 3.1)."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return frame
    size = int.from_bytes(frame[16:18], "big")
    segment = bytearray(frame[34:14 + size])
    segment[16:18] = b"\0\0"
    summed = frame[26:34] + struct.pack(">HH", 6, len(segment)) + segment + b"\0" * (len(segment) & 1)
    total = sum(struct.unpack(">%dH" % (len(summed) // 2), summed))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return frame[:50] + struct.pack(">H", total ^ 0xFFFF) + frame[52:]


class Recorder(threading.Thread):
    def __init__(self, path):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        self.socket.bind(("lo", 0))
        self.socket.settimeout(1.0)
        self.out = open(path, "wb", buffering=1 << 20)
        self.out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self.over, self.packets = False, 0

    def run(self):
        while True:
            try:
                frame, (_, _, kind, _, _) = self.socket.recvfrom(65535)
            except TimeoutError:
                if self.over:
                    break
                continue
            if kind == PACKET_OUTGOING:
                continue  # it comes back as received
            now = time.time_ns()
            frame = with_checksum(frame)
            self.out.write(struct.pack("<IIII", now // 10**9, now % 10**9 // 1000, len(frame), len(frame)) + frame)
            self.packets += 1
        self.out.close()


def content(kind, size, chance):
    if kind.startswith("image"):
        return b"\xff\xd8\xff\xe0" + chance.randbytes(size)
    text = []
    while sum(map(len, text)) < size:
        text.append(" ".join(chance.choices(WORDS, k=200)))
    body = "\n".join(text)[:size]
    return ("<html><body><p>" + body + "</p></body></html>" if "html" in kind else body).encode()


class Pages(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store = {}

    def do_GET(self):
        kind, body, packed = self.store[self.path.split("?")[0]]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "max-age=600")
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def fill(chance):
    paths = []
    for number in range(120):
        path, kind, size = chance.choice(KINDS)
        path = path % number
        body = content(kind, max(40, int(size * chance.lognormvariate(-0.5, 1))), chance)
        packed = not kind.startswith("image") and chance.random() < 0.5
        Pages.store[path.split("?")[0]] = (kind, gzip.compress(body) if packed else body, packed)
        paths.append(path)
    return paths


def browse(number, requests, paths, port, tls, seed):
    chance = random.Random(seed * 1000 + number)
    context = ssl._create_unverified_context() if tls else None
    made = 0
    while made < requests:
        source = (CLIENTS % (chance.randrange(1, 250), chance.randrange(2, 250)), 0)
        server = SERVERS % chance.randrange(2, 250)
        kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
        more = {"context": context} if tls else {}
        connection = kind(server, port, timeout=20, source_address=source, **more)
        headers = {"User-Agent": chance.choice(AGENTS), "Accept": "text/html,application/json;q=0.9,*/*;q=0.8",
                   "Accept-Language": "en-US,en;q=0.5", "Cookie": "session=%032x" % chance.getrandbits(128),
                   "Host": "www%d.example.net" % chance.randrange(60), "Referer": "http://www.example.net/"}
        for _ in range(chance.randrange(1, 12)):
            if chance.random() < 0.1:
                connection.request("POST", "/api/v2/log", body=content("text", chance.randrange(20, 3000), chance),
                                   headers=dict(headers, **{"Content-Type": "application/json"}))
            else:
                connection.request("GET", chance.choice(paths), headers=headers)
            connection.getresponse().read()
            made += 1
        connection.close()


def certificate(folder):
    pem = folder / "pair.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj",
                    "/CN=www.example.net", "-keyout", str(folder / "key"), "-out", str(folder / "crt")],
                   check=True, stderr=subprocess.DEVNULL)
    pem.write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return pem


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--requests", type=int, default=2000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    own_network()
    paths = fill(random.Random(args.seed))
    port = 443 if args.tls else 80
    server = http.server.ThreadingHTTPServer(("0.0.0.0", port), Pages)
    if args.tls:
        with tempfile.TemporaryDirectory() as folder:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate(pathlib.Path(folder)))
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    recorder = Recorder(args.out)
    recorder.start()
    each = max(1, args.requests // args.clients)
    browsers = [threading.Thread(target=browse, args=(n, each, paths, port, args.tls, args.seed))
                for n in range(args.clients)]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join()
    recorder.over = True
    recorder.join()
    print("%d packets, %d bytes" % (recorder.packets, os.path.getsize(args.out)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
