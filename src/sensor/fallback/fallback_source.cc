// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/fallback_source.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "base/counter.h"
#include "sensor/fallback/proc_net.h"
#include "sensor/procfs/proc_files.h"
#include "sensor/procfs/process_reader.h"

#ifndef IPPROTO_DCCP
#define IPPROTO_DCCP 33
#endif

namespace picket::sensor::fallback {
namespace {

using event::Transport;

Counter stretched{"sensor.fallback.interval_stretched",
                  "looks after which the interval was longer than asked for, to spare the CPU"};
Counter unlisted{"sensor.fallback.listings_failed", "socket tables that could not be read"};
Counter processes_over_limit{"sensor.fallback.processes_over_limit",
                             "processes not reported because there are more than picket keeps"};
Counter namespaces_over_limit{"sensor.fallback.namespaces_over_limit",
                              "network namespaces not followed because there are too many"};

constexpr size_t kProcNetFileMax = 128 * 1024 * 1024;

uint64_t thread_cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<uint64_t>(now.tv_sec) * kNsPerSecond + static_cast<uint64_t>(now.tv_nsec);
}

// Where one kind of socket is listed.
struct Listing {
  enum class From : uint8_t { kDiag, kProcNet, kNowhere };
  DiagQuery query;
  From from = From::kDiag;
  bool refused = false;  // it exists but may not be read
  bool first = true;
};

// SCTP and DCCP are asked for only where the kernel runs them: asking could load their modules.
std::vector<Listing> all_listings(const std::string& proc_net) {
  std::vector<Listing> listings;
  auto add = [&](uint8_t protocol, Transport transport) {
    for (int family : {AF_INET, AF_INET6}) {
      listings.push_back({.query = {static_cast<uint8_t>(family), protocol, transport}});
    }
  };
  add(IPPROTO_TCP, Transport::kTcp);
  add(IPPROTO_UDP, Transport::kUdp);
  add(IPPROTO_UDPLITE, Transport::kUdp);
  add(IPPROTO_RAW, Transport::kRaw);
  add(IPPROTO_ICMP, Transport::kIcmp);
  for (Listing& listing : listings) {  // ping sockets have no netlink listing
    if (listing.query.transport == Transport::kIcmp) listing.from = Listing::From::kProcNet;
    if (listing.query.transport == Transport::kIcmp && listing.query.family == AF_INET6) {
      listing.query.protocol = IPPROTO_ICMPV6;
    }
  }
  listings.push_back({.query = {AF_PACKET, 0, Transport::kPacket}});
  std::string protocols = procfs::read_file(proc_net + "/protocols").value_or("");
  if (protocols.find("\nSCTP") != std::string::npos) add(IPPROTO_SCTP, Transport::kOther);
  if (protocols.find("\nDCCP") != std::string::npos) add(IPPROTO_DCCP, Transport::kOther);
  return listings;
}

}  // namespace

struct FallbackSource::Namespace {
  uint32_t inode = 0;
  std::optional<SockDiag> diag;
  std::string proc_net;  // empty: none
  std::vector<Listing> listings;
};

FallbackSource::FallbackSource(FallbackOptions options)
    : options_(std::move(options)),
      table_(options_.sockets_max),
      interval_ms_(options_.interval_ms) {
  if (!options_.collect_owners) {
    options_.collect_owners = [root = options_.proc_root] { return collect_socket_owners(root); };
  }
  if (!options_.cpu_ns) options_.cpu_ns = thread_cpu_ns;
  cgroup_root_ = procfs::find_cgroup_root(options_.proc_root);
}

FallbackSource::~FallbackSource() = default;

Result<std::unique_ptr<FallbackSource>> FallbackSource::create(FallbackOptions options) {
  std::string proc_net = options.proc_root + "/self/net";
  struct stat own {};
  uint32_t inode = 0;
  if (::stat((options.proc_root + "/self/ns/net").c_str(), &own) == 0) {
    inode = static_cast<uint32_t>(own.st_ino);
  }
  auto diag = open_diag_socket();
  if (!diag && !procfs::read_file(proc_net + "/tcp", 1)) {
    return failure("sockets cannot be listed: " + diag.error().message + ", and " + proc_net +
                       "/tcp cannot be read",
                   "mount /proc, or allow AF_NETLINK sockets in the sandbox this runs in");
  }
  std::unique_ptr<FallbackSource> source(new FallbackSource(std::move(options)));
  source->add_namespace(diag ? std::move(*diag) : UniqueFd(), inode, proc_net);
  return source;
}

