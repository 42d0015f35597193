// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/web/access/sessions.h"
#include "app/web/http/problem.h"
#include "base/address.h"

// Which requests are let in at all: those that name this server (DNS rebinding), that no other site
// made a browser send (CSRF), and whose session may do it. Pure; any thread.
namespace picket::app::web::access {

class Gate {
 public:
  explicit Gate(const Endpoint& served);

  // The Host header names this server, and a browser that says where the request comes from says:
  // from here. `to_a_page`: links from elsewhere may lead there.
  http::Checked<void> check_source(const http::Request& request, bool to_a_page) const;
  // A request that changes something carries the session's secret.
  static http::Checked<void> check_csrf(const http::Request& request, const Session& session);

  const std::string& cookie_name() const { return cookie_name_; }
  // What the cookie of this server says; empty: none.
  std::string_view token_of(const http::Request& request) const;
  std::string cookie_for(std::string_view token) const;
  const std::string& origin() const { return origins_.front(); }

 private:
  std::string cookie_name_;           // ports share cookies, so the port is in the name
  std::vector<std::string> origins_;  // http://127.0.0.1:7480 and by other names
};

}  // namespace picket::app::web::access
