// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "sensor/fallback/sock_diag.h"
#include "sensor/procfs/proc_files.h"
#include "sensor/procfs/process_text.h"

namespace picket::sensor::fallback {
namespace {

using procfs::read_file;

constexpr uint64_t kInitialPidNamespace = 0xEFFFFFFC;   // PROC_PID_INIT_INO
constexpr uint64_t kInitialUserNamespace = 0xEFFFFFFD;  // PROC_USER_INIT_INO

struct NamedCapability {
  unsigned bit;
  const char* name;
  const char* use;
};
constexpr std::array<NamedCapability, 6> kWanted{{
    {12, "NET_ADMIN", "attach to network hooks and end connections"},
    {19, "SYS_PTRACE", "see other users' processes"},
    {21, "SYS_ADMIN", "enter other network namespaces"},
    {38, "PERFMON", "read kernel structures from BPF"},
    {39, "BPF", "load BPF programs"},
    {2, "DAC_READ_SEARCH", "read executables to hash them"},
}};

std::optional<uint64_t> namespace_of_self(const ProbePlaces& places, const char* kind) {
  std::string path = places.proc_root + "/self/ns/" + kind;
  auto link = procfs::read_link(AT_FDCWD, path.c_str());
  return link ? procfs::parse_inode_link(*link, kind) : std::nullopt;
}

}  // namespace

Capability probe_kernel() {
  constexpr int kMajor = 5, kMinor = 8;
  utsname name{};
  ::uname(&name);
  int major = 0, minor = 0;
  std::string_view release = name.release;
  auto [end, error] = std::from_chars(release.data(), release.data() + release.size(), major);
  if (error == std::errc() && end != release.data() + release.size() && *end == '.') {
    std::from_chars(end + 1, release.data() + release.size(), minor);
  }
  bool works = major > kMajor || (major == kMajor && minor >= kMinor);
  return {"kernel", works,
          "Linux " + std::string(release) + " on " + name.machine +
              (works ? ": new enough for kernel hooks."
                     : ": kernel hooks need 5.8; sockets are polled instead."),
          works ? "" : "Boot a kernel of 5.8 or newer; every Debian from 11 has one."};
}

Capability probe_btf(const ProbePlaces& places) {
  std::string path = places.sys_root + "/kernel/btf/vmlinux";
  auto start = read_file(path, 2);
  bool works = start && start->size() == 2 && (*start == "\x9f\xeb" || *start == "\xeb\x9f");
  return {"btf", works,
          works ? "The kernel describes its own types (" + path + "): one program fits all kernels."
                : "There is no " + path + ": hooks cannot be fitted to this kernel.",
          works ? "" : "Boot a kernel built with CONFIG_DEBUG_INFO_BTF=y, as distributions' are."};
}

Capability probe_cgroup_v2(const ProbePlaces& places) {
  auto text = read_file(places.proc_root + "/self/mountinfo", 1 << 20);
  auto mounts = text ? procfs::find_mounts(*text, "cgroup2") : std::vector<procfs::MountText>();
  if (mounts.empty()) {
    return {
        "cgroup-v2", false,
        "No cgroup v2 hierarchy is mounted: network hooks have nothing to attach to.",
        "mount -t cgroup2 none /sys/fs/cgroup/unified (create the directory first), or boot with "
        "systemd.unified_cgroup_hierarchy=1."};
  }
  return {"cgroup-v2", true,
          "Mounted at " + mounts.front().mount_point +
              ": hooks attached there see every socket made below it.",
          ""};
}

Capability probe_capabilities(const ProbePlaces& places) {
  auto text = read_file(places.proc_root + "/self/status");
  auto status = text ? procfs::parse_status(*text) : std::nullopt;
  if (!status) return {"capabilities", false, "Cannot read which rights this process has.", ""};
  std::string held, missing;
  for (const NamedCapability& wanted : kWanted) {
    std::string& list = status->capabilities >> wanted.bit & 1 ? held : missing;
    list += (list.empty() ? "CAP_" : ", CAP_") + std::string(wanted.name);
    if (&list == &missing) list += std::string(" (to ") + wanted.use + ")";
  }
  if (missing.empty())
    return {"capabilities", true, "All that are needed are held: " + held + ".", ""};
  return {"capabilities", false,
          "Running as user " + std::to_string(status->uid) + " without " + missing +
              (held.empty() ? "." : "; with " + held + "."),
          "Run picket with sudo, or install the service, whose privileged part has them."};
}

Capability probe_process_visibility(const ProbePlaces& places) {
  auto mountinfo = read_file(places.proc_root + "/self/mountinfo", 1 << 20);
  auto status_text = read_file(places.proc_root + "/self/status");
  auto status = status_text ? procfs::parse_status(*status_text) : std::nullopt;
  bool ptrace = status && (status->capabilities >> 19 & 1) != 0;
  std::string options;
  for (const auto& mount : procfs::find_mounts(mountinfo.value_or(""), "proc")) {
    if (mount.mount_point == places.proc_root) options = mount.options + "," + mount.mount_options;
  }
  size_t at = options.find("hidepid=");
  bool hidden = at != std::string::npos && !options.substr(at + 8).starts_with("0") &&
                !options.substr(at + 8).starts_with("off");
  auto pid_namespace = namespace_of_self(places, "pid");
  if (pid_namespace && *pid_namespace != kInitialPidNamespace) {
    return {"process-visibility", false,
            "This is not the machine's own pid namespace: processes outside it cannot be seen.",
            "Run picket on the host, or the container with --pid=host."};
  }
  if (ptrace) {
    return {"process-visibility", true, "Every process and its sockets can be seen.", ""};
  }
  if (hidden) {
    return {"process-visibility", false,
            "/proc is mounted with hidepid: other users' processes are not even listed.",
            "Run as root, or join the group that /proc's gid= option names."};
  }
  return {
      "process-visibility", false,
      "Only this user's processes show which sockets they hold; others are listed by name only.",
      "Run as root, or with CAP_SYS_PTRACE."};
}

Capability probe_sock_diag() {
  auto socket = open_diag_socket();
  if (!socket) return {"sock-diag", false, socket.error().message + ".", socket.error().next};
  SockDiag diag(std::move(*socket));
  std::vector<SocketEntry> entries;
  constexpr size_t kEnough = 1;  // the answer matters, not the sockets
  auto outcome = diag.list({AF_INET, IPPROTO_TCP, event::Transport::kTcp}, kEnough, entries);
  if (!outcome || !outcome->supported) {
    return {"sock-diag", false,
            outcome
                ? "The kernel does not list TCP sockets over netlink: /proc/net is read instead, "
                  "without byte counts."
                : outcome.error().message + ".",
            "modprobe tcp_diag udp_diag raw_diag af_packet_diag"};
  }
  return {"sock-diag", true, "The kernel lists its sockets over netlink.", ""};
}

Capability probe_proc_net(const ProbePlaces& places) {
  bool works = read_file(places.proc_root + "/self/net/tcp", 1).has_value();
  return {"proc-net", works,
          works ? "/proc/net can be read: the way to ping sockets, and in need to all others."
                : "/proc/net cannot be read: ping sockets cannot be listed.",
          works ? "" : "Mount /proc, or lift the sandbox rule that hides it."};
}

Capability probe_container(const ProbePlaces& places) {
  std::string sign;
  auto exists = [&](const char* path) {
    return ::access((places.file_root + path).c_str(), F_OK) == 0;
  };
  if (exists("/.dockerenv"))
    sign = "/.dockerenv exists";
  else if (exists("/run/.containerenv"))
    sign = "/run/.containerenv exists";
  auto users = namespace_of_self(places, "user");
  auto pids = namespace_of_self(places, "pid");
  bool apart =
      (users && *users != kInitialUserNamespace) || (pids && *pids != kInitialPidNamespace);
  if (apart) {
    return {"container", false,
            "This process lives in a pid or user namespace of its own" +
                (sign.empty() ? "" : " (" + sign + ")") +
                ": only what is inside is seen, and kernel hooks are out of reach.",
            "Run picket on the host."};
  }
  return {"container", true,
          sign.empty() ? "Not in a container: the whole machine is in view."
                       : "A sign of a container (" + sign +
                             "), but pids and users are the machine's own: it is all in view.",
          ""};
}

Capability probe_tracefs(const ProbePlaces& places) {
  for (const char* path : {"/kernel/tracing", "/kernel/debug/tracing"}) {
    std::string directory = places.sys_root + path;
    if (::access((directory + "/events").c_str(), R_OK | X_OK) == 0) {
      return {"tracefs", true, "Mounted at " + directory + ".", ""};
    }
  }
  const bool can_mount =
      ::access((places.sys_root + "/kernel/tracing").c_str(), F_OK) == 0 && ::geteuid() == 0;
  return {"tracefs", can_mount,
          can_mount
              ? "Not mounted; picket mounts it for itself alone, to see packet sockets at once."
              : "Not mounted or not readable: packet sockets are found by searching only.",
          can_mount ? "" : "mount -t tracefs tracefs /sys/kernel/tracing (as root)."};
}

Capability probe_seccomp(const ProbePlaces& places) {
  auto actions = read_file(places.proc_root + "/sys/kernel/seccomp/actions_avail", 4096);
  bool works = actions && actions->find("kill_process") != std::string::npos;
  std::string detail = works ? "System call filters work: the part that parses is confined."
                             : "This kernel has no system call filters: parsing is less confined.";
  if (::prctl(PR_GET_SECCOMP) > 0) detail += " One is already upon this process.";
  return {"seccomp", works, detail,
          works ? "" : "Boot a kernel of 4.14 or newer with CONFIG_SECCOMP_FILTER=y."};
}

Capability probe_landlock() {
  long version =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version > 0) {
    return {
        "landlock", true,
        "Version " + std::to_string(version) + ": file access of the part that parses is confined.",
        ""};
  }
  bool built = errno == EOPNOTSUPP;
  return {"landlock", false,
          built ? "Landlock is built in but switched off." : "This kernel has no Landlock.",
          built ? "Boot with landlock in the lsm= list."
                : "Boot a kernel of 5.13 or newer with CONFIG_SECURITY_LANDLOCK=y."};
}

std::vector<Capability> probe_all(const ProbePlaces& places) {
  return {probe_kernel(),
          probe_btf(places),
          probe_bpf(places),
          probe_ring_buffer(places),
          probe_cgroup_v2(places),
          probe_capabilities(places),
          probe_process_visibility(places),
          probe_sock_diag(),
          probe_proc_net(places),
          probe_container(places),
          probe_tracefs(places),
          probe_seccomp(places),
          probe_landlock()};
}

}  // namespace picket::sensor::fallback
