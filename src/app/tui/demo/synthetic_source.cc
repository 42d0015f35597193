// SPDX-License-Identifier: Apache-2.0
#include "app/tui/demo/synthetic_source.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace picket::app::tui {
namespace {

struct Program {
  const char* name;
  const char* path;
  const char* user;
  const char* unit;
  uint32_t weight;
};

constexpr std::array<Program, 9> kPrograms{{
    {"firefox-esr", "/usr/lib/firefox-esr/firefox-esr", "anna", "app-firefox.scope", 40},
    {"nginx", "/usr/sbin/nginx", "www-data", "nginx.service", 30},
    {"postgres", "/usr/lib/postgresql/15/bin/postgres", "postgres", "postgresql.service", 12},
    {"python3.11", "/usr/bin/python3.11", "worker", "jobs.service", 9},
    {"sshd", "/usr/sbin/sshd", "root", "ssh.service", 3},
    {"systemd-resolved", "/usr/lib/systemd/systemd-resolved", "systemd-resolve",
     "systemd-resolved.service", 3},
    {"日本語プログラム", "/opt/日本語/プログラム", "anna", "", 1},
    {"evil\x1b[2J\nroot\u202egnp.exe", "/tmp/evil", "nobody", "", 1},
    {"csrcs", "/tmp/csrcs", "www-data", "nginx.service", 1},
}};

uint64_t mix(uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ value >> 27) * 0x94d049bb133111ebull;
  return value ^ value >> 31;
}

const Program& program_of(uint64_t number) {
  uint64_t ticket = mix(number) % 100;
  for (const Program& program : kPrograms) {
    if (ticket < program.weight) return program;
    ticket -= program.weight;
  }
  return kPrograms[0];
}

std::string key_of(const Program& program) { return std::string("app:") + program.path; }

bool matches(const std::string& filter, const event::FlowFacts& flow) {
  return flow.process.find(filter) != std::string::npos ||
         flow.remote.text().find(filter) != std::string::npos ||
         flow.remote_name.find(filter) != std::string::npos;
}

}  // namespace

SyntheticSource::SyntheticSource(const SyntheticOptions& options) : options_(options) {
  last_ = system_clock().wall();
  for (size_t i = 0; i < options_.flows; ++i)
    flows_.push_front(
        {next_++, WallTime{last_.ns - static_cast<int64_t>((options_.flows - i) * kNsPerMs * 20)}});
}

void SyntheticSource::cancel() {
  std::lock_guard lock(mutex_);
  cancelled_ = true;
  cancelled_signal_.notify_all();
}

void SyntheticSource::advance() {
  now_ = system_clock().wall();
  owed_ += options_.changes_per_s * static_cast<double>(now_.ns - last_.ns) /
           static_cast<double>(kNsPerSecond);
  last_ = now_;
  for (; owed_ >= 1; owed_ -= 1) {
    flows_.push_front({next_++, now_});
    if (flows_.size() > options_.flows) {
      // Some long-lived flows stay: the one that ends is anywhere.
      const size_t place = flows_.size() - 1 - mix(next_) % std::min<size_t>(flows_.size(), 64);
      flows_.erase(flows_.begin() + static_cast<ptrdiff_t>(place));
    }
  }
}

view::FlowRow SyntheticSource::row_of(const Life& life) const {
  const Program& program = program_of(life.number);
  const uint64_t random = mix(life.number + 7);
  view::FlowRow row;
  event::FlowFacts& flow = row.facts;
  flow.id = "f" + std::to_string(life.number);
  flow.process = program.name;
  flow.executable = program.path;
  flow.user = program.user;
  flow.unit = program.unit;
  flow.owner = {static_cast<uint32_t>(1000 + random % 40), 1};
  flow.attribution = event::Attribution::kHook;
  flow.transport = random % 5 == 0 ? event::Transport::kUdp : event::Transport::kTcp;
  flow.role = random % 3 == 0 ? event::Role::kServer : event::Role::kClient;
  flow.state = flow.transport == event::Transport::kUdp ? event::FlowState::kOpen
                                                        : event::FlowState::kEstablished;
  flow.local = {IpAddress::v4(0x0a000005), static_cast<uint16_t>(32768 + random % 28000)};
  const uint16_t port = random % 2 == 0 ? 443 : 80;
  if (random % 11 == 0)
    flow.remote = {*IpAddress::parse("2001:db8:85a3::8a2e:370:7334"), port};
  else
    flow.remote = {IpAddress::v4(0xc6336400 | static_cast<uint32_t>(random % 200)), port};
  if (random % 4 != 0) {
    flow.remote_name = "host" + std::to_string(random % 200) + ".example.net";
    flow.name_source = random % 3 == 0 ? event::NameSource::kTlsSni : event::NameSource::kDns;
  }
  flow.opened = life.opened;
  flow.last_seen = now_;
  const uint64_t age_s = static_cast<uint64_t>(now_.ns - life.opened.ns) / kNsPerSecond;
  flow.counters = {random % 5000 * (age_s + 1),
                   random % 900 * (age_s + 1),
                   age_s + 3,
                   age_s + 2,
                   12'000,
                   0,
                   true};
  if (static_cast<uint64_t>(now_.ns - life.opened.ns) < view::kNewVisibleNs)
    row.age = view::RowAge::kNew;
  else if (random % 50 == 0) {
    row.age = view::RowAge::kClosed;
    row.faded = static_cast<double>(now_.ns / 1'000'000 % 1000) / 1000;
    flow.closed = now_;
  }
  if (std::string_view(program.name) == "csrcs")
    row.suspicion = "name is one letter from csrss, file is in /tmp";
  return row;
}

