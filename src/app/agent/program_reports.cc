// SPDX-License-Identifier: Apache-2.0
#include "app/agent/program_reports.h"

#include <cstring>

#include "base/counter.h"
#include "respond/firewall/rule.h"

namespace picket::app::agent {
namespace {

Counter unconfirmed{"agent.programs_unconfirmed",
                    "programs named by a firewall rule that the warden could not confirm"};

}  // namespace

void ProgramReports::learn() {
  const auto answer = warden_.ask(warden::Ask::kDigests);
  std::unordered_map<std::string, uint32_t> numbers;
  if (answer)
    for (size_t at = 0; at + sizeof(warden::DigestAnswer) <= answer->bytes.size();
         at += sizeof(warden::DigestAnswer)) {
      warden::DigestAnswer one;
      std::memcpy(&one, answer->bytes.data() + at, sizeof one);
      respond::firewall::Sha256 digest;
      std::memcpy(digest.data(), one.sha256, digest.size());
      numbers.emplace(respond::firewall::digest_text(digest), one.number);
    }
  if (numbers == numbers_) return;
  numbers_ = std::move(numbers);
  told_.clear();
}

void ProgramReports::tick(MonoTime now) {
  if (now >= next_) {
    next_ = MonoTime{now.ns + kAskNs};
    learn();
  }
  if (numbers_.empty()) return;
  if (told_.size() >= kToldMax) told_.clear();
  pipeline_.processes().visit_all([&](const process::Process& process) {
    if (process.exited || !process.image || told_.contains(process.image->file)) return;
    const process::ExecutableIdentity* identity = pipeline_.identity_of(process.image->file);
    if (!identity || identity->sha256.empty()) return;
    told_.insert(process.image->file);
    const auto named = numbers_.find(identity->sha256);
    if (named == numbers_.end()) return;
    const uint64_t which = process.key.pid | uint64_t{named->second} << 32;
    if (!warden_.ask(warden::Ask::kCheckProgram, which, process.key.start_ns)) unconfirmed.add();
  });
}

}  // namespace picket::app::agent
