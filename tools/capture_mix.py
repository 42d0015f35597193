#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes one large Ethernet capture out of many small ones, for measurements of speed.

    tools/capture_mix.py --out MIX.pcap --megabytes 500 [--concurrent 64] [--seed 1] CAPTURE|FOLDER...

Captures are taken in a random order again and again, so many at once interleaved by time. Each time a
capture is taken anew its addresses are rewritten (both directions alike, private stays private, public
stays public, checksums corrected as RFC 1624 says), so that its flows are new ones. Pauses of more
than a second are cut to one. Frames that were cut when recorded are left out. What the result is
depends on arguments and inputs only.
"""

import argparse
import heapq
import pathlib
import random
import struct
import sys

ENDINGS = (".pcap", ".pcapng", ".cap")
ETHERNET, NULL, RAW, LOOP, SLL, SLL2 = 1, 0, (12, 14, 101, 228, 229), 108, 113, 276
MAC = bytes((2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2))
FRAME_BYTES_MAX = 65535
VLANS = (0x8100, 0x88A8, 0x9100)


def as_ethernet(link_type, frame):
    """The frame with an Ethernet header, or None."""
    if link_type == ETHERNET:
        return frame if len(frame) >= 14 else None
    if link_type in RAW:
        skip, kind = 0, None
    elif link_type in (NULL, LOOP):
        skip, kind = 4, None
    elif link_type == SLL:
        skip, kind = 16, frame[14:16]
    elif link_type == SLL2:
        skip, kind = 20, frame[0:2]
    else:
        return None
    if len(frame) <= skip:
        return None
    if kind is None:
        kind = b"\x86\xdd" if frame[skip] >> 4 == 6 else b"\x08\x00"
    return MAC + kind + frame[skip:]


def read_pcap(data):
    magic = data[:4]
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">",
             b"\xa1\xb2\x3c\x4d": ">"}[magic]
    per_second = 1_000_000_000 if b"\x3c" in magic else 1_000_000
    link_type = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF
    at = 24
    while at + 16 <= len(data):
        seconds, fraction, kept, size = struct.unpack_from(order + "IIII", data, at)
        if at + 16 + kept > len(data):
            return
        if kept == size:
            yield seconds * 1_000_000 + fraction * 1_000_000 // per_second, link_type, data[at + 16:at + 16 + kept]
        at += 16 + kept


def ticks_per_second(options, order):
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from(order + "HH", options, at)
        if code == 9 and size == 1:
            value = options[at + 4]
            return 2 ** (value & 127) if value & 128 else 10 ** value
        at += 4 + (size + 3 & ~3)
    return 1_000_000


def read_pcapng(data):
    order, at, interfaces = "<", 0, []
    while at + 12 <= len(data):
        if data[at:at + 4] == b"\n\r\r\n":
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            interfaces = []
        kind, size = struct.unpack_from(order + "II", data, at)
        if size < 12 or at + size > len(data):
            return
        body = data[at + 8:at + size - 4]
        if kind == 1:
            interfaces.append((struct.unpack_from(order + "H", body)[0], ticks_per_second(body[8:], order)))
        elif kind == 6 and len(body) >= 20:
            number, high, low, kept, whole = struct.unpack_from(order + "IIIII", body)
            if number < len(interfaces) and kept == whole:
                link_type, ticks = interfaces[number]
                yield ((high << 32) + low) * 1_000_000 // ticks, link_type, body[20:20 + kept]
        at += size


def read_capture(path):
    """List of (microseconds since its start, Ethernet frame)."""
    data, frames = path.read_bytes(), []
    if len(data) < 24:
        return frames
    reader = read_pcapng if data[:4] == b"\n\r\r\n" else read_pcap
    before, now = None, 0
    try:
        for time, link_type, frame in reader(data):
            frame = as_ethernet(link_type, frame)
            if frame is None or len(frame) > FRAME_BYTES_MAX:
                continue
            if before is not None:
                now += min(max(time - before, 0), 1_000_000)
            before = time
            frames.append((now, frame))
    except (KeyError, struct.error):
        pass  # no capture, or damaged from here on
    return frames


def map_v4(address, turn):
    """The address of that turn: the middle sixteen bits move, the network's kind stays."""
    if address >> 28 >= 14 or address == 0 or address >> 24 == 127 or address >> 16 == 0xA9FE:
        return address
    step = turn * 0x9E37 << 8
    for prefix, shift, mask in ((10, 24, 0x00FFFF00), (0xAC1, 20, 0x000FFF00), (0xC0A8, 16, 0x0000FF00)):
        if address >> shift == prefix:
            return address & ~mask | (address & mask) + step & mask
    moved = address & 0xFF0000FF | (address + step) & 0x00FFFF00
    return moved ^ 0x00400000 if moved >> 20 == 0xAC1 or moved >> 16 == 0xC0A8 else moved


