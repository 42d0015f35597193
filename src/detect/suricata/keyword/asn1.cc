// SPDX-License-Identifier: Apache-2.0
// asn1: oddities of BER-encoded data (ITU-T X.690), ftpbounce: PORT commands that name another
// host.
#include <cmath>

#include "base/ascii.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

class Asn1Check final : public BufferCheck {
 public:
  static constexpr int kDepthMax = 32;
  static constexpr size_t kElementsMax = 1024;
  explicit Asn1Check(bool from_match) : BufferCheck(Kind::kOnce) { relative = from_match; }
  bool bitstring_overflow = false, double_overflow = false;
  uint32_t oversize_length = 0;  // 0: not asked
  int64_t offset = 0;

  bool matches(BufferWalk& walk) const override {
    int64_t from = offset + (relative ? walk.cursor : 0);
    if (from < 0 || from >= static_cast<int64_t>(walk.bytes.size())) return false;
    size_t elements = 0;
    return odd(walk.bytes.subspan(static_cast<size_t>(from)), 0, elements);
  }

 private:
  struct Element {
    uint8_t tag = 0;
    bool constructed = false;
    uint64_t length = 0;
    size_t header = 0;
  };
  static std::optional<Element> read(Bytes bytes) {
    ByteReader in(bytes);
    Element element;
    uint8_t first = in.u8();
    element.tag = first & 0x1f;
    element.constructed = (first & 0x20) != 0;
    if (element.tag == 0x1f)
      while ((in.u8() & 0x80) != 0 && !in.failed()) {
      }
    uint8_t length = in.u8();
    if (length < 0x80) {
      element.length = length;
    } else {
      unsigned count = length & 0x7f;
      if (count > 8) return std::nullopt;
      for (unsigned i = 0; i < count; ++i) element.length = element.length << 8 | in.u8();
    }
    element.header = in.offset();
    if (in.failed()) return std::nullopt;
    return element;
  }
  bool odd(Bytes bytes, int depth, size_t& elements) const {
    while (!bytes.empty() && ++elements <= kElementsMax) {
      auto element = read(bytes);
      if (!element) return false;
      if (oversize_length != 0 && element->length > oversize_length) return true;
      Bytes content = bytes.subspan(element->header);
      content =
          content.first(static_cast<size_t>(std::min<uint64_t>(element->length, content.size())));
      if (bitstring_overflow && !element->constructed && element->tag == 3 && !content.empty() &&
          element->length > 0 && (element->length - 1) * 8 < content[0])
        return true;
      // A real number written in so many digits that a fixed buffer would not hold it.
      if (double_overflow && !element->constructed && element->tag == 9 && element->length > 256 &&
          !content.empty() && (content[0] & 0xc0) == 0)
        return true;
      if (element->constructed && depth < kDepthMax && odd(content, depth + 1, elements))
        return true;
      bytes = bytes.subspan(element->header + content.size());
    }
    return false;
  }
};

Result<void> parse_asn1(RuleBuilder& rule, const RuleOption& option) {
  auto* check =
      rule.arena().make<Asn1Check>(option.value.find("relative_offset") != std::string_view::npos);
  for (std::string_view word : split(option.value, ',')) {
    size_t space = word.find_first_of(" \t");
    std::string_view name = word.substr(0, space);
    auto number =
        space == std::string_view::npos ? std::nullopt : parse_number<int64_t>(word.substr(space));
    if (name == "bitstring_overflow")
      check->bitstring_overflow = true;
    else if (name == "double_overflow")
      check->double_overflow = true;
    else if (name == "oversize_length" && number && *number > 0)
      check->oversize_length = static_cast<uint32_t>(*number);
    else if ((name == "absolute_offset" || name == "relative_offset") && number)
      check->offset = *number;
    else
      return failure("unknown word \"" + std::string(word) + "\"");
  }
  rule.add(check);
  return {};
}

// "PORT h1,h2,h3,h4,p1,p2" that names an address other than its sender's.
class FtpBounceCheck final : public BufferCheck {
 public:
  FtpBounceCheck() : BufferCheck(Kind::kOnce) {}
  bool matches(BufferWalk& walk) const override {
    std::string text = ascii_lowered(as_text(walk.bytes));
    size_t at = text.find("port ");
    if (at == std::string::npos) return false;
    auto fields = split(std::string_view(text).substr(at + 5), ',');
    if (fields.size() < 6) return false;
    uint32_t named = 0;
    for (size_t i = 0; i < 4; ++i) {
      auto part = parse_number<uint8_t>(fields[i]);
      if (!part) return false;
      named = named << 8 | *part;
    }
    const IpAddress& sender = walk.scope.packet().source;
    return sender.is_v4() && sender.v4_host_order() != named;
  }
};

Result<void> parse_ftpbounce(RuleBuilder& rule, const RuleOption&) {
  TRY(rule.require_app(inspect::AppProtocol::kFtp));
  rule.add_to({}, rule.arena().make<FtpBounceCheck>());
  return {};
}

// replace: changes traffic, which picket never does.
constexpr Keyword kKeywords[] = {
    {"asn1", "", State::kFull, "Oddities of BER-encoded data.",
     "asn1:oversize_length 1000, absolute_offset 0;", "", parse_asn1},
    {"ftpbounce", "", State::kFull, "An FTP PORT command names another host than its sender.",
     "ftpbounce;", "", parse_ftpbounce},
};

}  // namespace

Keywords asn1_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
