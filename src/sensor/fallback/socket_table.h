// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "event/observation.h"
#include "sensor/fallback/socket_entry.h"
#include "sensor/fallback/socket_owners.h"

namespace picket::sensor::fallback {

constexpr size_t kSocketsKnownMax = 262'144;
constexpr uint32_t kUnseenPollsMax = 10;  // then closed, even if the listings were incomplete
constexpr uint8_t kOwnerMissesMax = 2;    // scans without a holder before an owner is given up

// One listing of one poll: the sockets of one kind in one network namespace.
struct SocketGroup {
  uint32_t network_namespace = 0;
  bool complete = true;  // absence from it means that the socket is gone
  bool first = false;    // this kind in this namespace was not listed before
  std::vector<SocketEntry> entries;
};

// SocketTable turns the listings of successive polls into what changed between them. Inferences, as
// no poll shows who opened a connection:
// - A TCP connection is a server's if it was seen in SYN_RECV, or if its local address and port had
//   a listener in the same namespace when it was first seen; a client's if it was seen in SYN_SENT,
//   or if there was no such listener. (A server that closes its listener before the first look at
//   its connection is thus taken for a client.) Once said, a role stays. If the namespace's TCP
//   listings were incomplete the role is unknown.
// - The same for connected UDP, an unconnected UDP socket on the port standing for the listener.
// - A connection in TIME_WAIT, which the kernel lists under a new cookie, continues the one that
// had
//   its addresses and vanished.
// - A socket that lost its file (closing) keeps the owner it was seen with.
// At kSocketsKnownMax further sockets are left out and counted in
// sensor.fallback.sockets_over_limit. One thread.
class SocketTable {
 public:
  explicit SocketTable(size_t sockets_max = kSocketsKnownMax) : sockets_max_(sockets_max) {}

  // Whether the listings hold sockets whose owner is not settled, so that a scan is worth its cost.
  bool wants_owners(const std::vector<SocketGroup>& groups) const;

  // What changed, closed sockets first. `owners` nullptr: no scan was made, what is known stays.
  // `owners_complete` as SocketOwners::complete.
  std::vector<event::SocketSeen> update(const std::vector<SocketGroup>& groups,
                                        const OwnerIndex* owners, bool owners_complete,
                                        MonoTime at);

  // The sockets of the namespace are closed by the next update().
  void forget_namespace(uint32_t network_namespace);

  size_t size() const { return known_.size(); }
  size_t hidden() const { return hidden_; }  // sockets whose owner may not be seen

 private:
  struct Known {
    event::SocketSeen record;
    uint32_t seen_in_poll = 0;
    uint8_t owner_misses = 0;
    bool owner_settled = false;
    bool forgotten = false;
  };
  struct Listener {
    IpAddress address;
    bool v6_only;
    bool v6;
  };
  // Listeners by namespace, transport and port, and where they can be relied on.
  struct Poll {
    const OwnerIndex* owners;
    bool owners_complete;
    MonoTime at;
    std::unordered_map<uint64_t, std::vector<Listener>> listeners;
    std::unordered_map<uint64_t, bool> complete;  // by namespace and transport
    std::vector<event::SocketSeen> changes;
  };

  static uint64_t key_of(const SocketEntry& entry);
  static bool per_peer(const SocketEntry& entry);
  static void index_listeners(const std::vector<SocketGroup>& groups, Poll& poll);
  static bool has_listener(const SocketEntry& entry, uint32_t network_namespace, const Poll& poll);
  static event::Role role_of(const SocketEntry& entry, event::Role before,
                             uint32_t network_namespace, const Poll& poll);
  void see(const SocketEntry& entry, const SocketGroup& group, Poll& poll);
  void add(uint64_t key, const SocketEntry& entry, const SocketGroup& group, Poll& poll);
  bool settle_owner(Known& known, const Poll& poll);
  void continue_in_time_wait(const std::vector<SocketGroup>& groups);
  void close_unseen(const std::vector<SocketGroup>& groups, Poll& poll);

  size_t sockets_max_;
  uint32_t poll_number_ = 0;
  size_t hidden_ = 0;
  std::unordered_map<uint64_t, Known> known_;  // by key_of()
};

}  // namespace picket::sensor::fallback
