// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/smtp/mime_header.h"

#include "base/ascii.h"

namespace picket::inspect::smtp {
namespace {

constexpr size_t kParametersMax = 64;
constexpr size_t kAddressesMax = 256;

struct Parameter {
  std::string_view name;
  std::string value;
};

// The next "name=value" of `rest`, which loses it; an empty name: not one.
Parameter take_parameter(std::string_view& rest) {
  Parameter out;
  const size_t end = rest.find_first_of("=;");
  if (end == std::string_view::npos || rest[end] == ';') {
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return out;
  }
  out.name = trimmed(rest.substr(0, end));
  rest.remove_prefix(end + 1);
  rest = trimmed(rest);
  if (rest.empty() || rest.front() != '"') {
    out.value = trimmed(take_until(rest, ';'));
    return out;
  }
  size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
    out.value.push_back(rest[i]);
  }
  rest.remove_prefix(std::min(i + 1, rest.size()));
  take_until(rest, ';');
  return out;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex(text[i + 1]) << 4 | hex(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

// charset'language'text
std::string_view without_charset(std::string_view value) {
  const size_t first = value.find('\'');
  const size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  return second == std::string_view::npos ? value : value.substr(second + 1);
}

}  // namespace

std::string header_word(std::string_view value) {
  return ascii_lowered(trimmed(value.substr(0, value.find(';'))));
}

std::string header_parameter(std::string_view value, std::string_view name) {
  take_until(value, ';');
  std::string joined;
  for (size_t count = 0; !value.empty() && count < kParametersMax; ++count) {
    const Parameter parameter = take_parameter(value);
    if (!starts_ignoring_case(parameter.name, name)) continue;
    const std::string_view form = parameter.name.substr(name.size());
    if (form.empty()) return parameter.value;
    if (form.front() != '*') continue;
    const bool escaped = form.back() == '*';
    const bool first = form == "*" || form.starts_with("*0");
    const std::string_view text =
        escaped && first ? without_charset(parameter.value) : parameter.value;
    joined += escaped ? percent_decoded(text) : std::string(text);
  }
  return joined;
}

std::vector<std::string> address_list(std::string_view value) {
  std::vector<std::string> out;
  bool quoted = false;
  size_t nested = 0, begin = 0;
  const auto add = [&](size_t end) {
    const std::string_view address = trimmed(value.substr(begin, end - begin));
    if (!address.empty() && out.size() < kAddressesMax) out.emplace_back(address);
    begin = end + 1;
  };
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(' || c == '<') ++nested;
    if ((c == ')' || c == '>') && nested > 0) --nested;
    if (c == ',' && nested == 0) add(i);
  }
  add(value.size());
  return out;
}

}  // namespace picket::inspect::smtp
