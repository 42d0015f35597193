// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "detect/suricata/header_list.h"

namespace picket::detect::suricata {

// Rules found by the ports of a packet: those without a pattern to be searched for would else be
// evaluated at each packet. A rule stands under the narrower of its two port sets. Immutable once
// finish() was called; any thread may ask.
class PortRules {
 public:
  // nullptr: any port. Both null: told of every packet.
  void add(uint32_t rule, const PortSet* source, const PortSet* destination);
  void finish();

  // Calls f(rule) for each rule that packets between these ports may concern.
  template <typename F>
  void visit(uint16_t source, uint16_t destination, F&& f) const {
    for (const uint32_t rule : any_) f(rule);
    for (const uint32_t rule : by_source_.at(source)) f(rule);
    for (const uint32_t rule : by_destination_.at(destination)) f(rule);
  }
  // The same for packets that have no ports: all.
  template <typename F>
  void visit_all(F&& f) const {
    for (const uint32_t rule : any_) f(rule);
    for (const Index* index : {&by_source_, &by_destination_})
      for (const auto& [rule, ports] : index->given) f(rule);
  }

 private:
  // The line of ports cut into stretches, within each of which the same rules hold.
  struct Index {
    std::vector<std::pair<uint32_t, PortSet>> given;
    std::vector<uint16_t> starts;  // of stretches; the first is 0
    std::vector<uint32_t> first;   // of stretch n: rules[first[n] .. first[n + 1])
    std::vector<uint32_t> rules;
    void finish();
    std::span<const uint32_t> at(uint16_t port) const;
  };
  std::vector<uint32_t> any_;
  Index by_source_, by_destination_;
};

}  // namespace picket::detect::suricata
