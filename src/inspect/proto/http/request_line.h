// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace picket::inspect::http {

// The three words of a request line, told apart as leniently as servers do. Views borrow.
struct RequestWords {
  std::string_view method, target, protocol;
  bool odd_blank_after_method = false, odd_blank_in_target = false, leading_blank = false;
};
RequestWords split_request_line(std::string_view line);

struct StatusWords {
  std::string_view protocol, status, message;
};
StatusWords split_status_line(std::string_view line);

// The first run of digits of a Content-Length's value; nullopt: there is none, or it is absurd.
std::optional<uint64_t> parse_content_length(std::string_view value);
// 100..999, or -1.
int parse_status(std::string_view text);

}  // namespace picket::inspect::http
