// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/alert_store.h"

#include <algorithm>

#include "app/analyze/pack.h"
#include "base/counter.h"

namespace picket::app::analyze {
namespace {

Counter alert_dropped{"analyze.alert_dropped", "alerts counted but not kept: too many to hold"};

}  // namespace

void AlertStore::add(const event::Alert& alert) {
  std::string packed;
  Packer packer(packed);
  packer(alert);
  add_packed(alert.time, packed);
}

void AlertStore::add_packed(WallTime time, std::string_view bytes) {
  event::Alert alert;
  Unpacker unpacker(bytes);
  unpacker(alert);
  ++counts_[static_cast<size_t>(alert.severity)];
  if (bytes_ + bytes.size() + sizeof(Entry) > bytes_max_) {
    ++dropped_;
    alert_dropped.add();
    return;
  }
  bytes_ += bytes.size() + sizeof(Entry);
  entries_.push_back({time, static_cast<uint32_t>(entries_.size()), std::string(bytes)});
}

void AlertStore::finish() {
  std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
    return a.time != b.time ? a.time < b.time : a.number < b.number;
  });
}

void AlertStore::visit(const std::function<void(const event::Alert&)>& each) const {
  event::Alert alert;
  for (const Entry& entry : entries_) {
    Unpacker unpacker(entry.packed);
    unpacker(alert);
    event::assign_id(alert);
    each(alert);
  }
}

}  // namespace picket::app::analyze
