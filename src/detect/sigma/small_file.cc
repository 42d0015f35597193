// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace picket::detect::sigma {

Result<std::string> read_whole_file(const std::string& path, size_t bytes_max) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return system_failure("open " + path);
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0) return system_failure("stat " + path);
  if (!S_ISREG(status.st_mode)) return failure(path + ": not a regular file");
  std::string text;
  char buffer[65536];
  while (true) {
    ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read " + path);
    if (got == 0) return text;
    text.append(buffer, static_cast<size_t>(got));
    if (text.size() > bytes_max)
      return failure(path + ": more than " + std::to_string(bytes_max) + " bytes");
  }
}

}  // namespace picket::detect::sigma
