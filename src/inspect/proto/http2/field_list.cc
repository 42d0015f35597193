// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http2/field_list.h"

#include "base/counter.h"
#include "inspect/proto/http/message.h"

namespace picket::inspect::http2 {
namespace {

Counter left_out{"inspect.http2.fields_left_out",
                 "HTTP/2 header fields beyond what is kept of a stream"};

}  // namespace

void FieldList::add(std::string_view name, std::string_view value) {
  if (fields_.size() == kFieldsMax || text_.size() + name.size() + value.size() > kBytesMax) {
    left_out.add();
    return;
  }
  Field field;
  field.name = static_cast<uint32_t>(text_.size());
  field.name_size = static_cast<uint32_t>(name.size());
  text_.append(name).append(": ");
  field.value = static_cast<uint32_t>(text_.size());
  field.value_size = static_cast<uint32_t>(value.size());
  text_.append(value).append("\r\n");
  fields_.push_back(field);
}

std::optional<std::string_view> FieldList::find(std::string_view wanted) const {
  std::optional<std::string_view> found;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (name(i) != wanted) continue;
    if (!found) {
      found = value(i);
      continue;
    }
    std::string both(*found);
    both.append(", ").append(value(i));
    joined_ = std::move(both);
    found = joined_;
  }
  return found;
}

std::string_view FieldList::text_without(std::string_view cookie) const {
  if (!find(cookie)) return text_;
  filtered_.clear();
  for (size_t i = 0; i < fields_.size(); ++i)
    if (!http::equal_nocase(name(i), cookie)) filtered_.append(line(i)).append("\r\n");
  return filtered_;
}

std::string_view FieldList::names() const {
  names_ = "\r\n";
  for (size_t i = 0; i < fields_.size(); ++i) names_.append(name(i)).append("\r\n");
  names_.append("\r\n");
  return names_;
}

}  // namespace picket::inspect::http2
