// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/sip/sdp.h"

#include "base/ascii.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/sip/weird.h"

namespace picket::inspect::sip {
namespace {

void session_line(char kind, std::string_view value, Sdp& sdp) {
  switch (kind) {
    case 'v': sdp.version = value; break;
    case 'o': sdp.origin = value; break;
    case 's': sdp.session_name = value; break;
    case 'i': sdp.session_info = value; break;
    case 'u': sdp.uri = value; break;
    case 'e': sdp.email = value; break;
    case 'p': sdp.phone_number = value; break;
    case 'c': sdp.connection_data = value; break;
    case 'b': sdp.bandwidths.emplace_back(value); break;
    case 't': sdp.times.push_back({std::string(value), {}}); break;
    case 'r':
      if (!sdp.times.empty()) sdp.times.back().repeat_time = value;
      break;
    case 'z': sdp.timezone = value; break;
    case 'k': sdp.encryption_key = value; break;
    case 'a': sdp.attributes.emplace_back(value); break;
    default: break;
  }
}

void media_line(char kind, std::string_view value, Sdp::Media& media) {
  switch (kind) {
    case 'i': media.media_info = value; break;
    case 'c': media.connection_data = value; break;
    case 'b': media.bandwidths.emplace_back(value); break;
    case 'k': media.encryption_key = value; break;
    case 'a': media.attributes.emplace_back(value); break;
    default: break;
  }
}

void append_list(JsonWriter& out, std::string_view member, const std::vector<std::string>& values) {
  if (values.empty()) return;
  out.key(member).begin_array();
  for (const std::string& value : values) out.value(eve_text(value));
  out.end_array();
}

}  // namespace

Sdp read_sdp(std::string_view text) {
  Sdp out;
  for (size_t lines = 0; !text.empty(); ++lines) {
    if (lines == kSdpLinesMax) {
      counter_of(Weird::kTooManySdpLines).add();
      break;
    }
    std::string_view line = take_until(text, '\n');
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.size() < 2 || line[1] != '=') continue;
    const std::string_view value = line.substr(2);
    if (line[0] == 'm')
      out.media.push_back({.media = std::string(value),
                           .media_info = {},
                           .connection_data = {},
                           .encryption_key = {},
                           .bandwidths = {},
                           .attributes = {}});
    else if (out.media.empty())
      session_line(line[0], value, out);
    else
      media_line(line[0], value, out.media.back());
  }
  return out;
}

void append_sdp(JsonWriter& out, const Sdp& sdp) {
  out.begin_object();
  if (const auto version = decimal(sdp.version)) out.member("version", *version);
  eve_member_if(out, "origin", sdp.origin);
  eve_member_if(out, "session_name", sdp.session_name);
  eve_member_if(out, "session_info", sdp.session_info);
  eve_member_if(out, "uri", sdp.uri);
  eve_member_if(out, "email", sdp.email);
  eve_member_if(out, "phone_number", sdp.phone_number);
  eve_member_if(out, "connection_data", sdp.connection_data);
  append_list(out, "bandwidths", sdp.bandwidths);
  if (!sdp.times.empty()) {
    out.key("time_descriptions").begin_array();
    for (const Sdp::Time& time : sdp.times) {
      out.begin_object().member("time", eve_text(time.time));
      eve_member_if(out, "repeat_time", time.repeat_time);
      out.end_object();
    }
    out.end_array();
  }
  eve_member_if(out, "timezone", sdp.timezone);
  eve_member_if(out, "encryption_key", sdp.encryption_key);
  append_list(out, "attributes", sdp.attributes);
  if (!sdp.media.empty()) {
    out.key("media_descriptions").begin_array();
    for (const Sdp::Media& media : sdp.media) {
      out.begin_object().member("media", eve_text(media.media));
      eve_member_if(out, "media_info", media.media_info);
      append_list(out, "bandwidths", media.bandwidths);
      eve_member_if(out, "connection_data", media.connection_data);
      eve_member_if(out, "encryption_key", media.encryption_key);
      append_list(out, "attributes", media.attributes);
      out.end_object();
    }
    out.end_array();
  }
  out.end_object();
}

}  // namespace picket::inspect::sip