void SyntheticSource::fill_groups(const view::FrameQuery& query, view::Frame& frame) const {
  for (const Program& program : kPrograms) {
    view::GroupRow row;
    row.key = key_of(program);
    row.name = program.name;
    row.detail = program.path;
    row.processes = program.weight / 3 + 1;
    row.flows = static_cast<uint32_t>(options_.flows * program.weight / 100);
    row.listeners = program.weight % 4;
    const double wave = static_cast<double>(
        mix(static_cast<uint64_t>(now_.ns) / kNsPerSecond + program.weight) % 1000);
    row.bytes_in_per_s = wave * program.weight * 37;
    row.bytes_out_per_s = wave * program.weight * 3;
    for (uint64_t s = 0; s < view::kHistorySeconds; ++s)
      row.history.push_back(
          static_cast<uint32_t>(mix(static_cast<uint64_t>(now_.ns) / kNsPerSecond -
                                    view::kHistorySeconds + s + program.weight) %
                                1000 * 40 * program.weight));
    row.remote =
        program.weight == 1 ? "203.0.113.9:80" : std::to_string(program.weight * 5) + " hosts";
    if (std::string_view(program.name) == "csrcs") row.suspicion = "name is one letter from csrss";
    frame.groups.push_back(std::move(row));
  }
  if (query.group_order == view::GroupOrder::kName)
    std::sort(frame.groups.begin(), frame.groups.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  else
    std::sort(frame.groups.begin(), frame.groups.end(),
              [](const auto& a, const auto& b) { return a.bytes_in_per_s > b.bytes_in_per_s; });
  frame.groups_total = static_cast<uint32_t>(frame.groups.size());
  frame.groups_from = 0;
}

void SyntheticSource::fill_flows(const view::FrameQuery& query, view::Frame& frame) const {
  std::vector<const Life*> chosen;
  std::optional<size_t> around;
  for (const Life& life : flows_) {
    if (!query.selected_group.empty() && key_of(program_of(life.number)) != query.selected_group)
      continue;
    if (!query.filter.empty() && !matches(query.filter, row_of(life).facts)) continue;
    if (!query.flows_around.empty() && query.flows_around == "f" + std::to_string(life.number))
      around = chosen.size();
    chosen.push_back(&life);
  }
  size_t from = query.flows_from;
  if (around) from = *around > query.flows_max / 2 ? *around - query.flows_max / 2 : 0;
  from = std::min(from, chosen.size());
  const size_t to = std::min<size_t>(from + query.flows_max, chosen.size());
  for (size_t i = from; i < to; ++i) frame.flows.push_back(row_of(*chosen[i]));
  frame.flows_total = static_cast<uint32_t>(chosen.size());
  frame.flows_from = static_cast<uint32_t>(from);
}

void SyntheticSource::fill_details(const view::FrameQuery& query, view::Frame& frame) const {
  if (query.selected_flow.empty()) return;
  const auto found = std::find_if(flows_.begin(), flows_.end(), [&](const Life& life) {
    return query.selected_flow == "f" + std::to_string(life.number);
  });
  if (found == flows_.end()) return;
  view::FlowDetails details;
  details.flow = row_of(*found).facts;
  event::ProcessFacts process;
  process.key = details.flow.owner;
  process.started = WallTime{now_.ns - 3600 * static_cast<int64_t>(kNsPerSecond)};
  process.name = details.flow.process;
  process.command = process.name.substr(0, 15);
  process.executable = details.flow.executable;
  process.arguments = {process.executable, "--config", "/etc/a b.conf"};
  process.working_directory = "/";
  process.user = details.flow.user;
  process.unit = details.flow.unit;
  process.cgroup = "/system.slice/" + details.flow.unit;
  process.sha256 = "9f2c1f0e5f4c3b2a190817263544536271809fafbecddcebfa09182736455463";
  process.parents = {{{412, 1}, process.started, "sh", "/usr/bin/dash"},
                     {{1, 1}, process.started, "systemd", "/usr/lib/systemd/systemd"}};
  details.process = process;
  for (size_t i = 0; i < 5 && i < flows_.size(); ++i)
    details.other_flows.push_back(row_of(flows_[i]).facts);
  details.other_flows_total = 41;
  frame.details = std::move(details);
}

Result<view::Frame> SyntheticSource::ask(const view::FrameQuery& query) {
  {
    std::unique_lock lock(mutex_);
    cancelled_signal_.wait_for(lock, std::chrono::milliseconds(options_.delay_ms),
                               [&] { return cancelled_; });
    if (cancelled_) return failure("cancelled");
  }
  if (++asked_ % 2 == 0 && options_.failing)
    return failure("connect to the agent: Connection refused", "Is picket run under way?");
  advance();
  view::Frame frame;
  frame.status = {
      "0.1.0",
      "demo",
      options_.fallback ? "fallback" : "bpf",
      options_.fallback
          ? "short-lived connections may be missing; other users' processes cannot be seen"
          : "",
      true,
      "passed",
      now_,
      now_,
      flows_.size(),
      61,
      12,
      options_.changes_per_s,
      2.1e6,
      88e3,
      options_.fallback ? 17u : 0u,
      {},
      1,
      ""};
  if (options_.fallback)
    frame.status.losses.push_back({"sensor.ring_full", "records dropped, ring was full", 17});
  fill_groups(query, frame);
  fill_flows(query, frame);
  fill_details(query, frame);
  if (query.filter.find(':') != std::string::npos)
    frame.filter_error = "the demo knows plain text only, no fields";
  return frame;
}

}  // namespace picket::app::tui
