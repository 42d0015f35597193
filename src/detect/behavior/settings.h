// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

// What a person may tune of the behaviours, in TOML:
//
//   [behavior.look_alike]
//   enabled = true              # false: the behaviour is not run
//   distance_max = 2            # a threshold the behaviour names (BehaviorInfo::settings)
//
//   [[allow]]                   # what is known to be right: lowers an alert and says so
//   behavior = "unusual_talker" # empty: any
//   program = "c:\\tools\\*"    # path, * and ? as wildcards, case does not matter; empty: any
//   peer = "10.1.0.0/16"        # address or prefix; empty: any
//   host = "build*"             # name of the machine, with wildcards; empty: any
//   reason = "backup job"
//   until = 2027-01-01T00:00:00Z
//
// Values only; immutable once parsed, may be read by all threads.
namespace picket::detect::behavior {

struct Setting {
  std::string_view name;
  double value;  // default
  double min, max;
  std::string_view unit;  // "s", "hosts", "bytes", "0..1"; empty: a plain number
  std::string_view meaning;
};

// The thresholds of one behaviour: defaults, and what the settings say over them.
class Thresholds {
 public:
  explicit Thresholds(std::span<const Setting> settings);
  // Of a name the behaviour declared.
  double operator[](std::string_view name) const;
  // False: no setting of that name, or outside its bounds.
  bool set(std::string_view name, double value);

 private:
  std::span<const Setting> settings_;
  std::vector<double> values_;
};

struct AllowEntry {
  std::string behavior, program, peer, host, reason;
  std::optional<WallTime> until;
};

// The tables of a settings file that concern behaviours; others are left alone.
struct BehaviorSettings {
  static constexpr size_t kAllowMax = 4096;

  struct Table {
    bool enabled = true;
    std::map<std::string, double, std::less<>> values;
  };
  std::map<std::string, Table, std::less<>> tables;  // by behaviour
  std::vector<AllowEntry> allow;

  // Errors name `file`, line and what is wrong: an unknown behaviour or threshold, a value out of
  // its bounds, an allow entry without a reason.
  static Result<BehaviorSettings> parse(std::string_view toml, std::string_view file);
};

}  // namespace picket::detect::behavior
