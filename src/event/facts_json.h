// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <simdjson.h>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "event/facts.h"

// Reading the JSON contract (docs/formats/connections.md) out of a document that is parsed already:
// for readers whose flows and processes stand inside something larger (view/frame_json.cc).
// Members that are missing keep their defaults, unknown members are skipped (fields may be added),
// a member of the wrong type makes the whole object refused. Nothing throws. Values are copied, so
// nothing borrows from the document.
namespace picket::event {

std::optional<FlowFacts> read_flow_facts(simdjson::dom::element);
std::optional<ProcessFacts> read_process_facts(simdjson::dom::element);

// Depth that any document of the contract stays under; deeper ones are refused.
constexpr size_t kJsonDepthMax = 16;

// Walks the members of one object and remembers whether any had the wrong type.
class MemberReader {
 public:
  explicit MemberReader(simdjson::dom::element from) {
    if (from.get(object_) != simdjson::SUCCESS) failed_ = true;
  }
  bool failed() const { return failed_; }
  void fail() { failed_ = true; }

  // The member `name`; nullopt when it is missing.
  std::optional<simdjson::dom::element> find(std::string_view name) const {
    simdjson::dom::element found;
    if (failed_ || object_.at_key(name).get(found) != simdjson::SUCCESS) return std::nullopt;
    return found;
  }
  void read(std::string_view name, std::string& out) { read_as<std::string_view>(name, out); }
  void read(std::string_view name, bool& out) { read_as<bool>(name, out); }
  void read(std::string_view name, double& out) { read_as<double>(name, out); }
  void read(std::string_view name, int64_t& out) { read_as<int64_t>(name, out); }
  void read(std::string_view name, WallTime& out);
  void read(std::string_view name, std::optional<WallTime>& out);
  template <std::unsigned_integral T>
  requires(!std::same_as<T, bool>) void read(std::string_view name, T& out) {
    uint64_t wide = out;
    read_as<uint64_t>(name, wide);
    if (wide > std::numeric_limits<T>::max())
      failed_ = true;
    else
      out = static_cast<T>(wide);
  }
  // A word of a vocabulary: `parse` turns it into the enumeration, nullopt for words unknown.
  template <typename Enum, typename Parse>
  void read_word(std::string_view name, Enum& out, Parse&& parse) {
    std::string_view word;
    if (!read_as<std::string_view>(name, word)) return;
    if (const std::optional<Enum> value = parse(word))
      out = *value;
    else
      failed_ = true;
  }

 private:
  template <typename From, typename To>
  bool read_as(std::string_view name, To& out) {
    const auto found = find(name);
    if (!found || found->is_null()) return false;
    From value;
    if (found->get(value) != simdjson::SUCCESS) {
      failed_ = true;
      return false;
    }
    out = To(value);
    return true;
  }

  simdjson::dom::object object_;
  bool failed_ = false;
};

}  // namespace picket::event
