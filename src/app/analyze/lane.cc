// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/lane.h"

#include <algorithm>

#include "app/analyze/pack.h"
#include "detect/behavior/allow_list.h"

namespace picket::app::analyze {

void Lane::push(Batch&& batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return batches_.size() < kBatchesMax; });
  batches_.push_back(std::move(batch));
  changed_.notify_all();
}

void Lane::close(sensor::replay::ReadOutcome outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
  closed_ = true;
  changed_.notify_all();
}

std::optional<Batch> Lane::pop() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return closed_ || !batches_.empty(); });
  if (batches_.empty()) return std::nullopt;
  Batch batch = std::move(batches_.front());
  batches_.pop_front();
  changed_.notify_all();
  return batch;
}

void LaneWriter::end_item(Item::Kind kind, WallTime time, size_t begin) {
  batch_.items.push_back({kind, time, static_cast<uint32_t>(begin),
                          static_cast<uint32_t>(batch_.bytes.size() - begin)});
  if (batch_.bytes.size() >= Lane::kBatchBytes) flush();
}

void LaneWriter::flush() {
  if (batch_.items.empty()) return;
  batch_.bytes.shrink_to_fit();
  lane_.push(std::move(batch_));
  batch_ = {};
  batch_.bytes.reserve(Lane::kBatchBytes + Lane::kBatchBytes / 4);
}

void LaneWriter::alert(const event::Alert& alert) {
  const size_t begin = batch_.bytes.size();
  Packer packer(batch_.bytes);
  if (allow_.empty()) {
    packer(alert);
  } else {
    event::Alert judged = alert;
    detect::behavior::apply_allow_list(allow_, judged);
    packer(judged);
  }
  end_item(Item::Kind::kAlert, alert.time, begin);
}

void LaneWriter::activity(const event::Activity& activity) {
  const size_t begin = batch_.bytes.size();
  Packer packer(batch_.bytes);
  packer(activity);
  end_item(Item::Kind::kActivity, activity.time, begin);
}

void LaneWriter::matched(const event::LogRecord& record, std::span<const uint32_t> rules) {
  const size_t begin = batch_.bytes.size();
  Packer packer(batch_.bytes);
  packer(rules.size());
  for (const uint32_t rule : rules) packer(rule);
  packer(record.origin, record.time, record.computer, record.fields().size());
  for (const event::LogField& field : record.fields()) packer(field);
  end_item(Item::Kind::kMatched, record.time.value_or(WallTime{}), begin);
}

void LaneWriter::eve(std::string_view lines) {
  if (!wants_eve_ || lines.empty()) return;
  const size_t begin = batch_.bytes.size();
  batch_.bytes += lines;
  end_item(Item::Kind::kEve, {}, begin);
}

void unpack_matched(std::string_view bytes, event::LogRecord& record,
                    std::vector<uint32_t>& rules) {
  record.clear();
  rules.clear();
  Unpacker unpacker(record.keep(bytes));
  size_t count = 0;
  unpacker(count);
  for (size_t i = 0; i < count && !unpacker.failed(); ++i) unpacker(rules.emplace_back());
  unpacker(record.origin, record.time, record.computer, count);
  event::LogField field;
  for (size_t i = 0; i < count && !unpacker.failed(); ++i) {
    unpacker(field);
    record.add(field.name, field.value, field.type);
  }
}

}  // namespace picket::app::analyze
