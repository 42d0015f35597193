// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/nfs/descriptor.h"

#include "inspect/proto/nfs/nfs_parser.h"

namespace picket::inspect::nfs {
namespace {

using enum ProtocolDescriptor::Verdict;

// xid, call, RPC version 2, program, version 2 to 4. A reply says little, so only on its port.
ProtocolDescriptor::Verdict probe_rpc(Direction direction, Bytes bytes, bool port_hint) {
  ByteReader reader(bytes);
  reader.skip(4);
  const uint32_t type = reader.u32();
  if (reader.failed()) return port_hint ? kMore : kNo;
  if (type == 1) {
    const bool accepted = reader.u32() == 0;
    if (!port_hint || !accepted || reader.failed()) return kNo;
    return direction == Direction::kToServer ? kReversed : kYes;
  }
  const uint32_t rpc = reader.u32(), program = reader.u32(), version = reader.u32();
  if (reader.failed()) return type == 0 && port_hint ? kMore : kNo;
  return type == 0 && rpc == 2 && program == kProgram && version >= 2 && version <= 4 ? kYes : kNo;
}

}  // namespace

ProtocolDescriptor::Verdict probe_tcp(Direction direction, Bytes bytes, bool port_hint) {
  if (bytes.size() < 4) return port_hint ? kMore : kNo;
  return (bytes[0] & 0x80) == 0 ? kNo : probe_rpc(direction, bytes.subspan(4), port_hint);
}

ProtocolDescriptor::Verdict probe_udp(Direction direction, Bytes bytes, bool port_hint) {
  const auto verdict = probe_rpc(direction, bytes, port_hint);
  return verdict == kMore ? kNo : verdict;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<NfsParser>(); }

}  // namespace picket::inspect::nfs
