// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "inspect/app/app_parser.h"

// A conversation for tests of protocol parsers: feeds both sides as the packet pipeline does,
// keeping what a parser did not consume, and reads what its transactions offer.
namespace picket::inspect {

class Talk {
 public:
  explicit Talk(const ProtocolDescriptor& descriptor, std::string announced_as = {}) {
    flow.tcp = descriptor.over_tcp;
    flow.client = {IpAddress::v4(0xc0000201), 40000};  // 192.0.2.1
    flow.server = {IpAddress::v4(0xc0000202),
                   descriptor.ports.empty() ? uint16_t{9} : descriptor.ports[0]};
    flow.announced_as = std::move(announced_as);
    parser = descriptor.make(flow);
  }
  Talk& client(std::string_view bytes, bool last = false) {
    return say(Direction::kToServer, bytes, last);
  }
  Talk& server(std::string_view bytes, bool last = false) {
    return say(Direction::kToClient, bytes, last);
  }
  // In pieces of `size` bytes.
  Talk& slowly(Direction direction, std::string_view bytes, size_t size) {
    for (size_t at = 0; at < bytes.size(); at += size)
      say(direction, bytes.substr(at, size), false);
    return *this;
  }
  Talk& say(Direction direction, std::string_view bytes, bool last) {
    std::string& kept = kept_[index(direction)];
    kept += bytes;
    if (!last && kept.size() < need_[index(direction)]) return *this;
    const std::string exact = kept;
    const ParseResult result = parser->on_data(direction, as_bytes(exact), last, flow);
    status = result.status;
    need_[index(direction)] = result.need;
    kept = flow.tcp ? exact.substr(result.consumed) : std::string();
    return *this;
  }
  Transaction& tx(size_t at) { return *parser->transactions().at(at); }
  size_t count() const { return parser->transactions().size(); }
  std::string buffer(size_t at, BufferId id, Direction direction, size_t which = 0) {
    const auto bytes = tx(at).buffer(id, direction, which);
    return bytes ? std::string(as_text(*bytes)) : "(none)";
  }
  int64_t field(size_t at, FieldId id, Direction direction, size_t which = 0) {
    return tx(at).field(id, direction, which).value_or(-1);
  }
  std::string eve(size_t at) {
    std::string out;
    JsonWriter writer(out);
    tx(at).append_eve(writer);
    return out;
  }
  bool has_event(size_t at, std::string_view name) {
    for (const auto& event : tx(at).events)
      if (event.name == name) return true;
    return false;
  }
  size_t waiting(Direction direction) const { return kept_[index(direction)].size(); }

  FlowContext flow;
  std::unique_ptr<AppParser> parser;
  ParseStatus status = ParseStatus::kOk;

 private:
  std::string kept_[2];
  size_t need_[2] = {0, 0};
};

}  // namespace picket::inspect
