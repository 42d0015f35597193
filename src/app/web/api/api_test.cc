// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "app/web/api/completion.h"
#include "app/web/api/frame_delta.h"
#include "app/web/api/incident_filter.h"
#include "app/web/api/record_page.h"
#include "app/web/api/routes.h"
#include "app/web/api/site.h"

namespace picket::app::web::api {
namespace {

std::string route_text(std::string_view method, std::string_view path, std::string_view role) {
  return std::string(method) + ' ' + std::string(path) + ' ' + std::string(role);
}

TEST(Routes, AreThoseOfTheDocumentWithItsRoles) {
  const YAML::Node paths = YAML::LoadFile(PICKET_API_DOCUMENT)["paths"];
  std::set<std::string> documented, served;
  for (const auto& path : paths)
    for (const char* method : {"get", "post", "put", "patch", "delete"}) {
      const YAML::Node operation = path.second[method];
      if (!operation) continue;
      std::string name = method;
      for (char& c : name) c = static_cast<char>(std::toupper(c));
      documented.insert(route_text(name, path.first.as<std::string>(),
                                   operation["x-picket-role"].as<std::string>()));
    }
  for (const Route& route : routes())
    served.insert(route_text(text(route.method), route.path, text(route.role)));
  EXPECT_EQ(documented, served);
}

TEST(Routes, WhatChangesAnythingTakesMoreThanAViewer) {
  for (const Route& route : routes())
    if (route.method != http::Method::kGet && !route.path.ends_with("/session")) {
      EXPECT_GE(route.role, access::Role::kAnalyst) << route.path;
    }
}

class SiteTest : public testing::Test {
 protected:
  http::Response ask(http::Method method, std::string target) {
    http::Request request;
    request.method = method;
    request.target = std::move(target);
    request.host = "127.0.0.1:7480";
    request.content_type = "application/json";
    if (session_) {
      request.cookie = gate_.cookie_name() + "=" + session_->token;
      request.csrf = session_->session.csrf;
    }
    return site_.respond(request);
  }
  access::Sessions sessions_{system_clock()};
  const access::Gate gate_{Endpoint{*IpAddress::parse("127.0.0.1"), 7480}};
  Site site_{Behind{.clock = &system_clock()}, sessions_, gate_};
  std::optional<access::Sessions::Begun> session_;
};

TEST_F(SiteTest, EachRouteTakesItsRoleAndTheSecret) {
  for (const Route& route : routes()) {
    if (route.role == access::Role::kNobody) continue;
    session_.reset();
    EXPECT_EQ(ask(route.method, std::string(route.path)).status, 401u) << route.path;
    for (const auto role : {access::Role::kViewer, access::Role::kAnalyst, access::Role::kAdmin}) {
      session_ = *sessions_.begin("eve", role);
      if (route.method != http::Method::kGet) {
        std::swap(session_->session.csrf, session_->token);  // each in the other's place
        EXPECT_EQ(ask(route.method, std::string(route.path)).status, 401u) << route.path;
        std::swap(session_->session.csrf, session_->token);
        const std::string secret = std::exchange(session_->session.csrf, "x");
        EXPECT_EQ(ask(route.method, std::string(route.path)).status, 403u) << route.path;
        session_->session.csrf = secret;
      }
      const unsigned status = ask(route.method, std::string(route.path)).status;
      EXPECT_EQ(status == 403, role < route.role) << route.path << ' ' << status;
    }
  }
}

TEST_F(SiteTest, AStoreThatIsNotThereIsSaid) {
  session_ = *sessions_.begin("eve", access::Role::kAdmin);
  EXPECT_EQ(ask(http::Method::kGet, "/api/v1/incidents").status, 503u);
  EXPECT_EQ(ask(http::Method::kGet, "/api/v1/live/frame").status, 503u);
  EXPECT_EQ(ask(http::Method::kGet, "/api/v1/nothing").status, 404u);
  EXPECT_EQ(ask(http::Method::kPut, "/api/v1/session").status, 405u);
  EXPECT_EQ(ask(http::Method::kPost, "/").status, 405u);
  const http::Response problem = ask(http::Method::kGet, "/api/v1/search?query=proces.name:a");
  EXPECT_EQ(problem.status, 400u);
  EXPECT_NE(problem.body.find(R"("field":"query")"), std::string::npos) << problem.body;
  EXPECT_NE(problem.body.find(R"("at":0)"), std::string::npos) << problem.body;
}

TEST(Cursor, PagesGiveEachRecordOnce) {
  for (const char* bad : {"", "1", "-1", "a-b", "1-", "1--1", "99999999999999999999-0"})
    EXPECT_FALSE(parse_cursor(bad)) << bad;
  const Cursor cursor{WallTime{1234}, 5};
  EXPECT_EQ(parse_cursor(text(cursor))->skip, 5u);
  EXPECT_EQ(parse_cursor(text(cursor))->time.ns, 1234);
}

TEST(FrameDelta, TellsWhatChanged) {
  FrameDelta delta;
  const std::string first =
      R"({"status":{"now":1},"groups":[{"key":"a","n":1},{"key":"b","n":1}],"groups_total":2,)"
      R"("flows":[{"age":"new","flow":{"id":"1"}}],"flows_total":1})";
  EXPECT_FALSE(delta.next(first));
  EXPECT_EQ(*delta.next(first), R"({"status":{"now":1},"groups":[],"flows":[],)"
                                R"("groups_total":2,"flows_total":1})");
  const std::string second =
      R"({"status":{"now":2},"groups":[{"key":"b","n":2}],"groups_total":1,)"
      R"("flows":[{"age":"new","flow":{"id":"1"}},{"age":"new","flow":{"id":"2"}}],)"
      R"("flows_total":2})";
  EXPECT_EQ(*delta.next(second),
            R"({"status":{"now":2},"groups":[{"key":"b","n":2}],"group_keys":["b"],)"
            R"("flows":[{"age":"new","flow":{"id":"2"}}],"flow_ids":["1","2"],)"
            R"("groups_total":1,"flows_total":2})");
  EXPECT_FALSE(delta.next("nonsense"));
  EXPECT_FALSE(delta.next(second)) << "then a whole frame comes again";
}

TEST(Completion, KnowsFieldsAndWords) {
  const auto texts = [](std::string_view query, size_t at) {
    std::vector<std::string> out;
    for (const Completion& one : place_in(query, at).completions) out.push_back(one.text);
    return out;
  };
  EXPECT_EQ(texts("remote.i", 8), std::vector<std::string>{"remote.ip:"});
  EXPECT_EQ(texts("severity:h", 10), std::vector<std::string>{"high"});
  EXPECT_EQ(texts("a:b AN", 6), std::vector<std::string>{"AND"});
  const Place quoted = place_in("process.name:\"two wo", 20);
  EXPECT_EQ(quoted.field, schema::Field::kProcessName);
  EXPECT_EQ(quoted.from, 13u);
  EXPECT_EQ(quoted.begun, "two wo");
  EXPECT_EQ(place_in("kind:alert x", 99).from, 11u);
  EXPECT_EQ(as_value("plain"), "plain");
  EXPECT_EQ(as_value("two \"words\""), R"("two \"words\"")");
}

TEST(IncidentFilter, LooksWherePeopleLook) {
  store::KeptIncident incident;
  incident.priority = 2;
  incident.json = R"({"title":"Beacon","hosts":["WS1"],"events":[{"rule":{"id":"b","name":"N"}}]})";
  IncidentFilter filter;
  for (const char* there : {"beacon", "ws1", "n"}) {
    filter.text = there;
    EXPECT_TRUE(filter.takes(incident, {})) << there;
  }
  filter.text = "title";
  EXPECT_FALSE(filter.takes(incident, {}));
  filter.text.clear();
  filter.priorities = {"low", "high"};
  EXPECT_TRUE(filter.takes(incident, {}));
  filter.statuses = {"closed"};
  EXPECT_FALSE(filter.takes(incident, {}));
}

}  // namespace
}  // namespace picket::app::web::api
