// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <vector>

#include <sys/stat.h>

#include "base/counter.h"
#include "store/reader.h"
#include "store/recorder.h"

namespace picket::store {
namespace {

Counter deleted_for_size{"store.deleted_for_size", "files of history deleted: too much was kept"};
Counter deleted_for_age{"store.deleted_for_age", "files of history deleted: they were too old"};

struct Kept {
  std::string path;
  uint64_t bytes = 0;
  int64_t written_ns = 0;
};

uint64_t size_of(const std::string& path) {
  struct stat facts {};
  return stat(path.c_str(), &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
}

bool remove_segment(const Kept& segment) {
  std::error_code error;
  if (!std::filesystem::remove(segment.path, error)) return false;
  for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(segment.path + beside, error);
  return true;
}

}  // namespace

uint64_t apply_limits(const std::string& folder, const std::string& current, WallTime now,
                      uint64_t keep_bytes, int64_t keep_ns) {
  const auto files = segment_files(folder);
  if (!files) return 0;
  std::vector<Kept> segments;
  uint64_t total = 0;
  for (const std::string& path : *files) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) continue;
    const int64_t written = int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
    segments.push_back(
        {path, static_cast<uint64_t>(facts.st_size) + size_of(path + "-wal"), written});
    total += segments.back().bytes;
  }
  std::ranges::stable_sort(segments, {}, &Kept::written_ns);
  bool aged = false;
  for (const Kept& segment : segments) {
    if (segment.path == current) continue;
    const bool old = !aged && segment.written_ns < now.ns - keep_ns;
    if (!old && total <= keep_bytes) break;
    if (!remove_segment(segment)) continue;
    (total > keep_bytes ? deleted_for_size : deleted_for_age).add();
    aged = true;
    total -= segment.bytes;
  }
  return total;
}

}  // namespace picket::store
