// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/modbus/descriptor.h"

#include "inspect/proto/modbus/modbus_parser.h"

namespace picket::inspect::modbus {

ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (!port_hint) return kNo;
  if (bytes.size() < kHeaderBytes + 1) return kMore;
  ByteReader reader(bytes);
  reader.skip(2);
  const uint16_t protocol = reader.u16(), length = reader.u16();
  return protocol == 0 && length >= 2 && length <= kLengthMax ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<ModbusParser>(); }

}  // namespace picket::inspect::modbus
