// SPDX-License-Identifier: Apache-2.0
// picket rules test: a rule over what was kept.
#include <pwd.h>

#include <algorithm>
#include <cstdio>
#include <map>

#include "app/cli/exit_code.h"
#include "app/cli/history_options.h"
#include "app/firewall/firewall_commands.h"
#include "app/firewall/history_conversation.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "store/reader.h"
#include "view/units.h"

namespace picket::app::firewall {
namespace {

constexpr size_t kPairsMax = 100'000;  // of program and other side, told apart
constexpr size_t kPairsShown = 20;

struct Pair {
  uint64_t connections = 0;
  WallTime last;
};
using Pairs = std::map<std::pair<std::string, std::string>, Pair>;  // program, other side

std::optional<uint32_t> local_user(const std::string& name) {
  const passwd* entry = getpwnam(name.c_str());
  return entry ? std::optional<uint32_t>(entry->pw_uid) : std::nullopt;
}

void print(const Pairs& pairs, uint64_t matched, uint64_t looked_at, bool json) {
  std::vector<const Pairs::value_type*> sorted;
  for (const auto& pair : pairs) sorted.push_back(&pair);
  std::ranges::sort(sorted, [](const auto* a, const auto* b) {
    return a->second.connections > b->second.connections;
  });
  for (size_t i = 0; i < sorted.size() && (json || i < kPairsShown); ++i) {
    const auto& [names, pair] = *sorted[i];
    if (!json) {
      std::printf("%12s  %s -> %s, last %s\n", view::grouped(pair.connections).c_str(),
                  printable(names.first.empty() ? "unknown program" : names.first).c_str(),
                  names.second.c_str(), rfc3339(pair.last).c_str());
      continue;
    }
    std::string line;
    JsonWriter out(line);
    out.begin_object().member_if("program", names.first).member("remote", names.second);
    out.member("connections", pair.connections).member("last", rfc3339(pair.last)).end_object();
    std::printf("%s\n", line.c_str());
  }
  if (json) return;
  if (sorted.size() > kPairsShown)
    std::printf("         and  %s more\n", view::grouped(sorted.size() - kPairsShown).c_str());
  std::printf("the rule applies to %s of %s connections kept\n", view::grouped(matched).c_str(),
              view::grouped(looked_at).c_str());
}

}  // namespace

Result<int> run_rules_test(const cli::RulesOptions& options, const respond::firewall::Rule& rule) {
  if (!rule.list.empty())
    return failure("a list is not tried on what was kept",
                   "try its prefixes one by one: picket rules test block remote PREFIX");
  const std::string folder = options.state.empty() ? cli::kDefaultState : options.state;
  TRY_ASSIGN(store::Reader reader, store::Reader::open(folder));
  auto query = search::parse_query("kind:flow", system_clock().wall());
  if (!query) return failure(query.error().message);
  std::map<std::string, std::optional<uint32_t>> users;
  const auto user_id = [&](const std::string& name) {
    const auto [place, fresh] = users.try_emplace(name);
    if (fresh) place->second = local_user(name);
    return place->second;
  };
  Pairs pairs;
  uint64_t matched = 0, looked_at = 0;
  reader.select(*query, false, [&](const schema::Record& record) {
    const auto conversation = conversation_of(record, user_id);
    if (!conversation) return true;
    ++looked_at;
    if (!respond::firewall::satisfies(*conversation, rule)) return true;
    ++matched;
    const std::pair names(conversation->program, conversation->remote.text());
    if (pairs.size() >= kPairsMax && !pairs.contains(names)) return true;
    Pair& pair = pairs[names];
    ++pair.connections;
    pair.last = std::max(pair.last, record.time);
    return true;
  });
  for (const std::string& problem : reader.problems())
    std::fprintf(stderr, "picket: %s\n", printable(problem).c_str());
  print(pairs, matched, looked_at, options.json);
  return matched ? cli::kExitFound : cli::kExitDone;
}

}  // namespace picket::app::firewall