bool FallbackSource::add_namespace(UniqueFd diag_socket, uint32_t inode, std::string proc_net) {
  if (std::ranges::any_of(namespaces_, [&](const auto& place) { return place->inode == inode; })) {
    return false;
  }
  if (namespaces_.size() >= kNamespacesMax) {
    namespaces_over_limit.add();
    return false;
  }
  auto place = std::make_unique<Namespace>();
  place->inode = inode;
  place->listings = all_listings(proc_net.empty() ? options_.proc_root + "/self/net" : proc_net);
  place->proc_net = std::move(proc_net);
  if (diag_socket) place->diag.emplace(std::move(diag_socket));
  namespaces_.push_back(std::move(place));
  return true;
}

void FallbackSource::remove_namespace(uint32_t inode) {
  if (namespaces_.empty() || namespaces_.front()->inode == inode) return;  // our own stays
  std::erase_if(namespaces_, [&](const auto& place) { return place->inode == inode; });
  table_.forget_namespace(inode);
}

void FallbackSource::list_namespace(Namespace& place, std::vector<SocketGroup>& groups) {
  for (Listing& listing : place.listings) {
    SocketGroup group{
        .network_namespace = place.inode, .complete = true, .first = listing.first, .entries = {}};
    if (!place.diag && listing.from == Listing::From::kDiag) listing.from = Listing::From::kProcNet;
    if (listing.from == Listing::From::kDiag) {
      auto outcome = place.diag->list(listing.query, options_.sockets_max, group.entries);
      if (!outcome) {
        unlisted.add();
        group.complete = false;
      } else if (!outcome->supported) {
        listing.from = Listing::From::kProcNet;
      } else {
        group.complete = outcome->complete;
      }
    }
    if (listing.from == Listing::From::kProcNet) {
      const char* name = place.proc_net.empty() ? nullptr : proc_net_name(listing.query);
      auto text =
          name ? procfs::read_file(place.proc_net + "/" + name, kProcNetFileMax) : std::nullopt;
      listing.refused = name && !text && errno != ENOENT;
      if (listing.refused) unlisted.add();
      group.complete = !listing.refused;
      if (text) {
        group.complete = parse_proc_net(*text, listing.query, options_.sockets_max, group.entries);
      }
    }
    listing.first = false;
    groups.push_back(std::move(group));
  }
}

std::vector<SocketGroup> FallbackSource::list_all() {
  std::vector<SocketGroup> groups;
  for (auto& place : namespaces_) list_namespace(*place, groups);
  return groups;
}

std::optional<OwnerIndex> FallbackSource::scan_owners(const std::vector<SocketGroup>& groups) {
  bool due = !last_poll_ || ++polls_since_scan_ >= kOwnerRescanPolls;
  if (!due && !table_.wants_owners(groups)) return {};
  polls_since_scan_ = 0;
  SocketOwners owners = options_.collect_owners();
  owners_complete_ = owners.complete;
  processes_denied_ = owners.processes_denied;
  return OwnerIndex(std::move(owners.holders));
}

void FallbackSource::report_process(const event::ProcessKey& key, MonoTime at) {
  std::vector<procfs::ProcessRead> line;  // the process, then its ancestors
  event::ProcessKey next = key;
  while (next.pid != 0 && next.start_ns != 0 && line.size() < kAncestorsMax &&
         !processes_.contains(next)) {
    auto read = procfs::read_process(options_.proc_root, next.pid, cgroup_root_, at);
    if (!read || read->seen.key != next) break;  // ended meanwhile, or hidden
    next = read->seen.parent;
    line.push_back(std::move(*read));
  }
  for (auto read = line.rbegin(); read != line.rend(); ++read) {
    if (processes_.size() >= kProcessesKnownMax) {
      processes_over_limit.add();
      return;
    }
    processes_[read->seen.key] = read->seen.command;
    if (read->seen.cgroup_id != 0 && cgroups_.insert(read->seen.cgroup_id).second) {
      pending_.push_back(event::CgroupSeen{read->seen.cgroup_id, read->cgroup_path});
    }
    pending_.push_back(std::move(read->seen));
  }
}

