// SPDX-License-Identifier: Apache-2.0
#include "case_runner/contract.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace picket::case_runner {
namespace {

event::FlowFacts full_flow() {
  event::FlowFacts flow;
  flow.id = flow.process = flow.executable = flow.user = flow.unit = flow.container = "x";
  flow.owner_note = flow.network_namespace_name = flow.remote_name = flow.country =
      flow.as_organization = "x";
  flow.protocol = 6;
  flow.local = {IpAddress::v4(0x0a000005), 40'000};
  flow.remote = {IpAddress::v4(0x0a000009), 443};
  flow.owner = {100, 1};
  flow.executable_deleted = flow.executable_is_memfd = true;
  flow.inode = flow.as_number = 1;
  flow.name_learnt = flow.closed = WallTime{};
  flow.counters.known = true;
  flow.counters.rtt_us = 1;
  return flow;
}

event::ProcessFacts full_process() {
  event::ProcessFacts process;
  process.key = {100, 1};
  process.exited = WallTime{};
  process.name = process.command = process.executable = process.invoked_as = "x";
  process.arguments = {"x"};
  process.working_directory = process.user = process.login_user = process.terminal = "x";
  process.cgroup = process.unit = process.container = process.container_id = "x";
  process.login_uid = process.pid_in_namespace = 1;
  process.file.inode = 1;
  process.sha256 = process.sha256_note = "x";
  process.package = process.package_version = process.package_note = "x";
  process.parents = {{{1, 1}, WallTime{}, "x", "x"}};
  return process;
}

template <typename Enum>
std::set<std::string> words_of(Enum last) {
  std::set<std::string> words;
  for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
    words.emplace(text(static_cast<Enum>(i)));
  return words;
}

const std::map<std::string, std::set<std::string>, std::less<>>& vocabulary() {
  static const std::map<std::string, std::set<std::string>, std::less<>> all{
      {"transport", words_of(event::Transport::kOther)},
      {"role", words_of(event::Role::kListener)},
      {"state", words_of(event::FlowState::kClosing)},
      {"owner", words_of(event::OwnerClass::kLost)},
      {"attribution", words_of(event::Attribution::kPolled)},
      {"remote.name_source", words_of(event::NameSource::kMulticastDns)},
      {"direction", {"inbound", "outbound", "listening", "unknown"}},
      {"remote.scope", {"loopback", "link", "private", "multicast", "broadcast", "global", "none"}},
      {"package.match", words_of(event::PackageMatch::kNoChecksum)},
  };
  return all;
}

}  // namespace

const Contract& Contract::flow() {
  static const Contract contract(json_of(full_flow()));
  return contract;
}

const Contract& Contract::process() {
  static const Contract contract = [] {
    Json full = json_of(full_process());
    full.erase("started");  // how long this machine slept since it booted is part of it
    full["parents"][0].erase("started");
    full["cgroup"].erase("id");  // the runner's own
    return Contract(std::move(full));
  }();
  return contract;
}

// The example has one item in each list, which stands for all.
const Json* Contract::example(std::string_view path) const {
  std::string of_first;
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('.', begin), path.size());
    const std::string_view name = path.substr(begin, end - begin);
    const bool number =
        !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
    of_first += number ? std::string_view("0") : name;
    if (end < path.size()) of_first += '.';
    begin = end + 1;
  }
  return find(full_, of_first);
}

Contract::Meaning Contract::meaning(std::string_view path) const {
  const Json* const value = example(path);
  if (value && value->is_string() && parse_rfc3339(value->get_ref<const std::string&>()))
    return Meaning::kTime;
  const bool start = path == "start" || path.ends_with(".start");
  return start ? Meaning::kBootTime : Meaning::kPlain;
}

const std::set<std::string>* Contract::words(std::string_view path) const {
  const auto found = vocabulary().find(path);
  return found == vocabulary().end() ? nullptr : &found->second;
}

const Json* find(const Json& root, std::string_view path) {
  const Json* at = &root;
  for (;;) {
    const size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    if (at->is_object()) {
      const auto member = at->find(name);
      if (member == at->end()) return nullptr;
      at = &*member;
    } else {
      size_t index = 0;
      const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), index);
      if (!at->is_array() || error != std::errc() || end != name.data() + name.size() ||
          index >= at->size())
        return nullptr;
      at = &(*at)[index];
    }
    if (dot == std::string_view::npos) return at;
    path.remove_prefix(dot + 1);
  }
}

}  // namespace picket::case_runner
