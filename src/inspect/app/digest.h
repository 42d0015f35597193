// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/byte_reader.h"

namespace picket::inspect {

// MD5 in lower-case hexadecimal: for fingerprints that are defined so (HASSH), never for security.
std::string md5_hex(Bytes bytes);

}  // namespace picket::inspect
