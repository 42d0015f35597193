// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "event/facts.h"
#include "event/observation.h"
#include "process/boot_time.h"
#include "process/lineage.h"
#include "process/process.h"
#include "process/text_pool.h"

namespace picket::process {

class CgroupNames;
class ExecutableCatalog;
class UserNames;

struct ProcessLimits {
  size_t processes_max = 65'536;
  size_t exited_held_max = 16'384;         // exited, but still held
  uint64_t grace_ns = 120 * kNsPerSecond;  // an exited process stays named so long
};

constexpr size_t kPathBytesMax = 4096;         // executable, cwd...: PATH_MAX
constexpr size_t kArgumentBytesMax = 4096;     // of one command line
constexpr size_t kWaitingChildrenMax = 8'192;  // seen before their parents

// Where the table gets what a sensor does not say. All must outlive it; null: those facts stay
// empty.
struct ProcessContext {
  const Clock* clock = &system_clock();
  UserNames* users = nullptr;
  CgroupNames* cgroups = nullptr;
  ExecutableCatalog* executables = nullptr;
};

// What apply() changed, for whoever prints or stores process starts and exits.
struct ProcessChange {
  enum class What : uint8_t {
    kStarted,   // forked, or executed without its fork having been seen
    kFound,     // was there when picket looked
    kExecuted,  // runs another image under the same key
    kExited,    // over; also when its end was not seen, but its pid is another's by now
  };
  What what = What::kStarted;
  MonoTime at;
  const Process& process;
};
// Called within apply(), once the table is up to date; must not change the table.
using OnProcessChange = std::function<void(const ProcessChange&)>;

// ProcessTable knows every process by pid and start, its image, its chain of parents, and for a
// grace after its end what it was, so that late records and closed flows still find a name. Records
// may come in any order. Not thread-safe: the agent's main thread owns it.
//
// At `processes_max` one process makes room for a new one, counted in `process.evicted`: the one
// exited longest ago, then exited ones still held, and only then running ones, least recently heard
// of first. Texts longer than kPathBytesMax and arguments beyond kArgumentBytesMax are cut and
// counted (`process.text_bounded`, `process.arguments_bounded`).
class ProcessTable {
 public:
  explicit ProcessTable(ProcessContext context = {}, ProcessLimits limits = {},
                        OnProcessChange on_change = {});
  ~ProcessTable();
  ProcessTable(const ProcessTable&) = delete;
  ProcessTable& operator=(const ProcessTable&) = delete;

  void apply(const event::ProcessSeen& seen);
  void apply(const event::ProcessForked& forked);
  void apply(const event::ProcessExited& exited);
  void apply(const event::ProcessMoved& moved);
  void apply(const event::CgroupSeen& seen);

  // The process of this key. Keys from /proc hold whole ticks: where one of the two sides does,
  // that is enough; two exact starts must agree exactly. Valid until the next apply() or expire().
  const Process* find(const event::ProcessKey& key) const;
  // Its display name; empty: not known. Valid as find()'s answer is.
  std::string_view name(const event::ProcessKey& key) const;
  // The latest life of a pid that has not ended.
  const Process* find_running(uint32_t pid) const;
  // Everything known of it; of an unknown process only the key. Not const: it may look at the
  // password file and the cgroup tree.
  event::ProcessFacts facts(const event::ProcessKey& key);
  // Unit, container and user alone, for those who need them often.
  std::string_view cgroup_path(const Process& process);

  // While held (by a flow), an exited process is not forgotten, up to `exited_held_max` of them.
  // Each true hold() wants one release(). False: no such process.
  bool hold(const event::ProcessKey& key);
  void release(const event::ProcessKey& key);

  // Forgets those whose grace is over, at most `processes_max_per_call`; how many it was.
  size_t expire(MonoTime now, size_t processes_max_per_call = 4096);

  void visit_all(const std::function<void(const Process&)>& visit) const;
  // A process' arguments, taken apart.
  static std::vector<std::string> arguments(const Image& image);

  size_t size() const { return by_pid_.size(); }
  size_t running() const;

 private:
  using Shelf = Process::Shelf;
  using Change = ProcessChange::What;

  Process* find_mutable(const event::ProcessKey& key) const;
  Process& insert(const event::ProcessKey& key, const event::ProcessKey& parent);
  void forget(Process& process);
  void make_room();
  void put_on_shelf(Process& process);
  void end_previous_life(Process& process, MonoTime at);
  void end(Process& process, MonoTime at, int exit_code);
  void adopt_key(Process& process, const event::ProcessKey& key);
  void set_parent(Process& process, const event::ProcessKey& parent);
  void adopt_waiting_children(Process& process);
  void set_image(Process& process, std::shared_ptr<const Image> image);
  std::shared_ptr<const Image> make_image(const event::ProcessSeen& seen);
  PooledText keep(std::string_view text);
  PooledText keep_arguments(const std::vector<std::string>& arguments, bool& truncated);
  void tell(Change what, const Process& process, MonoTime at) const;
  void hear(MonoTime at) { latest_ = std::max(latest_, at); }
  void add_image_facts(const Process& process, event::ProcessFacts& facts) const;
  void add_origin_facts(const Process& process, event::ProcessFacts& facts);
  void add_parent_facts(const Process& process, event::ProcessFacts& facts);
  std::list<Process*>& shelf(Shelf which) { return shelves_[static_cast<size_t>(which)]; }

  ProcessContext context_;
  ProcessLimits limits_;
  OnProcessChange on_change_;
  BootTime boot_time_;
  MonoTime latest_;
  TextPool texts_;  // before everything that refers into it
  Lineage lineage_;
  std::unordered_multimap<uint32_t, Process> by_pid_;  // every life of a pid; nodes do not move
  std::array<std::list<Process*>, 4> shelves_;         // each in order of becoming so
  std::unordered_multimap<uint32_t, event::ProcessKey> waiting_children_;  // by the parent's pid
};

}  // namespace picket::process
