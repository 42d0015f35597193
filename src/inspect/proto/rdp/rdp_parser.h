// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "inspect/app/app_parser.h"

namespace picket::inspect::rdp {

constexpr size_t kChannelsMax = 32;  // MS-RDPBCGR 2.2.1.3.4: at most 31

// What a client says of itself (MS-RDPBCGR 2.2.1.3.2).
struct ClientCore {
  uint32_t version = 0, build = 0, keyboard_layout = 0, keyboard_type = 0, function_keys = 0;
  uint16_t width = 0, height = 0;
  std::optional<uint16_t> product_id, color_depth, capabilities;
  std::string name, id;
};

// One message of the opening of a connection.
class RdpTransaction : public Transaction {
 public:
  enum class What : uint8_t {
    kInitialRequest,
    kInitialResponse,
    kConnectRequest,
    kConnectResponse
  };
  RdpTransaction(uint64_t tx_id, Direction way, What what);
  std::optional<Bytes> buffer(BufferId, Direction, size_t) override { return std::nullopt; }
  void append_eve(JsonWriter& out) const override;
  std::optional<Direction> eve_direction() const override { return way_; }

  std::string cookie;
  std::optional<ClientCore> client;
  std::vector<std::string> channels;

 private:
  void append_client(JsonWriter& out) const;
  const Direction way_;
  const What what_;
};

// RDP up to where it is encrypted: the X.224 and MCS connection messages, in TPKT frames (RFC 1006)
// of at most 65,535 bytes. The rest passes unread.
class RdpParser : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction, uint64_t, FlowContext&) override;

 private:
  void frame(Direction direction, Bytes bytes, FlowContext& flow);
  RdpTransaction& open(Direction direction, RdpTransaction::What what, FlowContext& flow);

  bool over_ = false;
};

}  // namespace picket::inspect::rdp
