// SPDX-License-Identifier: Apache-2.0
#include "schema/field.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace picket::schema {
namespace {

constexpr uint32_t bit(Kind kind) { return 1u << static_cast<unsigned>(kind); }
constexpr uint32_t kAlerts = bit(Kind::kAlert);
constexpr uint32_t kFlows = bit(Kind::kFlow);
constexpr uint32_t kAlertsFlows = kAlerts | kFlows;
constexpr uint32_t kDnsOnly = bit(Kind::kDns);
constexpr uint32_t kHttpOnly = bit(Kind::kHttp);
constexpr uint32_t kTlsOnly = bit(Kind::kTls);
constexpr uint32_t kFiles = bit(Kind::kFile);
constexpr uint32_t kAlertsFiles = kAlerts | kFiles;
constexpr uint32_t kAll = (1u << kKindCount) - 1;
constexpr uint32_t kNetwork = kAll & ~bit(Kind::kProcess);

constexpr FieldInfo kFields[] = {
#define FIELD(enumerator, name, type, kinds, unit, meaning, origin, ocsf, ecs, eve, cef) \
  {Field::k##enumerator, name, Type::k##type, kinds, unit, meaning, origin, ocsf, ecs, eve, cef},
#include "schema/fields.def"
#undef FIELD
};

constexpr std::array<std::string_view, 9> kTypes{"text",   "phrase", "list", "word",   "number",
                                                 "number", "flag",   "time", "address"};

std::string kinds_text(uint32_t kinds) {
  if (kinds == kAll) return "all";
  std::string out;
  for (size_t i = 0; i < kKindCount; ++i) {
    if (!(kinds & 1u << i)) continue;
    if (!out.empty()) out += ", ";
    out += text(static_cast<Kind>(i));
  }
  return out;
}

std::string words_text(std::string_view words) {
  std::string out;
  for (const char letter : words)
    if (letter == '|')
      out += ", ";
    else
      out += letter;
  return out;
}

void append_counterparts(std::string& out, const FieldInfo& field) {
  for (const std::string_view other : {field.ocsf, field.ecs, field.eve, field.cef}) {
    out += " | ";
    if (!other.empty()) out += "`" + std::string(other) + "`";
  }
  out += " |\n";
}

}  // namespace

std::span<const FieldInfo> fields() { return kFields; }

const FieldInfo& info(Field field) { return kFields[static_cast<size_t>(field)]; }

std::optional<Field> find_field(std::string_view name) {
  const auto found = std::ranges::find(kFields, name, &FieldInfo::name);
  if (found == std::end(kFields)) return std::nullopt;
  return found->field;
}

std::string_view text(Kind kind) { return word_at(Field::kKind, static_cast<int64_t>(kind)); }

std::optional<Kind> parse_kind(std::string_view word) {
  const auto rank = rank_of(Field::kKind, word);
  if (!rank) return std::nullopt;
  return static_cast<Kind>(*rank);
}

std::string_view text(Type type) { return kTypes[static_cast<size_t>(type)]; }

std::optional<int64_t> rank_of(Field field, std::string_view word) {
  if (info(field).type != Type::kWord) return std::nullopt;
  std::string_view words = info(field).unit;
  for (int64_t rank = 0; !words.empty(); ++rank) {
    const std::string_view one = words.substr(0, words.find('|'));
    if (one == word) return rank;
    words.remove_prefix(std::min(words.size(), one.size() + 1));
  }
  return std::nullopt;
}

std::string_view word_at(Field field, int64_t rank) {
  std::string_view words = info(field).unit;
  for (; rank > 0 && !words.empty(); --rank)
    words.remove_prefix(
        std::min(words.size(), words.find('|') == words.npos ? words.size() : words.find('|') + 1));
  return rank == 0 ? words.substr(0, words.find('|')) : std::string_view();
}

std::string reference_page() {
  std::string out =
      "# Fields of records\n\nWritten by `picket search --fields`; do not edit. Declared in "
      "src/schema/fields.def.\n\nThese are the names for `picket search`, for `--top`, and in the "
      "JSON of records (dots become nesting). The last four columns name the counterpart in other "
      "products' words.\n\n"
      "| field | type | in | unit or words | meaning | from | OCSF | ECS | EVE | CEF |\n"
      "|---|---|---|---|---|---|---|---|---|---|\n";
  for (const FieldInfo& field : kFields) {
    out += "| `" + std::string(field.name) + "` | " + std::string(text(field.type)) + " | " +
           kinds_text(field.kinds) + " | " + words_text(field.unit) + " | " +
           std::string(field.meaning) + " | " + std::string(field.origin);
    append_counterparts(out, field);
  }
  return out;
}

}  // namespace picket::schema
