// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/inputs.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sensor/replay/replay.h"

namespace picket::app::analyze {
namespace {

constexpr size_t kKeptFree = 128;  // descriptors for everything else

// As many files as this process may have open, after asking for all it can get.
size_t open_files_max() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 512;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur > 2 * kKeptFree ? limit.rlim_cur - kKeptFree : kKeptFree;
}

void open_input(Input& input) {
  input.fd.reset(input.name == "-" ? ::dup(STDIN_FILENO)
                                   : ::open(input.name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (!input.fd || ::fstat(input.fd.get(), &status) != 0) {
    input.error = std::strerror(errno);
    input.fd.reset();
    return;
  }
  if (S_ISREG(status.st_mode)) input.size = static_cast<uint64_t>(status.st_size);
}

}  // namespace

Result<std::vector<Input>> open_inputs(const std::vector<std::string>& given) {
  TRY_ASSIGN(const std::vector<std::string> names, sensor::replay::expand_inputs(given));
  const size_t open_max = open_files_max();
  std::vector<Input> inputs(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    inputs[i].name = names[i];
    if (i < open_max) open_input(inputs[i]);
  }
  return inputs;
}

}  // namespace picket::app::analyze
