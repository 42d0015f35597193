// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <optional>
#include <string>

#include "inspect/app/app_parser.h"
#include "inspect/app/one_way.h"
#include "inspect/proto/dnp3/link.h"
#include "inspect/proto/dnp3/objects.h"

namespace picket::inspect::dnp3 {

constexpr size_t kMessageMax = 65'536;  // bytes of one message; a longer one is given up

// One message of the application layer, from a master (to the server) or an outstation.
class Dnp3Transaction final : public OneWayTransaction {
 public:
  Dnp3Transaction(uint64_t number, Direction way, const Link& link, std::string message);
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;
  void append_eve_of_alert(JsonWriter& out) const override;
  // EVE shows both from the client.
  std::optional<Direction> eve_direction() const override { return std::nullopt; }
  ObjectsFault fault() const { return objects_.fault; }

 private:
  bool response() const { return way() == Direction::kToClient; }
  uint8_t function() const;
  Bytes objects() const;
  void append_application(JsonWriter& out) const;

  const Link link_;
  const std::string message_;  // from the application control octet on
  ObjectsRead objects_;
};

// DNP3 over TCP (IEEE 1815): frames, transport fragments, messages. Frames whose checksum is wrong
// are left out.
class Dnp3Parser final : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;

 private:
  // What has come of a message that is not all there yet.
  struct Half {
    std::string message;
    uint8_t sequence = 0;
    bool open = false;
  };
  bool frame(Direction direction, const Link& link, Bytes blocks, FlowContext& flow);
  void fragment(Direction direction, const Link& link, std::string_view data, FlowContext& flow);
  void message(Direction direction, const Link& link, std::string message, FlowContext& flow);
  void note(std::string_view event, Direction direction);

  std::array<Half, 2> halves_;
};

}  // namespace picket::inspect::dnp3
