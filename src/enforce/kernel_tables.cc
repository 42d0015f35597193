// SPDX-License-Identifier: Apache-2.0
#include "enforce/kernel_tables.h"

#include <unordered_map>
#include <unordered_set>

#include "enforce/make_table.h"

namespace picket::enforce {
namespace {

constexpr uint32_t kFirst = 0;

// Makes the map hold exactly what `wanted` says, without a moment in which an entry that stays is
// not there.
template <typename Key, typename Wanted, typename MakeKey>
Result<void> make_equal(int map, const Wanted& wanted, MakeKey make_key) {
  std::unordered_set<uint32_t> numbers;
  for (const auto& [what, number] : wanted) {
    const Key key = make_key(what);
    if (bpf_map_update_elem(map, &key, &number, BPF_ANY) != 0)
      return system_failure("write a name into the firewall's tables");
    numbers.insert(number);
  }
  for (const auto& [key, number] : read_all<Key, uint32_t>(map))
    if (!numbers.contains(number)) bpf_map_delete_elem(map, &key);
  return {};
}

pf_unit unit_key(const std::string& unit) {
  pf_unit key{};
  unit.copy(key.name, sizeof key.name - 1);
  return key;
}
pf_digest digest_key(const respond::firewall::Sha256& digest) {
  pf_digest key{};
  std::ranges::copy(digest, key.sha256);
  return key;
}

}  // namespace

Result<pf_state> KernelTables::state() const {
  TRY_ASSIGN(const UniqueFd map, open("pf_states"));
  pf_state state{};
  if (bpf_map_lookup_elem(map.get(), &kFirst, &state) != 0)
    return system_failure("read the firewall's state");
  return state;
}

Result<void> KernelTables::set_state(const pf_state& state) const {
  TRY_ASSIGN(const UniqueFd map, open("pf_states"));
  if (bpf_map_update_elem(map.get(), &kFirst, &state, BPF_ANY) != 0)
    return system_failure("write the firewall's state");
  return {};
}

Result<Names> KernelTables::names() const {
  Names names;
  const auto note = [&](uint32_t number) { names.next = std::max(names.next, number + 1); };
  TRY_ASSIGN(const UniqueFd paths, open("pf_paths"));
  for (const auto& [key, number] : read_all<pf_path, uint32_t>(paths.get()))
    names.paths[path_text(key)] = number, note(number);
  TRY_ASSIGN(const UniqueFd units, open("pf_unit_names"));
  for (const auto& [key, number] : read_all<pf_unit, uint32_t>(units.get()))
    names.units[std::string(key.name, strnlen(key.name, sizeof key.name))] = number, note(number);
  TRY_ASSIGN(const UniqueFd digests, open("pf_digests"));
  for (const auto& [key, number] : read_all<pf_digest, uint32_t>(digests.get())) {
    respond::firewall::Sha256 digest{};
    std::ranges::copy(key.sha256, digest.begin());
    names.digests[digest] = number;
    note(number);
  }
  return names;
}

Result<void> KernelTables::write_names(const Names& names) const {
  TRY_ASSIGN(const UniqueFd paths, open("pf_paths"));
  TRY(make_equal<pf_path>(paths.get(), names.paths, path_key));
  TRY_ASSIGN(const UniqueFd units, open("pf_unit_names"));
  TRY(make_equal<pf_unit>(units.get(), names.units, unit_key));
  TRY_ASSIGN(const UniqueFd digests, open("pf_digests"));
  return make_equal<pf_digest>(digests.get(), names.digests, digest_key);
}

Result<std::vector<uint32_t>> KernelTables::list_masks() const {
  TRY_ASSIGN(const UniqueFd map, open("pf_list_masks"));
  std::vector<uint32_t> masks;
  for (const auto& [mask, unused] : read_all<uint32_t, uint32_t>(map.get())) masks.push_back(mask);
  return masks;
}

Result<pf_current> KernelTables::current() const {
  TRY_ASSIGN(const UniqueFd map, open("pf_currents"));
  pf_current current{};
  if (bpf_map_lookup_elem(map.get(), &kFirst, &current) != 0)
    return system_failure("read the firewall's generation");
  return current;
}

Result<void> KernelTables::begin_epoch() const {
  TRY_ASSIGN(pf_current now, current());
  ++now.epoch;
  TRY_ASSIGN(const UniqueFd map, open("pf_currents"));
  if (bpf_map_update_elem(map.get(), &kFirst, &now, BPF_ANY) != 0)
    return system_failure("begin another epoch of the firewall");
  return {};
}

Result<void> KernelTables::put_inner(const char* outer, uint32_t index, int inner) const {
  TRY_ASSIGN(const UniqueFd map, open(outer));
  if (bpf_map_update_elem(map.get(), &index, &inner, BPF_ANY) != 0)
    return system_failure(std::string("put a table in place: ") + outer);
  return {};
}

Result<void> KernelTables::write(const Tables& tables) const {
  TRY_ASSIGN(pf_current now, current());
  const uint32_t parity = (now.generation + 1) & 1;
  TRY_ASSIGN(const UniqueFd nets,
             make_filled(BPF_MAP_TYPE_LPM_TRIE, tables.nets, BPF_F_NO_PREALLOC));
  TRY_ASSIGN(const UniqueFd keys, make_filled(BPF_MAP_TYPE_HASH, tables.keys, 0));
  TRY_ASSIGN(const UniqueFd scalars, make_array(tables.scalars));
  TRY_ASSIGN(const UniqueFd classes, make_array(tables.classes));
  TRY_ASSIGN(const UniqueFd rules, make_array(tables.rules));
  TRY(put_inner("pf_nets", parity, nets.get()));
  TRY(put_inner("pf_keys", parity, keys.get()));
  TRY(put_inner("pf_scalars", parity, scalars.get()));
  TRY(put_inner("pf_classes", parity, classes.get()));
  TRY(put_inner("pf_rules", parity, rules.get()));
  TRY_ASSIGN(const UniqueFd configs, open("pf_configs"));
  if (bpf_map_update_elem(configs.get(), &parity, &tables.config, BPF_ANY) != 0)
    return system_failure("write the firewall's settings");
  TRY(keep_hits(tables.rules));
  ++now.generation;
  TRY_ASSIGN(const UniqueFd currents, open("pf_currents"));
  if (bpf_map_update_elem(currents.get(), &kFirst, &now, BPF_ANY) != 0)
    return system_failure("put the rules in force");
  return {};
}

Result<void> KernelTables::keep_hits(const std::vector<pf_rule>& rules) const {
  TRY_ASSIGN(const UniqueFd map, open("pf_hits"));
  std::unordered_set<uint32_t> wanted;
  for (const pf_rule& rule : rules) wanted.insert(rule.id);
  for (const auto& [id, unused] : read_all<uint32_t, pf_hits>(map.get())) {
    if (!wanted.erase(id)) bpf_map_delete_elem(map.get(), &id);
  }
  const std::vector<uint32_t> fresh(wanted.begin(), wanted.end());
  return put_all(map.get(), fresh, std::vector<pf_hits>(fresh.size()));
}

Result<std::vector<std::pair<uint32_t, pf_hits>>> KernelTables::hits() const {
  TRY_ASSIGN(const UniqueFd map, open("pf_hits"));
  return read_all<uint32_t, pf_hits>(map.get());
}

Result<pf_counters> KernelTables::losses() const {
  TRY_ASSIGN(const UniqueFd map, open("pf_losses"));
  pf_counters counters{};
  if (bpf_map_lookup_elem(map.get(), &kFirst, &counters) != 0)
    return system_failure("read the firewall's counters");
  return counters;
}

Result<void> KernelTables::set_digest(const pf_executable& executable, int64_t mtime_ns,
                                      uint32_t digest) const {
  TRY_ASSIGN(const UniqueFd map, open("pf_executables"));
  pf_program program{};
  const bool known = bpf_map_lookup_elem(map.get(), &executable, &program) == 0;
  if (!known && digest == 0) return {};
  if (!known || program.mtime_ns != mtime_ns) program.path = known ? program.path : 0;
  program.digest = digest;
  program.mtime_ns = mtime_ns;
  if (bpf_map_update_elem(map.get(), &executable, &program, BPF_ANY) != 0)
    return system_failure("note a program in the firewall's tables");
  return {};
}

Result<void> KernelTables::set_units(uint64_t cgroup, const pf_units& units) const {
  TRY_ASSIGN(const UniqueFd map, open("pf_cgroups"));
  if (bpf_map_update_elem(map.get(), &cgroup, &units, BPF_ANY) != 0)
    return system_failure("note a cgroup in the firewall's tables");
  return {};
}

}  // namespace picket::enforce
