// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/md5_lines.h"

#include <openssl/evp.h>

#include "inspect/app/eve_text.h"

namespace picket::inspect::smtp {

void Md5Lines::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Md5Lines::Md5Lines() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr);
}

void Md5Lines::line(Bytes text, bool ended) {
  EVP_DigestUpdate(context_.get(), text.data(), text.size());
  if (ended) EVP_DigestUpdate(context_.get(), "\r\n", 2);
}

std::string Md5Lines::finish() {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_DigestFinal_ex(context_.get(), digest, &length);
  return eve_hex(Bytes(digest, length));
}

}  // namespace picket::inspect::smtp
