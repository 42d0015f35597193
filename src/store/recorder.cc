// SPDX-License-Identifier: Apache-2.0
#include "store/recorder.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <latch>

#include "base/counter.h"
#include "store/alert_of.h"
#include "store/reader.h"
#include "store/record_of.h"

namespace picket::store {
namespace {

Counter dropped_items{"store.dropped", "alerts and facts not kept: too many waited to be written"};
Counter write_failures{"store.write_failed",
                       "batches that could not be written and were tried again"};
Counter held_full{"store.held_max",
                  "connections kept as two records: too many had begun and not ended"};

constexpr auto kPause = std::chrono::milliseconds(200);  // between batches
constexpr auto kRetry = std::chrono::seconds(1);
constexpr uint64_t kLimitsNs = 60 * kNsPerSecond;
constexpr uint64_t kIncidentsNs = kNsPerSecond;
// Putting all incidents together takes at most this share of a core.
constexpr uint64_t kIncidentsShareInverse = 50;

std::string segment_path(const std::string& folder, uint64_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "events-%08llu.db", static_cast<unsigned long long>(number));
  return folder + '/' + name;
}

// One program that one process runs.
uint64_t start_key(const event::Actor& actor) {
  return std::hash<std::string>()(actor.id + '\n' + actor.path + '\n' + actor.command_line);
}

uint64_t number_of(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename();
  constexpr std::string_view kBefore = "events-";
  uint64_t number = 0;
  if (name.starts_with(kBefore))
    std::from_chars(name.data() + kBefore.size(), name.data() + name.size(), number);
  return number;
}

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::start(RecorderSettings settings) {
  std::unique_ptr<Recorder> recorder(new Recorder(std::move(settings)));
  TRY(recorder->lock_folder());
  recorder->remember_starts();
  TRY(recorder->open_last());
  recorder->keep_limits(true);
  std::latch started{1};
  recorder->thread_ = std::thread([raw = recorder.get(), &started] {
    pthread_setname_np(pthread_self(), "picket-history");
    if (raw->settings_.on_thread_start) raw->settings_.on_thread_start();
    started.count_down();
    raw->run();
  });
  started.wait();
  return recorder;
}

Recorder::~Recorder() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> Recorder::lock_folder() {
  const std::string path = settings_.folder + "/writer.lock";
  lock_.reset(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!lock_) return system_failure("open " + path);
  if (flock(lock_.get(), LOCK_EX | LOCK_NB) != 0)
    return failure(settings_.folder + ": another picket keeps its history there",
                   "Name another folder with --state.");
  return {};
}

// Goes on where the last run ended, or in a new file when that one is damaged, full or not ours.
Result<void> Recorder::open_last() {
  TRY_ASSIGN(const std::vector<std::string> files, segment_files(settings_.folder));
  for (const std::string& file : files) number_ = std::max(number_, number_of(file));
  if (number_ == 0) return open_next();
  const std::string path = segment_path(settings_.folder, number_);
  auto writer = SegmentWriter::open(path, Database::Mode::kAppend);
  if (!writer) {
    status_.notes.push_back(writer.error().message);
    return open_next();
  }
  writer_.emplace(std::move(*writer));
  status_.segment = path;
  return {};
}

Result<void> Recorder::open_next() {
  const std::string path = segment_path(settings_.folder, number_ + 1);
  TRY_ASSIGN(SegmentWriter writer, SegmentWriter::open(path, Database::Mode::kAppend));
  if (writer_) (void)writer_->close_in_order();
  writer_.emplace(std::move(writer));
  ++number_;
  const std::lock_guard lock(mutex_);
  status_.segment = path;
  return {};
}

void Recorder::remember_starts() {
  auto reader = Reader::open(settings_.folder);
  const auto starts = search::parse_query("kind:process", {});
  if (!reader || !starts) return;
  reader->select(*starts, false, [this](const schema::Record& record) {
    starts_.insert(start_key(actor_of(record)));
    return starts_.size() < kStartsMax / 2;
  });
}

void Recorder::record(const event::Activity& activity) { push(activity); }
void Recorder::record(const event::Alert& alert) { push(alert); }

void Recorder::push(Item&& item) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() >= kWaitingMax) {
    dropped_items.add();
    ++status_.dropped;
    return;
  }
  waiting_.push_back(std::move(item));
  if (waiting_.size() == kBatchMax) changed_.notify_all();
}

RecorderStatus Recorder::status() const {
  const std::lock_guard lock(mutex_);
  RecorderStatus status = status_;
  status.waiting = waiting_.size();
  return status;
}

