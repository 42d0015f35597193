// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "event/alert.h"

// What a person works on: alerts that belong together, with why they do and what to do about it
// (docs/formats/incidents.md). Values; the rules by which they come about are in incident_set.h.
namespace picket::incident {

enum class Priority : uint8_t { kLow, kMedium, kHigh };

// Why an alert is part of an incident, the strongest tie first.
enum class Tie : uint8_t {
  kTrigger,     // it is why there is an incident
  kProcess,     // the same process
  kLineage,     // a process that one of the incident's started, or that started it
  kExecutable,  // the same program file on the same machine
  kRemote,      // the same other side
  kRule,        // the same rule on the same machine, soon after: one noise, one incident
  kMachine,     // the same machine within minutes
};

std::string_view text(Priority);
std::string_view text(Tie);

// One kind of alert about one process, however often it came.
struct Member {
  std::string alert_id;  // of the first
  WallTime from, until;
  uint64_t count = 1;
  event::Detector detector = event::Detector::kBehavior;
  event::Severity severity = event::Severity::kLow;
  event::Confidence confidence = event::Confidence::kMedium;
  std::string rule_id, rule_name;
  std::string host, process, peer;  // in words; empty: none known
  std::string reason;               // the alert's sentence
  Tie tie = Tie::kTrigger;
  std::string why;  // the sentence that says why it is in here
};

struct Recommendation {
  std::string what;  // a sentence: what to do
  std::string why;   // and what for
};

struct Incident {
  std::string id;  // UUID; the same alerts give the same
  Priority priority = Priority::kLow;
  std::string title;
  WallTime from, until;
  uint64_t alerts = 0;          // all of them
  std::vector<Member> members;  // in order of time
  uint64_t members_left_out = 0;
  std::vector<std::string> hosts, processes, users, peers, files;  // by first appearance
  std::vector<std::string> tactics;     // TA numbers, in the order of an attack
  std::vector<std::string> techniques;  // sorted
  std::vector<Recommendation> actions;
  std::vector<std::string> odd;  // what does not fit together, in sentences; of imported ones
};

// One object, the contract of `--incidents`: members may be added, never renamed.
void append_json(JsonWriter& out, const Incident& incident);

// "Command and Control" for TA0011; empty: not known.
std::string_view tactic_name(std::string_view number);
// Where the tactic stands in the course of an attack; unknown ones last.
size_t tactic_rank(std::string_view number);

}  // namespace picket::incident
