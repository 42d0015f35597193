// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/result.h"
#include "view/filter.h"

// The compiled form of a filter and how one term is read; used by filter.cc and filter_parse.cc.
namespace picket::view {

enum class TermKind : uint8_t {
  kWord,
  kProcess,
  kPid,
  kUser,
  kUid,
  kPort,
  kLocalPort,
  kRemotePort,
  kAddress,
  kLocal,
  kRemote,
  kTransport,
  kState,
  kDirection,
  kName,
  kUnit,
  kContainer,
  kCountry,
  kAsn,
  kOwner,
  kNamespace,
  kListening,
  kClosed,
  kOpen,
};

// One of the values a term may have: which members mean something depends on the term's kind.
struct Alternative {
  uint64_t low = 0, high = 0;  // numbers and enumerations: the range they must be in
  std::string text;            // lower case
  Prefix prefix;
  bool is_prefix = false;
  bool is_number = false;
  bool maybe_address = false;  // a word that could be part of an address
  uint16_t port = 0;           // with is_prefix: the address must have this port; 0: any
};

struct Filter::Term {
  TermKind kind = TermKind::kWord;
  bool negated = false;
  std::vector<Alternative> any_of;
};

struct Filter::Terms {
  std::vector<Term> all_of;
};

bool term_matches(const Filter::Term&, const FilterSubject&);

// A value as it stood in the text.
struct FilterValue {
  std::string text;
  size_t offset = 0;  // of its first character
  bool quoted = false;
};
Result<Alternative> read_value(TermKind, std::string_view key, const FilterValue&);
std::unexpected<Error> filter_error(size_t offset, std::string what, std::string next);

}  // namespace picket::view
