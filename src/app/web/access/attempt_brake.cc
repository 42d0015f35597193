// SPDX-License-Identifier: Apache-2.0
#include "app/web/access/attempt_brake.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::app::web::access {
namespace {

Counter forgotten{"web.brake_full", "wrong passwords forgotten because too many keys had some"};

}  // namespace

uint64_t AttemptBrake::wait_ns(const std::string& key, MonoTime now) const {
  const auto known = tries_.find(key);
  return known == tries_.end() ? 0 : ns_between(now, known->second.until);
}

void AttemptBrake::failed(const std::string& key, MonoTime now) {
  if (!tries_.contains(key)) make_room(now);
  Tries& tries = tries_[key];
  if (ns_between(tries.last, now) > kForgottenNs) tries = {};
  tries.last = now;
  if (++tries.wrong < kFreeTries) return;
  const unsigned doublings = std::min(tries.wrong - kFreeTries, 30u);
  tries.until = MonoTime{now.ns + std::min(kWaitFirstNs << doublings, kWaitMaxNs)};
}

void AttemptBrake::make_room(MonoTime now) {
  if (tries_.size() < kKeysMax) return;
  std::erase_if(tries_,
                [&](const auto& one) { return ns_between(one.second.last, now) > kForgottenNs; });
  if (tries_.size() < kKeysMax) return;
  forgotten.add();
  tries_.erase(
      std::ranges::min_element(tries_, {}, [](const auto& one) { return one.second.last.ns; }));
}

}  // namespace picket::app::web::access
