// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "event/activity.h"
#include "sensor/drives/drive_files.h"
#include "sensor/drives/drive_table.h"

namespace picket::app::agent {

// How the root folder of a drive is opened: by the warden where the agent may not.
using DriveOpener = std::function<Result<UniqueFd>(const sensor::drives::Drive& drive)>;

// Looks at drives as they are mounted, and again now and then (a worm writes to what is plugged in
// already), and tells what could be started from them. The looking is done by a thread of its own,
// because a stick may be slow and a share may never answer; the owner's thread calls everything
// else and never waits. A drive is open only while it is looked at, so that it can be unmounted.
class DriveWatch {
 public:
  static constexpr uint64_t kLookAgainNs = 60 * kNsPerSecond;

  explicit DriveWatch(DriveOpener opener);
  ~DriveWatch();
  DriveWatch(const DriveWatch&) = delete;
  DriveWatch& operator=(const DriveWatch&) = delete;

  // A few times a second: notices mounts, hands over what was found since. Each file of a drive is
  // told once while the drive stays mounted, and again when its content or look changed.
  std::vector<event::RemovableFileSeen> tick(MonoTime now);

 private:
  struct Found {
    uint32_t mount_id = 0;
    event::RemovableFileSeen file;
  };
  void look();
  void read_mounts(bool again);

  DriveOpener opener_;
  UniqueFd mounts_;
  MonoTime next_look_;
  std::unordered_set<uint32_t> mounted_;  // ids looked at
  std::unordered_set<size_t> told_;       // what was told of them
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<sensor::drives::Drive> waiting_;  // to be looked at
  std::vector<Found> found_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace picket::app::agent