def add_words(before, after):
    """What replacing these bytes adds to a ones' complement sum (RFC 1624, equation 3)."""
    words = len(before) // 2
    return sum((word ^ 0xFFFF) for word in struct.unpack(">%dH" % words, before)) + sum(
        struct.unpack(">%dH" % words, after))


def fix_checksum(frame, at, change, udp=False):
    if at + 2 > len(frame):
        return
    old = frame[at] << 8 | frame[at + 1]
    if udp and old == 0:
        return
    total = (old ^ 0xFFFF) + change
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    new = total ^ 0xFFFF
    if udp and new == 0:
        new = 0xFFFF
    frame[at], frame[at + 1] = new >> 8, new & 0xFF


def rewrite_v4(frame, at, turn):
    header = (frame[at] & 15) * 4
    if frame[at] >> 4 != 4 or header < 20 or at + header > len(frame):
        return
    before = bytes(frame[at + 12:at + 20])
    source, destination = struct.unpack(">II", before)
    after = struct.pack(">II", map_v4(source, turn), map_v4(destination, turn))
    frame[at + 12:at + 20] = after
    change = add_words(before, after)
    fix_checksum(frame, at + 10, change)
    if (frame[at + 6] << 8 | frame[at + 7]) & 0x1FFF == 0:
        fix_transport(frame, at + header, frame[at + 9], change)


def rewrite_v6(frame, at, turn):
    if at + 40 > len(frame):
        return
    before = bytes(frame[at + 8:at + 40])
    after = bytearray(before)
    for end in (0, 16):
        if before[end] in (0xFF, 0xFE) or before[end:end + 2] == b"\0\0":
            continue
        word = (before[end + 6] << 8 | before[end + 7]) + turn * 0x9E37 & 0xFFFF
        after[end + 6], after[end + 7] = word >> 8, word & 0xFF
    frame[at + 8:at + 40] = after
    change = add_words(before, bytes(after))
    if frame[at + 6] == 58:
        fix_checksum(frame, at + 42, change)
    else:
        fix_transport(frame, at + 40, frame[at + 6], change)


def fix_transport(frame, at, protocol, change):
    if protocol == 6:
        fix_checksum(frame, at + 16, change)
    elif protocol == 17:
        fix_checksum(frame, at + 6, change, udp=True)


def rewrite(original, turn):
    if turn == 0:
        return original
    frame = bytearray(original)
    at = 12
    kind = frame[at] << 8 | frame[at + 1]
    while kind in VLANS and at + 6 <= len(frame):
        at += 4
        kind = frame[at] << 8 | frame[at + 1]
    at += 2
    if kind == 0x0800 and at + 20 <= len(frame):
        rewrite_v4(frame, at, turn)
    elif kind == 0x86DD:
        rewrite_v6(frame, at, turn)
    return frame


class Turns:
    """Which capture comes next, in which turn."""

    def __init__(self, count, chance):
        self.count, self.chance, self.turn, self.left = count, chance, -1, []

    def next(self):
        if not self.left:
            self.turn += 1
            self.left = list(range(self.count))
            self.chance.shuffle(self.left)
        return self.left.pop(), self.turn


def mix(sources, out, bytes_wanted, concurrent, seed):
    """Packets and bytes written."""
    chance = random.Random(seed)
    turns = Turns(len(sources), chance)
    waiting, order, packets, written = [], 0, 0, 24

    def begin(after):
        nonlocal order
        source, turn = turns.next()
        order += 1
        heapq.heappush(waiting, (after + sources[source][0][0], order, source, turn, 0, after))

    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, ETHERNET))
    for _ in range(concurrent):
        begin(1_700_000_000_000_000 + chance.randrange(2_000_000))
    while waiting:
        time, number, source, turn, at, base = heapq.heappop(waiting)
        frame = rewrite(sources[source][at][1], turn)
        out.write(struct.pack("<IIII", time // 1_000_000, time % 1_000_000, len(frame), len(frame)))
        out.write(frame)
        packets, written = packets + 1, written + 16 + len(frame)
        if at + 1 < len(sources[source]):
            heapq.heappush(waiting, (base + sources[source][at + 1][0], number, source, turn, at + 1, base))
        elif written < bytes_wanted:
            begin(time + chance.randrange(20_000))
    return packets, written


def find_captures(paths):
    for path in map(pathlib.Path, paths):
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file() and p.name.endswith(ENDINGS))
        else:
            yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--concurrent", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("captures", nargs="+")
    args = parser.parse_args()
    sources = [frames for frames in map(read_capture, find_captures(args.captures)) if frames]
    if not sources:
        print("none of these is a capture", file=sys.stderr)
        return 3
    with open(args.out, "wb", buffering=1 << 20) as out:
        packets, size = mix(sources, out, args.megabytes * 1_000_000, args.concurrent, args.seed)
    print("%d captures, %d packets, %d bytes" % (len(sources), packets, size))
    return 0


if __name__ == "__main__":
    sys.exit(main())
