// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/running_digests.h"

#include <set>

#include "app/warden/process_files.h"
#include "process/file_digest.h"
#include "respond/firewall/rule.h"

namespace picket::app::firewall {

Result<void> note_running_digests(const enforce::Firewall& firewall,
                                  const std::vector<pf_running>& running) {
  TRY_ASSIGN(const enforce::Names names, firewall.tables().names());
  if (names.digests.empty()) return {};
  std::set<std::pair<uint64_t, uint32_t>> looked_at;
  for (const pf_running& process : running) {
    if (!looked_at.emplace(process.executable.inode, process.executable.device).second) continue;
    // One that ended meanwhile, or that cannot be read, is not what a rule names.
    const auto held = warden::HeldProcess::hold({process.pid, process.start_boot_ns});
    if (!held) continue;
    const auto file = held->open_executable();
    if (!file) continue;
    const auto digest = process::digest_file(file->get());
    const auto bytes = digest ? respond::firewall::parse_digest(digest->sha256) : std::nullopt;
    const auto found = bytes ? names.digests.find(*bytes) : names.digests.end();
    const uint32_t number = found == names.digests.end() ? 0 : found->second;
    TRY(firewall.tables().set_digest(process.executable, process.mtime_ns, number));
  }
  return firewall.tables().begin_epoch();
}

}  // namespace picket::app::firewall
