// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "sensor/fallback/sock_diag.h"
#include "sensor/fallback/socket_owners.h"
#include "sensor/fallback/socket_table.h"
#include "sensor/source.h"

namespace picket::sensor::fallback {

constexpr int kIntervalMs = 1000;
constexpr int kIntervalMaxMs = 60'000;
constexpr uint64_t kCpuShareInverse = 20;     // at most 1/20 of a core: the interval stretches
constexpr uint32_t kOwnerRescanPolls = 5;     // a scan at least every so many polls
constexpr uint32_t kProcessRefreshPolls = 5;  // so often known processes are looked at closely
constexpr size_t kProcessesKnownMax = 65'536;
constexpr size_t kAncestorsMax = 64;
constexpr size_t kNamespacesMax = 1024;

struct FallbackOptions {
  std::string proc_root = "/proc";
  const Clock* clock = &system_clock();
  int interval_ms = kIntervalMs;
  size_t sockets_max = kSocketsKnownMax;
  // Replaced where a process with more rights collects, and in tests.
  std::function<SocketOwners()> collect_owners = {};  // empty: collect_socket_owners(proc_root)
  std::function<uint64_t()> cpu_ns = {};              // empty: CPU time of the calling thread
};

// FallbackSource sees without kernel hooks: it lists all sockets (sock_diag, /proc/net), looks up
// who holds them (/proc/PID/fd), and reports what changed since it last looked. Works with any
// rights; what those do not let it see it says in mode_note(). Delivers SocketSeen, ProcessSeen
// (origin kFound: owners and their ancestors, parents first), CgroupSeen (before the first process
// in it) and ProcessExited. Counters in SocketSeen are known for TCP only, and payload bytes (see
// SocketEntry). The owner of a socket is as of the last look (Attribution::kPolled). One thread.
class FallbackSource final : public Source {
 public:
  // Fails only when neither netlink nor /proc/net can be read.
  static Result<std::unique_ptr<FallbackSource>> create(FallbackOptions options = {});
  ~FallbackSource() override;

  // Follows another network namespace too, through a socket of open_diag_socket() made inside it.
  // `proc_net` is a directory with its tables ("/proc/PID/net" of a process there); empty: then its
  // ping sockets are not seen. The socket keeps the namespace alive until remove_namespace().
  // False when kNamespacesMax is reached (counted) or the namespace is followed already.
  bool add_namespace(UniqueFd diag_socket, uint32_t inode, std::string proc_net);
  void remove_namespace(uint32_t inode);

  int poll_descriptor() const override { return -1; }
  // 0 while records wait to be drained, else the time between looks, stretched so that looking
  // takes at most 5 % of a core.
  int poll_interval_ms() const override { return pending_.empty() ? interval_ms_ : 0; }
  // Looks when the interval has passed (the first call looks at once).
  Result<size_t> drain(const Deliver& deliver, size_t records_max) override;
  std::string mode() const override { return "fallback"; }
  std::string mode_note() const override;

 private:
  struct Namespace;
  explicit FallbackSource(FallbackOptions options);
  void poll_now();
  std::vector<SocketGroup> list_all();
  void list_namespace(Namespace& place, std::vector<SocketGroup>& groups);
  std::optional<OwnerIndex> scan_owners(const std::vector<SocketGroup>& groups);
  void report_process(const event::ProcessKey& key, MonoTime at);
  void refresh_processes(std::vector<event::ProcessKey>& gone, MonoTime at);
  void stretch_interval(uint64_t cost_ns);

  FallbackOptions options_;
  std::vector<std::unique_ptr<Namespace>> namespaces_;  // the first is our own
  SocketTable table_;
  std::deque<event::Observation> pending_;
  std::unordered_map<event::ProcessKey, std::string> processes_;  // reported; to their task names
  std::unordered_set<uint64_t> cgroups_;
  std::string cgroup_root_;
  int interval_ms_;
  std::optional<MonoTime> last_poll_;
  uint64_t cost_ns_ = 0;  // smoothed CPU time of a look
  uint32_t polls_since_scan_ = 0;
  uint32_t polls_since_refresh_ = 0;
  bool owners_complete_ = false;
  uint32_t processes_denied_ = 0;
};

}  // namespace picket::sensor::fallback
