// SPDX-License-Identifier: Apache-2.0
// Paths of cgroups, which container runtimes and users name: what is said of one borrows from it.
#include <cstdlib>

#include "base/byte_reader.h"
#include "process/cgroup_label.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const picket::process::CgroupLabel label =
      picket::process::describe_cgroup(picket::as_text(picket::Bytes(data, size)));
  if (label.unit.size() > size) std::abort();
  return 0;
}
