// SPDX-License-Identifier: Apache-2.0
// pcre: a regular expression in the buffer, or in the one its flags name.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>

#include "base/json_writer.h"
#include "detect/suricata/flow_memo.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/regex_program.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

struct CaptureName {
  size_t group;  // from 1
  std::string_view name;
  enum class Of : uint8_t { kFlow, kPacket, kAlert } of;
};

class PcreCheck final : public BufferCheck {
 public:
  PcreCheck(const RegexProgram& program, bool negated)
      : BufferCheck(negated ? Kind::kOnce : Kind::kRepeated), program_(program) {}
  std::span<const CaptureName> captures;

  bool matches(BufferWalk& walk) const override {  // negated
    RegexProgram::Match match;
    return !program_.find(subject(walk, walk.cursor), 0, match);
  }
  uint32_t next(BufferWalk& walk, uint32_t origin, uint32_t from) const override {
    size_t base = relative ? std::min<size_t>(origin, walk.bytes.size()) : 0;
    Bytes text = walk.bytes.subspan(base);
    size_t start = from == kFirst ? 0 : from - base;
    RegexProgram::Match match;
    if (start > text.size() || !program_.find(text, start, match)) return kNoMatch;
    if (match.to < match.from) match.to = match.from;  // \K in a lookahead
    walk.cursor = static_cast<uint32_t>(base + match.to);
    walk.scope.evidence_buffer = walk.name;
    walk.scope.evidence_offset = walk.base + base + match.from;
    walk.scope.evidence = text.subspan(match.from, match.to - match.from);
    for (const CaptureName& capture : captures) keep(walk, text, match, capture);
    return static_cast<uint32_t>(base + match.from + 1);
  }

 private:
  Bytes subject(const BufferWalk& walk, uint32_t origin) const {
    return relative ? walk.bytes.subspan(std::min<size_t>(origin, walk.bytes.size())) : walk.bytes;
  }
  static void keep(BufferWalk& walk, Bytes text, const RegexProgram::Match& match,
                   const CaptureName& capture) {
    size_t i = capture.group - 1;
    if (i >= match.groups || match.group_from[i] > match.group_to[i]) return;
    std::string_view value =
        as_text(text.subspan(match.group_from[i], match.group_to[i] - match.group_from[i]));
    auto& noted = walk.scope.packet_captures;
    if (capture.of == CaptureName::Of::kAlert) {
      std::string& context = walk.scope.context_json;
      std::string quoted;
      JsonWriter(quoted)
          .begin_object()
          .member(capture.name, value.substr(0, FlowMemo::kCaptureBytesMax))
          .end_object();
      context += (context.empty() ? "" : ",") + quoted.substr(1, quoted.size() - 2);
    } else if (capture.of == CaptureName::Of::kPacket) {
      if (noted.size() < MatchScope::kNotesMax)
        noted.emplace_back(capture.name, value.substr(0, FlowMemo::kCaptureBytesMax));
    } else if (walk.scope.flow_memo != nullptr) {
      walk.scope.flow_memo->set_capture(capture.name, value);
    }
  }
  const RegexProgram& program_;
};

struct BufferFlag {
  char flag;
  std::string_view buffer;
};
constexpr BufferFlag kBufferFlags[] = {
    {'U', "http.uri"},           {'I', "http.uri.raw"},    {'P', "http.request_body"},
    {'Q', "http.response_body"}, {'H', "http.header"},     {'D', "http.header.raw"},
    {'M', "http.method"},        {'C', "http.cookie"},     {'S', "http.stat_code"},
    {'Y', "http.stat_msg"},      {'V', "http.user_agent"}, {'W', "http.host"},
    {'Z', "http.host.raw"},
};

struct Flags {
  uint32_t options = 0;
  bool relative = false;
  std::string_view buffer;
};

Result<Flags> read_flags(std::string_view text) {
  Flags flags;
  for (char c : text) {
    switch (c) {
      case 'i': flags.options |= PCRE2_CASELESS; continue;
      case 'm': flags.options |= PCRE2_MULTILINE; continue;
      case 's': flags.options |= PCRE2_DOTALL; continue;
      case 'x': flags.options |= PCRE2_EXTENDED; continue;
      case 'A': flags.options |= PCRE2_ANCHORED; continue;
      case 'E': flags.options |= PCRE2_DOLLAR_ENDONLY; continue;
      case 'G': flags.options |= PCRE2_UNGREEDY; continue;
      case 'R': flags.relative = true; continue;
      case 'B':
      case 'O': continue;  // raw bytes, no match limit: nothing differs here
      default: break;
    }
    bool known = false;
    for (const BufferFlag& entry : kBufferFlags)
      if (entry.flag == c) {
        if (!flags.buffer.empty()) return failure("two flags name a buffer");
        flags.buffer = entry.buffer;
        known = true;
      }
    if (!known)
      return failure("unknown flag \"" + std::string(1, c) + "\" behind the regular expression");
  }
  return flags;
}

