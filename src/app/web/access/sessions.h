// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/web/access/attempt_brake.h"
#include "app/web/access/role.h"
#include "base/clock.h"
#include "base/result.h"

namespace picket::app::web::access {

// Who is signed in, as far as a request is concerned: a copy.
struct Session {
  std::string key;  // names it inside; opens nothing
  std::string user;
  Role role = Role::kViewer;
  std::string csrf;
  WallTime expires;
};

// The sessions and one-time links of one console, in memory only: they end with the process. At
// kSessionsMax the one unused longest is ended (counted); links at kLinksMax likewise. Any thread.
class Sessions {
 public:
  static constexpr size_t kSessionsMax = 256;
  static constexpr size_t kLinksMax = 16;
  static constexpr uint64_t kIdleNs = uint64_t{8} * 3600 * kNsPerSecond;
  static constexpr uint64_t kLongestNs = uint64_t{24} * 3600 * kNsPerSecond;
  static constexpr uint64_t kLinkNs = uint64_t{600} * kNsPerSecond;

  explicit Sessions(const Clock& clock) : clock_(clock) {}

  struct Begun {
    std::string token;  // for the cookie: the only copy
    Session session;
  };
  Result<Begun> begin(const std::string& user, Role role);
  // The session of a cookie's token; it counts as used now.
  std::optional<Session> find(std::string_view token);
  bool alive(const std::string& key) const;
  void end(const std::string& key);
  void end_all_of(const std::string& user);

  // A token that begins one session for whoever has it, within kLinkNs.
  Result<std::string> new_link();
  bool use_link(std::string_view token);

  // The time to wait before another password may be tried; then tell how it went.
  uint64_t wait_ns(const std::string& user, const std::string& address) const;
  void tried(const std::string& user, const std::string& address, bool right);

 private:
  struct Kept {
    Session session;
    MonoTime begun, used;
  };
  bool over(const Kept& kept, MonoTime now) const {
    return ns_between(kept.used, now) > kIdleNs || ns_between(kept.begun, now) > kLongestNs;
  }
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Kept> sessions_;  // by fingerprint of the token
  std::unordered_map<std::string, MonoTime> links_;
  AttemptBrake brake_;
};

}  // namespace picket::app::web::access
