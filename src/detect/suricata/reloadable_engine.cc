// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/reloadable_engine.h"

#include "base/counter.h"

namespace picket::detect::suricata {
namespace {

Counter reload_failed{"suricata.reload_failed", "rules offered that no engine could be made of"};

}  // namespace

Result<std::unique_ptr<ReloadableEngine>> ReloadableEngine::create(
    std::shared_ptr<const LoadedRules> rules, const inspect::Settings& settings) {
  TRY_ASSIGN(std::unique_ptr<Engine> engine, Engine::create(std::move(rules), settings));
  return std::unique_ptr<ReloadableEngine>(new ReloadableEngine(std::move(engine), settings));
}

void ReloadableEngine::offer(std::shared_ptr<const LoadedRules> rules) {
  const std::lock_guard lock(mutex_);
  offer_ = std::move(rules);
  has_offer_.store(true, std::memory_order_release);
}

void ReloadableEngine::take_offer() {
  std::shared_ptr<const LoadedRules> rules;
  {
    const std::lock_guard lock(mutex_);
    rules = std::move(offer_);
    has_offer_.store(false, std::memory_order_relaxed);
  }
  auto next = Engine::create(std::move(rules), settings_);
  if (!next) return reload_failed.add();
  (*next)->inherit(*engine_);
  engine_ = std::move(*next);
}

inspect::Verdict ReloadableEngine::on_packet(inspect::PacketContext& context) {
  if (has_offer_.load(std::memory_order_acquire)) take_offer();
  return engine_->on_packet(context);
}

}  // namespace picket::detect::suricata
