// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"

namespace picket::inspect::sip {

constexpr size_t kSdpLinesMax = 512;

// A session description (RFC 8866), as far as its lines say what they are.
struct Sdp {
  struct Time {
    std::string time, repeat_time;
  };
  struct Media {
    std::string media, media_info, connection_data, encryption_key;
    std::vector<std::string> bandwidths, attributes;
  };
  std::string version, origin, session_name, session_info, uri, email, phone_number,
      connection_data, timezone, encryption_key;
  std::vector<std::string> bandwidths, attributes;
  std::vector<Time> times;
  std::vector<Media> media;
};

Sdp read_sdp(std::string_view text);
// EVE's object, with its braces.
void append_sdp(JsonWriter& out, const Sdp& sdp);

}  // namespace picket::inspect::sip
