// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace picket::inspect::http2 {

// The header fields of one direction of a stream, pseudo fields included, in order. Kept as one
// text of "name: value" lines, which is what http.header shows. At most kBytesMax; further fields
// are left out and counted. Views live until the next add().
class FieldList {
 public:
  static constexpr size_t kBytesMax = 256 * 1024;
  static constexpr size_t kFieldsMax = 1024;

  void add(std::string_view name, std::string_view value);
  size_t size() const { return fields_.size(); }
  bool empty() const { return fields_.empty(); }
  std::string_view name(size_t i) const { return view(fields_[i].name, fields_[i].name_size); }
  std::string_view value(size_t i) const { return view(fields_[i].value, fields_[i].value_size); }
  std::string_view line(size_t i) const {
    return view(fields_[i].name, fields_[i].value + fields_[i].value_size - fields_[i].name);
  }
  // The value of a field (several: joined with ", "). `name` in lower case.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view text() const { return text_; }
  std::string_view text_without(std::string_view cookie) const;  // lines of that name left out
  std::string_view names() const;                                // http.header_names

 private:
  struct Field {
    uint32_t name = 0, name_size = 0, value = 0, value_size = 0;
  };
  std::string_view view(size_t at, size_t size) const {
    return std::string_view(text_).substr(at, size);
  }

  std::string text_;
  std::vector<Field> fields_;
  mutable std::string filtered_, names_, joined_;
};

}  // namespace picket::inspect::http2
