// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/request_line.h"

#include <algorithm>

#include "base/ascii.h"

namespace picket::inspect::http {
namespace {

std::string_view take_word(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && !is_ascii_space(text[end])) ++end;
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}
std::string_view take_blanks(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && is_ascii_space(text[end])) ++end;
  const std::string_view blanks = text.substr(0, end);
  text.remove_prefix(end);
  return blanks;
}

}  // namespace

RequestWords split_request_line(std::string_view line) {
  RequestWords words;
  words.leading_blank = !take_blanks(line).empty();
  words.method = take_word(line);
  const std::string_view between = take_blanks(line);
  words.odd_blank_after_method = between.find_first_not_of(' ') != std::string_view::npos;
  if (line.empty()) {
    words.target = line;
    words.protocol = line;
    return words;
  }
  // The protocol is what follows the last space, if it looks like one: targets may hold spaces.
  const size_t last = line.rfind(' ');
  const std::string_view tail =
      last == std::string_view::npos ? std::string_view() : line.substr(last + 1);
  const auto starts_as_protocol = [](std::string_view text) {
    return text.size() >= 5 && (text[0] | 32) == 'h' && (text[1] | 32) == 't' &&
           (text[2] | 32) == 't' && (text[3] | 32) == 'p' && text[4] == '/';
  };
  if (starts_as_protocol(tail)) {
    words.target = line.substr(0, last);
    words.protocol = tail;
    while (!words.target.empty() && words.target.back() == ' ') words.target.remove_suffix(1);
    words.odd_blank_in_target =
        std::any_of(words.target.begin(), words.target.end(), is_ascii_space);
    return words;
  }
  size_t end = line.find(' ');
  if (end == std::string_view::npos) {
    end = 0;
    while (end < line.size() && !is_ascii_space(line[end])) ++end;
    words.odd_blank_in_target = end < line.size();
  }
  words.target = line.substr(0, end);
  std::string_view rest = line.substr(end);
  take_blanks(rest);
  words.protocol = rest;
  return words;
}

StatusWords split_status_line(std::string_view line) {
  StatusWords words;
  while (!line.empty() && (is_ascii_space(line.front()) || line.front() == '\0'))
    line.remove_prefix(1);
  words.protocol = take_word(line);
  take_blanks(line);
  words.status = take_word(line);
  take_blanks(line);
  words.message = line;
  return words;
}

std::optional<uint64_t> parse_content_length(std::string_view value) {
  size_t at = 0;
  while (at < value.size() && (value[at] < '0' || value[at] > '9')) ++at;
  if (at == value.size()) return std::nullopt;
  uint64_t length = 0;
  for (; at < value.size() && value[at] >= '0' && value[at] <= '9'; ++at) {
    if (length > UINT64_MAX / 100) return std::nullopt;
    length = length * 10 + static_cast<uint64_t>(value[at] - '0');
  }
  return length;
}

int parse_status(std::string_view text) {
  if (text.size() != 3) return -1;
  int status = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    status = status * 10 + (c - '0');
  }
  return status < 100 ? -1 : status;
}

}  // namespace picket::inspect::http
