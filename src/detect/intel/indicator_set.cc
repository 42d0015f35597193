// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/indicator_set.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::detect::intel {
namespace {

Counter over_bound{"intel.indicator_over_bound", "indicators refused because there were too many"};

constexpr int64_t kNsPerHour = int64_t{3600} * static_cast<int64_t>(kNsPerSecond);
constexpr size_t kAboutMax = 256;     // bytes
constexpr size_t kSourcesMax = 4096;  // lists

uint64_t slot_key(IndicatorKind kind, std::string_view value) {
  uint64_t key = std::hash<std::string_view>()(value) ^
                 (static_cast<uint64_t>(kind) + 1) * 0x9e3779b97f4a7c15ull;
  key *= 0xbf58476d1ce4e5b9ull;
  return key ^ key >> 31;
}

int32_t hours(const std::optional<WallTime>& time) {
  return time ? static_cast<int32_t>(std::clamp<int64_t>(time->ns / kNsPerHour, 1, INT32_MAX)) : 0;
}

}  // namespace

uint32_t IndicatorSet::keep(std::string_view words) {
  const auto at = static_cast<uint32_t>(text_.size());
  text_ += words.substr(0, words.find('\0'));
  text_ += '\0';
  return at;
}

bool IndicatorSet::add(const Indicator& indicator, std::string_view source) {
  if (entries_.size() >= kEntriesMax ||
      text_.size() + indicator.value.size() + kAboutMax > kTextMax) {
    over_bound.add();
    return false;
  }
  if (sources_.empty() || sources_.back() != source) {
    if (sources_.size() < kSourcesMax) sources_.emplace_back(source);
  }
  Entry entry;
  entry.kind = indicator.kind;
  entry.port = indicator.port;
  entry.source = static_cast<uint16_t>(sources_.size() - 1);
  entry.seen_h = hours(indicator.seen);
  entry.expires_h = hours(indicator.expires);
  entry.value = keep(indicator.value);
  const std::string about = indicator.about.substr(0, kAboutMax);
  const auto [known, fresh] = abouts_.try_emplace(about, 0);
  if (fresh) known->second = keep(about);
  entry.about = known->second;
  if (indicator.kind == IndicatorKind::kPrefix) {
    if (const auto prefix = Prefix::parse(indicator.value)) {
      if (prefix->address.is_v4())
        lengths4_.set(prefix->length);
      else
        lengths6_.set(prefix->length);
    }
  }
  slots_.push_back(
      {slot_key(indicator.kind, indicator.value), static_cast<uint32_t>(entries_.size())});
  entries_.push_back(entry);
  return true;
}

void IndicatorSet::seal() {
  std::sort(slots_.begin(), slots_.end());
  abouts_ = {};
  text_.shrink_to_fit();
  entries_.shrink_to_fit();
  slots_.shrink_to_fit();
}

size_t IndicatorSet::memory_bytes() const {
  return text_.capacity() + entries_.capacity() * sizeof(Entry) + slots_.capacity() * sizeof(Slot);
}

IndicatorSet::Hit IndicatorSet::hit(const Entry& entry) const {
  return {entry.kind,
          text_.c_str() + entry.value,
          text_.c_str() + entry.about,
          sources_[entry.source],
          entry.port,
          {entry.seen_h * kNsPerHour},
          {entry.expires_h * kNsPerHour}};
}

template <typename Fits>
std::optional<IndicatorSet::Hit> IndicatorSet::search(IndicatorKind kind, std::string_view value,
                                                      Fits fits) const {
  const uint64_t key = slot_key(kind, value);
  for (auto slot = std::lower_bound(slots_.begin(), slots_.end(), Slot{key, 0});
       slot != slots_.end() && slot->key == key; ++slot) {
    const Entry& entry = entries_[slot->entry];
    if (entry.kind == kind && value == text_.c_str() + entry.value && fits(entry))
      return hit(entry);
  }
  return std::nullopt;
}

std::optional<IndicatorSet::Hit> IndicatorSet::find(IndicatorKind kind,
                                                    std::string_view value) const {
  if (value.empty()) return std::nullopt;
  return search(kind, value, [](const Entry&) { return true; });
}

std::optional<IndicatorSet::Hit> IndicatorSet::find_address(const IpAddress& address,
                                                            uint16_t port) const {
  const auto fits = [port](const Entry& entry) { return entry.port == 0 || entry.port == port; };
  if (auto found = search(IndicatorKind::kAddress, address.text(), fits)) return found;
  const int bits = address.is_v4() ? 32 : 128;
  for (int length = bits; length > 0; --length) {
    if (!(address.is_v4() ? lengths4_.test(static_cast<size_t>(length))
                          : lengths6_.test(static_cast<size_t>(length))))
      continue;
    const std::string prefix = masked(address, static_cast<uint8_t>(length)).text();
    if (auto found = search(IndicatorKind::kPrefix, prefix, fits)) return found;
  }
  return std::nullopt;
}

std::optional<IndicatorSet::Hit> IndicatorSet::find_domain(std::string_view name) const {
  while (name.find('.') != name.npos) {
    if (auto found = find(IndicatorKind::kDomain, name)) return found;
    name.remove_prefix(name.find('.') + 1);
  }
  return std::nullopt;
}

std::optional<IndicatorSet::Hit> IndicatorSet::find_url(std::string_view url) const {
  const std::string key = url_key(url);
  if (auto found = find(IndicatorKind::kUrl, key)) return found;
  return find(IndicatorKind::kUrl, std::string_view(key).substr(0, key.find('?')));
}

}  // namespace picket::detect::intel
