// SPDX-License-Identifier: Apache-2.0
// base64_decode and base64_data: look inside encoded text.
#include "detect/suricata/base64.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

// Decodes from a place of the buffer on; what follows base64_data looks into the result.
class DecodeCheck final : public BufferCheck {
 public:
  static constexpr size_t kDecodedMax = 64 * 1024;
  DecodeCheck(uint32_t bytes, uint32_t offset, bool from_match)
      : BufferCheck(Kind::kOnce), bytes_(bytes), offset_(offset) {
    relative = from_match;
  }
  BufferChecks inside;

  bool matches(BufferWalk& walk) const override {
    size_t from = (relative ? walk.cursor : 0) + offset_;
    if (from >= walk.bytes.size()) return false;
    Bytes encoded = walk.bytes.subspan(from);
    if (bytes_ != 0) encoded = encoded.first(std::min<size_t>(bytes_, encoded.size()));
    encoded = encoded.first(std::min(encoded.size(), kDecodedMax));
    static thread_local std::vector<uint8_t> decoded;
    decoded.clear();
    if (!decode_base64(encoded, Base64Mode::kRfc4648, decoded)) return false;
    if (inside.empty()) return true;
    BufferWalk nested{decoded, 0, true, "base64_data", walk.scope};
    return walk_matches(inside, nested);
  }

 private:
  uint32_t bytes_, offset_;
};

Result<void> parse_decode(RuleBuilder& rule, const RuleOption& option) {
  uint32_t bytes = 0, offset = 0;
  bool relative = false;
  for (std::string_view word : split(option.value, ',')) {
    if (word.empty()) continue;
    size_t space = word.find_first_of(" \t");
    auto number =
        space == std::string_view::npos ? std::nullopt : parse_number<uint32_t>(word.substr(space));
    if (word == "relative")
      relative = true;
    else if (word.starts_with("bytes") && number && *number > 0)
      bytes = *number;
    else if (word.starts_with("offset") && number)
      offset = *number;
    else
      return failure("expected bytes N, offset N or relative, found \"" + std::string(word) + "\"");
  }
  auto* check = rule.arena().make<DecodeCheck>(bytes, offset, relative);
  rule.last_base64 = &check->inside;
  rule.add(check);
  return {};
}

Result<void> parse_data(RuleBuilder& rule, const RuleOption&) {
  if (rule.last_base64 == nullptr) return failure("expected base64_decode before base64_data");
  rule.select_nested(rule.last_base64);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"base64_decode", "", State::kFull, "Decodes base64 in the buffer, for base64_data.",
     "base64_decode:bytes 12, offset 2, relative;", "", parse_decode},
    {"base64_data", "", State::kFull, "What follows looks into what base64_decode found.",
     "base64_data;", "", parse_data},
};

}  // namespace

Keywords base64_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