void FallbackSource::refresh_processes(std::vector<event::ProcessKey>& gone, MonoTime at) {
  std::unordered_set<uint32_t> running;
  UniqueFd root(::open(options_.proc_root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  bool listed = procfs::visit_numbers(root.get(), [&](uint32_t pid, const char*) {
    running.insert(pid);
    return true;
  });
  if (!listed) return;
  // A pid in use is taken for the same process, looked at closely only every so many looks.
  bool closely = ++polls_since_refresh_ >= kProcessRefreshPolls;
  if (closely) polls_since_refresh_ = 0;
  std::vector<event::ProcessKey> changed;
  for (const auto& [key, command] : processes_) {
    if (!running.contains(key.pid)) {
      gone.push_back(key);
    } else if (closely) {
      auto pulse = procfs::read_pulse(options_.proc_root, key.pid);
      if (!pulse || pulse->key != key)
        gone.push_back(key);
      else if (pulse->command != command)
        changed.push_back(key);  // another program, most likely
    }
  }
  for (const event::ProcessKey& key : gone) processes_.erase(key);
  for (const event::ProcessKey& key : changed) {
    processes_.erase(key);
    report_process(key, at);
  }
}

void FallbackSource::poll_now() {
  uint64_t before = options_.cpu_ns();
  MonoTime at = options_.clock->mono();
  std::vector<SocketGroup> groups = list_all();
  std::optional<OwnerIndex> owners = scan_owners(groups);
  std::vector<event::SocketSeen> changes =
      table_.update(groups, owners ? &*owners : nullptr, owners_complete_, at);
  std::vector<event::ProcessKey> gone;
  refresh_processes(gone, at);
  for (const event::SocketSeen& change : changes) {
    if (change.owner.pid != 0 && change.what != event::SocketSeen::What::kClosed) {
      report_process(change.owner, at);
    }
  }
  for (event::SocketSeen& change : changes) pending_.push_back(std::move(change));
  for (const event::ProcessKey& key : gone) pending_.push_back(event::ProcessExited{key, at, 0});
  last_poll_ = at;
  stretch_interval(options_.cpu_ns() - before);
}

void FallbackSource::stretch_interval(uint64_t cost_ns) {
  // The first look reads everything anew and says little of the next ones.
  cost_ns_ = cost_ns_ == 0 ? cost_ns / 2 + 1 : (cost_ns_ * 3 + cost_ns) / 4;
  uint64_t needed_ms = cost_ns_ * kCpuShareInverse / kNsPerMs;
  uint64_t asked_ms = static_cast<uint64_t>(options_.interval_ms);
  if (needed_ms > asked_ms) stretched.add();
  interval_ms_ = static_cast<int>(std::min<uint64_t>(std::max(needed_ms, asked_ms),
                                                     std::max<uint64_t>(kIntervalMaxMs, asked_ms)));
}

Result<size_t> FallbackSource::drain(const Deliver& deliver, size_t records_max) {
  if (pending_.empty()) {
    // A timer may come a little early; a tenth of the interval is let pass.
    uint64_t due_ns = static_cast<uint64_t>(interval_ms_) * kNsPerMs / 10 * 9;
    if (!last_poll_ || ns_between(*last_poll_, options_.clock->mono()) >= due_ns) poll_now();
  }
  size_t delivered = 0;
  for (; delivered < records_max && !pending_.empty(); ++delivered) {
    event::Observation next = std::move(pending_.front());
    pending_.pop_front();
    deliver(std::move(next));
  }
  return delivered;
}

std::string FallbackSource::mode_note() const {
  std::string note = "Sockets are looked at every " + std::to_string(interval_ms_) +
                     " ms, not followed by the kernel: connections and processes that live shorter "
                     "may be missing.";
  if (table_.hidden() > 0) {
    note += " The owners of " + std::to_string(table_.hidden()) +
            (table_.hidden() == 1 ? " socket" : " sockets") +
            " of other users or containers may not be seen with these rights (" +
            std::to_string(processes_denied_) +
            " processes do not let picket look); run as root to see them.";
  }
  for (const auto& place : namespaces_) {
    for (const Listing& listing : place->listings) {
      if (!listing.refused) continue;
      note += std::string(" The table ") + proc_net_name(listing.query) + " may not be read.";
    }
  }
  return note;
}

}  // namespace picket::sensor::fallback
