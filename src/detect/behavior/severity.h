// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>

#include "event/alert.h"

// The one way in which picket says how bad something is (docs/reference/severity.md).
//
// Severity is how bad it would be if true, confidence how sure it is. A behaviour weighs *signs*:
// each has a weight in points, the sum gives both. What speaks for the process takes points away,
// and is said in the alert (KnownGood). event::score() puts the two in one order for lists.
namespace picket::detect::behavior {

// One reason for suspicion (points > 0) or against it (points < 0).
struct Sign {
  int points;
  std::string words;  // completes "because ...": "its file lies in a temporary folder"
};

constexpr int kPointsLow = 20, kPointsMedium = 40, kPointsHigh = 70, kPointsCritical = 100;

struct Weight {
  int points = 0;
  event::Severity severity = event::Severity::kInformational;
  event::Confidence confidence = event::Confidence::kLow;
};
// Severity by the sum (below kPointsLow: informational); confidence by how many signs agree: one
// low, two medium, three or more high.
Weight weigh(std::span<const Sign> signs);
// Puts the weight, a sentence "SUBJECT: a, b and c", evidence and what speaks for it on the alert.
void apply(event::Alert& alert, std::span<const Sign> signs, std::string_view subject);

// Lowers the alert by `steps` of severity, at most to informational, and says why.
void lower(event::Alert& alert, std::string_view what, unsigned steps);

}  // namespace picket::detect::behavior
