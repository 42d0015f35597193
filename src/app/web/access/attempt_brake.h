// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace picket::app::web::access {

// Slows down guessing: after kFreeTries wrong passwords each further one of the same key (a name,
// an address) makes the next wait twice as long, up to kWaitMaxNs; a right one forgives. Keys are
// forgotten after kForgottenNs, and the one that waited longest when there are kKeysMax of them
// (counted). Not thread-safe.
class AttemptBrake {
 public:
  static constexpr unsigned kFreeTries = 3;
  static constexpr uint64_t kWaitFirstNs = kNsPerSecond;
  static constexpr uint64_t kWaitMaxNs = 60 * kNsPerSecond;
  static constexpr uint64_t kForgottenNs = 3600 * kNsPerSecond;
  static constexpr size_t kKeysMax = 4096;

  // How long this key has to wait; 0: it may try.
  uint64_t wait_ns(const std::string& key, MonoTime now) const;
  void failed(const std::string& key, MonoTime now);
  void succeeded(const std::string& key) { tries_.erase(key); }
  size_t size() const { return tries_.size(); }

 private:
  struct Tries {
    unsigned wrong = 0;
    MonoTime last, until;
  };
  void make_room(MonoTime now);
  std::unordered_map<std::string, Tries> tries_;
};

}  // namespace picket::app::web::access
