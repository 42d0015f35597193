// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "base/unique_fd.h"
#include "event/activity.h"
#include "event/alert.h"
#include "store/segment.h"

namespace picket::store {

// Who puts alerts together to incidents while they are written. Called on the recorder's thread.
class IncidentSource {
 public:
  virtual ~IncidentSource() = default;
  virtual void alert_kept(const event::Alert& alert) = 0;
  virtual void activity_kept(const event::Activity& activity) = 0;
  // Those that are new, have changed, or turned out to be part of others since the last call.
  virtual std::vector<KeptIncident> changed(WallTime now) = 0;
};

struct RecorderSettings {
  std::string folder;  // must be there
  uint64_t keep_bytes = uint64_t{4} << 30;
  int64_t keep_ns = int64_t{30} * 86'400 * 1'000'000'000;
  uint64_t segment_bytes = uint64_t{128} << 20;  // then another file is begun
  IncidentSource* incidents = nullptr;           // outlives the recorder
  std::function<void()> on_thread_start;  // on the thread, before start() returns: gives up rights
};

struct RecorderStatus {
  uint64_t written = 0, waiting = 0, dropped = 0;
  uint64_t bytes = 0;              // of all segments
  std::string segment;             // the one being written
  std::string trouble;             // why nothing can be written now; empty: all is well
  std::vector<std::string> notes;  // of the start: what was found damaged
};

// Keeps what happens: takes it at any time without waiting, writes it in batches on a thread of its
// own, begins another file when one is full, and deletes the oldest when the folder holds too much
// or too old. What is not written when the queue is full is counted (store.dropped). When writing
// fails (disk full, taken away) the batch is tried again each second; what comes meanwhile waits.
//
// Short connections become one record: the beginning of one waits kHoldNs for its end. A process is
// kept once for each program it runs, also over restarts of whoever records.
//
// Any thread may call record(); the rest belongs to whoever made it.
class Recorder {
 public:
  static constexpr size_t kWaitingMax = 65'536;
  static constexpr size_t kBatchMax = 8'192;
  static constexpr size_t kHeldMax = 65'536;  // beginnings of connections
  static constexpr uint64_t kHoldNs = 2'000'000'000;
  static constexpr size_t kStartsMax = 100'000;  // process starts known to be kept

  // Fails where another recorder writes to the folder, or it cannot be written to.
  static Result<std::unique_ptr<Recorder>> start(RecorderSettings settings);
  ~Recorder();  // writes what waits

  void record(const event::Activity& activity);
  void record(const event::Alert& alert);
  RecorderStatus status() const;

 private:
  using Item = std::variant<event::Activity, event::Alert>;
  struct Held {
    uint64_t until_ns = 0;
    event::Activity activity;
  };
  explicit Recorder(RecorderSettings&& settings) : settings_(std::move(settings)) {}
  Result<void> lock_folder();
  Result<void> open_last();
  Result<void> open_next();
  void remember_starts();
  void push(Item&& item);
  void run();
  std::vector<schema::Record> records_of(std::vector<Item>&& items, bool all);
  void keep_activity(event::Activity&& activity, std::vector<schema::Record>& out);
  void release_held(bool all, std::vector<schema::Record>& out);
  bool write(const std::vector<schema::Record>& records, std::vector<KeptIncident>& incidents);
  Result<void> write_batch(const std::vector<schema::Record>& records,
                           const std::vector<KeptIncident>& incidents);
  void keep_limits(bool now);

  RecorderSettings settings_;
  UniqueFd lock_;
  std::optional<SegmentWriter> writer_;
  uint64_t number_ = 0;
  MonoTime next_limits_{}, next_incidents_{};
  std::unordered_set<uint64_t> starts_;
  std::deque<std::string> held_order_;
  std::unordered_map<std::string, Held> held_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Item> waiting_;
  RecorderStatus status_;
  bool stop_ = false;
  std::thread thread_;
};

// Deletes what is oldest until the folder's segments hold at most `keep_bytes` and none was last
// written more than `keep_ns` ago; `current` stays. By age at most one goes in a call, so that a
// clock that was set wrong for a moment does not empty a store. Returns the bytes that are left.
uint64_t apply_limits(const std::string& folder, const std::string& current, WallTime now,
                      uint64_t keep_bytes, int64_t keep_ns);

}  // namespace picket::store
