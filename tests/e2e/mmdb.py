# SPDX-License-Identifier: Apache-2.0
"""Writes small databases in the MaxMind DB format 2.0 (https://maxmind.github.io/MaxMind-DB/): a
tree of 24-bit records over IPv4 prefixes, as those that users have, made by nobody but this file."""

import ipaddress

METADATA_START = b"\xab\xcd\xefMaxMind.com"
DATA_SEPARATOR = bytes(16)
TEXT, UINT16, UINT32, MAP, UINT64, ARRAY = 2, 5, 6, 7, 9, 11


def _header(kind, size):
    assert size < 285
    first = min(size, 29) | (kind << 5 if kind < 8 else 0)
    return bytes([first] + ([kind - 7] if kind >= 8 else []) + ([size - 29] if size >= 29 else []))


def _number(kind, value):
    digits = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return _header(kind, len(digits)) + digits


def _encode(value):
    if isinstance(value, str):
        return _header(TEXT, len(value.encode())) + value.encode()
    if isinstance(value, int):
        return _number(UINT32, value)
    if isinstance(value, bytes):  # encoded already
        return value
    if isinstance(value, list):
        return _header(ARRAY, len(value)) + b"".join(_encode(item) for item in value)
    return _header(MAP, len(value)) + b"".join(_encode(key) + _encode(item)
                                               for key, item in value.items())


def database(kind, built, entries):
    """The bytes of a database of type `kind`, built at `built` (seconds since 1970), that says
    entries[prefix] of the addresses in each prefix. Prefixes do not overlap."""
    nodes, data = [[None, None]], b""
    for prefix, value in entries.items():
        network = ipaddress.ip_network(prefix)
        bits = int(network.network_address)
        node = 0
        for depth in range(network.prefixlen):
            side = bits >> (31 - depth) & 1
            if depth == network.prefixlen - 1:
                nodes[node][side] = ("data", len(data))
                break
            if nodes[node][side] is None:
                nodes.append([None, None])
                nodes[node][side] = ("node", len(nodes) - 1)
            node = nodes[node][side][1]
        data += _encode(value)

    def record(item):
        if item is None:
            return len(nodes)
        return item[1] if item[0] == "node" else len(nodes) + len(DATA_SEPARATOR) + item[1]

    tree = b"".join(record(item).to_bytes(3, "big") for node in nodes for item in node)
    metadata = {
        "binary_format_major_version": _number(UINT16, 2),
        "binary_format_minor_version": _number(UINT16, 0),
        "build_epoch": _number(UINT64, built),
        "database_type": kind,
        "description": {"en": "for a test"},
        "ip_version": _number(UINT16, 4),
        "languages": ["en"],
        "node_count": len(nodes),
        "record_size": _number(UINT16, 24),
    }
    return tree + DATA_SEPARATOR + data + METADATA_START + _encode(metadata)
