// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "detect/sigma/correlator.h"
#include "detect/sigma/plain_evaluator.h"
#include "detect/sigma/rule_set.h"
#include "event/alert.h"
#include "event/log_record.h"

// What Sigma finds, in the one shape of all conclusions. Severity is the rule's level; confidence
// follows its status: stable high, test (or none given) medium, all others low. Pure functions.
namespace picket::detect::sigma {

// `evidence` may be empty (only the first matches of a noisy rule are explained). `activity`: what
// detect/evidence makes of the record, so that rules and behaviours name a process alike; nullptr:
// it makes nothing of it.
event::Alert sigma_alert(const About& about, const event::LogRecord& record,
                         const std::vector<Evidence>& evidence, const event::Activity* activity);

// Of a correlation; `last` is the record that made it true (nullptr: the input was over).
event::Alert correlation_alert(const About& about, const CorrelationHit& hit,
                               const event::LogRecord* last);

// The tags attack.* as references: tactics by their TA number.
std::vector<event::AttackReference> attack_references(const std::vector<std::string>& tags);

}  // namespace picket::detect::sigma
