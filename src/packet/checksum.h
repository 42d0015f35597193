// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "packet/packet.h"

namespace picket::packet {

// The Internet checksum (RFC 1071). Pure functions.

// One's complement sum of `bytes` as 16 bit words in network order, not folded, added to `sum`.
uint64_t checksum_add(uint64_t sum, Bytes bytes);
// Folded; 0xffff when the bytes summed include a right checksum.
uint16_t checksum_fold(uint64_t sum);

Checksum check_ipv4_header(Bytes header);
// TCP, UDP, ICMP of `packet`, over transport_header and payload (which lie side by side) and, but
// for ICMPv4, the pseudo header. UDP over IPv4 without a checksum counts as good.
Checksum check_transport(const Packet& packet);

}  // namespace picket::packet
