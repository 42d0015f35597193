// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/ntp/ntp_parser.h"

#include "inspect/app/eve_text.h"
#include "inspect/proto/ntp/weird.h"

namespace picket::inspect::ntp {
namespace {

constexpr size_t kMessageBytes = 48, kControlBytes = 12, kPrivateBytes = 8;
constexpr uint8_t kModeControl = 6, kModePrivate = 7;

}  // namespace

std::optional<Header> read_header(Bytes bytes) {
  ByteReader reader(bytes);
  const uint8_t first = reader.u8();
  Header header;
  header.version = first >> 3 & 7;
  header.mode = first & 7;
  if (reader.failed() || header.version == 0 || header.version > 4 || header.mode == 0)
    return std::nullopt;
  if (header.mode >= kModeControl) {
    const size_t least = header.mode == kModePrivate ? kPrivateBytes : kControlBytes;
    return bytes.size() < least ? std::nullopt : std::optional(header);
  }
  if (bytes.size() < kMessageBytes) return std::nullopt;
  header.stratum = reader.u8();
  reader.skip(10);  // poll, precision, root delay and dispersion
  header.reference_id = reader.take(4);
  return header;
}

NtpTransaction::NtpTransaction(uint64_t number, Direction way, const Header& header)
    : OneWayTransaction(AppProtocol::kNtp, number, way),
      version_(header.version),
      mode_(header.mode),
      stratum_(header.stratum),
      reference_id_(as_text(header.reference_id)) {}

std::optional<Bytes> NtpTransaction::buffer(BufferId which, Direction direction, size_t at) {
  if (direction != way() || at > 0 || which != BufferId::k_ntp_reference_id) return std::nullopt;
  return unless_empty(reference_id_);
}

std::optional<int64_t> NtpTransaction::field(FieldId which, Direction direction, size_t at) {
  if (direction != way() || at > 0) return std::nullopt;
  switch (which) {
    case FieldId::k_ntp_version: return version_;
    case FieldId::k_ntp_mode: return mode_;
    case FieldId::k_ntp_stratum: return stratum_;
    default: return std::nullopt;
  }
}

void NtpTransaction::append_eve(JsonWriter& out) const {
  out.begin_object().member("version", unsigned{version_}).member("mode", unsigned{mode_});
  out.member("stratum", unsigned{stratum_});
  if (!reference_id_.empty()) out.member("reference_id", eve_hex(as_bytes(reference_id_), ':'));
  out.end_object();
}

ParseResult NtpParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  if (const auto header = read_header(bytes))
    open_transaction<NtpTransaction>(flow, direction, *header);
  else
    counter_of(Weird::kMalformed).add();
  return {bytes.size()};
}

}  // namespace picket::inspect::ntp
