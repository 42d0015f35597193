// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/byte_reader.h"
#include "detect/behavior/autorun_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using picket::detect::behavior::AutorunFile;
  const AutorunFile file = picket::detect::behavior::parse_autorun(picket::as_text({data, size}));
  if (file.commands.size() > AutorunFile::kCommandsMax || file.junk_lines > file.lines)
    std::abort();
  if (!file.commands.empty() && !file.section_found) std::abort();
  return 0;
}
