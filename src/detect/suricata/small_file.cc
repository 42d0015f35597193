// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/small_file.h"

#include "detect/sigma/small_file.h"

namespace picket::detect::suricata {

Result<std::string> read_small_file(const std::string& path) {
  return sigma::read_whole_file(path, kRuleFileBytesMax);
}

}  // namespace picket::detect::suricata
