// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/byte_reader.h"
#include "event/vocabulary.h"

// What a sensor hands to the stages: one plain value for each thing seen, in the order seen. Every
// source (kernel hooks, the /proc fallback, a replay, a test) speaks only this.
namespace picket::event {

// The file a process runs, as the kernel knew it when it was started. `device` is in stat()'s
// encoding. All zero: unknown.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t mtime_ns = 0;
  uint64_t size = 0;
  auto operator<=>(const FileIdentity&) const = default;
  bool known() const { return inode != 0; }
};

// A process image: at exec, or as found running. Replaces what was known under the same key.
struct ProcessSeen {
  enum class Origin : uint8_t { kExec, kFound };
  ProcessKey key;
  ProcessKey parent;  // start_ns 0: not known
  Origin origin = Origin::kExec;
  MonoTime at;
  uint32_t uid = 0, gid = 0;
  uint32_t login_uid = 0xffffffff;  // audit login uid; 0xffffffff: none
  uint32_t session_id = 0;          // of setsid(), the leader's pid
  std::string terminal;             // pts/3, tty1; empty: none
  uint64_t cgroup_id = 0;           // cgroup v2 id; 0: unknown
  uint32_t network_namespace = 0;   // inode numbers
  uint32_t pid_namespace = 0;
  uint32_t mount_namespace = 0;
  uint32_t pid_in_namespace = 0;  // 0: same as key.pid
  std::string command;            // task name, at most 15 bytes
  std::string executable;         // full path in the initial mount view; memfd: "memfd:NAME"
  std::string invoked_as;         // what was given to execve: for a script, the script
  std::vector<std::string> arguments;
  bool arguments_truncated = false;
  std::string working_directory;
  FileIdentity file;
  bool file_deleted = false;  // no name left when it was started or looked at
  bool file_is_memfd = false;
  bool kernel_thread = false;  // runs no program: kthreadd and its children
  // Standard input or output was an Internet socket then: somebody on the network types into it.
  bool standard_streams_socket = false;
  std::string cgroup_path;  // where cgroup_id does not tell it (hybrid and version 1 hosts);
                            // empty: it is that of cgroup_id
};

struct ProcessForked {
  ProcessKey key, parent;
  MonoTime at;
  uint32_t uid = 0;
  uint64_t cgroup_id = 0;
};

struct ProcessExited {
  ProcessKey key;
  MonoTime at;
  int exit_code = 0;  // as wait() tells it: status << 8 | signal
};

struct ProcessMoved {  // to another cgroup
  ProcessKey key;
  uint64_t cgroup_id = 0;
};

struct CgroupSeen {
  uint64_t id = 0;
  std::string path;  // below the unified root: /system.slice/nginx.service
};

// Bytes and packets of a flow so far, at the IP layer (headers included) as the host's stack saw
// them. in: received by this machine.
struct FlowCounters {
  uint64_t bytes_in = 0, bytes_out = 0;
  uint64_t packets_in = 0, packets_out = 0;
  uint32_t rtt_us = 0;       // smoothed round trip, TCP; 0: not measured
  uint32_t retransmits = 0;  // segments sent again, TCP
  bool known = false;        // false: nobody counted
};

// Something about a socket and one peer of it. Each record is complete: what it says replaces what
// was known. A flow is (cookie, remote) for datagram sockets without a fixed peer, else the cookie.
struct SocketSeen {
  enum class What : uint8_t {
    kOpened,        // first seen talking, listening or bound
    kFound,         // was there when picket looked
    kUpdated,       // owner, state or peer became better known
    kClosed,        // this flow is over, counters final
    kSocketClosed,  // the socket itself is gone: every flow of this cookie is over
  };
  What what = What::kOpened;
  MonoTime at;
  uint64_t cookie = 0;  // the kernel's socket cookie: unique until reboot
  uint64_t inode = 0;   // socket:[inode]; 0 unknown
  uint32_t network_namespace = 0;
  Transport transport = Transport::kTcp;
  uint16_t protocol = 0;  // IP protocol number, or EtherType for packet sockets
  bool v6_socket = false;
  bool per_peer = false;   // the flow is (cookie, remote): one socket, many peers
  Endpoint local, remote;  // remote unspecified: no peer (listener, bound socket)
  Role role = Role::kUnknown;
  FlowState state = FlowState::kUnknown;
  OwnerClass owner_class = OwnerClass::kProcess;
  Attribution attribution = Attribution::kNone;
  ProcessKey owner;
  ProcessKey creator;  // who made the socket, where that is another process
  uint32_t thread_id = 0;
  uint32_t uid = 0;
  uint64_t cgroup_id = 0;
  char command[16] = {};  // the acting thread's name: a last resort, not the program
  FileIdentity file;      // device and inode of what the owner ran at that moment
  bool shared = false;    // several processes use this socket
  bool fast_open = false;
  MonoTime opened_at;
  uint32_t counter_slot = 0;  // where the live counters are (FlowCounterSource); 0: nowhere
  FlowCounters counters;
};

// Bytes of a flow worth reading for names: a DNS message, the first bytes a client sent.
struct PayloadSeen {
  enum class Kind : uint8_t { kDns, kMulticastDns, kClientFirstBytes };
  Kind kind = Kind::kDns;
  MonoTime at;
  uint64_t cookie = 0;
  ProcessKey owner;
  uint32_t network_namespace = 0;
  Transport transport = Transport::kUdp;
  bool outbound = false;
  Endpoint local, remote;
  uint32_t offset = 0;  // in the stream, for kClientFirstBytes
  Bytes bytes;          // borrowed: valid during the call that delivers it
};

// A name for addresses, read off the wire by inspect: who asked, what was answered.
struct NameSeen {
  NameSource source = NameSource::kDns;
  MonoTime at;
  uint64_t cookie = 0;  // the flow it was read from; for SNI and Host also the one it names
  ProcessKey asker;
  uint32_t network_namespace = 0;
  std::string name;                  // as asked, lower case, no trailing dot
  std::vector<IpAddress> addresses;  // what it resolved to; empty for SNI and Host
  uint32_t ttl_s = 0;                // smallest of the answer's chain
};

using Observation = std::variant<ProcessSeen, ProcessForked, ProcessExited, ProcessMoved,
                                 CgroupSeen, SocketSeen, PayloadSeen, NameSeen>;

}  // namespace picket::event
