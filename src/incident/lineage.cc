// SPDX-License-Identifier: Apache-2.0
#include "incident/lineage.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/counter.h"
#include "incident/incident_set.h"

namespace picket::incident {
namespace {

Counter lineage_full{"incident.lineage_full",
                     "processes whose parent was not remembered: too many processes"};

}  // namespace

// With an id of the source's own that alone; else pid and, where known, the path: pids come again.
std::string process_key(std::string_view host, const event::Actor& actor) {
  std::string key(host);
  key += '\0';
  if (!actor.id.empty()) return key + actor.id;
  if (actor.pid == 0 && actor.path.empty() && actor.name.empty()) return {};
  key += std::to_string(actor.pid);
  key += '\0';
  for (const char c : actor.path.empty() ? actor.name : actor.path) key += ascii_lower(c);
  return key;
}

std::string parent_key(std::string_view host, const event::Actor& actor) {
  event::Actor parent;
  parent.id = actor.parent_id;
  parent.pid = actor.parent_pid;
  parent.path = actor.parent_path;
  if (parent.id.empty() && parent.pid == 0) return {};
  return process_key(host, parent);
}

void Lineage::learn(std::string_view host, const event::Actor& actor) {
  std::string key = process_key(host, actor), parent = parent_key(host, actor);
  if (key.empty() || parent.empty() || key == parent) return;
  if (parents_.size() >= processes_max_ && !parents_.contains(key)) return lineage_full.add();
  parents_.insert_or_assign(std::move(key), std::move(parent));
}

std::vector<std::string> Lineage::ancestors(std::string_view host,
                                            const event::Actor& actor) const {
  std::vector<std::string> keys;
  std::string key = parent_key(host, actor);
  if (key.empty()) {
    const auto known = parents_.find(process_key(host, actor));
    if (known != parents_.end()) key = known->second;
  }
  // Reused pids may close a ring.
  while (!key.empty() && keys.size() < kDepthMax && std::ranges::find(keys, key) == keys.end()) {
    keys.push_back(key);
    const auto above = parents_.find(key);
    if (above == parents_.end()) break;
    key = above->second;
  }
  return keys;
}

}  // namespace picket::incident
