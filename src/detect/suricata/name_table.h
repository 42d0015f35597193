// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace picket::detect::suricata {

// Numbers for names (of flowbits, flowints, xbits), in the order they are met. Grows while rules
// are loaded, read by anyone after.
class NameTable {
 public:
  uint32_t number(std::string_view name) {
    auto [place, added] =
        numbers_.try_emplace(std::string(name), static_cast<uint32_t>(names_.size()));
    if (added) names_.push_back(place->first);
    return place->second;
  }
  std::string_view name(uint32_t number) const { return names_[number]; }
  size_t size() const { return names_.size(); }

 private:
  std::unordered_map<std::string, uint32_t> numbers_;
  std::vector<std::string> names_;
};

}  // namespace picket::detect::suricata
