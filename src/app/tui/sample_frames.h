// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/tui/model.h"

// What the tests of this folder look at: a small machine at a fixed moment.
namespace picket::app::tui::sample {

// 2026-01-02T12:04:31Z
constexpr WallTime kNow{1'767'355'471'000'000'000};

inline WallTime seconds_ago(int64_t seconds) {
  return WallTime{kNow.ns - seconds * static_cast<int64_t>(kNsPerSecond)};
}

inline view::FlowRow flow(const std::string& id, const std::string& process, const char* remote,
                          uint16_t port) {
  view::FlowRow row;
  row.facts.id = id;
  row.facts.process = process;
  row.facts.owner = {4122, 1};
  row.facts.attribution = event::Attribution::kHook;
  row.facts.role = event::Role::kClient;
  row.facts.state = event::FlowState::kEstablished;
  row.facts.local = {*IpAddress::parse("10.0.0.5"), 41822};
  row.facts.remote = {*IpAddress::parse(remote), port};
  row.facts.user = "anna";
  row.facts.opened = seconds_ago(4);
  row.facts.counters = {1126, 212, 9, 7, 12'400, 1, true};
  return row;
}

inline view::GroupRow group(const std::string& name, uint32_t flows, double in, double out) {
  view::GroupRow row;
  row.key = "app:" + name;
  row.name = name;
  row.detail = "/usr/bin/" + name;
  row.processes = 2;
  row.flows = flows;
  row.listeners = 1;
  row.bytes_in_per_s = in;
  row.bytes_out_per_s = out;
  for (uint32_t i = 0; i < view::kHistorySeconds; ++i) row.history.push_back(i % 15 * 1000);
  row.remote = "23 hosts";
  return row;
}

inline view::Status status() {
  view::Status status;
  status.version = "0.1.0";
  status.host = "vm";
  status.mode = "bpf";
  status.ready = true;
  status.self_test = "passed";
  status.now = kNow;
  status.flows_open = 2114;
  status.processes = 61;
  status.listeners = 12;
  status.flows_per_s = 311;
  status.bytes_in_per_s = 2.1 * 1024 * 1024;
  status.bytes_out_per_s = 90'000;
  return status;
}

inline view::Frame frame() {
  view::Frame frame;
  frame.status = status();
  frame.groups = {group("csrcs", 1, 1126, 205), group("firefox", 41, 2.1 * 1024 * 1024, 90'112),
                  group("sshd", 1, 410, 1946)};
  frame.groups[0].suspicion = "name is one letter from csrss";
  frame.groups[0].remote = "203.0.113.9:80";
  frame.groups_total = 3;
  frame.flows = {flow("1", "csrcs", "203.0.113.9", 80),
                 flow("2", "firefox", "2001:db8:85a3::8a2e:370:7334", 443),
                 flow("3", "sshd", "10.0.0.7", 50'022), flow("4", "sshd", "0.0.0.0", 0)};
  frame.flows[0].age = view::RowAge::kNew;
  frame.flows[0].suspicion = "file is in /tmp";
  frame.flows[0].facts.remote_name = "update.example";
  frame.flows[0].facts.name_source = event::NameSource::kDns;
  frame.flows[1].age = view::RowAge::kClosed;
  frame.flows[1].facts.closed = seconds_ago(1);
  frame.flows[2].facts.role = event::Role::kServer;
  frame.flows[2].facts.opened = seconds_ago(7200);
  frame.flows[2].facts.opened_before_start = true;
  frame.flows[3].facts.role = event::Role::kListener;
  frame.flows[3].facts.state = event::FlowState::kListen;
  frame.flows[3].facts.local = {IpAddress(), 22};
  frame.flows[3].facts.counters.known = false;
  frame.flows_total = 4;
  return frame;
}

// A frame of `count` flows numbered from `first`, `total` in all, placed at `from`.
inline view::Frame numbered(size_t first, size_t count, size_t from, size_t total) {
  view::Frame numbered = frame();
  numbered.flows.clear();
  for (size_t i = 0; i < count; ++i)
    numbered.flows.push_back(flow(std::to_string(first + i), "p", "192.0.2.1", 80));
  numbered.flows_from = static_cast<uint32_t>(from);
  numbered.flows_total = static_cast<uint32_t>(total);
  return numbered;
}

inline Model model(int width, int height, bool ascii = false) {
  Model model({ascii, view::Grouping::kApplication, "", false});
  model.resize(width, height);
  model.on_frame(model.query(), frame());
  return model;
}

inline void press(Model& model, std::u32string_view characters) {
  for (char32_t c : characters) model.on_key(Key::of(c));
}
inline void press(Model& model, Key::Kind kind) { model.on_key(Key::of(kind)); }

}  // namespace picket::app::tui::sample
