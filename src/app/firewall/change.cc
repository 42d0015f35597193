// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/change.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>

#include "app/firewall/admin_session.h"
#include "app/firewall/rule_file.h"
#include "app/firewall/running_digests.h"
#include "app/warden/namespaces.h"
#include "sensor/bpf/loader.h"

namespace picket::app::firewall {
namespace {

using respond::firewall::Mode;
using respond::firewall::Rule;
using respond::firewall::RuleSet;

struct OpenList {
  UniqueFd file;
  std::string name;
};

// The lists' files, and what tells one state of them from another.
Result<uint64_t> open_lists(const std::vector<ListRecord>& lists, std::vector<OpenList>& out) {
  uint64_t digest = 0xcbf29ce484222325ull;
  const auto mix = [&](uint64_t value) { digest = (digest ^ value) * 0x100000001b3ull + 1; };
  for (const ListRecord& list : lists) {
    UniqueFd file(open(list.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat facts {};
    if (!file || fstat(file.get(), &facts) != 0)
      return system_failure(std::string("read the list ") + list.path, errno,
                            "Put the file back, or remove the rules that name it.");
    mix(facts.st_dev), mix(facts.st_ino), mix(static_cast<uint64_t>(facts.st_size));
    mix(static_cast<uint64_t>(facts.st_mtim.tv_sec) * 1'000'000'000ull +
        static_cast<uint64_t>(facts.st_mtim.tv_nsec));
    out.push_back({std::move(file), list.path});
  }
  return lists.empty() ? 0 : digest;
}

// The typed rules, with the lists' prefixes where the kernel does not have them.
Result<enforce::Wanted> wanted_of(const Edited& edited, const warden::Account& account,
                                  uint64_t digest_in_force) {
  enforce::Wanted wanted;
  wanted.enforce = edited.mode == Mode::kEnforce;
  for (const enforce::RuleRecord& record : edited.rules) {
    TRY_ASSIGN(Rule rule, enforce::rule_of(record, edited.lists.size()));
    wanted.rules.push_back(std::move(rule));
  }
  std::vector<OpenList> lists;
  TRY_ASSIGN(wanted.lists_digest, open_lists(edited.lists, lists));
  if (wanted.lists_digest == digest_in_force) return wanted;
  wanted.prefixes.emplace();
  for (size_t i = 0; i < lists.size(); ++i) {
    TRY_ASSIGN(const auto prefixes, read_prefixes(account, lists[i].file.get(), lists[i].name, i));
    wanted.prefixes->insert(wanted.prefixes->end(), prefixes.begin(), prefixes.end());
  }
  return wanted;
}

Result<void> apply(enforce::Firewall& firewall, const enforce::Wanted& wanted, Changed& changed) {
  if (wanted.rules.empty() && !firewall.installed()) return {};
  TRY(firewall.apply(wanted));
  TRY_ASSIGN(const auto running, firewall.find_running());
  TRY(note_running_digests(firewall, running));
  if (!wanted.enforce) return {};
  TRY_ASSIGN(changed.ended, end_denied(firewall, changed.ended_note));
  return {};
}

}  // namespace

Result<enforce::Firewall> firewall_at(const Where& where) {
  std::string cgroup = where.cgroup;
  if (cgroup.empty()) {
    TRY_ASSIGN(cgroup, sensor::bpf::find_unified_cgroup_root());
  }
  return enforce::Firewall(where.pins, cgroup);
}

Result<Changed> change_rules(const Where& where, const Edit& edit, bool i_know) {
  if (geteuid() != 0)
    return failure("changing the firewall needs root", "Run the same command with sudo.");
  TRY_ASSIGN(const warden::Account account, warden::find_account(where.user));
  TRY_ASSIGN(RuleFile file, RuleFile::hold(where.rules));
  TRY_ASSIGN(enforce::Firewall firewall, firewall_at(where));
  Changed changed;
  TRY_ASSIGN(changed.edited, edit_rules(account, file.text(), edit, system_clock().wall()));
  TRY_ASSIGN(enforce::Wanted wanted, wanted_of(changed.edited, account, firewall.lists_digest()));
  wanted.swap = edit.swap;
  if (!i_know && wanted.enforce) TRY(spare_own_sessions(wanted, account));
  if (changed.edited.text != file.text()) TRY(file.replace(changed.edited.text));
  if (const auto applied = apply(firewall, wanted, changed); !applied) {
    if (const auto restored = file.restore(); !restored)
      return failure(applied.error().message +
                         "; and the rule file could not be put back: " + restored.error().message,
                     applied.error().next);
    return std::unexpected(applied.error());
  }
  return changed;
}

Result<size_t> end_denied(const enforce::Firewall& firewall, std::string& note) {
  TRY_ASSIGN(const auto denied, firewall.find_denied());
  std::map<uint32_t, std::vector<pf_denied>> by_namespace;
  for (const pf_denied& connection : denied) by_namespace[connection.netns].push_back(connection);
  size_t ended = 0;
  for (const auto& [netns, connections] : by_namespace) {
    const auto netlink = warden::open_in_namespace(netns, enforce::open_ending_socket);
    if (!netlink) {
      note = netlink.error().message;
      continue;
    }
    for (const pf_denied& connection : connections) {
      const auto over = enforce::end_connection(netlink->get(), connection);
      if (over)
        ended += *over;
      else
        note = over.error().message;
    }
  }
  return ended;
}

}  // namespace picket::app::firewall
