// SPDX-License-Identifier: Apache-2.0
#include "app/exceptions/exception_set.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::app::exceptions {
namespace {

Counter alerts_excepted{"agent.alerts_excepted", "alerts that an exception kept from being raised"};

}  // namespace

Result<void> ExceptionSet::load() {
  TRY_ASSIGN(auto read, book_.all());
  const std::lock_guard lock(mutex_);
  in_force_ = std::move(read);
  return {};
}

bool ExceptionSet::hides(const event::Alert& alert, WallTime now) {
  const std::lock_guard lock(mutex_);
  const auto at = std::ranges::find_if(in_force_, [&](const Exception& one) {
    return !one.expired(now) && exceptions::hides(one, alert);
  });
  if (at == in_force_.end()) return false;
  ExceptionBook::Hidden& count = counted_[at->id];
  ++count.count;
  count.last = now;
  alerts_excepted.add();
  return true;
}

Result<void> ExceptionSet::write_counts() {
  std::map<int64_t, ExceptionBook::Hidden> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(counted_);
  }
  auto done = book_.add_hidden(taken);
  if (done) return {};
  const std::lock_guard lock(mutex_);
  for (const auto& [id, more] : taken) {
    counted_[id].count += more.count;
    counted_[id].last = std::max(counted_[id].last, more.last);
  }
  return done;
}

}  // namespace picket::app::exceptions
