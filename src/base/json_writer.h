// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace picket {

// JsonWriter appends one JSON value to a string it does not own, key by key, without building a
// tree: the hot way out for records. The caller keeps begin/end balanced; commas and escaping are
// the writer's. Text that is not valid UTF-8 is written with each bad byte as U+FFFD, so every line
// written is valid JSON (RFC 8259). Not thread-safe.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth);
  JsonWriter& value(double number);  // not finite: null
  JsonWriter& null();
  template <std::integral T>
  requires(!std::same_as<T, bool>) JsonWriter& value(T number) {
    if constexpr (std::is_signed_v<T>)
      return signed_number(number);
    else
      return unsigned_number(number);
  }

  template <typename T>
  JsonWriter& member(std::string_view name, const T& item) {
    key(name);
    return value(item);
  }
  // The member is left out when the text is empty.
  JsonWriter& member_if(std::string_view name, std::string_view text) {
    return text.empty() ? *this : member(name, text);
  }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& signed_number(int64_t number);
  JsonWriter& unsigned_number(uint64_t number);
  void separate();
  void quote(std::string_view text);

  std::string& out_;
  bool comma_ = false;
};

}  // namespace picket