// Where captured text goes: "(?P<flow_name>...)" in the expression, ", flow:name" behind it, one
// for each group.
Result<std::vector<CaptureName>> read_captures(RuleBuilder& rule, const RegexProgram& program,
                                               std::string_view pattern, std::string_view after) {
  std::vector<CaptureName> captures;
  for (std::string_view prefix : {std::string_view("(?P<flow_"), std::string_view("(?P<pkt_"),
                                  std::string_view("(?P<alert_")}) {
    for (size_t at = pattern.find(prefix); at != std::string_view::npos;
         at = pattern.find(prefix, at + 1)) {
      size_t end = pattern.find('>', at);
      if (end == std::string_view::npos) break;
      std::string whole(pattern.substr(at + 4, end - at - 4));
      if (size_t group = program.group(whole); group != 0)
        captures.push_back(
            {group, rule.arena().text(pattern.substr(at + prefix.size(), end - at - prefix.size())),
             prefix[4] == 'f'   ? CaptureName::Of::kFlow
             : prefix[4] == 'p' ? CaptureName::Of::kPacket
                                : CaptureName::Of::kAlert});
    }
  }
  size_t group = 1;
  for (std::string_view part : split(after, ',')) {
    if (part.empty()) continue;
    size_t colon = part.find(':');
    std::string_view kind = part.substr(0, colon);
    if (colon == std::string_view::npos || (kind != "flow" && kind != "pkt" && kind != "alert"))
      return failure("expected flow:name, pkt:name or alert:name");
    if (group > program.groups())
      return failure("more names than groups in the regular expression");
    captures.push_back({group++, rule.arena().text(trimmed(part.substr(colon + 1))),
                        kind == "flow"  ? CaptureName::Of::kFlow
                        : kind == "pkt" ? CaptureName::Of::kPacket
                                        : CaptureName::Of::kAlert});
  }
  return captures;
}

Result<void> parse_pcre(RuleBuilder& rule, const RuleOption& option) {
  TRY_ASSIGN(QuotedValue value, unquote(option.value));
  std::string_view text = value.text;
  size_t last = text.rfind('/');
  // A name behind the flags may hold no slash, so the last one ends the expression.
  if (text.size() < 2 || text[0] != '/' || last == 0) return failure("expected /expression/flags");
  std::string_view pattern = text.substr(1, last - 1), tail = text.substr(last + 1);
  size_t comma = tail.find(',');
  TRY_ASSIGN(Flags flags, read_flags(trimmed(tail.substr(0, comma))));
  TRY_ASSIGN(RegexProgram * program, RegexProgram::create(pattern, flags.options));
  auto* owned = rule.arena().make<std::unique_ptr<RegexProgram>>(program);
  auto* check = rule.arena().make<PcreCheck>(**owned, value.negated);
  check->relative = flags.relative;
  if (!value.negated) {
    TRY_ASSIGN(auto captures,
               read_captures(
                   rule, **owned, pattern,
                   comma == std::string_view::npos ? std::string_view() : tail.substr(comma + 1)));
    check->captures = rule.arena().copy(captures);
  }
  if (flags.buffer.empty()) {
    rule.add(check);
    return {};
  }
  auto buffer = inspect::find_buffer(flags.buffer);
  if (!buffer)
    return failure("buffer \"" + std::string(flags.buffer) +
                   "\" is not known to any protocol here");
  TRY(rule.require_app(inspect::info(*buffer).protocol));
  if (!rule.on_payload()) {  // behind a sticky buffer the flag must say the same, or is refused
    if (rule.current().target.buffer != *buffer)
      return failure("the flag names another buffer than the sticky buffer before");
    rule.add(check);
    return {};
  }
  rule.add_to({BufferSlot::Source::kTransaction, 0, *buffer}, check);
  return {};
}

constexpr Keyword kKeywords[] = {
    {"pcre", "", State::kFull,
     "A regular expression (PCRE2) that matches in the buffer; R: from the match before on; U, P, "
     "H...: in that HTTP buffer.",
     "pcre:\"/a.+b/Ri\";", "", parse_pcre},
};

}  // namespace

Keywords pcre_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
