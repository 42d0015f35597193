// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/json_writer.h"
#include "event/observation.h"
#include "event/vocabulary.h"

// Everything picket can say of a process and of a flow, as values to print, send or store. What is
// not known is empty or absent; nothing in here is a guess that is not marked as one.
// The JSON that append_json() writes is the contract of `picket connections --json`
// (docs/formats/connections.md): fields may be added, never renamed.
namespace picket::event {

// Whether the executable still is what its package shipped.
enum class PackageMatch : uint8_t {
  kUnknown,     // not looked at yet, or it could not be read
  kUnpackaged,  // no package owns the path
  kMatches,     // content equals the package's checksum
  kDiffers,     // it does not
  kNoChecksum,  // owned, but the package ships no checksum for it
};
std::string_view text(PackageMatch);

struct ParentFacts {
  ProcessKey key;
  WallTime started;
  std::string name;
  std::string executable;
};

struct ProcessFacts {
  ProcessKey key;
  WallTime started;
  std::optional<WallTime> exited;
  std::string name;     // what people call it: base name of the executable, script or task
  std::string command;  // the kernel's task name
  std::string executable;
  bool executable_deleted = false;
  bool executable_is_memfd = false;
  std::string invoked_as;
  std::vector<std::string> arguments;
  bool arguments_truncated = false;
  std::string working_directory;
  uint32_t uid = 0;
  std::string user;  // empty: no such user in the password file
  std::optional<uint32_t> login_uid;
  std::string login_user;
  uint32_t session_id = 0;
  std::string terminal;
  uint64_t cgroup_id = 0;
  std::string cgroup;        // path
  std::string unit;          // systemd unit: nginx.service, session-3.scope
  std::string container;     // runtime:shortid, or the name where it is known
  std::string container_id;  // full id
  uint32_t pid_in_namespace = 0;
  FileIdentity file;
  std::string sha256;       // 64 hex digits; empty: see sha256_note
  std::string sha256_note;  // why there is none yet: "pending", "larger than 512 MiB", ...
  std::string package;      // name of the owning package
  std::string package_version;
  PackageMatch package_match = PackageMatch::kUnknown;
  std::string package_note;              // why package_match is unknown; empty: it is known
  bool kernel_thread = false;            // runs no program
  bool standard_streams_socket = false;  // as in ProcessSeen
  std::vector<ParentFacts> parents;      // nearest first
};

struct FlowFacts {
  std::string id;  // unique on this machine until it restarts
  Transport transport = Transport::kTcp;
  uint16_t protocol = 0;
  Role role = Role::kUnknown;
  FlowState state = FlowState::kUnknown;
  Endpoint local, remote;  // remote.address unspecified and port 0: none
  OwnerClass owner_class = OwnerClass::kProcess;
  Attribution attribution = Attribution::kNone;
  std::string owner_note;  // in words, where there is no process or it is less than certain
  ProcessKey owner;
  std::string process;  // display name; "kernel" for the kernel's own
  std::string executable;
  bool executable_deleted = false;  // as in ProcessFacts
  bool executable_is_memfd = false;
  uint32_t uid = 0;
  std::string user;
  std::string unit;
  std::string container;
  bool shared = false;
  uint64_t inode = 0;
  uint32_t network_namespace = 0;
  std::string network_namespace_name;  // container or `ip netns` name; empty: this machine's own
  std::string remote_name;
  NameSource name_source = NameSource::kNone;
  std::optional<WallTime> name_learnt;
  uint32_t name_ttl_s = 0;
  std::string country;  // ISO 3166-1 alpha-2
  uint32_t as_number = 0;
  std::string as_organization;
  WallTime opened, last_seen;
  std::optional<WallTime> closed;
  bool opened_before_start = false;  // `opened` is when picket found it, not when it began
  FlowCounters counters;
  double bytes_in_per_s = 0, bytes_out_per_s = 0;
  // The worst that detection says of this flow or of its process: low, medium... and why, in a
  // sentence. Empty: nothing.
  std::string suspicion_severity, suspicion;
};

bool has_remote(const FlowFacts&);
// loopback, link, private, multicast, broadcast, global, none
std::string_view scope_text(const IpAddress&);

void append_json(JsonWriter&, const ProcessFacts&);
void append_json(JsonWriter&, const FlowFacts&);  // without the process' full facts

// What the lines of `picket connections --follow --json` tell: the same objects with "event" added.
enum class FlowEvent : uint8_t { kOpened, kFound, kUpdated, kClosed };
enum class ProcessEvent : uint8_t { kStarted, kFound, kExited };
std::string_view text(FlowEvent);
std::string_view text(ProcessEvent);
void append_json(JsonWriter&, const FlowFacts&, FlowEvent);
void append_json(JsonWriter&, const ProcessFacts&, ProcessEvent);

// Reads back what append_json wrote (used by clients of the agent, event/facts_json.h); nullopt
// where it is not that. Times come back to the microsecond. Documents over kFactsJsonMax are
// refused.
constexpr size_t kFactsJsonMax = 256 * 1024;
std::optional<FlowFacts> parse_flow_facts(std::string_view json);
std::optional<ProcessFacts> parse_process_facts(std::string_view json);

}  // namespace picket::event
