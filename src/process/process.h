// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <string_view>

#include "event/observation.h"
#include "process/lineage.h"
#include "process/text_pool.h"

namespace picket::process {

// What a process runs since its last exec. Never changes once made.
struct Image {
  PooledText name;  // display_name()
  PooledText command;
  PooledText executable;
  PooledText invoked_as;
  PooledText arguments;          // each followed by NUL
  PooledText working_directory;  // at the time the image was seen
  event::FileIdentity file;
  bool arguments_truncated = false;
  bool file_deleted = false;
  bool file_is_memfd = false;
  bool kernel_thread = false;
  bool standard_streams_socket = false;
};

// One process, as ProcessTable keeps it; only the table changes it.
struct Process {
  event::ProcessKey key;
  event::ProcessKey parent;  // who started it (found ones: whose child it is); pid 0: unknown
  uint32_t uid = 0, gid = 0;
  uint32_t login_uid = 0xffffffff;
  uint32_t session_id = 0;
  uint32_t network_namespace = 0, pid_namespace = 0, mount_namespace = 0;
  uint32_t pid_in_namespace = 0;
  uint64_t cgroup_id = 0;
  PooledText terminal;
  PooledText cgroup_path;  // set where cgroup_id does not tell it
  // Shared because a forked child runs its parent's image until it execs, and either may exit
  // first: whichever goes last takes it along. Null: nobody has said yet what it runs.
  std::shared_ptr<const Image> image;
  uint32_t holds = 0;  // ProcessTable::hold()
  bool exited = false;
  int exit_code = 0;  // as wait() tells it
  MonoTime exited_at;

  std::string_view name() const { return image ? image->name.view() : std::string_view(); }

 private:
  friend class ProcessTable;
  enum class Shelf : uint8_t { kFading, kExitedHeld, kLive, kLiveHeld };
  Shelf shelf = Shelf::kLive;
  std::list<Process*>::iterator place;
  Lineage::Member member = Lineage::kNone;
  WallTime exited_wall;
};

}  // namespace picket::process
