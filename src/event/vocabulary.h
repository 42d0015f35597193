// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

// The words picket uses for what it sees, each with one meaning (docs/GLOSSARY.md). The spellings
// given by text() are part of the JSON contract: add, do not rename.
namespace picket::event {

// One life of a process. Pids are reused; a pid together with its start is not (start_ns is
// nanoseconds since boot, CLOCK_BOOTTIME, as in task->start_boottime). From /proc only whole clock
// ticks (10 ms) are known, so compare with same_process() where one side may come from there.
struct ProcessKey {
  uint32_t pid = 0;  // thread group id, in the initial pid namespace
  uint64_t start_ns = 0;
  auto operator<=>(const ProcessKey&) const = default;
};
constexpr uint64_t kClockTickNs = 10'000'000;
inline bool same_process(const ProcessKey& a, const ProcessKey& b) {
  return a.pid == b.pid && a.start_ns / kClockTickNs == b.start_ns / kClockTickNs;
}

enum class Transport : uint8_t { kTcp, kUdp, kIcmp, kRaw, kPacket, kOther };

// Who opened the conversation, seen from this machine.
enum class Role : uint8_t {
  kUnknown,   // found already open, and nothing tells
  kClient,    // this side opened it: an outbound connection
  kServer,    // this side was called: an inbound connection
  kListener,  // waits for others: a listening socket, an unconnected datagram socket
};

enum class FlowState : uint8_t {
  kUnknown,
  kOpen /* datagrams */,
  kSynSent,
  kSynReceived,
  kEstablished,
  kFinWait1,
  kFinWait2,
  kTimeWait,
  kClosed,
  kCloseWait,
  kLastAck,
  kListen,
  kClosing,
};

// Whose socket it is. Never guessed: a row without a process says which of these it is.
enum class OwnerClass : uint8_t {
  kProcess,  // a user-space process
  kKernel,   // the kernel's own socket (NFS, WireGuard, ICMP replies...)
  kNone,     // no process holds it any more (orphaned while closing) or yet (waiting for accept)
  kHidden,   // it has one, but this picket may not see whose (fallback without rights)
  kLost,     // the record that would have told was lost; counted
};

// How the owner is known.
enum class Attribution : uint8_t {
  kNone,
  kHook,       // taken in the kernel while the process itself acted on the socket
  kInherited,  // an accepted socket that still carries its listener's owner: nobody used it yet
  kFound,      // the process held the file descriptor when picket looked (at start, at a rescan)
  kPolled,     // fallback: read from /proc some time after the fact
};

enum class NameSource : uint8_t { kNone, kDns, kTlsSni, kHttpHost, kMulticastDns };

std::string_view text(Transport);
std::string_view text(Role);
std::string_view text(FlowState);
std::string_view text(OwnerClass);
std::string_view text(Attribution);
std::string_view text(NameSource);
std::optional<Transport> parse_transport(std::string_view);
std::optional<Role> parse_role(std::string_view);
std::optional<FlowState> parse_flow_state(std::string_view);

// inbound, outbound, listening or unknown: the connection's direction (not that of its traffic).
std::string_view direction_text(Role);

}  // namespace picket::event

template <>
struct std::hash<picket::event::ProcessKey> {
  size_t operator()(const picket::event::ProcessKey& key) const noexcept {
    uint64_t mixed = (key.start_ns ^ uint64_t{key.pid} << 40) * 0x9e3779b97f4a7c15ull;
    return mixed ^ mixed >> 31;
  }
};
