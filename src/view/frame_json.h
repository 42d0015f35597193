// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/json_writer.h"
#include "view/frame.h"

// The JSON of frames beyond view/frame.h: what the follow stream and `--status --json` need.
namespace picket::view {

// A question is small; a frame is as large as the rows asked for.
constexpr size_t kQueryJsonMax = 64 * 1024;
constexpr size_t kFrameJsonMax = 256u << 20;

// {"type":"status",...}: a line of the follow stream (docs/formats/connections.md).
void append_json(JsonWriter&, const Status&);
// One group, as in frames and in what the terminal view exports.
void append_json(JsonWriter&, const GroupRow&);
std::optional<Status> parse_status(std::string_view json);

}  // namespace picket::view
