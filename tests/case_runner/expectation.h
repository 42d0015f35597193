// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "case_runner/case_reader.h"
#include "case_runner/contract.h"
#include "event/facts.h"
#include "view/filter.h"

namespace picket::case_runner {

// What the pipeline holds at the end of a case, as the product tells it.
struct Outcome {
  struct SeenFlow {
    event::FlowFacts facts;
    Json json;
  };
  std::vector<SeenFlow> flows;
  std::vector<Json> processes;
  std::map<std::string, uint64_t> counters;  // how far each rose during the case
};

// One item of `expect`: how many flows (or processes) have these facts, or what a counter rose to.
class Expectation {
 public:
  // nullopt: something is wrong, and has been complained of.
  static std::optional<Expectation> read(const YAML::Node& item, Complaints& complaints);

  // Empty when it holds; else what differs, in lines for the reader.
  std::string difference(const Outcome& outcome) const;
  // It says that something like the rest of the case is *not* there.
  bool near_miss() const { return kind_ != Kind::kCounter && count_ == 0; }

 private:
  enum class Kind : uint8_t { kFlow, kProcess, kCounter };
  struct Fact {
    std::string path;
    Json value;  // null: the member is absent
  };

  void read_facts(const YAML::Node& facts, Complaints& complaints);
  void read_counter(const YAML::Node& counter, Complaints& complaints);
  void read_filter(MapReader& keys);
  std::string count_difference(const std::vector<const Json*>& all, const char* noun) const;
  std::string counter_difference(const Outcome& outcome) const;
  std::string described() const;
  size_t misses(const Json& json) const;
  std::string nearest(const std::vector<const Json*>& all) const;

  Kind kind_ = Kind::kFlow;
  std::string place_;  // FILE:LINE
  std::vector<Fact> facts_;
  std::string counter_;
  std::string filter_text_;
  view::Filter filter_;
  uint64_t count_ = 1;
};

}  // namespace picket::case_runner
