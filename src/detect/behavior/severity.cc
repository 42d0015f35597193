// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

event::Severity severity_of(int points) {
  if (points >= kPointsCritical) return event::Severity::kCritical;
  if (points >= kPointsHigh) return event::Severity::kHigh;
  if (points >= kPointsMedium) return event::Severity::kMedium;
  if (points >= kPointsLow) return event::Severity::kLow;
  return event::Severity::kInformational;
}

// "a", "a and b", "a, b and c".
std::string joined(std::span<const Sign> signs, bool against) {
  std::string out;
  size_t left = 0;
  for (const Sign& sign : signs) left += (sign.points > 0) == against;
  bool first = true;
  for (const Sign& sign : signs) {
    if ((sign.points > 0) != against) continue;
    --left;
    if (!first) out += left == 0 ? " and " : ", ";
    out += sign.words;
    first = false;
  }
  return out;
}

}  // namespace

Weight weigh(std::span<const Sign> signs) {
  Weight weight;
  unsigned agreeing = 0;
  for (const Sign& sign : signs) {
    weight.points += sign.points;
    agreeing += sign.points > 0;
  }
  weight.severity = severity_of(weight.points);
  weight.confidence = agreeing >= 3   ? event::Confidence::kHigh
                      : agreeing == 2 ? event::Confidence::kMedium
                                      : event::Confidence::kLow;
  return weight;
}

void apply(event::Alert& alert, std::span<const Sign> signs, std::string_view subject) {
  int against = 0;
  for (const Sign& sign : signs) against += sign.points > 0 ? sign.points : 0;
  const Weight weight = weigh(signs);
  const event::Severity before = severity_of(against);
  alert.severity = weight.severity;
  alert.confidence = weight.confidence;
  alert.reason = std::string(subject) + ": " + joined(signs, true);
  for (const Sign& sign : signs) {
    if (sign.points < 0) alert.known_good.push_back({sign.words, before});
    if (sign.points > 0)
      alert.add_fact("sign", sign.words + " (" + std::to_string(sign.points) + ")");
  }
}

void lower(event::Alert& alert, std::string_view what, unsigned steps) {
  alert.known_good.push_back({std::string(what), alert.severity});
  const auto level = static_cast<unsigned>(alert.severity);
  alert.severity = static_cast<event::Severity>(level > steps ? level - steps : 0);
}

}  // namespace picket::detect::behavior
