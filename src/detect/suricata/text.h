// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Small text work of the rule readers. Pure functions; views borrow from what was given.
namespace picket::detect::suricata {

inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  size_t from = text.find_first_not_of(kWhite);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(kWhite) - from + 1);
}

// The whole text as a number, decimal or (0x) hexadecimal; nullopt when it is anything else.
template <typename T>
std::optional<T> parse_number(std::string_view text) {
  text = trimmed(text);
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    text.remove_prefix(2);
    base = 16;
  }
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator);  // pieces trimmed
std::vector<std::string_view> split_outside_brackets(std::string_view text, char separator);
std::string lower(std::string_view text);
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool equals_ignoring_case(std::string_view a, std::string_view b);

// A byte count with an optional unit: 4096, 4kb, 2 MiB, 1gb.
std::optional<uint64_t> parse_size(std::string_view text);

}  // namespace picket::detect::suricata
