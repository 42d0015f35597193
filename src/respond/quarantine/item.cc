// SPDX-License-Identifier: Apache-2.0
#include "respond/quarantine/item.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/byte_reader.h"
#include "base/hex.h"

namespace picket::respond {
namespace {

using nlohmann::json;

constexpr size_t kIdDigits = 16;
constexpr size_t kPathMax = 4096;
constexpr uint32_t kModeBits = 07777;

void append_facts(JsonWriter& out, const QuarantineItem& item) {
  out.member("id", item.id);
  out.member("state", item.state == QuarantineItem::State::kKept ? "kept" : "begun");
  out.member("path", item.path).member("size", item.size).member_if("sha256", item.sha256);
  out.member("mode", item.mode).member("uid", item.uid).member("gid", item.gid);
  out.member("taken", rfc3339(item.taken)).member_if("reason", item.reason);
  out.member_if("alert", item.alert_id).member_if("rule", item.rule_id);
}

class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  std::string text(const char* name) {
    const auto at = object_.find(name);
    return at != object_.end() && at->is_string() ? at->get<std::string>() : std::string();
  }
  template <typename T>
  T number(const char* name) {
    const auto at = object_.find(name);
    if (at == object_.end() || !at->is_number_integer()) {
      failed_ = true;
      return 0;
    }
    return at->get<T>();
  }
  std::string bytes(const char* name) {
    auto decoded = bytes_of_hex(text(name));
    failed_ |= !decoded;
    return decoded.value_or(std::string());
  }
  bool failed() const { return failed_; }

 private:
  const json& object_;
  bool failed_ = false;
};

bool parse_attributes(const json& object, QuarantineItem& item) {
  const auto list = object.find("attributes");
  if (list == object.end()) return true;
  if (!list->is_array() || list->size() > QuarantineItem::kAttributesMax) return false;
  for (const json& one : *list) {
    if (!one.is_object()) return false;
    Members members(one);
    item.attributes.emplace_back(members.bytes("name"), members.bytes("value"));
    const std::string& name = item.attributes.back().first;
    if (members.failed() || name.empty() || name.find('\0') != std::string::npos) return false;
  }
  return true;
}

}  // namespace

bool is_item_id(std::string_view text) {
  return text.size() == kIdDigits && text.find_first_not_of("0123456789abcdef") == text.npos;
}

void append_json(JsonWriter& out, const QuarantineItem& item) {
  out.begin_object();
  append_facts(out, item);
  out.end_object();
}

std::string text_of(const QuarantineItem& item) {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  append_facts(out, item);
  out.member("path_bytes", hex_of(as_bytes(item.path)));
  out.member("taken_ns", item.taken.ns);
  out.member("atime_ns", item.access_ns).member("mtime_ns", item.change_ns);
  out.key("attributes").begin_array();
  for (const auto& [name, value] : item.attributes) {
    out.begin_object().member("name", hex_of(as_bytes(name)));
    out.member("value", hex_of(as_bytes(value))).end_object();
  }
  out.end_array().end_object();
  return text + "\n";
}

std::optional<QuarantineItem> parse_item(std::string_view text) {
  if (text.size() > QuarantineItem::kTextMax) return std::nullopt;
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  Members members(object);
  QuarantineItem item;
  item.id = members.text("id");
  const std::string state = members.text("state");
  item.state = state == "kept" ? QuarantineItem::State::kKept : QuarantineItem::State::kBegun;
  item.path = members.bytes("path_bytes");
  item.size = members.number<uint64_t>("size");
  item.sha256 = members.text("sha256");
  item.mode = members.number<uint32_t>("mode");
  item.uid = members.number<uint32_t>("uid");
  item.gid = members.number<uint32_t>("gid");
  item.taken.ns = members.number<int64_t>("taken_ns");
  item.access_ns = members.number<int64_t>("atime_ns");
  item.change_ns = members.number<int64_t>("mtime_ns");
  item.reason = members.text("reason");
  item.alert_id = members.text("alert");
  item.rule_id = members.text("rule");
  const bool path_fits = item.path.starts_with('/') && item.path.size() <= kPathMax &&
                         item.path.find('\0') == std::string::npos;
  if (members.failed() || !is_item_id(item.id) || (state != "kept" && state != "begun") ||
      !path_fits || (item.mode & ~kModeBits) != 0 || !parse_attributes(object, item))
    return std::nullopt;
  return item;
}

}  // namespace picket::respond
