// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dcerpc/descriptor.h"

#include "inspect/proto/dcerpc/dcerpc_parser.h"

namespace picket::inspect::dcerpc {

ProtocolDescriptor::Verdict probe(Direction, Bytes bytes, bool) {
  using enum ProtocolDescriptor::Verdict;
  if (bytes.empty() || bytes[0] != 5 || (bytes.size() > 1 && bytes[1] > 1)) return kNo;
  if (bytes.size() < kHeaderBytes) return bytes.size() > 2 && bytes[2] > 19 ? kNo : kMore;
  const auto pdu = read_pdu(bytes);
  const bool plausible =
      pdu && (bytes[4] == 0x10 || bytes[4] == 0x00) && bytes[5] == 0 && bytes[6] == 0;
  return plausible ? kYes : kNo;
}

std::unique_ptr<AppParser> make(const FlowContext&) { return std::make_unique<DcerpcParser>(); }

}  // namespace picket::inspect::dcerpc
