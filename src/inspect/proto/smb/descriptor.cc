// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smb/descriptor.h"

#include "inspect/proto/smb/smb_parser.h"

namespace picket::inspect::smb {

ProtocolDescriptor::Verdict probe(Direction direction, Bytes bytes, bool port_hint) {
  using enum ProtocolDescriptor::Verdict;
  if (bytes.empty()) return kMore;
  const bool session = bytes[0] >= 0x81 && bytes[0] <= 0x85;
  if (session) {
    if (!port_hint) return kNo;
    if (bytes.size() < 4) return kMore;
    return bytes[1] <= 1 && bytes[2] == 0 ? kYes : kNo;
  }
  if (bytes[0] != 0) return kNo;
  constexpr size_t kEnough = 20;
  if (bytes.size() < 8) return kMore;
  const bool header = (bytes[4] == 0xff || bytes[4] == 0xfe || bytes[4] == 0xfd) &&
                      bytes[5] == 'S' && bytes[6] == 'M' && bytes[7] == 'B';
  if (!header) return kNo;
  if (bytes.size() < kEnough + 4 || bytes[4] == 0xfd) return kYes;
  const bool response = bytes[4] == 0xfe ? (bytes[20] & 1) != 0 : (bytes[13] & 0x80) != 0;
  return response == (direction == Direction::kToClient) ? kYes : kReversed;
}

std::unique_ptr<AppParser> make(const FlowContext& flow) {
  return std::make_unique<SmbParser>(*flow.settings);
}

}  // namespace picket::inspect::smb
