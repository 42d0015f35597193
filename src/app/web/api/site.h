// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/web/api/api.h"
#include "app/web/api/routes.h"

namespace picket::app::web::api {

// From a request to its answer: who is let in, which operation it is, or which file. Waits for what
// it asks; any thread, several at once.
class Site {
 public:
  static constexpr uint64_t kAnswerNs = 10 * kNsPerSecond;

  Site(const Behind& behind, access::Sessions& sessions, const access::Gate& gate)
      : api_(behind, sessions, gate), sessions_(sessions), gate_(gate), clock_(*behind.clock) {}

  http::Response respond(const http::Request& request);

 private:
  Outcome answer(const http::Request& request);
  Outcome answer_route(const http::Request& request, const http::Target& target);
  Api api_;
  access::Sessions& sessions_;
  const access::Gate& gate_;
  const Clock& clock_;
};

}  // namespace picket::app::web::api
