// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <memory>
#include <mutex>

#include "detect/suricata/engine.h"

namespace picket::detect::suricata {

// The rule engine of a worker whose rules may be changed while it runs, without losing a packet or
// a flow. offer() may be called by any thread; everything else belongs to the worker, which takes
// the new rules up before its next packet. Flows keep their bits, numbers and captures, hosts their
// bits, thresholds their counts, as long as rules with the same gid, sid and rev are there; an open
// transaction is looked at again with the new rules, and what has alerted on it does not again.
class ReloadableEngine final : public inspect::Inspector {
 public:
  // `settings` must outlive it.
  static Result<std::unique_ptr<ReloadableEngine>> create(std::shared_ptr<const LoadedRules> rules,
                                                          const inspect::Settings& settings);

  // Rules that were loaded with those of rules() as `before`. Offered twice before a packet comes,
  // the later ones count. If no engine can be made of them the old rules stay (counter
  // suricata.reload_failed).
  void offer(std::shared_ptr<const LoadedRules> rules);

  inspect::Verdict on_packet(inspect::PacketContext& context) override;
  void on_flow_end(inspect::PacketFlow& flow) override { engine_->on_flow_end(flow); }
  const Engine& engine() const { return *engine_; }

 private:
  ReloadableEngine(std::unique_ptr<Engine> engine, const inspect::Settings& settings)
      : engine_(std::move(engine)), settings_(settings) {}
  void take_offer();

  std::unique_ptr<Engine> engine_;
  const inspect::Settings& settings_;
  std::atomic<bool> has_offer_{false};
  std::mutex mutex_;
  std::shared_ptr<const LoadedRules> offer_;  // guarded by mutex_
};

}  // namespace picket::detect::suricata
