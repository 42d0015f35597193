// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"

// Small text work of the rule readers. Pure functions; views borrow from what was given.
namespace picket::detect::suricata {

inline std::string_view trimmed(std::string_view text) { return picket::trimmed(text, " \t\r\n"); }

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

// A byte count with an optional unit: 4096, 4kb, 2 MiB, 1gb.
std::optional<uint64_t> parse_size(std::string_view text);

}  // namespace picket::detect::suricata
