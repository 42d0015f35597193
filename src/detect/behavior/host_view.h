// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "event/activity.h"

// What one host has shown so far and several behaviours need. Learnt only from its activities, in
// their order; bounded, with a counter `detect.behavior.*` for each bound. One thread.
namespace picket::detect::behavior {

struct ProcessKnown {
  event::Actor actor;  // everything told of it so far, newest first knowledge wins
  WallTime first_seen;
  bool start_seen = false;  // its creation was observed, so its parent and arguments are sure
  bool ended = false;
  std::string injected_by;  // path of a process that made a thread in it; empty: none did
  std::string injected_by_id;
};

struct FileKnown {
  WallTime written;
  std::string by_path, by_id;  // who wrote it
  bool marked = false;         // as come from elsewhere; `from`: the URL, where the mark tells
  std::string from;
  std::optional<WallTime> deleted;
};

class HostView {
 public:
  static constexpr size_t kProcessesMax = 20'000;
  static constexpr size_t kFilesMax = 20'000;
  static constexpr size_t kAddressesMax = 4'096;  // of each kind
  static constexpr size_t kNamesMax = 20'000;

  HostView() = default;
  HostView(const HostView&) = delete;
  HostView& operator=(const HostView&) = delete;

  // Takes in what `activity` tells. Returns its actor with what was known before filled in: valid
  // until the next call.
  const event::Actor& learn(const event::Activity& activity);

  // The process of an Actor::id, or the last that had `pid`; nullptr: never heard of.
  const ProcessKnown* process(std::string_view id) const;
  const ProcessKnown* process_by_pid(uint32_t pid) const;
  const ProcessKnown* parent_of(const event::Actor& actor) const;
  // Who it is: id, or pid and path where the source gives no id. Empty: no process is named. One
  // process told of by two sources (Sysmon with an id, the Security log with a pid) is one here:
  // learn() finds it by pid and file.
  static std::string identity(const event::Actor& actor);

  // A file written while we watched; path compared without regard to case.
  const FileKnown* file(std::string_view path) const;

  bool is_own(const IpAddress& address) const { return own_.contains(address); }
  // Asked for names by this host.
  bool is_resolver(const IpAddress& address) const { return resolvers_.contains(address); }
  // Where the host's own lsass or logon service speaks LDAP or Kerberos to.
  bool is_domain_controller(const IpAddress& address) const {
    return controllers_.contains(address);
  }
  // A share of that server is, or was, in use by this host.
  bool has_share(const IpAddress& address) const;
  // The name that was last looked up (or given) for an address; empty: none.
  std::string_view name_of(const IpAddress& address) const;

  // Its sources tell of name lookups, so that a missing one means something.
  bool tells_lookups() const { return tells_lookups_; }
  // Its sources tell more of processes than pid and path.
  bool tells_starts() const { return tells_starts_; }

  // Its sources tell the maker of an executable where there is one.
  bool tells_makers() const { return tells_makers_; }

  // Sessions with a person in front of them that were seen.
  bool interactive_session(int64_t session) const { return sessions_.contains(session); }
  size_t process_count() const { return processes_.size(); }

 private:
  std::string key_of(const event::Actor& actor, bool starts) const;
  ProcessKnown& touch_process(const event::Actor& actor, WallTime time, bool starts);
  void learn_connection(const event::Activity& activity, const event::ConnectionMade& made);
  void learn_lookup(const event::DnsLookup& lookup);
  void learn_name(const IpAddress& address, std::string_view name);
  void learn_shares_of_start(const event::Actor& actor);
  FileKnown& learn_file(const event::Activity& activity, std::string_view path);
  bool learn_file_event(const event::Activity& activity);

  std::unordered_map<std::string, ProcessKnown> processes_;  // by identity()
  std::deque<std::string> process_order_;                    // oldest first
  std::unordered_map<uint32_t, std::string> last_of_pid_;
  std::unordered_map<std::string, FileKnown> files_;  // by folded path
  std::deque<std::string> file_order_;
  std::unordered_set<IpAddress> own_, resolvers_, controllers_;
  std::unordered_set<std::string> share_servers_;  // folded names, without the share
  std::unordered_map<IpAddress, std::string> names_;
  std::deque<IpAddress> name_order_;
  std::unordered_set<int64_t> sessions_;
  bool tells_lookups_ = false, tells_starts_ = false, tells_makers_ = false;
};

}  // namespace picket::detect::behavior
