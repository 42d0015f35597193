// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "base/json_writer.h"
#include "event/activity.h"

// One conclusion: a rule, signature, indicator or behaviour that matched once, with everything a
// person needs to judge it without going back to the machine (docs/formats/alerts.md). All
// detectors hand over this one type; outputs (summary, NDJSON, EVE, reports, the store) read only
// this.
namespace picket::event {

enum class Detector : uint8_t { kSigma, kBehavior, kIndicator, kSignature };
// The order is that of badness; low alone wakes nobody, medium deserves a look.
enum class Severity : uint8_t { kInformational, kLow, kMedium, kHigh, kCritical };
enum class Confidence : uint8_t { kLow, kMedium, kHigh };

std::string_view text(Detector);
std::string_view text(Severity);
std::string_view text(Confidence);
std::optional<Severity> parse_severity(std::string_view);

// A fact the conclusion rests on. `name` is the source's field name, or words.
struct AlertEvidence {
  std::string name;
  std::string value;
};

// Something that was known in favour of the process and lowered the alert; said, not hidden.
struct KnownGood {
  std::string what;  // "signed by Microsoft Windows", "allow-list: backup job (until 2027-01-01)"
  Severity before = Severity::kInformational;
};

struct AttackReference {
  std::string tactic;     // TA0011; empty: any
  std::string technique;  // T1071.001
};

struct Signature {  // of the signature engine
  uint32_t gid = 0, sid = 0, rev = 0;
  std::string category;
};

struct Alert {
  static constexpr size_t kEvidenceMax = 64;  // per alert; more are counted in `evidence_left_out`
  static constexpr size_t kEvidenceValueMax = 4096;  // bytes of one value

  std::string id;  // unique; the same input gives the same id (see assign_id)
  WallTime time;   // of what triggered it, the source's clock
  Detector detector = Detector::kBehavior;
  std::string
      rule_id;  // Sigma: its UUID; behaviour: its name; signature: the sid; indicator: the list
  std::string rule_name;  // title, for people
  std::string rule_file;  // where it was loaded from, FILE:LINE; empty: built in
  Severity severity = Severity::kLow;
  Confidence confidence = Confidence::kMedium;
  std::string reason;  // one sentence that names process, peer and why
  std::vector<AlertEvidence> evidence;
  uint32_t evidence_left_out = 0;
  std::vector<AttackReference> attack;
  std::vector<KnownGood> known_good;
  std::vector<std::string> references, false_positives;
  std::optional<Signature> signature;

  std::string host;
  Platform platform = Platform::kUnknown;
  Actor actor;  // all empty: no process known
  std::optional<ConnectionMade> connection;
  // Which way the matched bytes went, seen from the host: not who opened the connection.
  std::optional<bool> traffic_outbound;
  std::string url;
  std::string domain;
  std::string file;                 // the file the alert is about, where it is about one
  std::string action = "detected";  // detected, blocked...
  SourcePlace place;
  uint64_t count = 1;  // matches folded into this one
  WallTime last_time;  // of the last one folded

  // Adds a fact within the bounds above: a longer value is cut (it then ends in "..."), one too
  // many is counted.
  void add_fact(std::string_view name, std::string_view value);
};

// Sets `id` to a UUID version 8 (RFC 9562 5.8) whose time part is `time` and the rest a hash of
// what the alert says and where it came from, so that ids sort by time and a second run gives the
// same.
void assign_id(Alert& alert);

// Severity and confidence in one order, 0..100: what lists are sorted by
// (docs/reference/severity.md).
unsigned score(Severity severity, Confidence confidence);

// One object, the contract of `--events` and `--json`: fields may be added, never renamed.
void append_json(JsonWriter& out, const Alert& alert);

}  // namespace picket::event
