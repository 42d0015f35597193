// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <string>
#include <unordered_map>

#include "event/activity.h"
#include "event/log_record.h"

namespace picket::detect::evidence {

// What Zeek's logs tell, as activities: conn and open_conn, dns, http, ssl, x509 (joined to the
// session that carried it), files, smb_mapping. Field names are those of Zeek 3 to 7, in TSV or
// JSON.
//
// Zeek watches a network, not a machine: the activity's host is the address of the end that is
// inside (Zeek's own local_orig and local_resp where it tells them, else private addresses), and
// there is no actor.
//
// ssl and x509 stand in different files, in either order. The leaf certificates seen and the
// sessions that wait for one are kept, at most kJoinsMax of each, oldest forgotten first and
// counted in `detect.evidence.zeek_join_forgotten`. One thread.
class ZeekEvidence {
 public:
  static constexpr size_t kJoinsMax = 8192;

  // False: the record tells of nothing a behaviour reads. `out` is overwritten; of its
  // place only `source` is filled in.
  bool translate(const event::LogRecord& record, event::Activity& out);

 private:
  struct Certificate {
    std::string subject, issuer;
  };
  template <typename Value>
  struct Joins {  // by fingerprint or file id
    std::unordered_map<std::string, Value> known;
    std::deque<std::string> order;
    void keep(const std::string& id, Value value);
    const Value* find(const std::string& id) const {
      const auto found = known.find(id);
      return found == known.end() ? nullptr : &found->second;
    }
  };

  bool connection(const event::LogRecord& record, bool finished, event::Activity& out);
  bool lookup(const event::LogRecord& record, event::Activity& out);
  bool exchange(const event::LogRecord& record, event::Activity& out);
  bool session(const event::LogRecord& record, event::Activity& out);
  bool certificate(const event::LogRecord& record, event::Activity& out);
  bool file(const event::LogRecord& record, event::Activity& out);
  bool share(const event::LogRecord& record, event::Activity& out);

  Joins<Certificate> certificates_;
  Joins<event::Activity> sessions_;
};

}  // namespace picket::detect::evidence
