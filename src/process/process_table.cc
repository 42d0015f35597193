// SPDX-License-Identifier: Apache-2.0
#include "process/process_table.h"

#include "base/counter.h"
#include "process/cgroup_names.h"
#include "process/display_name.h"
#include "process/executable_catalog.h"

namespace picket::process {
namespace {

using event::ProcessKey;

constexpr uint32_t kKernelThreadParent = 2;  // kthreadd, in the initial pid namespace

Counter evicted{"process.evicted", "processes forgotten early because the table was full"};
Counter evicted_running{"process.evicted_running", "of those evicted, how many were still running"};
Counter held_evicted{"process.held_evicted",
                     "exited processes forgotten though a flow still refers to them"};
Counter exit_missed{"process.exit_missed",
                    "processes whose pid was reused before their exit was seen"};
Counter fork_orphans{"process.parent_unknown", "forks by a process that the table does not know"};
Counter text_bounded{"process.text_bounded", "paths cut because they were too long"};
Counter arguments_bounded{"process.arguments_bounded",
                          "argument lists cut because they were too long"};
Counter children_bounded{"process.waiting_children_bounded",
                         "processes that lost their chain of parents: too many came before them"};

bool whole_ticks(const ProcessKey& key) { return key.start_ns % event::kClockTickNs == 0; }

bool matches(const ProcessKey& known, const ProcessKey& asked) {
  if (known == asked) return true;
  return event::same_process(known, asked) && (whole_ticks(known) || whole_ticks(asked));
}

}  // namespace

ProcessTable::ProcessTable(ProcessContext context, ProcessLimits limits, OnProcessChange on_change)
    : context_(context),
      limits_(limits),
      on_change_(std::move(on_change)),
      boot_time_(*context.clock),
      lineage_(2 * limits.processes_max) {}

ProcessTable::~ProcessTable() = default;

void ProcessTable::apply(const event::ProcessSeen& seen) {
  hear(seen.at);
  Process* process = find_mutable(seen.key);
  const bool known = process != nullptr;
  if (known)
    adopt_key(*process, seen.key);
  else
    process = &insert(seen.key, seen.parent);
  if (known && process->parent.pid == 0) set_parent(*process, seen.parent);
  process->uid = seen.uid;
  process->gid = seen.gid;
  process->login_uid = seen.login_uid;
  process->session_id = seen.session_id;
  process->network_namespace = seen.network_namespace;
  process->pid_namespace = seen.pid_namespace;
  process->mount_namespace = seen.mount_namespace;
  process->pid_in_namespace = seen.pid_in_namespace;
  // An exec does not say where its cgroup is on a hybrid host; what was found before still holds.
  if (!seen.cgroup_path.empty())
    process->cgroup_path = keep(seen.cgroup_path);
  else if (seen.cgroup_id != process->cgroup_id)
    process->cgroup_path = {};
  process->cgroup_id = seen.cgroup_id;
  process->terminal = keep(seen.terminal);
  const std::shared_ptr<const Image> before = process->image;
  set_image(*process, make_image(seen));
  if (context_.executables && seen.file.known())
    context_.executables->request(seen.file, seen.executable, process->key);
  put_on_shelf(*process);
  if (!known) end_previous_life(*process, seen.at);
  if (process->exited) return;
  const bool found = seen.origin == event::ProcessSeen::Origin::kFound;
  if (!known) tell(found ? Change::kFound : Change::kStarted, *process, seen.at);
  // Found again as it was known: nothing new.
  else if (!found || !before || before->executable.view() != process->image->executable.view())
    tell(Change::kExecuted, *process, seen.at);
}

void ProcessTable::apply(const event::ProcessForked& forked) {
  hear(forked.at);
  Process* child = find_mutable(forked.key);
  const bool known = child != nullptr;
  if (known) {
    adopt_key(*child, forked.key);
    set_parent(*child, forked.parent);
  } else {
    child = &insert(forked.key, forked.parent);
    child->uid = forked.uid;
    child->cgroup_id = forked.cgroup_id;
  }
  if (!child->image) {
    if (const Process* parent = find_mutable(forked.parent)) {
      child->gid = parent->gid;
      child->login_uid = parent->login_uid;
      child->session_id = parent->session_id;
      child->network_namespace = parent->network_namespace;
      child->mount_namespace = parent->mount_namespace;
      child->terminal = parent->terminal;
      if (child->cgroup_id == parent->cgroup_id) child->cgroup_path = parent->cgroup_path;
      set_image(*child, parent->image);
    } else {
      fork_orphans.add();
    }
  }
  if (known) return;
  end_previous_life(*child, forked.at);
  if (!child->exited) tell(Change::kStarted, *child, forked.at);
}

void ProcessTable::apply(const event::ProcessExited& exited) {
  hear(exited.at);
  Process* process = find_mutable(exited.key);
  // The end may be told before the beginning; remembered, it keeps the late beginning from making
  // a process that never ends.
  if (!process)
    process = &insert(exited.key, {});
  else
    adopt_key(*process, exited.key);
  if (!process->exited) end(*process, exited.at, exited.exit_code);
}

void ProcessTable::apply(const event::ProcessMoved& moved) {
  Process* process = find_mutable(moved.key);
  if (!process) return;
  process->cgroup_id = moved.cgroup_id;
  process->cgroup_path = {};
  put_on_shelf(*process);
}

void ProcessTable::apply(const event::CgroupSeen& seen) {
  if (context_.cgroups) context_.cgroups->add(seen.id, seen.path);
}

Process* ProcessTable::find_mutable(const ProcessKey& key) const {
  const auto [first, last] = by_pid_.equal_range(key.pid);
  const Process* nearly = nullptr;
  for (auto at = first; at != last; ++at) {
    const Process& process = at->second;
    if (process.key == key) return const_cast<Process*>(&process);
    if (!nearly && matches(process.key, key)) nearly = &process;
  }
  return const_cast<Process*>(nearly);
}

const Process* ProcessTable::find(const ProcessKey& key) const { return find_mutable(key); }

std::string_view ProcessTable::name(const ProcessKey& key) const {
  const Process* process = find_mutable(key);
  return process ? process->name() : std::string_view();
}

const Process* ProcessTable::find_running(uint32_t pid) const {
  const auto [first, last] = by_pid_.equal_range(pid);
  const Process* latest = nullptr;
  for (auto at = first; at != last; ++at) {
    const Process& process = at->second;
    if (!process.exited && (!latest || process.key.start_ns > latest->key.start_ns))
      latest = &process;
  }
  return latest;
}

Process& ProcessTable::insert(const ProcessKey& key, const ProcessKey& parent) {
  if (by_pid_.size() >= limits_.processes_max) make_room();
  Process& process = by_pid_.emplace(key.pid, Process())->second;
  process.key = key;
  process.member = lineage_.add(key, Lineage::kNone);
  auto& live = shelf(Shelf::kLive);
  process.place = live.insert(live.end(), &process);
  set_parent(process, parent);
  adopt_waiting_children(process);
  return process;
}

void ProcessTable::make_room() {
  for (const Shelf which : {Shelf::kFading, Shelf::kExitedHeld, Shelf::kLive, Shelf::kLiveHeld}) {
    if (shelf(which).empty()) continue;
    evicted.add();
    if (which == Shelf::kLive || which == Shelf::kLiveHeld) evicted_running.add();
    if (which == Shelf::kExitedHeld) held_evicted.add();
    forget(*shelf(which).front());
    return;
  }
}

void ProcessTable::forget(Process& process) {
  const auto [waits, waits_end] = waiting_children_.equal_range(process.parent.pid);
  for (auto at = waits; at != waits_end; ++at) {
    if (at->second != process.key) continue;
    waiting_children_.erase(at);
    break;
  }
  lineage_.at(process.member).alive = false;
  lineage_.release(process.member);
  shelf(process.shelf).erase(process.place);
  const auto [first, last] = by_pid_.equal_range(process.key.pid);
  for (auto at = first; at != last; ++at) {
    if (&at->second != &process) continue;
    by_pid_.erase(at);
    return;
  }
}

// To the end of the shelf where it belongs: heard of just now.
void ProcessTable::put_on_shelf(Process& process) {
  const Shelf wanted = process.exited ? (process.holds ? Shelf::kExitedHeld : Shelf::kFading)
                                      : (process.holds ? Shelf::kLiveHeld : Shelf::kLive);
  if (process.exited && wanted == process.shelf) return;  // fades in order of its end
  shelf(wanted).splice(shelf(wanted).end(), shelf(process.shelf), process.place);
  process.shelf = wanted;
  if (wanted == Shelf::kExitedHeld && shelf(wanted).size() > limits_.exited_held_max) {
    held_evicted.add();
    forget(*shelf(wanted).front());
  }
}

// Another life under the same pid cannot be running any more, whichever was told of first.
void ProcessTable::end_previous_life(Process& process, MonoTime at) {
  const auto [first, last] = by_pid_.equal_range(process.key.pid);
  Process* over = nullptr;
  for (auto other = first; other != last; ++other) {
    if (&other->second == &process || other->second.exited) continue;
    over = other->second.key.start_ns <= process.key.start_ns ? &other->second : &process;
  }
  if (!over) return;
  exit_missed.add();
  end(*over, at, 0);
}

void ProcessTable::end(Process& process, MonoTime at, int exit_code) {
  process.exited = true;
  process.exit_code = exit_code;
  process.exited_at = at;
  process.exited_wall = boot_time_.wall(at);
  lineage_.at(process.member).alive = false;
  tell(Change::kExited, process, at);
  put_on_shelf(process);  // may forget it, so last
}

// The same process by a better key: exact where only ticks were known.
void ProcessTable::adopt_key(Process& process, const ProcessKey& key) {
  if (process.key == key || whole_ticks(key)) return;
  const auto [first, last] = waiting_children_.equal_range(process.parent.pid);
  for (auto at = first; at != last; ++at)
    if (at->second == process.key) at->second = key;
  process.key = key;
  lineage_.at(process.member).key = key;
}

void ProcessTable::set_parent(Process& process, const ProcessKey& parent) {
  if (parent.pid == 0 || process.parent.pid != 0) return;
  process.parent = parent;
  if (const Process* known = find_mutable(parent)) {
    lineage_.link(process.member, known->member);
  } else if (waiting_children_.size() < kWaitingChildrenMax) {
    waiting_children_.emplace(parent.pid, process.key);
  } else {
    children_bounded.add();
  }
}

void ProcessTable::adopt_waiting_children(Process& process) {
  const auto [first, last] = waiting_children_.equal_range(process.key.pid);
  for (auto at = first; at != last;) {
    Process* child = find_mutable(at->second);
    if (child && !matches(process.key, child->parent)) {
      ++at;
      continue;
    }
    if (child) lineage_.link(child->member, process.member);
    at = waiting_children_.erase(at);
  }
}

void ProcessTable::set_image(Process& process, std::shared_ptr<const Image> image) {
  process.image = std::move(image);
  if (!process.image) return;
  Lineage::Ancestor& self = lineage_.at(process.member);
  self.name = process.image->name;
  self.executable = process.image->executable;
}

std::shared_ptr<const Image> ProcessTable::make_image(const event::ProcessSeen& seen) {
  auto image = std::make_shared<Image>();
  image->kernel_thread =
      seen.kernel_thread ||
      (seen.executable.empty() && seen.arguments.empty() &&
       seen.origin == event::ProcessSeen::Origin::kFound &&
       (seen.key.pid == kKernelThreadParent || seen.parent.pid == kKernelThreadParent));
  image->name = keep(display_name({seen.executable, seen.command, seen.arguments, seen.file_deleted,
                                   seen.file_is_memfd, image->kernel_thread}));
  image->command = keep(seen.command);
  image->executable = keep(seen.executable);
  image->invoked_as = keep(seen.invoked_as);
  image->working_directory = keep(seen.working_directory);
  image->arguments_truncated = seen.arguments_truncated;
  image->arguments = keep_arguments(seen.arguments, image->arguments_truncated);
  image->file = seen.file;
  image->file_deleted = seen.file_deleted;
  image->file_is_memfd = seen.file_is_memfd;
  image->standard_streams_socket = seen.standard_streams_socket;
  return image;
}

PooledText ProcessTable::keep(std::string_view text) {
  if (text.size() > kPathBytesMax) {
    text_bounded.add();
    text = text.substr(0, kPathBytesMax);
  }
  return texts_.keep(text);
}

PooledText ProcessTable::keep_arguments(const std::vector<std::string>& arguments,
                                        bool& truncated) {
  std::string block;
  for (const std::string& argument : arguments) {
    const size_t room = kArgumentBytesMax - block.size();
    if (argument.size() + 1 > room) {
      if (room > 1) block.append(argument, 0, room - 1) += '\0';
      truncated = true;
      arguments_bounded.add();
      break;
    }
    (block += argument) += '\0';
  }
  return texts_.keep(block);
}

std::vector<std::string> ProcessTable::arguments(const Image& image) {
  std::vector<std::string> list;
  std::string_view block = image.arguments.view();
  while (!block.empty()) {
    const size_t end = block.find('\0');
    list.emplace_back(block.substr(0, end));
    block.remove_prefix(end + 1);
  }
  return list;
}

bool ProcessTable::hold(const ProcessKey& key) {
  Process* process = find_mutable(key);
  if (!process) return false;
  if (process->holds++ == 0) put_on_shelf(*process);
  return true;
}

void ProcessTable::release(const ProcessKey& key) {
  Process* process = find_mutable(key);
  if (!process || process->holds == 0 || --process->holds != 0) return;
  // The grace begins again: the flow that just closed is shown a little longer.
  if (process->exited) process->exited_at = std::max(process->exited_at, latest_);
  put_on_shelf(*process);
}

size_t ProcessTable::expire(MonoTime now, size_t processes_max_per_call) {
  hear(now);
  size_t forgotten = 0;
  auto& fading = shelf(Shelf::kFading);
  while (forgotten < processes_max_per_call && !fading.empty() &&
         ns_between(fading.front()->exited_at, now) >= limits_.grace_ns) {
    forget(*fading.front());
    ++forgotten;
  }
  return forgotten;
}

void ProcessTable::visit_all(const std::function<void(const Process&)>& visit) const {
  for (const auto& [pid, process] : by_pid_) visit(process);
}

size_t ProcessTable::running() const {
  return shelves_[static_cast<size_t>(Shelf::kLive)].size() +
         shelves_[static_cast<size_t>(Shelf::kLiveHeld)].size();
}

void ProcessTable::tell(Change what, const Process& process, MonoTime at) const {
  if (on_change_) on_change_({what, at, process});
}

}  // namespace picket::process
