// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::warden {

// The account that parses what others wrote. Chosen so that it owns nothing and can do nothing.
struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;  // for people
};

// Without a `picket` user (a build that was not installed) an id out of the range that systemd
// keeps for dynamic users: no file and no other service belongs to it.
constexpr uid_t kUnnamedAccount = 61313;

// `wanted` empty: the user `picket`, or kUnnamedAccount where there is none.
Result<Account> find_account(const std::string& wanted);

// Gives up root for good: groups, ids, every capability and the way back to any (no_new_privs).
Result<void> become(const Account& account);

struct Child {
  pid_t pid = -1;
  UniqueFd pidfd;
};

// Starts this program again as `account` with the arguments given. The child sees the descriptors
// `keep` as 3, 4, ... and standard input, output and error; nothing else. `cgroup_directory`: moved
// there first; empty: stays.
Result<Child> start_as(const Account& account, const std::vector<std::string>& arguments,
                       const std::vector<int>& keep, const std::string& cgroup_directory);

// Asks the process to end (SIGTERM), kills it when it takes too long, and waits for its end.
// Nothing when there is none.
void stop_child(Child& child);

}  // namespace picket::app::warden
