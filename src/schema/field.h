// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

// What records can say, as declared in fields.def: the one place from which search, store, JSON and
// exports take their field names. Constant data; any thread.
namespace picket::schema {

// What a record tells of. The order is part of stored files: add, do not reorder.
enum class Kind : uint8_t { kAlert, kFlow, kProcess, kDns, kHttp, kTls, kFile };
constexpr size_t kKindCount = 7;

enum class Type : uint8_t {
  kText,     // compared as a whole, without regard to ASCII case
  kPhrase,   // a sentence or command line: what is asked for may stand anywhere in it
  kList,     // several texts; each is compared as a whole
  kWord,     // one of a few ranked words
  kNumber,   // signed, 64 bits
  kReal,     // double
  kFlag,     // true or false
  kTime,     // nanoseconds since 1970, UTC
  kAddress,  // IPv4 or IPv6
};

enum class Field : uint8_t {
#define FIELD(enumerator, ...) k##enumerator,
#include "schema/fields.def"
#undef FIELD
};

struct FieldInfo {
  Field field;
  std::string_view name;
  Type type;
  uint32_t kinds;         // bit 1 << Kind: the kinds that may have it
  std::string_view unit;  // kWord: its words, separated by |
  std::string_view meaning, origin;
  std::string_view ocsf, ecs, eve, cef;  // counterparts; empty: none
};

std::span<const FieldInfo> fields();  // in the order of the enumerators
const FieldInfo& info(Field field);
std::optional<Field> find_field(std::string_view name);
inline bool has(Kind kind, Field field) {
  return (info(field).kinds & 1u << static_cast<unsigned>(kind)) != 0;
}

std::string_view text(Kind kind);
std::optional<Kind> parse_kind(std::string_view word);
std::string_view text(Type type);

// The words of a kWord field: the rank of one (nullopt: none of them), and the one of a rank
// (empty: none has it).
std::optional<int64_t> rank_of(Field field, std::string_view word);
std::string_view word_at(Field field, int64_t rank);

// The page docs/reference/fields.md.
std::string reference_page();

}  // namespace picket::schema
