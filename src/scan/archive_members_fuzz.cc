// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "scan/file_judge.h"

// Any bytes as a file to be judged: archives, names in them, autorun.inf, persistence points.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace picket::scan;
  static const ScanContent content;
  const picket::UniqueFd file(::memfd_create("input", MFD_CLOEXEC));
  if (!file || ::write(file.get(), bytes, size) != static_cast<ssize_t>(size)) return 0;
  JudgeLimits limits;
  limits.bytes_max = limits.unpacked_bytes_max = 4u << 20;
  limits.members_max = 100;
  FileJudge judge(content, limits);
  const char* const paths[] = {"/d/autorun.inf", "/etc/crontab", "/etc/udev/rules.d/x.rules", "/x"};
  const auto report =
      judge.judge(file.get(), {paths[size % 4], static_cast<uint32_t>(size), true, "/d"});
  (void)unpacked(picket::as_bytes(packed(report)));
  return 0;
}
