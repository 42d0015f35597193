// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/address.h"
#include "event/log_record.h"

// Reading a few named values of a log record in one pass, without copying. Views live as long as
// the record's fields. Pure functions.
namespace picket::detect::evidence {

// Sources differ in the case of some names (ProcessID, ProcessId); nothing else is alike.
bool same_name(std::string_view a, std::string_view b);

// values[i] is the first field called names[i]; empty: none, or the source's "-" for nothing.
template <size_t N>
std::array<std::string_view, N> pick(const event::LogRecord& record,
                                     const std::array<std::string_view, N>& names) {
  std::array<std::string_view, N> values{};
  for (const event::LogField& field : record.fields()) {
    for (size_t i = 0; i < N; ++i) {
      if (!values[i].empty() || !same_name(field.name, names[i])) continue;
      if (field.value != "-") values[i] = field.value;
      break;
    }
  }
  return values;
}

// Decimal, or hexadecimal after 0x; nullopt: neither, or too large.
template <typename T>
std::optional<T> number(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  T value{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}
inline uint32_t pid(std::string_view text) { return number<uint32_t>(text).value_or(0); }

std::optional<bool> truth(std::string_view text);  // true, false, 1, 0 in any case
// An address and a port; unspecified and 0 where the text is none. IPv6 in any notation.
Endpoint endpoint(std::string_view address, std::string_view port);

}  // namespace picket::detect::evidence
