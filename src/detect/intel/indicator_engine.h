// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "detect/behavior/alert_fold.h"
#include "detect/behavior/bounded_map.h"
#include "detect/intel/indicator_list.h"
#include "detect/intel/indicator_set.h"
#include "event/activity.h"
#include "event/alert.h"

namespace picket::detect::intel {

// Indicator lists behind one door: files in, then activities in, alerts out (Detector::kIndicator,
// rule_id the list's file name). What is compared: a connection's peer, names looked up and their
// answers, HTTP host and URL, TLS server name, JA3, JA4 and certificate, hashes of programs and of
// files on the wire. A hit that expired before the activity is none. Repeats fold into one alert
// per list entry, host and process (behavior/alert_fold.h).
//
// Severity says how sure the kind is: a hash or a URL is what the list meant (high), so is an
// address the host itself called; a lookup alone, a shared fingerprint, an old entry, a call from
// outside say less. One thread.
class IndicatorEngine {
 public:
  // Each list is loaded or told about in its report; an error is only a file that is no list at
  // all.
  static Result<std::unique_ptr<IndicatorEngine>> create(
      const std::vector<std::string>& files, std::vector<behavior::AllowEntry> allow = {});
  static std::unique_ptr<IndicatorEngine> of(IndicatorSet set);  // sealed

  const std::vector<ListReport>& reports() const { return reports_; }
  const IndicatorSet& set() const { return set_; }

  void observe(const event::Activity& activity);
  std::vector<event::Alert> take_new() { return fold_.take_new(); }
  std::vector<event::Alert> finish() { return fold_.take_all(); }

 private:
  static constexpr size_t kProcessesMax = 16'384;  // whose hashes were looked up already
  explicit IndicatorEngine(std::vector<behavior::AllowEntry> allow);
  void connection(const event::Activity& activity, const event::ConnectionMade& made);
  void lookup(const event::Activity& activity, const event::DnsLookup& lookup);
  void exchange(const event::Activity& activity, const event::HttpExchange& http);
  void session(const event::Activity& activity, const event::TlsSession& tls);
  // Of whatever has a file's hashes.
  template <typename Hashed>
  void file(const event::Activity& activity, const Hashed& hashed, const std::string& of);
  void program(const event::Activity& activity);
  void hash(const event::Activity& activity, IndicatorKind kind, const std::string& digest,
            const std::string& of);
  struct Finding {
    std::string what;  // "called 203.0.113.9:443"
    event::Severity severity = event::Severity::kHigh;
    std::string domain, file;  // the alert's, where it is about one
    bool keep_connection = false;
  };
  void raise(const event::Activity& activity, const IndicatorSet::Hit& hit, Finding finding);

  IndicatorSet set_;
  std::vector<ListReport> reports_;
  behavior::AlertFold fold_;
  behavior::BoundedMap<uint64_t, bool> programs_;
};

}  // namespace picket::detect::intel
