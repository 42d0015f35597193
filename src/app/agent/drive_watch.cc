// SPDX-License-Identifier: Apache-2.0
#include "app/agent/drive_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "sensor/procfs/proc_files.h"

namespace picket::app::agent {
namespace {

constexpr const char* kMountinfo = "/proc/self/mountinfo";
constexpr size_t kMountinfoBytesMax = 4u << 20;
constexpr size_t kToldMax = 65'536;

size_t print_of(uint32_t mount_id, const event::RemovableFileSeen& file) {
  const std::hash<std::string> hash;
  return hash(file.path) ^ hash(file.content) * 31 ^ mount_id * size_t{0x9e3779b97f4a7c15} ^
         static_cast<size_t>(file.hidden.value_or(false));
}

}  // namespace

DriveWatch::DriveWatch(DriveOpener opener)
    : opener_(std::move(opener)), mounts_(open(kMountinfo, O_RDONLY | O_CLOEXEC)) {
  read_mounts(true);
  thread_ = std::thread([this] { look(); });
}

DriveWatch::~DriveWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void DriveWatch::read_mounts(bool again) {
  const auto text = sensor::procfs::read_file(kMountinfo, kMountinfoBytesMax);
  if (!text) return;
  std::unordered_set<uint32_t> present;
  std::vector<sensor::drives::Drive> drives =
      sensor::drives::find_drives(*text, sensor::drives::removable_by_sysfs);
  std::erase_if(drives, [&](const auto& drive) {
    present.insert(drive.mount_id);
    return !again && mounted_.contains(drive.mount_id);
  });
  mounted_ = std::move(present);
  if (mounted_.empty()) told_.clear();
  const std::lock_guard lock(mutex_);
  waiting_ = std::move(drives);
  if (!waiting_.empty()) changed_.notify_all();
}

std::vector<event::RemovableFileSeen> DriveWatch::tick(MonoTime now) {
  // The kernel marks the descriptor when the table of mounts has changed (proc_pid_mountinfo(5)).
  pollfd changed{mounts_.get(), POLLPRI, 0};
  const bool mounts_changed = poll(&changed, 1, 0) > 0 && changed.revents & (POLLPRI | POLLERR);
  if (mounts_changed || now >= next_look_) {
    read_mounts(!mounts_changed);
    next_look_ = MonoTime{now.ns + kLookAgainNs};
  }
  std::vector<Found> found;
  {
    const std::lock_guard lock(mutex_);
    found.swap(found_);
  }
  std::vector<event::RemovableFileSeen> news;
  for (Found& item : found) {
    if (told_.size() >= kToldMax) told_.clear();
    if (told_.insert(print_of(item.mount_id, item.file)).second)
      news.push_back(std::move(item.file));
  }
  return news;
}

void DriveWatch::look() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const sensor::drives::Drive drive = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    lock.unlock();
    std::vector<sensor::drives::DriveFile> files;
    if (const auto root = opener_(drive))
      if (auto listed = sensor::drives::list_drive(*root)) files = std::move(*listed);
    lock.lock();
    for (sensor::drives::DriveFile& file : files)
      found_.push_back({drive.mount_id,
                        {drive.mount_point + '/' + file.path, drive.mount_point,
                         std::move(file.content), file.hidden}});
  }
}

}  // namespace picket::app::agent
