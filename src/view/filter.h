// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "event/facts.h"
#include "flow/flow_table.h"

namespace picket::view {

constexpr size_t kFilterBytesMax = 4096;
constexpr size_t kFilterTermsMax = 64;
constexpr size_t kFilterAlternativesMax = 512;  // over all terms

// What a filter looks at: one flow with what is known of its process. Borrowed for the call.
struct FilterSubject {
  event::Transport transport = event::Transport::kTcp;
  uint16_t protocol = 0;
  event::Role role = event::Role::kUnknown;
  event::FlowState state = event::FlowState::kUnknown;
  event::OwnerClass owner_class = event::OwnerClass::kProcess;
  bool closed = false;
  Endpoint local, remote;
  uint32_t pid = 0, uid = 0;
  uint32_t network_namespace = 0;
  std::string_view process, executable, user, unit, container, remote_name;
  std::string_view network_namespace_name;
  flow::Place place;
};
FilterSubject subject_of(const event::FlowFacts&);
// Texts are those of the table's owner of the flow; the place is looked up only if `with_place`.
FilterSubject subject_of(const flow::FlowTable&, const flow::Flow&, bool with_place);

// Filter is the language of `picket connections --filter`, of its options, and of the `/` line
// (docs/reference/filter.md). Terms separated by blanks must all hold:
//   word             anywhere in process, executable, addresses, name, user, unit, container
//   key:value        process pid user uid port lport rport addr local remote proto state dir name
//                    unit container country asn owner netns
//   listening closed open
//   -term, not term  must not hold
// Values separated by commas: one of them must hold. `*` and `?` are wildcards, "quotes" keep
// blanks, commas and colons. Letters match in either case (ASCII).
//
// Parsed once, then asked for every row: matches() allocates nothing. Immutable; any thread may
// ask. parse() tells what is wrong, where (the character, counted from 1) and what would be right.
class Filter {
 public:
  Filter();  // matches everything
  Filter(Filter&&) noexcept;
  Filter& operator=(Filter&&) noexcept;
  ~Filter();

  static Result<Filter> parse(std::string_view text);

  bool matches(const FilterSubject&) const;
  bool matches_all() const;
  bool wants_place() const;  // it has a country: or asn: term

  struct Term;

 private:
  struct Terms;
  std::unique_ptr<const Terms> terms_;
};

// Glob with * and ?, ASCII letters in either case; `anywhere`: it may stand inside the text.
bool glob_matches(std::string_view pattern, std::string_view text, bool anywhere);

}  // namespace picket::view
