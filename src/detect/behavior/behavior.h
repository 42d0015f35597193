// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "detect/behavior/host_view.h"
#include "detect/behavior/settings.h"
#include "event/activity.h"
#include "event/alert.h"

// What a behaviour is: a detector with memory that reads activities, one after the other, and
// raises alerts. Each is one file `x.cc` of this folder (its header comment: what it looks for,
// why, what it is known to get wrong) that defines `BehaviorEntry x_entry()` and stands in
// all_behaviors.def.
//
// Threads: a behaviour belongs to the BehaviorSet that made it, and that to one thread. Bounds:
// what a behaviour keeps per host is bounded by named constants and counted at the bound. Nothing
// throws.
namespace picket::detect::behavior {

// What a behaviour says of itself; static, shown by `picket content list` and in each alert.
struct BehaviorInfo {
  std::string_view name;   // rule_id of its alerts and its table in the settings: look_alike
  std::string_view title;  // rule_name: "Executable with a name like a system program's"
  std::string_view what;   // what it looks for, in a sentence or two
  std::string_view why;    // why that matters
  std::span<const event::AttackReference> attack;
  event::Severity severity =
      event::Severity::kMedium;  // where the case is ordinary; see severity.h
  event::Confidence confidence = event::Confidence::kMedium;
  std::span<const std::string_view> false_positives;
  std::span<const Setting> settings;
};

// Where alerts go. raise() takes them folded or not; folding is the set's (alert_fold.h).
class AlertSink {
 public:
  virtual ~AlertSink() = default;
  virtual void raise(event::Alert&& alert) = 0;
};

// What is known beside the activity itself. References live for the call only.
struct HostContext {
  const HostView& host;       // what this host has shown until now, the activity included
  const event::Actor& actor;  // the activity's actor, with all that earlier activities told of it
};

class Behavior {
 public:
  virtual ~Behavior() = default;
  virtual void observe(const event::Activity& activity, const HostContext& context,
                       AlertSink& sink) = 0;
  // The input is over (never comes on a live machine): what can be told only now.
  virtual void finish(AlertSink& sink) { (void)sink; }
};

struct BehaviorEntry {
  const BehaviorInfo& info;
  std::unique_ptr<Behavior> (*make)(const Thresholds& thresholds);
};

// Every behaviour of all_behaviors.def, in its order.
std::span<const BehaviorEntry> all_behaviors();

// An alert of `info` about `activity`, with everything filled in that does not need a judgement:
// texts, ATT&CK, host, actor (context.actor), connection (if the activity is one), place, time.
// The caller adds reason and evidence (Alert::add_fact), and may change severity and confidence.
event::Alert draft(const BehaviorInfo& info, const event::Activity& activity,
                   const event::Actor& actor);
// The same without an activity at hand (finish(), timers): no actor, no place.
event::Alert draft(const BehaviorInfo& info, std::string_view host, WallTime time);

}  // namespace picket::detect::behavior
