// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The target of an HTTP request taken apart and brought to the form that the rule language calls
// normalised: what a lenient server would make of it. Pure functions; views borrow from the target.
namespace picket::inspect::http {

struct UriParts {
  std::string_view scheme, user, host, port, path, query, fragment;
  bool has_query = false, has_fragment = false, has_host = false;
};

// Splits a target in origin form (/a?b#c) or absolute form (http://u@h:1/a?b#c). Lenient: what is
// not recognised is the path.
UriParts split_uri(std::string_view target);
// host:port or [v6]:port, as CONNECT has it.
UriParts split_authority(std::string_view target);

struct UriSettings {
  bool decode_plus_in_query = false;
  bool double_decode = false;
};

// Path percent-decoded once (%uXXXX too), UTF-8 narrowed to single bytes, backslashes as slashes,
// repeated slashes as one, dot segments resolved (RFC 3986 5.2.4); query percent-decoded once;
// fragment as it is. An invalid escape keeps its percent sign. Appends to `out`.
void append_normalised_uri(const UriParts& parts, const UriSettings& settings, std::string& out);
// The path part of that alone: the name that a file without one gets.
void append_normalised_path(std::string_view path, const UriSettings& settings, std::string& out);

// Percent-decodes in place of a copy; true when there was something to decode.
bool percent_decode(std::string_view text, bool plus_is_space, std::string& out);

// Lower case, without trailing dots, without the brackets' surroundings; what http.host shows.
// `port`: set when digits follow the last colon outside brackets.
struct HostPart {
  std::string name;  // IPv6 addresses keep their brackets
  std::optional<uint16_t> port;
  bool valid = true;  // plausible as a host at all
  bool port_valid = true;
};
HostPart normalised_host(std::string_view authority);

}  // namespace picket::inspect::http
