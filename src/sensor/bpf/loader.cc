// SPDX-License-Identifier: Apache-2.0
#include "sensor/bpf/loader.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <mntent.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "sensor/bpf/picket_abi.h"

// The compiled programs, put into the binary by picket_object.S.
extern "C" const unsigned char picket_bpf_object[];
extern "C" const unsigned char picket_bpf_object_end[];

namespace picket::sensor::bpf {
namespace {

constexpr std::array<const char*, kIterators> kIteratorPrograms{"pk_iter_tasks", "pk_iter_sockets",
                                                                "pk_iter_tcp", "pk_iter_udp"};

// The last complaint of libbpf, so that an error can tell the kernel's own reason.
thread_local std::string last_complaint;

int keep_complaint(libbpf_print_level level, const char* format, va_list arguments) {
  if (level != LIBBPF_WARN) return 0;
  char line[512];
  std::vsnprintf(line, sizeof line, format, arguments);
  std::string_view text = line;
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (last_complaint.empty()) last_complaint = text;
  return 0;
}

bool attaches_to_cgroup(const bpf_program* program) {
  switch (bpf_program__type(program)) {
    case BPF_PROG_TYPE_CGROUP_SKB:
    case BPF_PROG_TYPE_CGROUP_SOCK:
    case BPF_PROG_TYPE_CGROUP_SOCK_ADDR: return true;
    default: return false;
  }
}

int iterator_index(std::string_view name) {
  for (size_t i = 0; i < kIteratorPrograms.size(); ++i)
    if (name == kIteratorPrograms[i]) return static_cast<int>(i);
  return -1;
}

// Programs that picket does without where a kernel lacks their hook; all others are essential.
const char* missed_without(std::string_view name) {
  if (name == "pk_name_asked4" || name == "pk_name_asked6")
    return "the port of a listener that did not bind is found only by the regular search";
  if (name == "pk_socket_made") return "packet sockets are found only by the regular search";
  if (name == "pk_move" || name == "pk_cgroup_made") return "a process keeps its first cgroup";
  return nullptr;
}

// The id and depth of a cgroup below its root; the root has depth 0.
Result<pk_scope> scope_of(const std::string& directory) {
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0)
    return system_failure("cgroup " + directory, errno,
                          "Give an existing directory of the cgroup v2 hierarchy.");
  TRY_ASSIGN(const std::string root, find_unified_cgroup_root());
  std::string_view below = directory;
  if (!below.starts_with(root))
    return failure(directory + " is not below the cgroup v2 root " + root,
                   "Give a directory below " + root + ".");
  below.remove_prefix(root.size());
  pk_scope scope{};
  scope.cgroup_id = status.st_ino;
  for (size_t i = 0; i < below.size(); ++i)
    if (below[i] != '/' && (i == 0 || below[i - 1] == '/')) ++scope.cgroup_level;
  scope.whole_machine = scope.cgroup_level == 0;
  return scope;
}

// Syscall tracepoints are attached through tracefs. Where nobody mounted it, picket does so in a
// mount namespace of its own, which other processes do not see; later mounts still reach it.
void ensure_tracefs() {
  constexpr const char* kTracing = "/sys/kernel/tracing";
  if (access("/sys/kernel/tracing/events", F_OK) == 0) return;
  if (access("/sys/kernel/debug/tracing/events", F_OK) == 0) return;
  if (unshare(CLONE_NEWNS) != 0 || mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
    return;
  mount("tracefs", kTracing, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
}

std::unexpected<Error> load_failure(std::string what, int error) {
  if (!last_complaint.empty()) what += " (" + last_complaint + ")";
  return system_failure(what, error, "Run `picket doctor` to see what this kernel lacks.");
}

}  // namespace

Result<std::string> find_unified_cgroup_root() {
  FILE* mounts = setmntent("/proc/self/mounts", "r");
  if (!mounts) return system_failure("read /proc/self/mounts");
  std::string found;
  mntent entry{};
  char line[4096];
  while (found.empty() && getmntent_r(mounts, &entry, line, sizeof line))
    if (std::string_view(entry.mnt_type) == "cgroup2") found = entry.mnt_dir;
  endmntent(mounts);
  if (found.empty())
    return failure(
        "cgroup v2 is not mounted here",
        "Mount it (mount -t cgroup2 none /sys/fs/cgroup/unified), or let picket run without BPF.");
  return found;
}

Result<std::unique_ptr<LoadedPrograms>> LoadedPrograms::load(const std::string& cgroup_directory) {
  TRY_ASSIGN(const pk_scope scope, scope_of(cgroup_directory));
  libbpf_set_print(keep_complaint);
  last_complaint.clear();
  const auto size = static_cast<size_t>(picket_bpf_object_end - picket_bpf_object);
  std::unique_ptr<LoadedPrograms> loaded(new LoadedPrograms);
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "picket");
  loaded->object_ = bpf_object__open_mem(picket_bpf_object, size, &options);
  if (!loaded->object_) return load_failure("open the BPF programs", errno);
  bpf_map* config = bpf_object__find_map_by_name(loaded->object_, ".rodata.scope");
  if (!config || bpf_map__set_initial_value(config, &scope, sizeof scope) != 0)
    return failure("the BPF object of this build has no settings section");
  if (const int error = bpf_object__load(loaded->object_); error != 0)
    return load_failure("load the BPF programs", -error);
  ensure_tracefs();
  TRY(loaded->attach(cgroup_directory));
  return loaded;
}

Result<void> LoadedPrograms::attach(const std::string& cgroup_directory) {
  const UniqueFd cgroup(open(cgroup_directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!cgroup) return system_failure("open cgroup " + cgroup_directory);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_) {
    const std::string name = bpf_program__name(program);
    last_complaint.clear();
    bpf_link* link = attaches_to_cgroup(program) ? bpf_program__attach_cgroup(program, cgroup.get())
                                                 : bpf_program__attach(program);
    if (!link) {
      const int error = errno;
      const char* missed = missed_without(name);
      if (!missed) return load_failure("attach the BPF program " + name, error);
      missing_.push_back(name + ": " + std::strerror(error) + "; " + missed);
      continue;
    }
    if (const int index = iterator_index(name); index >= 0)
      iterators_[index] = link;
    else
      links_.push_back(link);
  }
  return {};
}

LoadedPrograms::~LoadedPrograms() {
  for (bpf_link* link : links_) bpf_link__destroy(link);
  for (bpf_link* link : iterators_)
    if (link) bpf_link__destroy(link);
  if (object_) bpf_object__close(object_);
}

SensorDescriptors LoadedPrograms::descriptors() const {
  const auto map = [&](const char* name) { return bpf_object__find_map_fd_by_name(object_, name); };
  return {map("pk_ring"), map("pk_slots"), map(".bss.totals"), map("pk_peers")};
}

uint64_t LoadedPrograms::missed_runs() const {
  uint64_t missed = 0;
  uint64_t of_twin = 0;
  uint64_t of_state = 0;
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_) {
    bpf_prog_info info{};
    uint32_t size = sizeof info;
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) != 0) continue;
    const std::string_view name = bpf_program__name(program);
    (name == "pk_state"        ? of_state
     : name == "pk_state_twin" ? of_twin
                               : missed) += info.recursion_misses;
  }
  return missed + std::min(of_state, of_twin);
}

Result<UniqueFd> LoadedPrograms::iterate(Iterator iterator) const {
  const bpf_link* link = iterators_[static_cast<uint32_t>(iterator)];
  const int fd = link ? bpf_iter_create(bpf_link__fd(link)) : -ENOENT;
  if (fd < 0) return system_failure("begin the search for what exists", -fd);
  return UniqueFd(fd);
}

}  // namespace picket::sensor::bpf
