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
  size_t asked = 0;
  pipeline_.processes().visit_all([&](const process::Process& process) {
    if (process.exited || !process.image || !process.image->file.known()) return;
    if (asked >= kAskedPerTick || told_.contains(process.image->file)) return;
    // The catalog reads files when the machine is idle, and a worm does not wait for that.
    const process::ExecutableIdentity* identity = pipeline_.identity_of(process.image->file);
    const bool read = identity && !identity->sha256.empty();
    if (!read && process.image->file.size > warden::kCheckedBytesMax) return;
    told_.insert(process.image->file);
    if (read && !numbers_.contains(identity->sha256)) return;
    ++asked;
    if (!warden_.ask(warden::Ask::kCheckProgram, process.key.pid, process.key.start_ns) && read)
      unconfirmed.add();
  });
}

}  // namespace picket::app::agent
