// SPDX-License-Identifier: Apache-2.0
#include "process/file_digest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "process/digest.h"
#include "process/file_identity.h"

namespace picket::process {
namespace {

constexpr size_t kReadBytes = 128 * 1024;

}  // namespace

Result<FileDigest> digest_file(int descriptor, const std::stop_token& stop) {
  struct stat before {};
  if (::fstat(descriptor, &before) != 0) return system_failure("look at the file");
  if (!S_ISREG(before.st_mode)) return failure("not a regular file");
  if (static_cast<uint64_t>(before.st_size) > kHashedBytesMax)
    return failure("larger than " + std::to_string(kHashedBytesMax >> 20) + " MiB");
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  Digest sha256(DigestKind::kSha256);
  Digest md5(DigestKind::kMd5);
  std::vector<uint8_t> buffer(kReadBytes);
  uint64_t offset = 0;
  while (true) {
    if (stop.stop_requested()) return failure("picket is stopping");
    const ssize_t count =
        ::pread(descriptor, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("could not be read");
    if (count == 0) break;
    const Bytes bytes(buffer.data(), static_cast<size_t>(count));
    sha256.update(bytes);
    md5.update(bytes);
    offset += static_cast<uint64_t>(count);
    if (offset > kHashedBytesMax) return failure("grew while it was read");
  }
  struct stat after {};
  if (::fstat(descriptor, &after) != 0) return system_failure("look at the file");
  if (identity_of(before) != identity_of(after) || offset != static_cast<uint64_t>(after.st_size))
    return failure("changed while it was read");
  FileDigest digest{sha256.finish_hex(), md5.finish_hex()};
  if (digest.sha256.empty()) return failure("the crypto library could not compute SHA-256");
  return digest;
}

}  // namespace picket::process
