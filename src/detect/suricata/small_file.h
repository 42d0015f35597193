// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"

namespace picket::detect::suricata {

// The whole of a file that a rule or a setting names, at most kRuleFileBytesMax.
constexpr size_t kRuleFileBytesMax = 512 * 1024 * 1024;
Result<std::string> read_small_file(const std::string& path);

}  // namespace picket::detect::suricata
