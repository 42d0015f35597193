// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/web/access/gate.h"
#include "app/web/access/sessions.h"
#include "app/web/access/user_book.h"
#include "app/web/api/deadline.h"
#include "app/web/api/known_rule.h"
#include "app/web/http/problem.h"
#include "app/web/http/target.h"
#include "store/triage.h"

namespace picket::app::exceptions {
class ExceptionSet;
}
namespace picket::store {
class Reader;
}

// What the console may ask (docs/api/openapi.yaml): one function for each operation, in the files
// api_*.cc by topic. All may wait; none is called on the server's thread. Any thread, several at
// once.
namespace picket::app::web::api {

class AgentDoor;
class LiveFeed;

// What the console looks at.
struct Behind {
  std::string folder{};        // of the store; empty: none is kept
  AgentDoor* agent = nullptr;  // null: a store alone
  LiveFeed* feed = nullptr;    // with an agent
  const Clock* clock = nullptr;
  // What the agent detects with, as it was at the start.
  std::vector<KnownRule> rules{};
  // What keeps alerts from being raised; null: no agent, and no one to keep them.
  exceptions::ExceptionSet* exceptions = nullptr;
};

// Incidents that one request may decide about.
constexpr size_t kBulkMax = 20'000;

// What a person decides; what is not there stays as it was.
struct TriageChange {
  std::optional<std::string> status, verdict, reason, assignee;
};

struct Call {
  const http::Request& request;
  const http::Target& target;
  std::vector<std::string> captured;  // what stands for {name} in the path, in order
  access::Session session;            // of nobody where the route lets nobody in
  Deadline deadline;
};
using Outcome = http::Checked<http::Response>;

class Api {
 public:
  Api(const Behind& behind, access::Sessions& sessions, const access::Gate& gate)
      : behind_(behind), sessions_(sessions), gate_(gate), users_(behind.folder) {}

  Outcome use_link(const Call&);
  Outcome get_session(const Call&);
  Outcome sign_in(const Call&);
  Outcome sign_out(const Call&);

  Outcome get_frame(const Call&);
  Outcome stream_frames(const Call&);
  Outcome get_flows(const Call&);
  Outcome get_process(const Call&);

  Outcome list_alerts(const Call&);
  Outcome get_alert(const Call&);

  Outcome list_incidents(const Call&);
  Outcome get_incident(const Call&);
  Outcome triage(const Call&);
  Outcome triage_many(const Call&);
  Outcome add_note(const Call&);
  Outcome undo(const Call&);
  Outcome merge(const Call&);
  Outcome split(const Call&);

  Outcome search(const Call&);
  Outcome count_records(const Call&);
  Outcome top_values(const Call&);
  Outcome histogram(const Call&);
  Outcome list_fields(const Call&);
  Outcome complete_query(const Call&);
  Outcome export_records(const Call&);

  Outcome list_searches(const Call&);
  Outcome save_search(const Call&);
  Outcome remove_search(const Call&);

  Outcome list_exceptions(const Call&);
  Outcome add_exception(const Call&);
  Outcome preview_exception(const Call&);
  Outcome remove_exception(const Call&);

  Outcome top_talkers(const Call&);
  Outcome talk_series(const Call&);
  Outcome new_destinations(const Call&);
  Outcome moment(const Call&);

  Outcome list_detections(const Call&);

  Outcome get_health(const Call&);

  Outcome list_users(const Call&);
  Outcome put_user(const Call&);
  Outcome remove_user(const Call&);

 private:
  http::Checked<AgentDoor*> agent() const;
  http::Checked<void> need_folder() const;
  // To be read until the call's deadline; then it gives up and done_reading() tells.
  http::Checked<store::Reader> open_store(const Call& call) const;
  Outcome incident_page(const Call& call, const std::string& id) const;
  // What an incident's page says of it once `work` has changed it; an error of `work` is 409.
  Outcome changed_page(const Call& call, const std::string& id,
                       const std::function<Result<void>(store::TriageBook&)>& work) const;
  // All of them or none.
  http::Checked<void> decide(const Call& call, std::span<const std::string> ids,
                             const TriageChange& change) const;

  const Behind behind_;
  access::Sessions& sessions_;
  const access::Gate& gate_;
  const access::UserBook users_;
  std::mutex one_sign_in_;  // at a time: each takes memory and a core
};

// 400 unless it is a UUID.
http::Checked<void> check_id(const std::string& id);
// Ends a read: an answer that is not whole because time ran out is none.
http::Checked<void> done_reading(const Call& call);
// The member "problems" with its comma before it; empty: there are none.
std::string problems_member(const store::Reader& reader);

}  // namespace picket::app::web::api
