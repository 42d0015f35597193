// SPDX-License-Identifier: Apache-2.0
#include "process/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/unique_fd.h"

namespace picket::process {

Result<std::string> read_small_file(const std::string& path, size_t bytes_max) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file) return system_failure("open " + path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return system_failure("stat " + path);
  if (!S_ISREG(status.st_mode)) return failure(path + " is not a regular file");
  std::string text;
  size_t used = 0;
  // One spare byte lets a file of known size end in a single read.
  size_t step = std::clamp<size_t>(static_cast<size_t>(status.st_size) + 1, 4096, 1u << 20);
  while (used < bytes_max) {
    step = std::min(step, bytes_max - used);
    text.resize(used + step);
    const ssize_t count = ::read(file.get(), text.data() + used, step);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("read " + path);
    if (count == 0) break;
    used += static_cast<size_t>(count);
  }
  text.resize(used);
  return text;
}

}  // namespace picket::process
