// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/counter.h"
#include "detect/behavior/behavior_set.h"

// For tests only: what the processes of one Windows (or Linux) machine do, in a few words. Each
// step is a second after the one before.
namespace picket::detect::behavior {

inline Endpoint endpoint_of(const std::string& text) {
  const size_t colon = text.rfind(':');
  Endpoint out;
  std::string address = text.substr(0, colon);
  if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
  out.address = IpAddress::parse(address).value_or(IpAddress());
  out.port = static_cast<uint16_t>(std::stoul(text.substr(colon + 1)));
  return out;
}

class HostForTests {
 public:
  explicit HostForTests(event::Platform platform = event::Platform::kWindows,
                        const BehaviorSettings& settings = {})
      : platform_(platform), set_(std::move(*BehaviorSet::create(settings))) {}
  // Only the behaviours named are run.
  HostForTests(std::vector<std::string_view> names,
               event::Platform platform = event::Platform::kWindows)
      : HostForTests(platform, only(names)) {}

  event::Actor process(uint32_t pid, const std::string& path, const std::string& parent = {},
                       const std::string& command_line = {}) const {
    event::Actor actor;
    actor.pid = pid;
    actor.id = "{" + std::to_string(pid) + "}";
    actor.path = path;
    actor.name = path.substr(path.find_last_of("/\\") + 1);
    actor.parent_path = parent;
    actor.command_line = command_line;
    actor.kernel = path == "System";
    return actor;
  }
  void start(const event::Actor& actor) { observe(actor, event::ProcessStarted{}); }
  void talk(const event::Actor& actor, const std::string& remote,
            event::Transport transport = event::Transport::kTcp) {
    event::ConnectionMade made;
    made.outbound = true;
    made.transport = transport;
    made.local = endpoint_of("10.1.1.5:50000");
    made.remote = endpoint_of(remote);
    observe(actor, std::move(made));
  }
  void called(const event::Actor& actor, uint16_t port, const std::string& remote) {
    event::ConnectionMade made;
    made.outbound = false;
    made.local = endpoint_of("10.1.1.5:" + std::to_string(port));
    made.remote = endpoint_of(remote);
    observe(actor, std::move(made));
  }
  void lookup(const std::string& name, const std::string& address) {
    event::DnsLookup lookup;
    lookup.name = name;
    lookup.addresses = {*IpAddress::parse(address)};
    observe(process(1, "C:\\Windows\\System32\\svchost.exe"), std::move(lookup));
  }
  void observe(const event::Actor& actor, event::What what) {
    event::Activity activity;
    activity.time = {now_ns_ += 1'000'000'000};
    activity.host = host;
    activity.platform = platform_;
    activity.actor = actor;
    activity.what = std::move(what);
    set_->observe(activity);
  }
  void wait_days(int days) { now_ns_ += int64_t{days} * 86'400'000'000'000; }

  std::vector<event::Alert> finish() { return set_->finish(); }
  // The one alert of that behaviour; an empty one (rule_id) where there is none or several.
  event::Alert only_alert(std::string_view rule) {
    std::vector<event::Alert> found;
    for (event::Alert& alert : set_->finish())
      if (alert.rule_id == rule) found.push_back(std::move(alert));
    return found.size() == 1 ? found.front() : event::Alert{};
  }
  BehaviorSet& set() { return *set_; }

  std::string host = "PC-1";

 private:
  static BehaviorSettings only(const std::vector<std::string_view>& names) {
    BehaviorSettings settings;
    for (const BehaviorEntry& entry : all_behaviors())
      settings.tables[std::string(entry.info.name)].enabled =
          std::ranges::find(names, entry.info.name) != names.end();
    return settings;
  }

  event::Platform platform_;
  std::unique_ptr<BehaviorSet> set_;
  int64_t now_ns_ = 1'767'323'045'000'000'000;
};

}  // namespace picket::detect::behavior
