// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "app/analyze/pack_fields.h"
#include "base/byte_reader.h"

// Activities, alerts and log records as bytes while they wait for their turn: an activity whose
// thirty texts are mostly empty takes some hundred bytes instead of two thousand. Only ever read by
// the process that wrote it: the form is not a format, and no file has it.
//   std::string bytes; Packer(bytes)(activity);      event::Activity back; Unpacker(bytes)(back);
// Threads: none; values.
namespace picket::app::analyze {

class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}

  template <typename... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }

 private:
  void number(uint64_t value) {
    for (; value >= 0x80; value >>= 7) out_.push_back(static_cast<char>(value | 0x80));
    out_.push_back(static_cast<char>(value));
  }
  template <typename T>
  void put(const T& value) {
    if constexpr (std::is_enum_v<T>) {
      number(static_cast<uint64_t>(value));
    } else if constexpr (std::signed_integral<T>) {
      // Small numbers of either sign stay short: 0, -1, 1, -2... become 0, 1, 2, 3...
      const auto wide = static_cast<int64_t>(value);
      number(static_cast<uint64_t>(wide) << 1 ^ static_cast<uint64_t>(wide >> 63));
    } else if constexpr (std::unsigned_integral<T>) {
      number(value);
    } else if constexpr (std::same_as<T, double>) {
      number(std::bit_cast<uint64_t>(value));
    } else {
      fields(*this, value);
    }
  }
  void put(const std::string& text) {
    number(text.size());
    out_ += text;
  }
  void put(const std::string_view& text) {
    number(text.size());
    out_ += text;
  }
  void put(const IpAddress& address) {
    const auto& bytes = address.bytes();
    out_.push_back(address.is_v4() ? 4 : 6);
    out_.append(reinterpret_cast<const char*>(bytes.data()) + (address.is_v4() ? 12 : 0),
                address.is_v4() ? 4 : 16);
  }
  template <typename T>
  void put(const std::optional<T>& value) {
    number(value ? 1 : 0);
    if (value) put(*value);
  }
  template <typename T>
  void put(const std::vector<T>& values) {
    number(values.size());
    for (const T& value : values) put(value);
  }
  template <typename... T>
  void put(const std::variant<T...>& value) {
    number(value.index());
    std::visit([this](const auto& held) { put(held); }, value);
  }

  std::string& out_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : reader_(as_bytes(bytes)) {}

  bool failed() const { return reader_.failed(); }
  template <typename... T>
  void operator()(T&... values) {
    (take(values), ...);
  }

 private:
  uint64_t number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = reader_.u8();
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) break;
    }
    return value;
  }
  template <typename T>
  void take(T& value) {
    if constexpr (std::is_enum_v<T> || std::unsigned_integral<T>) {
      value = static_cast<T>(number());
    } else if constexpr (std::signed_integral<T>) {
      const uint64_t folded = number();
      value = static_cast<T>(static_cast<int64_t>(folded >> 1) ^ -static_cast<int64_t>(folded & 1));
    } else if constexpr (std::same_as<T, double>) {
      value = std::bit_cast<double>(number());
    } else {
      fields(*this, value);
    }
  }
  void take(std::string& text) { text = as_text(reader_.take(number())); }
  // Borrows from the bytes given.
  void take(std::string_view& text) { text = as_text(reader_.take(number())); }
  void take(IpAddress& address) {
    if (reader_.u8() == 6) {
      const Bytes bytes = reader_.take(16);
      if (!bytes.empty()) address = IpAddress::v6_bytes(bytes.data());
    } else {
      address = IpAddress::v4(reader_.u32());
    }
  }
  template <typename T>
  void take(std::optional<T>& value) {
    value.reset();
    if (number() != 0) take(value.emplace());
  }
  template <typename T>
  void take(std::vector<T>& values) {
    const uint64_t count = number();
    values.clear();
    for (uint64_t i = 0; i < count && !failed(); ++i) take(values.emplace_back());
  }
  template <typename... T>
  void take(std::variant<T...>& value) {
    take_alternative(value, number(), std::index_sequence_for<T...>());
  }
  template <typename Variant, size_t... I>
  void take_alternative(Variant& value, uint64_t index, std::index_sequence<I...>) {
    ((index == I ? take(value.template emplace<I>()) : void()), ...);
  }

  ByteReader reader_;
};

}  // namespace picket::app::analyze
