// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/address.h"
#include "base/result.h"

namespace picket::detect::suricata {

// How bad an address is, by category, 0..127, as lists say: iprep. Filled while rules load, read by
// anyone after. The most specific block that has a score for a category decides.
class IpReputation {
 public:
  static constexpr size_t kEntriesMax = 5'000'000;

  // Lines "number,shortname,description".
  void read_categories(std::string_view content);
  // Lines "address or block,category number,score".
  Result<void> read_scores(std::string_view content);
  std::optional<uint8_t> category(std::string_view name) const;
  std::optional<uint8_t> score(const IpAddress& address, uint8_t category) const;
  size_t size() const { return entries_; }

 private:
  struct Scores {
    std::vector<std::pair<uint8_t, uint8_t>> by_category;
  };

  std::map<std::string, uint8_t, std::less<>> categories_;
  std::map<std::pair<bool, uint8_t>, std::unordered_map<IpAddress, Scores>, std::greater<>>
      blocks_;  // by (v4, length)
  size_t entries_ = 0;
};

}  // namespace picket::detect::suricata
