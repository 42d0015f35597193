// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/web/http/parameters.h"
#include "view/frame.h"

namespace picket::app::web::api {

constexpr int64_t kFrameRowsMax = 2000;  // of each kind in one frame for a browser

// What the parameters of /live/frame and /live/stream ask for. Pure.
view::FrameQuery read_frame_query(http::Parameters& given);
// As a request of the agent's line protocol.
std::string frame_request(const view::FrameQuery& query);

}  // namespace picket::app::web::api
