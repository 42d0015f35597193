// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "inspect/app/app_parser.h"

namespace picket::inspect::rfb {

constexpr size_t kTextMax =
    4096;  // of the desktop's name, of a reason; longer ones end the reading

// The opening of a conversation, up to the desktop's name. One in a flow.
class RfbTransaction final : public Transaction {
 public:
  explicit RfbTransaction(uint64_t number) : Transaction(AppProtocol::kRfb, number) {}
  std::optional<Bytes> buffer(BufferId id, Direction direction, size_t index) override;
  std::optional<int64_t> field(FieldId id, Direction direction, size_t index) override;
  void append_eve(JsonWriter& out) const override;

  struct Version {
    std::string major, minor;  // three digits each, as sent
  };
  std::optional<Version> server_version, client_version;
  std::optional<uint32_t> security_type, security_result;
  std::string challenge, response;  // of VNC authentication, 16 bytes each
  std::string failure;
  std::optional<bool> shared;
  struct Framebuffer {
    uint16_t width = 0, height = 0;
    uint8_t bits_per_pixel = 0, depth = 0;
    bool big_endian = false, true_color = false;
    uint16_t max[3] = {};  // red, green, blue
    uint8_t shift[3] = {};
    std::string name;
  };
  std::optional<Framebuffer> framebuffer;
};

// RFB 3.3 to 3.8 (RFC 6143 7.1 to 7.3) with no or VNC authentication; of other security types only
// their number is told. What comes after the opening (pictures, keys) is passed over.
class RfbParser final : public AppParser {
 public:
  ParseResult on_data(Direction direction, Bytes bytes, bool last, FlowContext& flow) override;
  void on_end(FlowContext&) override { complete_all(); }

 private:
  // What either side says next, in the order of the exchange.
  enum class Step : uint8_t {
    kServerVersion,
    kClientVersion,
    kSecurity,
    kChoice,
    kChallenge,
    kResponse,
    kResult,
    kReason,
    kClientInit,
    kServerInit,
    kOver,
  };
  static Direction speaker(Step step);
  // False: more bytes are needed.
  bool take(Step step, ByteReader& reader, RfbTransaction& transaction);
  bool take_version(ByteReader& reader, std::optional<RfbTransaction::Version>& version);
  bool take_security(ByteReader& reader, RfbTransaction& transaction);
  bool take_result(ByteReader& reader, RfbTransaction& transaction);
  bool take_framebuffer(ByteReader& reader, RfbTransaction& transaction);
  bool take_text(ByteReader& reader, std::string& text);
  void after_choice(uint32_t type);
  void end(RfbTransaction& transaction);

  Step step_ = Step::kServerVersion;
  unsigned minor_ = 8;  // of the version agreed on
};

}  // namespace picket::inspect::rfb
