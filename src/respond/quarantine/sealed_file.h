// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "base/byte_reader.h"
#include "base/result.h"

// A file's content encrypted at rest, so that nothing runs or finds it by accident
// (docs/formats/quarantine.md): AES-256-GCM (NIST SP 800-38D) over chunks of 64 KiB. Each chunk's
// nonce is a random 8 bytes of the file and the chunk's number, and its additional data says
// whether it is the last, so that chunks cannot be swapped, repeated or left out unnoticed.
namespace picket::respond {

constexpr size_t kKeyBytes = 32;
using SealKey = std::array<uint8_t, kKeyBytes>;
constexpr size_t kChunkBytes = 64 * 1024;
constexpr uint64_t kSealedBytesMax = uint64_t{16} << 30;  // of plain content; more is refused

struct Sealed {
  uint64_t bytes = 0;
  std::string sha256;  // of the plain content
};

// Reads `from` from its start to its end and writes it sealed to `to`, on the disk when it returns.
Result<Sealed> seal(int from, int to, const SealKey& key);
// The way back: `each` gets the plain content in order. Fails where the file was changed or cut;
// what `each` got until then is not to be used.
Result<Sealed> unseal(int from, const SealKey& key, const std::function<Result<void>(Bytes)>& each);
// Writes all of `bytes`.
Result<void> write_whole(int file, Bytes bytes);

}  // namespace picket::respond
