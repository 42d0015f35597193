// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace picket::detect::suricata {

// What a rule's classtype means: the category shown, and the priority a rule has unless it says.
// Starts with the usual classes of the rule language; classification.config files add to and change
// them.
class Classifications {
 public:
  struct Class {
    std::string description;
    uint8_t priority = 3;
  };
  Classifications();
  // Lines "config classification: NAME,DESCRIPTION,PRIORITY".
  void read(std::string_view content);
  const Class* find(std::string_view name) const {
    auto found = classes_.find(name);
    return found == classes_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Class, std::less<>> classes_;
};

// Prefixes of reference: schemes ("url" -> "http://"), from reference.config or the usual ones.
class ReferenceSystems {
 public:
  ReferenceSystems();
  void read(std::string_view content);  // lines "config reference: NAME PREFIX"
  const std::string* find(std::string_view name) const {
    auto found = prefixes_.find(name);
    return found == prefixes_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, std::string, std::less<>> prefixes_;
};

}  // namespace picket::detect::suricata
