// SPDX-License-Identifier: Apache-2.0
// What a case says of time, cgroups and processes.
#include <algorithm>
#include <utility>

#include "case_runner/scripted_sensor.h"

namespace picket::case_runner {
namespace {

constexpr int64_t kTickSecondsMaxNs = 3'600 * static_cast<int64_t>(kNsPerSecond);
constexpr size_t kCommandBytes = 15;
// Ids of cases stand apart from those of the machine that runs them, whose cgroup tree may be read.
constexpr uint64_t kCgroupIds = uint64_t{1} << 48;

MonoTime after_begin(int64_t ns) { return {kBegin.ns + static_cast<uint64_t>(ns)}; }

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

void ScriptedSensor::observe(const YAML::Node& step) {
  if (!step.IsMap() || step.size() != 1) {
    complaints_.add(step, "a step is one key, as in `- exec: {pid: 100, path: /usr/bin/curl}`");
    return;
  }
  static constexpr std::pair<std::string_view, void (ScriptedSensor::*)(MapReader&)> kSteps[] = {
      {"exec", &ScriptedSensor::exec},     {"fork", &ScriptedSensor::fork},
      {"exit", &ScriptedSensor::exit},     {"move", &ScriptedSensor::move},
      {"cgroup", &ScriptedSensor::cgroup}, {"tick", &ScriptedSensor::tick},
      {"socket", &ScriptedSensor::socket}, {"name", &ScriptedSensor::name},
      {"dns", &ScriptedSensor::dns},       {"first_bytes", &ScriptedSensor::first_bytes},
  };
  const auto entry = *step.begin();
  const std::string kind = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
  for (const auto& [name, take] : kSteps) {
    if (name != kind) continue;
    MapReader keys(entry.second, complaints_);
    (this->*take)(keys);
    keys.finish();
    return;
  }
  complaints_.add(entry.first, "unknown step \"" + kind + "\"");
}

// `at`, or a little after the step before. The clock never goes back: an earlier `at` is a record
// that comes late.
MonoTime ScriptedSensor::read_time(MapReader& keys) {
  int64_t ns = 0;
  const MonoTime at =
      keys.read_seconds("at", ns) ? after_begin(ns) : MonoTime{clock_.now.ns + kStepNs};
  clock_.now = std::max(clock_.now, at);
  return at;
}

// `pid`, and `start`; without a start it is the life of that pid that runs, else one begun now.
void ScriptedSensor::read_process_key(MapReader& keys, event::ProcessKey& key, MonoTime begun) {
  keys.require("pid");
  keys.read("pid", key.pid);
  int64_t ns = 0;
  const auto known = processes_.find(key.pid);
  if (keys.read_seconds("start", ns))
    key.start_ns = after_begin(ns).ns;
  else if (known != processes_.end() && !known->second.exited)
    key.start_ns = known->second.key.start_ns;
  else
    key.start_ns = begun.ns;
}

// A process that was told of: its pid means the latest life. {pid: 100, start: 2} means any.
bool ScriptedSensor::reference(const YAML::Node& value, event::ProcessKey& key) {
  if (value.IsMap()) {
    MapReader keys(value, complaints_);
    keys.require("start");
    read_process_key(keys, key, clock_.now);
    keys.finish();
    return true;
  }
  if (!value.IsScalar() || !YAML::convert<uint32_t>::decode(value, key.pid)) return false;
  const auto known = processes_.find(key.pid);
  if (known == processes_.end())
    complaints_.add(value, "no step told of this pid: write {pid: ..., start: ...}");
  else
    key = known->second.key;
  return true;
}

void ScriptedSensor::read_reference(MapReader& keys, std::string_view name,
                                    event::ProcessKey& key) {
  const auto value = keys.take(name);
  if (value && !reference(*value, key))
    complaints_.add(*value, "expected a pid, or {pid: ..., start: ...}");
}

void ScriptedSensor::read_cgroup(MapReader& keys, uint64_t& id) {
  uint64_t told = 0;
  if (keys.read("cgroup", told)) id = kCgroupIds + told;
}

void ScriptedSensor::remember(const event::ProcessSeen& seen) {
  processes_[seen.key.pid] = {seen.key, seen.uid, seen.cgroup_id, seen.command, false};
}

// Left out: the task is named after the file, and uid and cgroup are those of before, else those of
// the parent.
void ScriptedSensor::exec(MapReader& keys) {
  event::ProcessSeen seen;
  seen.at = read_time(keys);
  read_process_key(keys, seen.key, seen.at);
  read_reference(keys, "parent", seen.parent);
  const auto known = processes_.find(seen.key.pid);
  const bool same = known != processes_.end() && known->second.key == seen.key;
  const auto from = same ? known : processes_.find(seen.parent.pid);
  if (from != processes_.end()) {
    seen.uid = from->second.uid;
    seen.cgroup_id = from->second.cgroup_id;
  }
  bool found = false;
  keys.read("found", found);
  if (found) seen.origin = event::ProcessSeen::Origin::kFound;
  keys.read("uid", seen.uid);
  keys.read("gid", seen.gid);
  keys.read("login_uid", seen.login_uid);
  keys.read("session", seen.session_id);
  keys.read("terminal", seen.terminal);
  keys.read("netns", seen.network_namespace);
  keys.read("pid_in_namespace", seen.pid_in_namespace);
  read_cgroup(keys, seen.cgroup_id);
  keys.read("path", seen.executable);
  seen.command = base_name(seen.executable).substr(0, kCommandBytes);
  keys.read("command", seen.command);
  keys.read("invoked_as", seen.invoked_as);
  seen.arguments = {seen.executable.empty() ? seen.command : seen.executable};
  keys.read("args", seen.arguments);
  keys.read("cwd", seen.working_directory);
  keys.read("deleted", seen.file_deleted);
  keys.read("memfd", seen.file_is_memfd);
  keys.read("kernel_thread", seen.kernel_thread);
  remember(seen);
  pipeline_.take(std::move(seen));
}

// Left out: uid and cgroup are the parent's.
void ScriptedSensor::fork(MapReader& keys) {
  event::ProcessForked forked;
  forked.at = read_time(keys);
  read_process_key(keys, forked.key, forked.at);
  keys.require("parent");
  read_reference(keys, "parent", forked.parent);
  KnownProcess child;
  if (const auto parent = processes_.find(forked.parent.pid); parent != processes_.end())
    child = parent->second;
  child.key = forked.key;
  child.exited = false;
  keys.read("uid", child.uid);
  read_cgroup(keys, child.cgroup_id);
  forked.uid = child.uid;
  forked.cgroup_id = child.cgroup_id;
  processes_[forked.key.pid] = child;
  pipeline_.take(forked);
}

void ScriptedSensor::exit(MapReader& keys) {
  event::ProcessExited exited;
  exited.at = read_time(keys);
  read_process_key(keys, exited.key, exited.at);
  int status = 0;
  keys.read("status", status);
  exited.exit_code = status << 8;
  if (const auto known = processes_.find(exited.key.pid);
      known != processes_.end() && known->second.key == exited.key)
    known->second.exited = true;
  pipeline_.take(exited);
}

void ScriptedSensor::move(MapReader& keys) {
  event::ProcessMoved moved;
  read_process_key(keys, moved.key, read_time(keys));
  keys.require("cgroup");
  read_cgroup(keys, moved.cgroup_id);
  if (const auto known = processes_.find(moved.key.pid); known != processes_.end())
    known->second.cgroup_id = moved.cgroup_id;
  pipeline_.take(moved);
}

void ScriptedSensor::cgroup(MapReader& keys) {
  event::CgroupSeen seen;
  keys.require("id");
  keys.require("path");
  keys.read("id", seen.id);
  seen.id += kCgroupIds;
  keys.read("path", seen.path);
  pipeline_.take(std::move(seen));
}

// Time passes: the pipeline's housekeeping runs every quarter of a second, and at the end.
void ScriptedSensor::tick(MapReader& keys) {
  int64_t ns = 0;
  keys.require("seconds");
  keys.read_seconds("seconds", ns);
  if (ns < 0 || ns > kTickSecondsMaxNs) {
    complaints_.add(keys.node(), "a tick is 0 to 3600 seconds");
    return;
  }
  const MonoTime end{clock_.now.ns + static_cast<uint64_t>(ns)};
  do {
    clock_.now = {std::min(clock_.now.ns + kTickNs, end.ns)};
    pipeline_.tick(nullptr);
  } while (clock_.now < end);
}

}  // namespace picket::case_runner
