// SPDX-License-Identifier: Apache-2.0
#include "process/digest.h"

#include <openssl/evp.h>

#include "base/hex.h"

namespace picket::process {

Digest::Digest(DigestKind kind)
    : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free),
      working_(context_ && EVP_DigestInit_ex(context_.get(),
                                             kind == DigestKind::kMd5 ? EVP_md5() : EVP_sha256(),
                                             nullptr) == 1) {}

void Digest::update(Bytes bytes) {
  working_ = working_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

std::string Digest::finish_hex() {
  uint8_t value[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (!working_ || EVP_DigestFinal_ex(context_.get(), value, &size) != 1) return {};
  return hex_of({value, size});
}

std::string sha256_hex(Bytes bytes) {
  Digest digest(DigestKind::kSha256);
  digest.update(bytes);
  return digest.finish_hex();
}

}  // namespace picket::process
