// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "event/facts.h"

namespace picket::case_runner {

using Json = nlohmann::json;

// As the product writes it.
template <typename Facts>
Json json_of(const Facts& facts) {
  std::string text;
  JsonWriter writer(text);
  event::append_json(writer, facts);
  return Json::parse(text, nullptr, false);
}

// What a flow or a process can say of itself, taken from the product: the JSON that append_json()
// writes of one of which everything is known. An expectation that names anything else is a mistake
// in the case, above all one that expects nothing to be found. Left out is what depends on the
// machine that runs the case. Immutable.
class Contract {
 public:
  enum class Meaning : uint8_t { kPlain, kTime /* RFC 3339 */, kBootTime /* ns since boot */ };

  static const Contract& flow();
  static const Contract& process();

  // An example of what stands at a dotted path (remote.name, parents.0.pid); nullptr: nothing does.
  const Json* example(std::string_view path) const;
  Meaning meaning(std::string_view path) const;
  // The words that the member may have; nullptr: any.
  const std::set<std::string>* words(std::string_view path) const;

 private:
  explicit Contract(Json full) : full_(std::move(full)) {}
  Json full_;
};

// What stands at a dotted path; numbers count the items of a list. nullptr: nothing.
const Json* find(const Json& root, std::string_view path);

}  // namespace picket::case_runner
