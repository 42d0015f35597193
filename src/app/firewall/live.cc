// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/live.h"

#include <unistd.h>

#include <algorithm>

#include "app/warden/process_files.h"
#include "process/file_digest.h"

namespace picket::app::firewall {
namespace {

Result<void> restore(const Where& where) {
  TRY_ASSIGN(const enforce::Firewall firewall, firewall_at(where));
  if (access(where.rules.c_str(), F_OK) != 0 && !firewall.installed()) return {};
  TRY(change_rules(where, {}, true));
  return {};
}

std::vector<warden::DigestAnswer> digests(const Where& where) {
  std::vector<warden::DigestAnswer> answers;
  const auto firewall = firewall_at(where);
  if (!firewall || !firewall->installed()) return answers;
  const auto names = firewall->tables().names();
  if (!names) return answers;
  for (const auto& [digest, number] : names->digests) {
    warden::DigestAnswer answer;
    answer.number = number;
    std::ranges::copy(digest, answer.sha256);
    answers.push_back(answer);
  }
  return answers;
}

// What the agent says is only a hint where to look.
Result<void> check_program(const Where& where, const event::ProcessKey& key) {
  TRY_ASSIGN(const enforce::Firewall firewall, firewall_at(where));
  TRY_ASSIGN(const enforce::Names names, firewall.tables().names());
  TRY_ASSIGN(const warden::HeldProcess held, warden::HeldProcess::hold(key));
  TRY_ASSIGN(const UniqueFd file, held.open_executable());
  TRY_ASSIGN(const auto digest, process::digest_file(file.get()));
  const auto bytes = respond::firewall::parse_digest(digest.sha256);
  const auto named = bytes ? names.digests.find(*bytes) : names.digests.end();
  if (named == names.digests.end()) return {};
  TRY_ASSIGN(const auto running, firewall.find_running());
  const auto process = std::ranges::find(running, key.pid, &pf_running::pid);
  if (process == running.end()) return system_failure("the process", ESRCH);
  TRY(firewall.tables().set_digest(process->executable, process->mtime_ns, named->second));
  TRY(firewall.tables().begin_epoch());
  std::string note;
  TRY(end_denied(firewall, note));
  return {};
}

}  // namespace

warden::FirewallSeam live_firewall(const Where& where) {
  return {[where] { return restore(where); }, [where] { return digests(where); },
          [where](const event::ProcessKey& key) { return check_program(where, key); }};
}

}  // namespace picket::app::firewall
