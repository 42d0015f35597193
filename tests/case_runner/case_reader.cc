// SPDX-License-Identifier: Apache-2.0
#include "case_runner/case_reader.h"

#include <charconv>
#include <cmath>

#include "base/clock.h"

namespace picket::case_runner {
namespace {

constexpr double kSecondsMax = 86'400;

}  // namespace

std::string Complaints::place(const YAML::Node& where) const {
  return file_ + ":" + std::to_string(where.IsDefined() ? where.Mark().line + 1 : 0);
}

void Complaints::add(const YAML::Node& where, std::string_view what) {
  all_.push_back(place(where) + ": " + std::string(what));
}

void Complaints::add_line(int line, std::string_view what) {
  all_.push_back(file_ + ":" + std::to_string(line) + ": " + std::string(what));
}

MapReader::MapReader(const YAML::Node& map, Complaints& complaints)
    : map_(map), complaints_(complaints) {
  if (!map.IsMap()) {
    complaints_.add(map, "expected keys and values");
    return;
  }
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
    bool twice = false;
    for (const Member& other : members_) twice = twice || other.key == key;
    if (twice)
      complaints_.add(entry.first, "\"" + key + "\" stands here twice");
    else
      members_.push_back({key, entry.first, entry.second});
  }
}

void MapReader::finish() {
  for (const Member& member : members_)
    if (!member.taken) complaints_.add(member.key_node, "unknown key \"" + member.key + "\"");
}

std::optional<YAML::Node> MapReader::take(std::string_view key) {
  for (Member& member : members_) {
    if (member.key != key) continue;
    member.taken = true;
    return member.value;
  }
  return std::nullopt;
}

void MapReader::require(std::string_view key) {
  if (!take(key)) complaints_.add(map_, "\"" + std::string(key) + "\" is missing");
}

bool MapReader::wrong(std::string_view key, std::string_view kind) {
  complaints_.add(take(key).value_or(map_),
                  "\"" + std::string(key) + "\" is not " + std::string(kind));
  return false;
}

bool MapReader::read(std::string_view key, std::string& out) {
  const auto value = take(key);
  if (!value) return false;
  if (!value->IsScalar()) return wrong(key, "a text");
  out = value->Scalar();
  return true;
}

bool MapReader::read(std::string_view key, std::vector<std::string>& out) {
  const auto value = take(key);
  if (!value) return false;
  if (!value->IsSequence()) return wrong(key, "a list");
  out.clear();
  for (const YAML::Node& item : *value) {
    if (!item.IsScalar()) return wrong(key, "a list of texts");
    out.push_back(item.Scalar());
  }
  return true;
}

bool MapReader::read(std::string_view key, Endpoint& out) {
  std::string words;
  if (!read(key, words)) return false;
  const auto endpoint = parse_endpoint(words);
  if (!endpoint) return wrong(key, "an address and port, as 10.0.0.5:443 or \"[fd00::1]:443\"");
  out = *endpoint;
  return true;
}

bool MapReader::read(std::string_view key, std::vector<IpAddress>& out) {
  std::vector<std::string> texts;
  if (!read(key, texts)) return false;
  out.clear();
  for (const std::string& item : texts) {
    const auto address = IpAddress::parse(item);
    if (!address) return wrong(key, "a list of addresses");
    out.push_back(*address);
  }
  return true;
}

bool MapReader::read_seconds(std::string_view key, int64_t& out_ns) {
  double seconds = 0;
  if (!decode(key, seconds, "a number of seconds")) return false;
  if (!(std::abs(seconds) <= kSecondsMax)) return wrong(key, "a number of seconds within a day");
  out_ns = std::llround(seconds * static_cast<double>(kNsPerSecond));
  return true;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  const bool bracketed = address.starts_with('[') && address.ends_with(']');
  if (bracketed)
    address = address.substr(1, address.size() - 2);
  else if (address.find(':') != std::string_view::npos)
    return std::nullopt;
  Endpoint endpoint;
  const auto parsed = IpAddress::parse(address);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (!parsed || error != std::errc() || end != port.data() + port.size()) return std::nullopt;
  endpoint.address = *parsed;
  return endpoint;
}

}  // namespace picket::case_runner
