// SPDX-License-Identifier: Apache-2.0
// Modifiers of the old form: they move the content before them to another buffer.
#include "detect/suricata/keyword/keyword.h"

namespace picket::detect::suricata::keyword {
namespace {

struct Moved {
  std::string_view modifier, buffer;
};
constexpr Moved kMoved[] = {
    {"http_uri", "http.uri"},
    {"http_raw_uri", "http.uri.raw"},
    {"http_header", "http.header"},
    {"http_raw_header", "http.header.raw"},
    {"http_cookie", "http.cookie"},
    {"http_user_agent", "http.user_agent"},
    {"http_host", "http.host"},
    {"http_raw_host", "http.host.raw"},
    {"http_method", "http.method"},
    {"http_client_body", "http.request_body"},
    {"http_server_body", "http.response_body"},
    {"http_stat_code", "http.stat_code"},
    {"http_stat_msg", "http.stat_msg"},
};

Result<void> parse_moved(RuleBuilder& rule, const RuleOption& option) {
  for (const Moved& moved : kMoved) {
    if (moved.modifier != option.name) continue;
    auto buffer = inspect::find_buffer(moved.buffer);
    if (!buffer)
      return failure("buffer \"" + std::string(moved.buffer) +
                     "\" is not known to any protocol here");
    if (!rule.on_payload()) return failure("this modifier does not go with sticky buffers");
    TRY(rule.require_app(inspect::info(*buffer).protocol));
    return rule.move_last_content({BufferSlot::Source::kTransaction, 0, *buffer});
  }
  return failure("no such modifier");
}

constexpr std::string_view kSummary =
    "Old form: the content before it is looked for in the buffer of that name.";
constexpr Keyword kKeywords[] = {
    {"http_uri", "", State::kFull, kSummary, "content:\"/x\"; http_uri;", "", parse_moved},
    {"http_raw_uri", "", State::kFull, kSummary, "content:\"/x\"; http_raw_uri;", "", parse_moved},
    {"http_header", "", State::kFull, kSummary, "content:\"x\"; http_header;", "", parse_moved},
    {"http_raw_header", "", State::kFull, kSummary, "content:\"x\"; http_raw_header;", "",
     parse_moved},
    {"http_cookie", "", State::kFull, kSummary, "content:\"x\"; http_cookie;", "", parse_moved},
    {"http_user_agent", "", State::kFull, kSummary, "content:\"x\"; http_user_agent;", "",
     parse_moved},
    {"http_host", "", State::kFull, kSummary, "content:\"x\"; http_host;", "", parse_moved},
    {"http_raw_host", "", State::kFull, kSummary, "content:\"x\"; http_raw_host;", "", parse_moved},
    {"http_method", "", State::kFull, kSummary, "content:\"GET\"; http_method;", "", parse_moved},
    {"http_client_body", "", State::kFull, kSummary, "content:\"x\"; http_client_body;", "",
     parse_moved},
    {"http_server_body", "", State::kFull, kSummary, "content:\"x\"; http_server_body;", "",
     parse_moved},
    {"http_stat_code", "", State::kFull, kSummary, "content:\"200\"; http_stat_code;", "",
     parse_moved},
    {"http_stat_msg", "", State::kFull, kSummary, "content:\"OK\"; http_stat_msg;", "",
     parse_moved},
};

}  // namespace

Keywords legacy_buffer_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
