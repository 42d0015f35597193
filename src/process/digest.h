// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "base/byte_reader.h"

struct evp_md_ctx_st;

namespace picket::process {

enum class DigestKind : uint8_t { kSha256, kMd5 };  // FIPS 180-4, RFC 1321

// A digest of bytes that come in pieces. One thread.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  void update(Bytes bytes);
  // Lower-case hexadecimal; empty where the crypto library refuses the kind (MD5 in FIPS mode).
  // Once only.
  std::string finish_hex();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
  bool working_;
};

std::string sha256_hex(Bytes bytes);

}  // namespace picket::process
