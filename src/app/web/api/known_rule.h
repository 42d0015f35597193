// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

namespace picket::app::web::api {

// What the agent detects with: a behaviour, a Sigma rule, an indicator list, a signature. A value.
struct KnownRule {
  std::string id, name, detector, severity;  // words as in alerts
  std::string place;                         // FILE:LINE; empty: built in
  std::vector<std::string> attack;           // tactics and techniques
};

}  // namespace picket::app::web::api
