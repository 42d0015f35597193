// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/ip_reputation.h"

#include "detect/suricata/text.h"

namespace picket::detect::suricata {
namespace {

// The address with everything behind its first `length` bits (of its own family) zero.
IpAddress masked(const IpAddress& address, uint8_t length) {
  if (address.is_v4())
    return IpAddress::v4(length == 0 ? 0 : address.v4_host_order() & ~uint32_t{0} << (32 - length));
  std::array<uint8_t, 16> bytes = address.bytes();
  for (unsigned bit = length; bit < 128; ++bit)
    bytes[bit / 8] &= static_cast<uint8_t>(~(0x80u >> bit % 8));
  return IpAddress::v6_bytes(bytes.data());
}

}  // namespace

void IpReputation::read_categories(std::string_view content) {
  for (std::string_view line : split(content, '\n')) {
    auto fields = split(line, ',');
    auto number = parse_number<uint8_t>(fields[0]);
    if (number && fields.size() >= 2) categories_[std::string(fields[1])] = *number;
  }
}

Result<void> IpReputation::read_scores(std::string_view content) {
  size_t number = 0;
  for (std::string_view line : split(content, '\n')) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    auto fields = split(line, ',');
    auto prefix = Prefix::parse(fields[0]);
    auto category = fields.size() < 3 ? std::nullopt : parse_number<uint8_t>(fields[1]);
    auto score = fields.size() < 3 ? std::nullopt : parse_number<uint8_t>(fields[2]);
    if (!prefix || !category || !score || *score > 127)
      return failure("line " + std::to_string(number) +
                     ": expected address,category,score (0 to 127)");
    if (++entries_ > kEntriesMax) return failure("more than 5,000,000 entries");
    Scores& scores =
        blocks_[{prefix->address.is_v4(), prefix->length}][masked(prefix->address, prefix->length)];
    scores.by_category.emplace_back(*category, *score);
  }
  return {};
}

std::optional<uint8_t> IpReputation::category(std::string_view name) const {
  auto found = categories_.find(name);
  if (found == categories_.end()) return std::nullopt;
  return found->second;
}

std::optional<uint8_t> IpReputation::score(const IpAddress& address, uint8_t category) const {
  for (const auto& [key, addresses] : blocks_) {  // the longest first
    if (key.first != address.is_v4()) continue;
    auto found = addresses.find(masked(address, key.second));
    if (found == addresses.end()) continue;
    for (auto& [known, score] : found->second.by_category)
      if (known == category) return score;
  }
  return std::nullopt;
}

}  // namespace picket::detect::suricata