void Recorder::run() {
  bool stop = false;
  while (!stop) {
    std::vector<Item> items;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kPause, [this] { return stop_ || waiting_.size() >= kBatchMax; });
      stop = stop_;
      items.swap(waiting_);
    }
    const std::vector<schema::Record> records = records_of(std::move(items), stop);
    std::vector<KeptIncident> incidents;
    const MonoTime now = system_clock().mono();
    if (settings_.incidents && (stop || now >= next_incidents_)) {
      incidents = settings_.incidents->changed(system_clock().wall());
      const uint64_t cost = ns_between(now, system_clock().mono());
      next_incidents_ = MonoTime{now.ns + std::max(kIncidentsNs, cost * kIncidentsShareInverse)};
    }
    while (!write(records, incidents)) {
      std::unique_lock lock(mutex_);
      if (changed_.wait_for(lock, kRetry, [this] { return stop_; })) break;
    }
    keep_limits(false);
  }
  if (writer_) (void)writer_->close_in_order();
}

std::vector<schema::Record> Recorder::records_of(std::vector<Item>&& items, bool all) {
  std::vector<schema::Record> records;
  records.reserve(items.size());
  for (Item& item : items) {
    if (auto* activity = std::get_if<event::Activity>(&item)) {
      if (settings_.incidents) settings_.incidents->activity_kept(*activity);
      keep_activity(std::move(*activity), records);
    } else {
      const auto& alert = std::get<event::Alert>(item);
      if (settings_.incidents) settings_.incidents->alert_kept(alert);
      records.push_back(record_of(alert));
    }
  }
  release_held(all, records);
  return records;
}

void Recorder::keep_activity(event::Activity&& activity, std::vector<schema::Record>& out) {
  if (const auto* connection = std::get_if<event::ConnectionMade>(&activity.what);
      connection && !connection->id.empty()) {
    if (connection->finished) {
      held_.erase(connection->id);
    } else if (held_.size() < kHeldMax) {
      const uint64_t until = system_clock().mono().ns + kHoldNs;
      held_order_.push_back(connection->id);
      const std::string id = connection->id;
      held_.insert_or_assign(id, Held{until, std::move(activity)});
      return;
    } else {
      held_full.add();
    }
  }
  if (std::holds_alternative<event::ProcessStarted>(activity.what)) {
    if (starts_.size() >= kStartsMax) starts_.clear();
    if (!activity.actor.id.empty() && !starts_.insert(start_key(activity.actor)).second) return;
  }
  if (auto record = record_of(activity)) out.push_back(std::move(*record));
}

void Recorder::release_held(bool all, std::vector<schema::Record>& out) {
  const uint64_t now = system_clock().mono().ns;
  while (!held_order_.empty()) {
    const auto held = held_.find(held_order_.front());
    if (held != held_.end()) {
      if (!all && held->second.until_ns > now) return;
      if (auto record = record_of(held->second.activity)) out.push_back(std::move(*record));
      held_.erase(held);
    }
    held_order_.pop_front();
  }
}

// False: not now. The batch is as if never begun.
bool Recorder::write(const std::vector<schema::Record>& records,
                     std::vector<KeptIncident>& incidents) {
  const Result<void> done = write_batch(records, incidents);
  const std::lock_guard lock(mutex_);
  status_.trouble = done ? std::string() : done.error().message;
  if (!done) {
    write_failures.add();
    return false;
  }
  status_.written += records.size();
  return true;
}

Result<void> Recorder::write_batch(const std::vector<schema::Record>& records,
                                   const std::vector<KeptIncident>& incidents) {
  if (records.empty() && incidents.empty()) return {};
  TRY(writer_->begin());
  const auto done = [&]() -> Result<void> {
    for (const schema::Record& record : records) TRY(writer_->append(record));
    for (const KeptIncident& incident : incidents) TRY(writer_->put(incident));
    return writer_->commit();
  }();
  if (!done) {
    writer_->roll_back();
    if (is_damage(done.error().code)) (void)open_next();
    return done;
  }
  TRY_ASSIGN(const uint64_t bytes, writer_->bytes());
  // What is written is safe; if no other file can be begun, this one grows on.
  if (bytes >= settings_.segment_bytes) (void)open_next();
  return {};
}

void Recorder::keep_limits(bool now) {
  const MonoTime time = system_clock().mono();
  if (!now && time < next_limits_) return;
  next_limits_ = MonoTime{time.ns + kLimitsNs};
  const uint64_t bytes = apply_limits(settings_.folder, writer_->path(), system_clock().wall(),
                                      settings_.keep_bytes, settings_.keep_ns);
  const std::lock_guard lock(mutex_);
  status_.bytes = bytes;
}

}  // namespace picket::store
