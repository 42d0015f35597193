// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace picket::inspect {

// What the user set for the engine, by the dotted names the rule language's engines share
// (stream.midstream, vars.address-groups.HOME_NET). Filled before the start, read by anyone after;
// const members may be used by several threads. Whoever uses a setting names its default.
class Settings {
 public:
  // "key=value". False: there is no "=" or no key.
  bool set(std::string_view assignment);
  void set(std::string_view key, std::string_view value);

  const std::string* find(std::string_view key) const;
  std::string text(std::string_view key, std::string_view otherwise = {}) const;
  // yes, true, on, 1, enabled; no, false, off, 0, disabled. Anything else: `otherwise`.
  bool flag(std::string_view key, bool otherwise) const;
  // A count, or a size with a unit: 100kb, 1 MiB, 2gb (all by 1024). Not understood: `otherwise`.
  uint64_t number(std::string_view key, uint64_t otherwise) const;
  // All whose key begins so, in order.
  void visit(std::string_view prefix,
             const std::function<void(std::string_view key, std::string_view value)>& visit) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace picket::inspect
