// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace picket::app::web::api {

// What of a frame is another than in the frame before: FrameDelta of docs/api/openapi.yaml. Holds
// the rows of the last frame. Not thread-safe.
class FrameDelta {
 public:
  // The delta to `frame` (JSON); nullopt: there was none before, or it cannot be read.
  std::optional<std::string> next(std::string_view frame);
  // The next frame is taken as the first.
  void forget() { known_ = false; }

 private:
  struct Rows {
    std::vector<std::string> order;
    std::unordered_map<std::string, std::string> texts;  // by key
  };
  Rows groups_, flows_;
  bool known_ = false;
};

}  // namespace picket::app::web::api
