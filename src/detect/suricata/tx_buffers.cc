// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/tx_buffers.h"

#include "detect/suricata/rule_set.h"
#include "inspect/file/file_body.h"

namespace picket::detect::suricata {
namespace {

using inspect::BufferId;
using inspect::Transaction;

bool is_of_file(BufferId id) {
  return id == BufferId::k_file_data || id == BufferId::k_file_name || id == BufferId::k_file_magic;
}

TxBuffers::View view_of_file(inspect::FileBody& file, BufferId id) {
  if (id == BufferId::k_file_name) return {file.name(), 0, true};
  if (id == BufferId::k_file_magic) return {as_bytes(file.magic()), 0, true};
  return {file.window(), file.window_offset(), !file.open()};
}

}  // namespace

std::optional<Bytes> transformed(std::span<const Transform* const> transforms, Bytes in,
                                 std::vector<uint8_t>& spare, std::vector<uint8_t>& to) {
  std::vector<uint8_t>*from = &spare, *into = &to;
  bool first = true;
  for (const Transform* transform : transforms) {
    into->clear();
    if (!transform->apply(first ? in : Bytes(*from), *into)) return std::nullopt;
    std::swap(from, into);
    first = false;
  }
  if (first) return in;
  if (from != &to) to.swap(spare);
  return Bytes(to);
}

void TxBuffers::begin(const RuleSet& rules, Transaction& transaction) {
  rules_ = &rules;
  transaction_ = &transaction;
  cache_.clear();
  storage_used_ = 0;
}

std::vector<uint8_t>& TxBuffers::next_storage() {
  if (storage_used_ == storage_.size())
    storage_.push_back(std::make_unique<std::vector<uint8_t>>());
  return *storage_[storage_used_++];
}

std::optional<TxBuffers::View> TxBuffers::raw(const BufferSlot& slot, inspect::Direction direction,
                                              size_t index) const {
  const inspect::BufferInfo& info = *slot.info();
  if (is_of_file(slot.buffer)) {
    if (inspect::FileBody* file = transaction_->file(direction, index))
      return view_of_file(*file, slot.buffer);
    if (slot.buffer != BufferId::k_file_data || index > 0) return std::nullopt;
  }
  if (index > 0 && info.shape != inspect::BufferShape::kMany) return std::nullopt;
  uint8_t progress = transaction_->progress(direction);
  if (info.shape != inspect::BufferShape::kBody && progress < info.progress) return std::nullopt;
  auto bytes = transaction_->buffer(slot.buffer, direction, index);
  if (!bytes) return std::nullopt;
  if (info.shape != inspect::BufferShape::kBody) return View{*bytes, 0, true};
  return View{*bytes, transaction_->body_offset(slot.buffer, direction),
              progress == Transaction::kDone};
}

std::optional<TxBuffers::View> TxBuffers::get(uint16_t slot_place, inspect::Direction direction,
                                              size_t index) {
  const BufferSlot& slot = rules_->slots[slot_place];
  if (index >= kInstancesMax) return std::nullopt;
  if (slot.transforms.empty()) return raw(slot, direction, index);
  for (const Cached& cached : cache_)
    if (cached.slot == slot_place && cached.direction == direction && cached.index == index)
      return cached.view;
  auto view = raw(slot, direction, index);
  if (view) {
    std::vector<uint8_t>& spare = next_storage();
    std::vector<uint8_t>& to = next_storage();
    auto bytes = transformed(slot.transforms, view->bytes, spare, to);
    if (bytes)
      view = View{*bytes, 0, view->ends_here};
    else
      view = View{{}, 0, view->ends_here};
  }
  cache_.push_back({slot_place, direction, index, view});
  return view;
}

bool TxBuffers::settled(uint16_t slot_place, inspect::Direction direction) const {
  const BufferSlot& slot = rules_->slots[slot_place];
  uint8_t progress = transaction_->progress(direction);
  if (progress == Transaction::kDone) return true;
  const inspect::BufferInfo& info = *slot.info();
  if (is_of_file(slot.buffer) || info.shape == inspect::BufferShape::kBody) return false;
  return info.progress > 0 && progress >= info.progress;
}

TxOutcome BufferListCheck::evaluate(MatchScope& scope, TxBuffers& buffers) const {
  inspect::Direction side = direction.value_or(scope.direction);
  bool present = false;
  for (size_t index = 0;; ++index) {
    auto view = buffers.get(list_.slot, side, index);
    if (!view) break;
    present = true;
    if (list_.absent_only) break;
    BufferWalk walk{view->bytes, view->base, view->ends_here, scope.rules->slots[list_.slot].name,
                    scope};
    if (walk_matches(list_.checks, walk)) return TxOutcome::kMatch;
  }
  bool settled = buffers.settled(list_.slot, side);
  if (!present && settled && (list_.absent_only || list_.absent_ok)) return TxOutcome::kMatch;
  if (present && list_.absent_only) return TxOutcome::kNever;
  return settled ? TxOutcome::kNever : TxOutcome::kNotYet;
}

}  // namespace picket::detect::suricata
