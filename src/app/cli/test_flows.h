// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "event/facts.h"

// A small machine's worth of flows for the tests of this folder: each kind of owner, ordinary and
// hostile. Times count from kTestNow.
namespace picket::app::cli::test {

constexpr WallTime kTestNow{1'767'323'045'000'000'000};  // 2026-01-02T03:04:05Z

inline WallTime before_now(int64_t seconds) {
  return WallTime{kTestNow.ns - seconds * static_cast<int64_t>(kNsPerSecond)};
}

inline Endpoint endpoint(std::string_view address, uint16_t port) {
  return {IpAddress::parse(address).value(), port};
}

inline event::FlowFacts tcp_client(std::string id, std::string process, uint32_t pid,
                                   Endpoint local, Endpoint remote) {
  event::FlowFacts flow;
  flow.id = std::move(id);
  flow.protocol = 6;
  flow.role = event::Role::kClient;
  flow.state = event::FlowState::kEstablished;
  flow.local = local;
  flow.remote = remote;
  flow.attribution = event::Attribution::kHook;
  flow.owner = {pid, pid * uint64_t{1'000'000'000}};
  flow.executable = "/usr/bin/" + process;
  flow.process = std::move(process);
  flow.uid = 1000;
  flow.user = "alice";
  flow.opened = before_now(4);
  flow.last_seen = before_now(1);
  flow.counters.known = true;
  return flow;
}

inline event::FlowFacts listener(std::string id, std::string process, uint32_t pid,
                                 Endpoint local) {
  event::FlowFacts flow = tcp_client(std::move(id), std::move(process), pid, local, {});
  flow.role = event::Role::kListener;
  flow.state = event::FlowState::kListen;
  flow.uid = 0;
  flow.user = "root";
  flow.opened = before_now(3 * 86'400);
  flow.opened_before_start = true;
  return flow;
}

// Three conversations with a process each.
inline std::vector<event::FlowFacts> talking_flows() {
  using namespace event;
  std::vector<FlowFacts> flows;
  FlowFacts beacon =
      tcp_client("f1", "csrcs", 4122, endpoint("10.0.0.5", 41822), endpoint("203.0.113.9", 80));
  beacon.uid = 33;
  beacon.user = "www-data";
  beacon.executable = "/tmp/csrcs";
  beacon.executable_deleted = true;
  beacon.remote_name = "update.example";
  beacon.name_source = NameSource::kDns;
  beacon.unit = "nginx.service";
  beacon.country = "NL";
  beacon.as_number = 64500;
  beacon.as_organization = "Example Hosting";
  beacon.counters.bytes_in = 1126;
  beacon.counters.bytes_out = 212;
  beacon.counters.rtt_us = 18'300;
  flows.push_back(beacon);

  FlowFacts browser = tcp_client("f2", "firefox", 2200, endpoint("2001:db8::5", 50000),
                                 endpoint("2001:db8:1:2:3:4:5:6", 443));
  browser.executable = "/usr/lib/firefox-esr/firefox-esr";
  browser.remote_name = "a-rather-long-host-name.cdn.example.net";
  browser.name_source = NameSource::kTlsSni;
  browser.unit = "app-firefox@autostart.service";
  browser.opened = before_now(12 * 60);
  browser.counters.bytes_in = 2'202'010;
  browser.counters.bytes_out = 90'112;
  browser.bytes_in_per_s = 1500;
  flows.push_back(browser);

  FlowFacts session =
      tcp_client("f3", "sshd", 990, endpoint("10.0.0.5", 22), endpoint("10.0.0.7", 51234));
  session.role = Role::kServer;
  session.attribution = Attribution::kInherited;
  session.uid = 0;
  session.user = "root";
  session.unit = "ssh.service";
  session.opened = before_now(3 * 3600);
  session.counters.bytes_in = 400;
  session.counters.bytes_out = 1900;
  flows.push_back(session);

  return flows;
}

// A socket whose process is gone, one of the kernel's, two listeners.
inline std::vector<event::FlowFacts> silent_flows() {
  using namespace event;
  std::vector<FlowFacts> flows;
  FlowFacts closing =
      tcp_client("f4", "", 0, endpoint("10.0.0.5", 40000), endpoint("198.51.100.7", 443));
  closing.executable.clear();
  closing.owner = {};
  closing.owner_class = OwnerClass::kNone;
  closing.attribution = Attribution::kNone;
  closing.state = FlowState::kTimeWait;
  closing.counters.known = false;
  flows.push_back(closing);

  FlowFacts tunnel = tcp_client("f5", "kernel", 0, endpoint("0.0.0.0", 51820), {});
  tunnel.transport = Transport::kUdp;
  tunnel.protocol = 17;
  tunnel.executable.clear();
  tunnel.user.clear();
  tunnel.uid = 0;
  tunnel.owner_class = OwnerClass::kKernel;
  tunnel.role = Role::kListener;
  tunnel.state = FlowState::kOpen;
  flows.push_back(tunnel);

  flows.push_back(listener("f6", "sshd", 700, endpoint("0.0.0.0", 22)));
  FlowFacts web = listener("f7", "nginx", 811, endpoint("::", 443));
  web.container = "docker:3f2a9c1b7d42";
  flows.push_back(web);
  return flows;
}

inline std::vector<event::FlowFacts> ordinary_flows() {
  std::vector<event::FlowFacts> flows = talking_flows();
  for (const event::FlowFacts& flow : silent_flows()) flows.push_back(flow);
  return flows;
}

}  // namespace picket::app::cli::test
