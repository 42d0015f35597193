// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/dataset.h"

#include <fcntl.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/address.h"
#include "base/counter.h"
#include "base/hex.h"
#include "base/unique_fd.h"
#include "detect/suricata/base64.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata {
namespace {

Counter dataset_full{"suricata.dataset_full", "values not added to a dataset because it was full"};

size_t digest_size(Dataset::Type type) { return type == Dataset::Type::kMd5 ? 16 : 32; }

std::optional<std::string> unhex(std::string_view text) {
  std::string bytes;
  if (text.size() % 2 != 0) return std::nullopt;
  for (size_t i = 0; i < text.size(); i += 2) {
    uint8_t value = 0;
    auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (error != std::errc() || end != text.data() + i + 2) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  return bytes;
}

std::string address_bytes(const IpAddress& address) {
  const auto& bytes = address.bytes();
  return {bytes.begin() + (address.is_v4() ? 12 : 0), bytes.end()};
}

// The value at "a.b.c" of an object; null: there is none.
nlohmann::json* at_path(nlohmann::json& object, std::string_view path) {
  nlohmann::json* at = &object;
  for (std::string_view key : split(path, '.')) {
    if (!at->is_object()) return nullptr;
    auto found = at->find(std::string(key));
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

void remove_path(nlohmann::json& object, std::string_view path) {
  size_t dot = path.rfind('.');
  nlohmann::json* holder =
      dot == std::string_view::npos ? &object : at_path(object, path.substr(0, dot));
  if (holder != nullptr)
    holder->erase(std::string(path.substr(dot == std::string_view::npos ? 0 : dot + 1)));
}

}  // namespace

Result<std::string> Dataset::parse_member(std::string_view text) const {
  text = trimmed(text);
  switch (type_) {
    case Type::kString: return std::string(text);
    case Type::kMd5:
    case Type::kSha256: {
      auto bytes = unhex(text);
      if (!bytes || bytes->size() != digest_size(type_))
        return failure("\"" + std::string(text) + "\" is no such digest");
      return *bytes;
    }
    case Type::kIpv4:
    case Type::kIp: {
      auto address = IpAddress::parse(text);
      if (!address || (type_ == Type::kIpv4 && !address->is_v4()))
        return failure("\"" + std::string(text) + "\" is no such address");
      return address_bytes(*address);
    }
  }
  return failure("no such type");
}

Result<void> Dataset::put(std::string member, Value value) {
  if (members_.size() >= entries_max_) {
    dataset_full.add();
    return failure("more values than the dataset may hold");
  }
  members_.try_emplace(std::move(member), std::move(value));  // what came first stays
  return {};
}

Result<void> Dataset::load_lines(std::string_view content) {
  std::lock_guard lock(mutex_);
  size_t number = 0;
  for (std::string_view line : split(content, '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    size_t comma = line.find(',');
    std::string_view text = line.substr(0, comma);
    Value value;
    if (comma != std::string_view::npos) {
      auto score = parse_number<uint16_t>(line.substr(comma + 1));
      if (!score)
        return failure("line " + std::to_string(number) + ": expected a score after the comma");
      value.score = *score;
    }
    std::string decoded;
    if (type_ == Type::kString) {
      std::vector<uint8_t> bytes;
      decode_base64(as_bytes(text), Base64Mode::kStrict, bytes);
      decoded.assign(bytes.begin(), bytes.end());
    } else {
      auto member = parse_member(text);
      if (!member) return failure("line " + std::to_string(number) + ": " + member.error().message);
      decoded = *member;
    }
    TRY(put(std::move(decoded), std::move(value)));
  }
  return {};
}

Result<void> Dataset::load_json(std::string_view content, bool lines, std::string_view array_key,
                                std::string_view value_key, bool remove_key) {
  std::lock_guard lock(mutex_);
  auto take = [&](nlohmann::json& object) -> Result<void> {
    nlohmann::json* at = at_path(object, value_key);
    if (at == nullptr || !at->is_string())
      return failure("an entry has no text at \"" + std::string(value_key) + "\"");
    TRY_ASSIGN(std::string member, parse_member(at->get<std::string>()));
    if (remove_key) remove_path(object, value_key);
    return put(std::move(member),
               {0, object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
  };
  if (lines) {
    for (std::string_view line : split(content, '\n')) {
      if (line.empty()) continue;
      auto object = nlohmann::json::parse(line, nullptr, false);
      if (object.is_discarded()) return failure("a line is not JSON");
      TRY(take(object));
    }
    return {};
  }
  auto document = nlohmann::json::parse(content, nullptr, false);
  if (document.is_discarded()) return failure("the file is not JSON");
  nlohmann::json* array = array_key.empty() ? &document : at_path(document, array_key);
  if (array == nullptr || !array->is_array()) return failure("expected a JSON array");
  for (nlohmann::json& object : *array) TRY(take(object));
  return {};
}

std::optional<std::string> Dataset::member_of(Bytes bytes) const {
  std::string text(as_text(bytes));
  switch (type_) {
    case Type::kString: return text;
    case Type::kMd5:
    case Type::kSha256:
      return bytes.size() == digest_size(type_) ? std::optional(text) : std::nullopt;
    case Type::kIpv4: return bytes.size() == 4 ? std::optional(text) : std::nullopt;
    case Type::kIp:
      return bytes.size() == 4 || bytes.size() == 16 ? std::optional(text) : std::nullopt;
  }
  return std::nullopt;
}

bool Dataset::contains(const std::string& member) const {
  std::lock_guard lock(mutex_);
  return members_.contains(member);
}

std::optional<Dataset::Value> Dataset::find(const std::string& member) const {
  std::lock_guard lock(mutex_);
  auto found = members_.find(member);
  if (found == members_.end()) return std::nullopt;
  return found->second;
}

bool Dataset::add(const std::string& member) {
  std::lock_guard lock(mutex_);
  return !members_.contains(member) && put(member, {}).has_value();
}

void Dataset::remove(const std::string& member) {
  std::lock_guard lock(mutex_);
  members_.erase(member);
}

size_t Dataset::size() const {
  std::lock_guard lock(mutex_);
  return members_.size();
}

Result<void> Dataset::save() const {
  std::string out;
  {
    std::lock_guard lock(mutex_);
    std::map<std::string, const Value*> ordered;
    for (const auto& [member, value] : members_) ordered[member] = &value;
    for (const auto& [member, value] : ordered) {
      if (type_ == Type::kString)
        out += encode_base64(as_bytes(member));
      else if (type_ == Type::kMd5 || type_ == Type::kSha256)
        out += hex_of(as_bytes(member));
      else if (member.size() == 4)
        out += IpAddress::v4_bytes(reinterpret_cast<const uint8_t(&)[4]>(*member.data())).text();
      else
        out += IpAddress::v6_bytes(reinterpret_cast<const uint8_t*>(member.data())).text();
      out += '\n';
    }
  }
  UniqueFd file(open(save_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.get() < 0) return system_failure("write " + save_path);
  for (size_t at = 0; at < out.size();) {
    ssize_t wrote = write(file.get(), out.data() + at, out.size() - at);
    if (wrote < 0) return system_failure("write " + save_path);
    at += static_cast<size_t>(wrote);
  }
  return {};
}

Result<Dataset*> DatasetTable::open(std::string_view name, std::optional<Dataset::Type> type,
                                    size_t entries_max) {
  auto found = sets_.find(name);
  if (found == sets_.end()) {
    if (!type) return failure("dataset \"" + std::string(name) + "\" needs a type");
    found = sets_
                .emplace(std::string(name),
                         std::make_shared<Dataset>(std::string(name), *type, entries_max))
                .first;
  } else if (type && found->second->type() != *type) {
    return failure("dataset \"" + std::string(name) + "\" has another type elsewhere");
  }
  return found->second.get();
}

void DatasetTable::keep_from(const DatasetTable& before) {
  for (const auto& [name, set] : before.sets_)
    if (set->filled_by_rules) sets_.emplace(name, set);
}

Result<void> DatasetTable::save_all() const {
  for (const auto& [name, set] : sets_)
    if (!set->save_path.empty()) TRY(set->save());
  return {};
}

}  // namespace picket::detect::suricata
