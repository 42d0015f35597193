// SPDX-License-Identifier: Apache-2.0
#include "enforce/firewall.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "enforce/firewall_object.h"
#include "enforce/lists.h"
#include "enforce/map_access.h"
#include "sensor/bpf/loader.h"

namespace picket::enforce {
namespace {

// The cgroup tree is walked to at most this depth.
constexpr int kCgroupDepthMax = 32;

int64_t now_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * 1'000'000'000ll + time.tv_nsec;
}

// Names that the rules use, with the numbers they have in the kernel.
Names used_names(const Names& known, const std::vector<respond::firewall::Rule>& rules) {
  Names used;
  used.next = known.next;
  const auto keep = [](const auto& from, auto& to, const auto& name) {
    if (const auto found = from.find(name); found != from.end()) to.insert(*found);
  };
  for (const auto& rule : rules) {
    keep(known.paths, used.paths, rule.program);
    keep(known.units, used.units, rule.unit);
    if (rule.digest) keep(known.digests, used.digests, *rule.digest);
  }
  return used;
}

template <typename Record>
Result<std::vector<Record>> run_iterator(const Pins& pins, const char* name) {
  TRY_ASSIGN(const UniqueFd link, Pins::open(pins.link(name)));
  const UniqueFd iterator(bpf_iter_create(link.get()));
  if (!iterator) return system_failure(std::string("begin the search ") + name);
  std::vector<Record> found;
  std::vector<uint8_t> bytes;
  uint8_t buffer[64 * sizeof(Record)];
  for (;;) {
    const ssize_t count = read(iterator.get(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure(std::string("go on with the search ") + name);
    if (count == 0) break;
    bytes.insert(bytes.end(), buffer, buffer + count);
  }
  found.resize(bytes.size() / sizeof(Record));
  if (!found.empty()) std::memcpy(found.data(), bytes.data(), found.size() * sizeof(Record));
  return found;
}

// How deep a cgroup is below the root of cgroup v2.
Result<uint32_t> level_of(const std::string& cgroup) {
  TRY_ASSIGN(const std::string root, sensor::bpf::find_unified_cgroup_root());
  const auto below = std::filesystem::path(cgroup).lexically_normal().lexically_relative(root);
  if (below.empty() || *below.begin() == "..")
    return failure("cgroup " + cgroup + " is not below the cgroup v2 root " + root,
                   "Name a directory below " + root + ".");
  uint32_t level = 0;
  for (const auto& part : below) level += part != "." && !part.empty();
  return level;
}

// Cgroups below `folder`, with the units their parents belong to.
Result<void> walk_cgroups(const std::filesystem::path& folder, const Names& names, pf_units units,
                          int depth, const KernelTables& tables) {
  const auto named = names.units.find(folder.filename().string());
  if (named != names.units.end() && depth > 0) {
    units.unit[1] = units.unit[0];
    units.unit[0] = named->second;
  }
  struct stat facts {};
  if (stat(folder.c_str(), &facts) != 0) return {};  // it is gone already
  if (units.unit[0]) TRY(tables.set_units(facts.st_ino, units));
  if (depth >= kCgroupDepthMax) return {};
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.is_directory(error) && !entry.is_symlink(error))
      TRY(walk_cgroups(entry.path(), names, units, depth + 1, tables));
  return {};
}

}  // namespace

int64_t boot_minus_wall_ns() { return now_ns(CLOCK_BOOTTIME) - now_ns(CLOCK_REALTIME); }

uint64_t Firewall::lists_digest() const {
  if (!installed()) return 0;
  const auto state = tables_.state();
  return state && state->abi == PF_ABI ? state->lists : 0;
}

Result<void> Firewall::apply(const Wanted& wanted) {
  struct stat cgroup {};
  if (stat(cgroup_.c_str(), &cgroup) != 0)
    return system_failure("cgroup " + cgroup_, errno, "Name one of the cgroup v2 hierarchy.");
  TRY_ASSIGN(const uint32_t level, level_of(cgroup_));
  std::unique_ptr<FirewallObject> object;
  const auto state = tables_.state();
  if (state && state->abi == PF_ABI && installed() && state->cgroup != cgroup.st_ino)
    return failure("the firewall in " + pins_.folder() + " is for another cgroup than " + cgroup_,
                   "Name that one with --cgroup, or other pins with --pins.");
  if (wanted.swap || !installed() || !state || state->abi != PF_ABI ||
      state->build != FirewallObject::build()) {
    TRY(pins_.make());
    TRY_ASSIGN(object, FirewallObject::load(pins_));
  }
  TRY(write_rules(wanted));
  if (object) {
    TRY(object->attach(cgroup_));
    pins_.remove_other_maps();
  }
  const pf_state now = {PF_ABI, level, FirewallObject::build(), cgroup.st_ino, wanted.lists_digest};
  TRY(tables_.set_state(now));
  TRY(note_units());
  return tables_.begin_epoch();
}

// The lists' table comes after the rules that know all its sets, old and new: no address falls out
// of a list in between.
Result<void> Firewall::write_rules(const Wanted& wanted) const {
  TRY_ASSIGN(const Names known, tables_.names());
  Names names = used_names(known, wanted.rules);
  TRY_ASSIGN(std::vector<uint32_t> masks, tables_.list_masks());
  std::vector<std::pair<pf_prefix, uint32_t>> merged;
  if (wanted.prefixes) {
    merged = merge_lists(*wanted.prefixes);
    TRY_ASSIGN(const std::vector<uint32_t> fresh, masks_of(merged));
    for (const uint32_t mask : fresh)
      if (std::ranges::find(masks, mask) == masks.end()) masks.push_back(mask);
  }
  TRY_ASSIGN(const Tables tables,
             compile({wanted.rules, wanted.enforce, masks, boot_minus_wall_ns()}, names));
  TRY(tables_.write_names(names));
  TRY(tables_.write(tables));
  return wanted.prefixes ? tables_.write_lists(merged) : Result<void>();
}

Result<void> Firewall::note_units() const {
  TRY_ASSIGN(const Names names, tables_.names());
  if (names.units.empty()) return {};
  TRY_ASSIGN(const std::string root, sensor::bpf::find_unified_cgroup_root());
  return walk_cgroups(root, names, {}, 0, tables_);
}

Result<std::vector<pf_denied>> Firewall::find_denied() const {
  // The first run learns who listens, with which the second tells who called whom.
  TRY(run_iterator<pf_denied>(pins_, "pf_open_sockets"));
  return run_iterator<pf_denied>(pins_, "pf_open_sockets");
}

Result<std::vector<pf_running>> Firewall::find_running() const {
  return run_iterator<pf_running>(pins_, "pf_running_programs");
}

}  // namespace picket::enforce
