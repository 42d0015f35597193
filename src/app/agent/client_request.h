// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "view/filter.h"
#include "view/frame.h"

namespace picket::app::agent {

constexpr size_t kRequestBytesMax = 64 * 1024;  // of one line, without its end

// One line of a reader (docs/formats/agent_socket.md), checked whole. Depth is bounded by
// event::kJsonDepthMax; members that are not known are skipped.
struct ClientRequest {
  enum class Ask : uint8_t { kFrame, kFlows, kProcess, kFollow, kStatus, kAlerts, kSignIn };
  Ask ask = Ask::kStatus;
  view::FrameQuery query;    // kFrame
  view::Filter filter;       // kFlows, kFollow
  bool with_closed = false;  // kFlows: also flows that are over
  uint32_t pid = 0;          // kProcess
  bool go_on = false;        // kAlerts: also those to come
  bool kept = true;          // kAlerts: those that are kept
};

// The error is worded for the reader. Pure; any thread.
Result<ClientRequest> parse_client_request(std::string_view line);

// A snapshot shows what is open; flows that ended a moment ago only when the filter names them
// (`closed`, state:closed).
bool asks_for_closed(std::string_view filter);

}  // namespace picket::app::agent
