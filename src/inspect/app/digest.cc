// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/digest.h"

#include <openssl/evp.h>

#include "inspect/app/eve_text.h"

namespace picket::inspect {

std::string md5_hex(Bytes bytes) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &length, EVP_md5(), nullptr);
  return eve_hex(Bytes(digest, length));
}

}  // namespace picket::inspect
