// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/text.h"

#include "base/ascii.h"

namespace picket::detect::suricata {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> split_outside_brackets(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t from = 0, depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']' && depth > 0) --depth;
    if (text[i] != separator || depth != 0) continue;
    parts.push_back(text.substr(from, i - from));
    from = i + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::optional<uint64_t> parse_size(std::string_view text) {
  text = trimmed(text);
  size_t digits = text.find_first_not_of("0123456789");
  auto number = parse_number<uint64_t>(text.substr(0, digits));
  if (!number || digits == std::string_view::npos) return number;
  std::string unit = ascii_lowered(trimmed(text.substr(digits)));
  unsigned shift = 0;
  if (unit == "kb" || unit == "kib" || unit == "k")
    shift = 10;
  else if (unit == "mb" || unit == "mib" || unit == "m")
    shift = 20;
  else if (unit == "gb" || unit == "gib" || unit == "g")
    shift = 30;
  else if (unit != "b")
    return std::nullopt;
  if (*number > ~uint64_t{0} >> shift) return std::nullopt;
  return *number << shift;
}

}  // namespace picket::detect::suricata
