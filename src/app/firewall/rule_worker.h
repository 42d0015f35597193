// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/warden/agent_process.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "enforce/record.h"
#include "respond/firewall/rule.h"

// Text is read by a process without rights, which hands back records of fixed size: an error in
// reading the rule file or a list somebody fetched reaches nothing. Blocking; one thread.
namespace picket::app::firewall {

// What is to be done to the rule file.
struct Edit {
  std::optional<std::string>
      import;  // the whole text of a rule file, in the place of what is there
  std::vector<respond::firewall::List> lists;
  std::vector<respond::firewall::Rule> add;  // without ids
  std::vector<uint32_t> remove, confirm;
  std::vector<Prefix> remove_remote;  // rules that block exactly this
  bool remove_all = false;            // all that block
  bool swap = false;                  // the kernel's programs for those of this build
  std::optional<respond::firewall::Mode> mode;
  respond::firewall::Mode mode_of_new = respond::firewall::Mode::kEnforce;
};

struct ListRecord {
  char name[64] = {};
  char path[1024] = {};
};

struct Edited {
  std::string text;  // of the file as it is to be
  respond::firewall::Mode mode = respond::firewall::Mode::kObserve;
  std::vector<enforce::RuleRecord> rules;  // in the order they are tried
  std::vector<ListRecord> lists;
  std::vector<uint32_t> added, removed;
  std::string note;  // for people: what was removed because its time was over
};

Result<Edited> edit_rules(const warden::Account& account, const std::string& text, const Edit& edit,
                          WallTime now);

// The addresses and prefixes that an open file lists, in any form of detect/intel/indicator_list.h.
Result<std::vector<enforce::PrefixRecord>> read_prefixes(const warden::Account& account, int file,
                                                         const std::string& name, size_t list);

}  // namespace picket::app::firewall
