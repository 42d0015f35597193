# SPDX-License-Identifier: Apache-2.0
"""Makes connections whose peers have names, and says what would be right.

    name_peer.py server ADDRESS ANSWER      a DNS server: every A question is answered with ANSWER
    name_peer.py client SERVER PORT         looks up, connects, speaks TLS and HTTP; holds the
                                            connections until its input ends

Both write one JSON line when they are ready."""

import json
import os
import socket
import ssl
import struct
import sys


def question(name):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">HHHHHH", os.getpid() & 0xFFFF, 0x0100, 1, 0, 0, 0) + labels + b"\0" + \
        struct.pack(">HH", 1, 1)


def serve(address, answer):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, 53))
    print(json.dumps({"ready": True}), flush=True)
    while True:
        query, peer = server.recvfrom(512)
        record = struct.pack(">HHHIH", 0xC00C, 1, 1, 60, 4) + socket.inet_aton(answer)
        server.sendto(query[:2] + struct.pack(">HHHHH", 0x8180, 1, 1, 0, 0) + query[12:] + record, peer)


def connect(server, port, first_bytes):
    connection = socket.create_connection((server, port))
    if first_bytes:
        connection.sendall(first_bytes)
    return connection


def client_hello(name):
    outgoing = ssl.MemoryBIO()
    session = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name)
    try:
        session.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()


def talk(server, port):
    asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asker.settimeout(10)
    asker.sendto(question("mail.lookup.example"), (server, 53))
    asker.recv(512)
    hello = client_hello("www.tls.example")
    request = b"GET /index HTTP/1.1\r\nHost: www.web.example\r\nAccept: */*\r\n\r\n"
    held = {
        ("mail.lookup.example", "dns"): connect(server, port, b""),
        ("www.tls.example", "sni"): connect(server, port, hello),
        ("www.web.example", "host"): connect(server, port, request),
    }
    # A hello in two pieces, as one with many keys is.
    split = connect(server, port, hello[:100])
    split.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    split.sendall(hello[100:])
    held[("www.tls.example", "sni", "split")] = split
    rows = [{"port": connection.getsockname()[1], "name": key[0], "source": key[1]}
            for key, connection in held.items()]
    print(json.dumps({"pid": os.getpid(), "rows": rows}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    if sys.argv[1] == "server":
        serve(sys.argv[2], sys.argv[3])
    else:
        talk(sys.argv[2], int(sys.argv[3]))
