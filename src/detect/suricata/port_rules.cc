// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/port_rules.h"

#include <algorithm>

namespace picket::detect::suricata {
namespace {

size_t width(const PortSet& ports) {
  size_t count = 0;
  for (const auto& [from, to] : ports.intervals()) count += size_t{1} + to - from;
  return count;
}

}  // namespace

void PortRules::add(uint32_t rule, const PortSet* source, const PortSet* destination) {
  if (source == nullptr && destination == nullptr)
    any_.push_back(rule);
  else if (destination == nullptr || (source != nullptr && width(*source) < width(*destination)))
    by_source_.given.emplace_back(rule, *source);
  else
    by_destination_.given.emplace_back(rule, *destination);
}

void PortRules::finish() {
  by_source_.finish();
  by_destination_.finish();
}

void PortRules::Index::finish() {
  starts = {0};
  for (const auto& [rule, ports] : given)
    for (const auto& [from, to] : ports.intervals()) {
      starts.push_back(from);
      if (to != 0xffff) starts.push_back(static_cast<uint16_t>(to + 1));
    }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  for (const uint16_t start : starts) {
    first.push_back(static_cast<uint32_t>(rules.size()));
    for (const auto& [rule, ports] : given)
      if (ports.contains(start)) rules.push_back(rule);
  }
  first.push_back(static_cast<uint32_t>(rules.size()));
}

std::span<const uint32_t> PortRules::Index::at(uint16_t port) const {
  if (rules.empty()) return {};
  const auto after = std::upper_bound(starts.begin(), starts.end(), port);
  const size_t stretch = static_cast<size_t>(after - starts.begin()) - 1;
  return std::span(rules).subspan(first[stretch], first[stretch + 1] - first[stretch]);
}

}  // namespace picket::detect::suricata
