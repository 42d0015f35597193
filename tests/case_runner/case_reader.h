// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"

namespace picket::case_runner {

// What is wrong with a case file, each as "FILE:LINE: what". A case with a complaint is not judged.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}
  void add(const YAML::Node& where, std::string_view what);
  void add_line(int line, std::string_view what);  // counted from 1; 0: the file as a whole
  // FILE:LINE of a node, for messages.
  std::string place(const YAML::Node& where) const;
  const std::vector<std::string>& all() const { return all_; }

 private:
  std::string file_;
  std::vector<std::string> all_;
};

// Reads one mapping of a case file. Every key must be asked for: finish() complains of those that
// were not, so a misspelled key never passes silently. A read leaves `out` alone where the key is
// missing, and complains where the value is not of its kind. Nothing throws.
class MapReader {
 public:
  MapReader(const YAML::Node& map, Complaints& complaints);
  void finish();

  // The value of `key`; nullopt: it is not there.
  std::optional<YAML::Node> take(std::string_view key);
  const YAML::Node& node() const { return map_; }
  Complaints& complaints() const { return complaints_; }
  void require(std::string_view key);  // complains when it is not there

  bool read(std::string_view key, std::string& out);
  bool read(std::string_view key, bool& out) { return decode(key, out, "true or false"); }
  bool read(std::string_view key, uint16_t& out) {
    return decode(key, out, "a number up to 65535");
  }
  bool read(std::string_view key, uint32_t& out) { return decode(key, out, "a whole number"); }
  bool read(std::string_view key, uint64_t& out) { return decode(key, out, "a whole number"); }
  bool read(std::string_view key, int& out) { return decode(key, out, "a whole number"); }
  bool read(std::string_view key, std::vector<std::string>& out);
  bool read(std::string_view key, Endpoint& out);
  bool read(std::string_view key, std::vector<IpAddress>& out);
  // Seconds, with fractions, as nanoseconds; within a day either way.
  bool read_seconds(std::string_view key, int64_t& out_ns);
  // A word that `parse` knows.
  template <typename Enum, typename Parse>
  bool read_word(std::string_view key, Enum& out, Parse&& parse) {
    std::string word;
    if (!read(key, word)) return false;
    const std::optional<Enum> value = parse(word);
    if (!value) return wrong(key, "a word that this key knows");
    out = *value;
    return true;
  }

 private:
  struct Member {
    std::string key;
    YAML::Node key_node, value;
    bool taken = false;
  };
  template <typename T>
  bool decode(std::string_view key, T& out, std::string_view kind) {
    const auto value = take(key);
    if (!value) return false;
    return (value->IsScalar() && YAML::convert<T>::decode(*value, out)) || wrong(key, kind);
  }
  bool wrong(std::string_view key, std::string_view kind);

  YAML::Node map_;
  Complaints& complaints_;
  std::vector<Member> members_;
};

// The value of an enumeration whose words are event::text(), up to and including `last`.
template <typename Enum>
std::optional<Enum> word_of(std::string_view word, Enum last) {
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
    if (text(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
  return std::nullopt;
}

// 10.0.0.5:443 or [fd00::1]:443.
std::optional<Endpoint> parse_endpoint(std::string_view text);

}  // namespace picket::case_runner
