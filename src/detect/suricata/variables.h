// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace picket::detect::suricata {

// What $NAME in a rule header stands for. Starts out as Suricata's shipped configuration has it:
// HOME_NET the private IPv4 ranges, EXTERNAL_NET the rest, servers at home, usual ports. A value.
class Variables {
 public:
  Variables();
  void set_address(std::string name, std::string text) {
    addresses_[std::move(name)] = std::move(text);
  }
  void set_port(std::string name, std::string text) { ports_[std::move(name)] = std::move(text); }
  // Null: no such variable.
  const std::string* address(std::string_view name) const { return find(addresses_, name); }
  const std::string* port(std::string_view name) const { return find(ports_, name); }

 private:
  using Table = std::map<std::string, std::string, std::less<>>;
  static const std::string* find(const Table& table, std::string_view name) {
    auto found = table.find(name);
    return found == table.end() ? nullptr : &found->second;
  }
  Table addresses_, ports_;
};

}  // namespace picket::detect::suricata
