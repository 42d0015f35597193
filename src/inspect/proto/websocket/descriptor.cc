// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/websocket/descriptor.h"

#include "inspect/proto/websocket/parser.h"

namespace picket::inspect::websocket {

ProtocolDescriptor::Verdict probe(Direction, Bytes, bool) {
  return ProtocolDescriptor::Verdict::kNo;
}
std::unique_ptr<AppParser> make_parser(const FlowContext&) {
  return std::make_unique<WebSocketParser>();
}

}  // namespace picket::inspect::websocket
