// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace picket::detect::sigma {

// The values that `%name%` stands for in a rule with the `expand` modifier: the site's own
// administrators, jump hosts and so on. From a YAML map of name to list, or a folder with one
// `<name>.txt` each, a value a line.
class Placeholders {
 public:
  static constexpr size_t kPlaceholderBytesMax = 1024 * 1024;

  static Result<Placeholders> load(const std::string& path);
  void set(std::string name, std::vector<std::string> values) {
    values_[std::move(name)] = std::move(values);
  }
  const std::vector<std::string>* find(std::string_view name) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

}  // namespace picket::detect::sigma
