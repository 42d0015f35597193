// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"

namespace picket::process {

constexpr uint64_t kHashedBytesMax = 512ull << 20;  // larger files are not read

// Both digests of one file in lower-case hex: SHA-256 (FIPS 180-4) to know it by, MD5 (RFC 1321)
// because that is what dpkg ships to compare with. MD5 is left empty where the crypto library
// refuses it (FIPS mode).
struct FileDigest {
  std::string sha256;
  std::string md5;
};

// Reads an open regular file from its start, once. Fails, with a reason to show, when it is larger
// than kHashedBytesMax, changes while it is read, or `stop` is asked for.
Result<FileDigest> digest_file(int descriptor, const std::stop_token& stop = {});

}  // namespace picket::process
