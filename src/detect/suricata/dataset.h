// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/byte_reader.h"
#include "base/result.h"

namespace picket::detect::suricata {

// A named set of values that rules ask and add to: dataset and datarep. Values are raw bytes
// (strings), digests or addresses; each may carry a score (datarep) or a JSON text that alerts
// show. Any thread may use it; a lock is held for each call. Bounded by `entries_max`: further
// values are refused and counted (suricata.dataset_full).
class Dataset {
 public:
  enum class Type : uint8_t { kString, kMd5, kSha256, kIpv4, kIp };
  enum class Format : uint8_t { kCsv, kJson, kNdjson };
  static constexpr size_t kEntriesMax = 16'000'000;

  struct Value {
    uint16_t score = 0;
    std::string context;  // a JSON value, or empty
  };

  Dataset(std::string name, Type type, size_t entries_max)
      : name_(std::move(name)), type_(type), entries_max_(entries_max) {}

  const std::string& name() const { return name_; }
  Type type() const { return type_; }

  // Lines of the plain form: base64 of a string, hex of a digest, an address; ",score" behind it.
  Result<void> load_lines(std::string_view content);
  // JSON: an array (inside `array_key` if given) or one object a line; the value is at `value_key`.
  Result<void> load_json(std::string_view content, bool lines, std::string_view array_key,
                         std::string_view value_key, bool remove_key);

  // What stands in a buffer, as this set keeps it. Digests must have their 16 or 32 bytes (to_md5
  // makes them), addresses 4 or 16. nullopt: it can be no member.
  std::optional<std::string> member_of(Bytes bytes) const;
  bool contains(const std::string& member) const;
  std::optional<Value> find(const std::string& member) const;
  bool add(const std::string& member);  // false: full, or there already
  void remove(const std::string& member);
  size_t size() const;

  std::string save_path;  // written at the end when not empty
  bool load_path_given = false;
  bool filled_by_rules = false;  // dataset:set, unset
  Result<void> save() const;

 private:
  Result<std::string> parse_member(std::string_view text) const;
  Result<void> put(std::string member, Value value);

  std::string name_;
  Type type_;
  size_t entries_max_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Value> members_;
};

// All sets of a rule set, by name.
class DatasetTable {
 public:
  // The set of that name, made if new; an error when it has another type.
  Result<Dataset*> open(std::string_view name, std::optional<Dataset::Type> type,
                        size_t entries_max);
  Result<void> save_all() const;
  // Before any is opened: the sets of `before` that its rules have filled are these, too.
  void keep_from(const DatasetTable& before);

 private:
  // Shared with the table of the rules that come after these, see keep_from().
  std::map<std::string, std::shared_ptr<Dataset>, std::less<>> sets_;
};

}  // namespace picket::detect::suricata
