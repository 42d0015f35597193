// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/edit.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"
#include "respond/firewall/rule_text.h"

namespace picket::app::firewall {
namespace {

using namespace respond::firewall;

bool blocks(const Rule& rule) {
  return rule.action == Action::kBlock || rule.action == Action::kReject;
}

// Removes the rules that `which` says and notes their ids.
template <typename Which>
size_t remove_rules(RuleSet& rules, std::vector<uint32_t>& removed, Which which) {
  const size_t before = removed.size();
  std::erase_if(rules.rules, [&](const Rule& rule) {
    if (!which(rule)) return false;
    removed.push_back(rule.id);
    return true;
  });
  return removed.size() - before;
}

// Which rules apply to an address that no rule names exactly.
std::string rules_around(const RuleSet& rules, const Prefix& prefix) {
  std::string around;
  for (const Rule& rule : rules.rules)
    if (blocks(rule) && rule.remote && rule.remote->contains(prefix.address))
      around +=
          (around.empty() ? "" : ", ") + std::to_string(rule.id) + " (" + rule.remote->text() + ")";
  return around.empty() ? "picket rules list shows them"
                        : "it is in what these rules block: " + around;
}

Result<void> remove_named(RuleSet& rules, const Edit& edit, std::vector<uint32_t>& removed) {
  for (const uint32_t id : edit.remove)
    if (remove_rules(rules, removed, [&](const Rule& rule) { return rule.id == id; }) == 0)
      return failure("there is no rule " + std::to_string(id), "picket rules list shows them");
  for (const Prefix& prefix : edit.remove_remote)
    if (remove_rules(rules, removed,
                     [&](const Rule& rule) { return blocks(rule) && rule.remote == prefix; }) == 0)
      return failure("no rule blocks " + prefix.text() + " by itself", rules_around(rules, prefix));
  if (edit.remove_all) remove_rules(rules, removed, blocks);
  return {};
}

Result<void> confirm(RuleSet& rules, const std::vector<uint32_t>& ids) {
  for (const uint32_t id : ids) {
    const auto rule = std::ranges::find(rules.rules, id, &Rule::id);
    if (rule == rules.rules.end())
      return failure("there is no rule " + std::to_string(id) + " to confirm",
                     "it may have ended already; picket rules list shows what there is");
    rule->confirm_by.reset();
  }
  return {};
}

Result<void> add_named(RuleSet& rules, const Edit& edit, std::vector<uint32_t>& added) {
  for (const List& list : edit.lists) {
    const List* known = rules.find_list(list.name);
    if (known && known->path != list.path)
      return failure(
          "there is a list " + printable(list.name) + " already: " + printable(known->path),
          "give the file another name");
    if (!known && rules.lists.size() >= kListsMax)
      return failure("there are " + std::to_string(kListsMax) + " lists already",
                     "put some together");
    if (!known) rules.lists.push_back(list);
  }
  for (const Rule& rule : edit.add) {
    TRY(check_rule(rule));
    if (rules.rules.size() >= kRulesMax)
      return failure("there are " + std::to_string(kRulesMax) + " rules already",
                     "put addresses of one kind into a list");
    added.push_back(rules.add(rule).id);
  }
  return {};
}

template <size_t kSize>
bool put_text(const std::string& text, char (&field)[kSize]) {
  if (text.size() >= kSize) return false;
  text.copy(field, kSize - 1);
  return true;
}

}  // namespace

Result<Edited> edit_text(const std::string& text, const Edit& edit, WallTime now) {
  RuleSet rules;
  const std::string& from = edit.import ? *edit.import : text;
  if (from.empty()) {
    rules.mode = edit.mode_of_new;
  } else {
    TRY_ASSIGN(rules, parse_rules(from));
  }
  Edited edited;
  TRY(confirm(rules, edit.confirm));
  std::vector<uint32_t> over;
  remove_rules(rules, over, [now](const Rule& rule) {
    const auto ends = rule.ends();
    return ends && *ends <= now;
  });
  for (const uint32_t id : over)
    edited.note += "rule " + std::to_string(id) + " had ended and is removed\n";
  TRY(remove_named(rules, edit, edited.removed));
  TRY(add_named(rules, edit, edited.added));
  if (edit.mode) rules.mode = *edit.mode;
  // A list that no rule names any more is not read any more.
  std::erase_if(rules.lists, [&](const List& list) {
    return std::ranges::none_of(rules.rules,
                                [&](const Rule& rule) { return rule.list == list.name; });
  });
  edited.text = write_rules(rules);
  edited.mode = rules.mode;
  for (const Rule& rule : rules.rules) edited.rules.push_back(enforce::record_of(rule, rules));
  for (const List& list : rules.lists) {
    ListRecord record;
    if (!put_text(list.name, record.name) || !put_text(list.path, record.path))
      return failure("the list " + printable(list.name) + " has too long a path",
                     "move the file to a shorter one");
    edited.lists.push_back(record);
  }
  return edited;
}

}  // namespace picket::app::firewall
