// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/counter.h"
#include "detect/behavior/behavior_set.h"

// For tests only: a network in a few words. Times are seconds since its begin, hosts the address of
// the near end; nobody is the actor unless a test says so.
namespace picket::detect::behavior {

class NetworkForTests {
 public:
  struct Connection {
    std::string id = {};
    uint64_t bytes_out = 100, bytes_in = 100;
    bool answered = true;
    event::Transport transport = event::Transport::kTcp;
    std::string service = {};
    double duration_s = 1;
    bool outbound = true;
  };

  // Only the behaviours named are run.
  explicit NetworkForTests(std::vector<std::string_view> names) {
    BehaviorSettings settings;
    for (const BehaviorEntry& entry : all_behaviors())
      settings.tables[std::string(entry.info.name)].enabled =
          std::ranges::find(names, entry.info.name) != names.end();
    set_ = std::move(*BehaviorSet::create(settings));
  }

  void connect(double at, const std::string& local, const std::string& remote,
               const Connection& how) {
    event::ConnectionMade made;
    made.id = how.id;
    made.transport = how.transport;
    made.outbound = how.outbound;
    made.local = endpoint(local);
    made.remote = endpoint(remote);
    made.service = how.service;
    made.answered = how.answered;
    made.duration_s = how.duration_s;
    made.bytes_out = how.answered ? how.bytes_out : 0;
    made.bytes_in = how.answered ? how.bytes_in : 0;
    made.finished = true;
    observe(at, made.local.address.text(), std::move(made));
  }
  void lookup(double at, const std::string& host, std::string name,
              const std::vector<std::string>& answers, std::string type = "A",
              std::string code = "NOERROR", const std::string& resolver = "10.0.0.53:53") {
    event::DnsLookup lookup;
    lookup.name = std::move(name);
    lookup.type = std::move(type);
    lookup.response_code = std::move(code);
    lookup.answers = answers;
    for (const std::string& answer : answers)
      if (const auto address = IpAddress::parse(answer)) lookup.addresses.push_back(*address);
    lookup.ttl_s = 300;
    lookup.local = {*IpAddress::parse(host), 50000};
    lookup.resolver = endpoint(resolver);
    observe(at, host, std::move(lookup));
  }
  void ask_proxy(double at, const std::string& local, const std::string& proxy, std::string name,
                 std::string id) {
    event::HttpExchange http;
    http.connection_id = std::move(id);
    http.local = endpoint(local);
    http.remote = endpoint(proxy);
    http.method = "CONNECT";
    http.host = std::move(name);
    http.through_proxy = true;
    observe(at, http.local.address.text(), std::move(http));
  }
  void fetch(double at, const std::string& local, const std::string& remote, std::string host,
             std::string uri, std::string type = {}, std::string agent = "Mozilla/5.0") {
    event::HttpExchange http;
    http.local = endpoint(local);
    http.remote = endpoint(remote);
    http.method = "GET";
    http.host = std::move(host);
    http.uri = std::move(uri);
    http.content_type = std::move(type);
    http.user_agent = std::move(agent);
    http.status = 200;
    http.response_bytes = 5000;
    observe(at, http.local.address.text(), std::move(http));
  }
  void greet(double at, const std::string& local, const std::string& remote, std::string name,
             std::string subject = {}, std::string issuer = {}, std::string ja4 = {}) {
    event::TlsSession tls;
    tls.local = endpoint(local);
    tls.remote = endpoint(remote);
    tls.server_name = std::move(name);
    if (!subject.empty()) tls.self_signed = subject == issuer;
    tls.subject = std::move(subject);
    tls.issuer = std::move(issuer);
    tls.ja4 = std::move(ja4);
    observe(at, tls.local.address.text(), std::move(tls));
  }
  void observe(double at, const std::string& host, event::What what) {
    event::Activity activity;
    activity.time = {static_cast<int64_t>((at + 1'700'000'000) * 1e9)};
    activity.host = host;
    activity.what = std::move(what);
    set_->observe(activity);
  }
  std::vector<event::Alert> finish() { return set_->finish(); }

  static Endpoint endpoint(const std::string& text) {
    const size_t colon = text.rfind(':');
    const std::string host =
        text.starts_with('[') ? text.substr(1, colon - 2) : text.substr(0, colon);
    return {IpAddress::parse(host).value(),
            static_cast<uint16_t>(std::stoi(text.substr(colon + 1)))};
  }

 private:
  std::unique_ptr<BehaviorSet> set_;
};

}  // namespace picket::detect::behavior
