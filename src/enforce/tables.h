// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "enforce/bpf/firewall_abi.h"
#include "respond/firewall/rule.h"

// Rules, compiled to what the kernel looks them up in (how: bpf/firewall_abi.h). Pure; any thread.
namespace picket::enforce {

// Numbers for what rules name, kept from one generation of tables to the next: what the kernel
// remembers of running programs and cgroups speaks of them by number.
struct Names {
  std::map<std::string, uint32_t> paths, units;
  std::map<respond::firewall::Sha256, uint32_t> digests;
  uint32_t next = 1;

  uint32_t number_of_path(const std::string& path) { return number(paths, path); }
  uint32_t number_of_unit(const std::string& unit) { return number(units, unit); }
  uint32_t number_of_digest(const respond::firewall::Sha256& digest) {
    return number(digests, digest);
  }

 private:
  template <typename Map>
  uint32_t number(Map& map, const typename Map::key_type& key) {
    const auto [place, fresh] = map.try_emplace(key, next);
    if (fresh) ++next;
    return place->second;
  }
};

struct Tables {
  pf_config config{};
  std::vector<std::pair<pf_prefix, uint32_t>> nets;
  std::vector<std::pair<pf_key, uint32_t>> keys;
  std::vector<pf_scalars> scalars;
  std::vector<pf_bits> classes;
  std::vector<pf_rule> rules;
};

struct CompileInput {
  const std::vector<respond::firewall::Rule>& rules;  // in the order they are tried
  bool enforce = false;
  // Which sets of lists some address is in, a bit for each list; Rule::list is its index as text.
  std::vector<uint32_t> list_masks;
  int64_t boot_minus_wall_ns = 0;  // what makes CLOCK_BOOTTIME of a time of day
};

// Fails when the rules differ in more ways than PF_CLASSES_MAX, or are more than PF_RULES_MAX.
Result<Tables> compile(const CompileInput& input, Names& names);

// The same search as the kernel's, over the tables here; `list_mask`: of the lists that hold the
// address. For tests.
struct Looked {
  pf_answer answer;
  uint32_t steps = 0;
};
struct Known {
  uint32_t list_mask = 0, path = 0, digest = 0;
  uint32_t unit[2] = {};
};
Looked look_up(const Tables& tables, const pf_question& question, const Known& known,
               uint64_t now_boot_ns);

pf_prefix key_of(const Prefix& prefix);
// The keys that hold exactly the prefix' addresses: a block of IPv6 so wide that the mapped IPv4
// addresses lie in it is taken apart around them.
std::vector<pf_prefix> keys_of(const Prefix& prefix);
// The components of a path from the leaf up, as pf_paths has them.
pf_path path_key(const std::string& path);
std::string path_text(const pf_path& key);

}  // namespace picket::enforce
