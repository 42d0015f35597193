// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "event/facts_json.h"

namespace picket::event {
namespace {

using simdjson::dom::element;

// The value of an enumeration by its text(); `count` values, numbered from 0.
template <typename Enum, size_t count>
std::optional<Enum> by_text(std::string_view word) {
  for (size_t i = 0; i < count; ++i)
    if (text(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
  return std::nullopt;
}

bool read_endpoint(MemberReader& from, Endpoint& out) {
  std::string address;
  from.read("ip", address);
  from.read("port", out.port);
  const auto parsed = IpAddress::parse(address);
  if (!parsed) return false;
  out.address = *parsed;
  return true;
}

bool read_remote(element part, FlowFacts& flow) {
  MemberReader from(part);
  if (!read_endpoint(from, flow.remote)) return false;
  from.read("name", flow.remote_name);
  from.read_word("name_source", flow.name_source, by_text<NameSource, 5>);
  from.read("name_learnt", flow.name_learnt);
  from.read("name_ttl_s", flow.name_ttl_s);
  from.read("country", flow.country);
  from.read("as_number", flow.as_number);
  from.read("as_organization", flow.as_organization);
  return !from.failed();
}

bool read_owner(element part, FlowFacts& flow) {
  MemberReader from(part);
  from.read("pid", flow.owner.pid);
  from.read("start", flow.owner.start_ns);
  from.read("name", flow.process);
  from.read("executable", flow.executable);
  from.read("executable_deleted", flow.executable_deleted);
  from.read("executable_memfd", flow.executable_is_memfd);
  from.read("uid", flow.uid);
  from.read("user", flow.user);
  return !from.failed();
}

void read_counters(MemberReader& from, FlowFacts& flow) {
  FlowCounters& counters = flow.counters;
  counters.known = from.find("bytes_in").has_value();
  from.read("bytes_in", counters.bytes_in);
  from.read("bytes_out", counters.bytes_out);
  from.read("packets_in", counters.packets_in);
  from.read("packets_out", counters.packets_out);
  from.read("rtt_us", counters.rtt_us);
  from.read("retransmits", counters.retransmits);
  from.read("bytes_in_per_s", flow.bytes_in_per_s);
  from.read("bytes_out_per_s", flow.bytes_out_per_s);
}

bool has_type(const MemberReader& from, std::string_view wanted) {
  std::string_view type;
  const auto found = from.find("type");
  return found && found->get(type) == simdjson::SUCCESS && type == wanted;
}

bool read_file(MemberReader& from, ProcessFacts& process) {
  from.read("executable", process.executable);
  from.read("executable_deleted", process.executable_deleted);
  from.read("executable_memfd", process.executable_is_memfd);
  from.read("kernel_thread", process.kernel_thread);
  from.read("standard_streams_socket", process.standard_streams_socket);
  from.read("sha256", process.sha256);
  from.read("sha256_note", process.sha256_note);
  if (const auto part = from.find("file")) {
    MemberReader file(*part);
    file.read("device", process.file.device);
    file.read("inode", process.file.inode);
    file.read("mtime_ns", process.file.mtime_ns);
    file.read("size", process.file.size);
    if (file.failed()) return false;
  }
  if (const auto part = from.find("package")) {
    MemberReader package(*part);
    package.read("name", process.package);
    package.read("version", process.package_version);
    package.read("note", process.package_note);
    package.read_word("match", process.package_match, by_text<PackageMatch, 5>);
    if (package.failed()) return false;
  }
  return true;
}

bool read_arguments(const MemberReader& from, ProcessFacts& process) {
  const auto part = from.find("arguments");
  if (!part) return true;
  simdjson::dom::array list;
  if (part->get(list) != simdjson::SUCCESS) return false;
  for (const element item : list) {
    std::string_view argument;
    if (item.get(argument) != simdjson::SUCCESS) return false;
    process.arguments.emplace_back(argument);
  }
  return true;
}

bool read_parents(const MemberReader& from, ProcessFacts& process) {
  const auto part = from.find("parents");
  if (!part) return true;
  simdjson::dom::array list;
  if (part->get(list) != simdjson::SUCCESS) return false;
  for (const element item : list) {
    MemberReader member(item);
    ParentFacts& parent = process.parents.emplace_back();
    member.read("pid", parent.key.pid);
    member.read("start", parent.key.start_ns);
    member.read("started", parent.started);
    member.read("name", parent.name);
    member.read("executable", parent.executable);
    if (member.failed()) return false;
  }
  return true;
}

void read_session(MemberReader& from, ProcessFacts& process) {
  from.read("working_directory", process.working_directory);
  from.read("uid", process.uid);
  from.read("user", process.user);
  if (from.find("login_uid")) from.read("login_uid", process.login_uid.emplace());
  from.read("login_user", process.login_user);
  from.read("session", process.session_id);
  from.read("terminal", process.terminal);
  from.read("unit", process.unit);
  from.read("container", process.container);
  from.read("container_id", process.container_id);
  from.read("pid_in_namespace", process.pid_in_namespace);
  if (const auto part = from.find("cgroup")) {
    MemberReader cgroup(*part);
    cgroup.read("id", process.cgroup_id);
    cgroup.read("path", process.cgroup);
    if (cgroup.failed()) from.fail();
  }
}

template <typename Facts>
std::optional<Facts> parse_document(std::string_view json, std::optional<Facts> (*read)(element)) {
  if (json.size() > kFactsJsonMax) return std::nullopt;
  simdjson::dom::parser parser;
  if (parser.allocate(json.size() + 1, kJsonDepthMax) != simdjson::SUCCESS) return std::nullopt;
  element document;
  if (parser.parse(json.data(), json.size(), true).get(document) != simdjson::SUCCESS)
    return std::nullopt;
  return read(document);
}

}  // namespace

void MemberReader::read(std::string_view name, WallTime& out) {
  std::string_view word;
  if (!read_as<std::string_view>(name, word)) return;
  if (const auto time = parse_rfc3339(word))
    out = *time;
  else
    failed_ = true;
}

void MemberReader::read(std::string_view name, std::optional<WallTime>& out) {
  if (!find(name)) return;
  read(name, out.emplace());
}

std::optional<FlowFacts> read_flow_facts(element from_element) {
  MemberReader from(from_element);
  if (!has_type(from, "flow")) return std::nullopt;
  FlowFacts flow;
  from.read("id", flow.id);
  from.read_word("transport", flow.transport, parse_transport);
  from.read("protocol", flow.protocol);
  from.read_word("role", flow.role, parse_role);
  from.read_word("state", flow.state, parse_flow_state);
  from.read_word("owner", flow.owner_class, by_text<OwnerClass, 5>);
  from.read_word("attribution", flow.attribution, by_text<Attribution, 5>);
  from.read("owner_note", flow.owner_note);
  from.read("unit", flow.unit);
  from.read("container", flow.container);
  from.read("shared", flow.shared);
  from.read("inode", flow.inode);
  read_counters(from, flow);
  from.read("opened", flow.opened);
  from.read("last_seen", flow.last_seen);
  from.read("closed", flow.closed);
  from.read("opened_before_start", flow.opened_before_start);
  if (const auto suspicion = from.find("suspicion")) {
    MemberReader said(*suspicion);
    said.read("severity", flow.suspicion_severity);
    said.read("reason", flow.suspicion);
  }
  const auto local = from.find("local");
  if (!local) return std::nullopt;
  MemberReader local_reader(*local);
  if (!read_endpoint(local_reader, flow.local) || local_reader.failed()) return std::nullopt;
  if (const auto remote = from.find("remote"); remote && !read_remote(*remote, flow))
    return std::nullopt;
  if (const auto owner = from.find("process"); owner && !read_owner(*owner, flow))
    return std::nullopt;
  if (const auto part = from.find("network_namespace")) {
    MemberReader space(*part);
    space.read("id", flow.network_namespace);
    space.read("name", flow.network_namespace_name);
    if (space.failed()) return std::nullopt;
  }
  if (from.failed() || flow.id.empty()) return std::nullopt;
  return flow;
}

std::optional<ProcessFacts> read_process_facts(element from_element) {
  MemberReader from(from_element);
  if (!has_type(from, "process")) return std::nullopt;
  ProcessFacts process;
  from.read("pid", process.key.pid);
  from.read("start", process.key.start_ns);
  from.read("started", process.started);
  from.read("exited", process.exited);
  from.read("name", process.name);
  from.read("command", process.command);
  from.read("invoked_as", process.invoked_as);
  from.read("arguments_truncated", process.arguments_truncated);
  read_session(from, process);
  if (!read_file(from, process) || !read_arguments(from, process) || !read_parents(from, process))
    return std::nullopt;
  if (from.failed() || process.key.pid == 0) return std::nullopt;
  return process;
}

std::optional<FlowFacts> parse_flow_facts(std::string_view json) {
  return parse_document<FlowFacts>(json, read_flow_facts);
}
std::optional<ProcessFacts> parse_process_facts(std::string_view json) {
  return parse_document<ProcessFacts>(json, read_process_facts);
}

}  // namespace picket::event
