// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A request's target taken apart (RFC 3986, and + for a blank in queries). Pure; any thread.
namespace picket::app::web::http {

constexpr size_t kSegmentsMax = 16;
constexpr size_t kParametersMax = 64;

struct Target {
  std::vector<std::string> segments;                        // of the path, unescaped
  std::vector<std::pair<std::string, std::string>> values;  // of the query, unescaped, in order
};

// nullopt: no path of ours: too many parts, broken escapes, bytes below blank, or ".." in it.
std::optional<Target> parse_target(std::string_view target);

// nullopt: a % without two hexadecimal digits.
std::optional<std::string> unescaped(std::string_view text, bool plus_is_blank);

}  // namespace picket::app::web::http
