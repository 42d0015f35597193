// SPDX-License-Identifier: Apache-2.0
#include "app/web/http/target.h"

#include <algorithm>
#include <charconv>

namespace picket::app::web::http {

std::optional<std::string> unescaped(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (text.size() - i < 3) return std::nullopt;
      unsigned byte = 0;
      const char* digits = text.data() + i + 1;
      if (std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return std::nullopt;
      out += static_cast<char>(byte);
      i += 2;
    }
  }
  return out;
}

std::optional<Target> parse_target(std::string_view target) {
  if (!target.starts_with('/')) return std::nullopt;
  const size_t question = std::min(target.find('?'), target.size());
  Target out;
  std::string_view path = target.substr(1, question - 1);
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    auto segment = unescaped(path.substr(0, end), false);
    const bool odd = !segment || *segment == "." || *segment == ".." ||
                     std::ranges::any_of(*segment, [](char c) { return c >= 0 && c < ' '; });
    if (odd || out.segments.size() >= kSegmentsMax) return std::nullopt;
    out.segments.push_back(std::move(*segment));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  std::string_view query = target.substr(std::min(question + 1, target.size()));
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    const size_t equals = std::min(part.find('='), part.size());
    auto name = unescaped(part.substr(0, equals), true);
    auto value = unescaped(part.substr(std::min(equals + 1, part.size())), true);
    if (!name || !value || out.values.size() >= kParametersMax) return std::nullopt;
    if (!part.empty()) out.values.emplace_back(std::move(*name), std::move(*value));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return out;
}

}  // namespace picket::app::web::http
