// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "inspect/app/app_parser.h"

namespace picket::inspect::ssh {

constexpr size_t kBannerMax = 255;  // RFC 4253 4.2; longer: an event, and cut
constexpr size_t kLineMax = 4096;   // of what a server may say before its banner
constexpr size_t kLinesBeforeMax = 64;
constexpr size_t kPacketMax = 35000;  // RFC 4253 6.1

// A connection. Progress of a side: 1 its identification is there, 2 its key exchange proposal,
// kDone when it goes on encrypted.
class SshTransaction : public Transaction {
 public:
  SshTransaction() : Transaction(AppProtocol::kSsh, 0) {}
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  struct Side {
    std::string proto, software;
    std::string hassh, hassh_string;  // https://github.com/salesforce/hassh
  };
  Side sides[2];
};

// SSH (RFC 4253) up to where it is encrypted: identification and key exchange proposals. The rest
// passes unread.
class SshParser : public AppParser {
 public:
  SshParser();
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  ParseStatus on_gap(Direction direction, uint64_t lost, FlowContext& flow) override;
  void on_end(FlowContext& flow) override;

 private:
  enum class State : uint8_t { kBanner, kPackets, kOver };
  bool read_banner(Direction direction, Bytes& rest, bool last);
  void banner(Direction direction, std::string_view text);
  bool read_packet(Direction direction, Bytes& rest, size_t& need);
  void key_exchange(Direction direction, Bytes payload);
  void over(Direction direction);
  SshTransaction* transaction();

  State state_[2] = {State::kBanner, State::kBanner};
  size_t lines_before_[2] = {0, 0};
};

}  // namespace picket::inspect::ssh
