// SPDX-License-Identifier: Apache-2.0
// content and what modifies it.
#include "base/ascii.h"
#include "detect/suricata/byte_search.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/pattern_text.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

Result<void> parse_content(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  if (!value.quoted) return failure("expected the content in quotes");
  TRY_ASSIGN(std::string bytes, parse_pattern(value.text));
  if (bytes.empty()) return failure("expected a content of at least one byte");
  if (bytes.size() > 8192) return failure("the content is longer than 8192 bytes");
  rule.add_content(rule.arena().make<ContentCheck>(rule.arena().bytes(bytes), value.negated));
  return {};
}

Result<void> parse_uricontent(RuleBuilder& rule, const RuleOption& option) {
  auto uri = inspect::find_buffer("http.uri");
  if (!uri) return failure("buffer \"http.uri\" is not known to any protocol here");
  TRY(parse_content(rule, option));
  TRY(rule.require_app(inspect::AppProtocol::kHttp));
  return rule.move_last_content({BufferSlot::Source::kTransaction, 0, *uri});
}

Result<ContentCheck*> last(RuleBuilder& rule) {
  if (rule.last_content() == nullptr) return failure("expected a content before this");
  return rule.last_content();
}

Result<void> parse_nocase(RuleBuilder& rule, const RuleOption&) {
  TRY_ASSIGN(ContentCheck * content, last(rule));
  if (content->nocase) return failure("the content is nocase already");
  content->nocase = true;
  std::string folded_text(as_text(content->pattern()));
  for (char& c : folded_text) c = ascii_lower(c);
  content->set_pattern(rule.arena().bytes(folded_text));
  return {};
}

// offset, depth, distance, within: one number each.
template <bool ContentCheck::*Has, Amount ContentCheck::*Value, bool Relative>
Result<void> parse_amount(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(ContentCheck * content, last(rule));
  if (content->*Has) return failure("the content has a " + std::string(option.name) + " already");
  if (content->starts_with) return failure("startswith says already where the content is");
  TRY_ASSIGN(content->*Value, rule.amount(option.value));
  content->*Has = true;
  if (Relative) content->relative = true;
  if (content->relative && (content->has_offset || content->has_depth))
    return failure(
        "offset and depth count from the begin, distance and within from the match before: not "
        "both");
  const Amount& value = content->*Value;
  if (value.variable == Amount::kNoVariable) {
    bool needs_room =
        std::string_view(option.name) == "depth" || std::string_view(option.name) == "within";
    if (needs_room && value.value < static_cast<int64_t>(content->pattern().size()))
      return failure(std::string(option.name) + " " + std::to_string(value.value) +
                     " leaves no room for the content");
    if (option.name == "offset" && value.value < 0) return failure("offset cannot be negative");
  }
  return {};
}

Result<void> parse_startswith(RuleBuilder& rule, const RuleOption&) {
  TRY_ASSIGN(ContentCheck * content, last(rule));
  if (content->has_offset || content->has_depth || content->relative)
    return failure("startswith does not go with offset, depth, distance or within");
  content->starts_with = content->has_depth = true;
  content->depth.value = static_cast<int32_t>(content->pattern().size());
  return {};
}

Result<void> parse_endswith(RuleBuilder& rule, const RuleOption&) {
  TRY_ASSIGN(ContentCheck * content, last(rule));
  if (content->ends_with) return failure("the content has an endswith already");
  content->ends_with = true;
  return {};
}

Result<void> parse_fast_pattern(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(ContentCheck * content, last(rule));
  if (content->negated() && (content->relative || content->has_offset || content->has_depth))
    return failure("fast_pattern cannot stand on a negated content with a place");
  content->fast_pattern = true;
  if (!option.has_value || option.value.empty()) return {};
  if (option.value == "only") {
    content->fast_pattern_only = true;
    return {};
  }
  auto parts = split(option.value, ',');
  auto from = parts.size() == 2 ? parse_number<uint16_t>(parts[0]) : std::nullopt;
  auto length = parts.size() == 2 ? parse_number<uint16_t>(parts[1]) : std::nullopt;
  if (!from || !length) return failure("expected only, or offset,length");
  if (*length == 0 || static_cast<size_t>(*from) + *length > content->pattern().size())
    return failure("the part named is not inside the content");
  content->fast_offset = *from;
  content->fast_length = *length;
  return {};
}

Result<void> parse_rawbytes(RuleBuilder& rule, const RuleOption&) {
  TRY_ASSIGN(ContentCheck * content, last(rule));
  content->raw = true;
  return {};
}

Result<void> parse_absent(RuleBuilder& rule, const RuleOption& option) {
  if (rule.on_payload()) return failure("expected a sticky buffer before absent");
  RuleBuilder::ListDraft& list = rule.current();
  if (option.has_value && option.value != "or_else") return failure("expected nothing or or_else");
  list.absent = true;
  list.absent_or_else = option.has_value;
  return {};
}

constexpr Keyword kKeywords[] = {
    {"content", "", State::kFull,
     "Bytes that must (or, with !, must not) stand in the buffer; |0d 0a| is hexadecimal.",
     "content:!\"|0d 0a|Host\";", "", parse_content},
    {"uricontent", "", State::kFull, "Old form of content in http.uri.", "uricontent:\"/x\";", "",
     parse_uricontent},
    {"nocase", "", State::kFull, "The content before it matches letters of either case.",
     "content:\"abc\"; nocase;", "", parse_nocase},
    {"offset", "", State::kFull,
     "The content begins at least so many bytes behind the buffer's begin.", "offset:4;", "",
     parse_amount<&ContentCheck::has_offset, &ContentCheck::offset, false>},
    {"depth", "", State::kFull, "The content lies within the first so many bytes (from offset on).",
     "depth:8;", "", parse_amount<&ContentCheck::has_depth, &ContentCheck::depth, false>},
    {"distance", "", State::kFull,
     "The content begins at least so many bytes behind the match before.", "distance:0;", "",
     parse_amount<&ContentCheck::has_distance, &ContentCheck::distance, true>},
    {"within", "", State::kFull,
     "The content ends at most so many bytes behind the match before (and distance).", "within:10;",
     "", parse_amount<&ContentCheck::has_within, &ContentCheck::within, true>},
    {"startswith", "", State::kFull, "The content stands at the buffer's begin.", "startswith;", "",
     parse_startswith},
    {"endswith", "", State::kFull, "The content stands at the buffer's end.", "endswith;", "",
     parse_endswith},
    {"fast_pattern", "", State::kFull, "The content that is searched for first, all rules at once.",
     "fast_pattern:2,6;", "", parse_fast_pattern},
    {"rawbytes", "", State::kFull, "Accepted for old rules; contents look at bytes as they are.",
     "rawbytes;", "", parse_rawbytes},
    {"absent", "", State::kFull, "The buffer is not there; or_else: or what follows holds in it.",
     "http.referer; absent;", "", parse_absent},
};

}  // namespace

Keywords content_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
