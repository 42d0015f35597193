// SPDX-License-Identifier: Apache-2.0
#include "event/facts.h"

#include <array>

#include "event/community_id.h"

namespace picket::event {
namespace {

constexpr std::array<std::string_view, 5> kPackageMatches{"unknown", "unpackaged", "matches",
                                                          "differs", "no_checksum"};
constexpr std::array<std::string_view, 4> kFlowEvents{"opened", "found", "updated", "closed"};
constexpr std::array<std::string_view, 3> kProcessEvents{"started", "found", "exited"};

void append_address(JsonWriter& json, const IpAddress& address) {
  json.member("ip", address.text());
}

void append_remote(JsonWriter& json, const FlowFacts& flow) {
  json.key("remote").begin_object();
  append_address(json, flow.remote.address);
  json.member("port", flow.remote.port).member("scope", scope_text(flow.remote.address));
  if (!flow.remote_name.empty()) {
    json.member("name", flow.remote_name).member("name_source", text(flow.name_source));
    if (flow.name_learnt) {
      json.member("name_learnt", rfc3339(*flow.name_learnt));
      const int64_t age_ns = flow.last_seen.ns - flow.name_learnt->ns;
      json.member("name_age_s",
                  age_ns > 0 ? age_ns / static_cast<int64_t>(kNsPerSecond) : int64_t{0});
    }
    json.member("name_ttl_s", flow.name_ttl_s);
  }
  json.member_if("country", flow.country);
  if (flow.as_number != 0) json.member("as_number", flow.as_number);
  json.member_if("as_organization", flow.as_organization);
  json.end_object();
}

void append_owner(JsonWriter& json, const FlowFacts& flow) {
  json.member("owner", text(flow.owner_class)).member("attribution", text(flow.attribution));
  json.member_if("owner_note", flow.owner_note);
  json.key("process").begin_object();
  if (flow.owner.pid != 0) json.member("pid", flow.owner.pid).member("start", flow.owner.start_ns);
  json.member_if("name", flow.process).member_if("executable", flow.executable);
  if (flow.executable_deleted) json.member("executable_deleted", true);
  if (flow.executable_is_memfd) json.member("executable_memfd", true);
  json.member("uid", flow.uid).member_if("user", flow.user).end_object();
  json.member_if("unit", flow.unit).member_if("container", flow.container);
  json.member("shared", flow.shared);
}

void append_counters(JsonWriter& json, const FlowFacts& flow) {
  const FlowCounters& counters = flow.counters;
  if (!counters.known) return;
  json.member("bytes_in", counters.bytes_in).member("bytes_out", counters.bytes_out);
  json.member("packets_in", counters.packets_in).member("packets_out", counters.packets_out);
  if (counters.rtt_us != 0) json.member("rtt_us", counters.rtt_us);
  if (flow.transport == Transport::kTcp) json.member("retransmits", counters.retransmits);
  json.member("bytes_in_per_s", flow.bytes_in_per_s)
      .member("bytes_out_per_s", flow.bytes_out_per_s);
}

void append_flow(JsonWriter& json, const FlowFacts& flow, std::string_view happened) {
  json.begin_object().member("type", "flow").member_if("event", happened).member("id", flow.id);
  if (has_remote(flow))
    if (const auto id = community_id(flow.protocol, flow.local, flow.remote))
      json.member("community_id", *id);
  json.member("transport", text(flow.transport)).member("protocol", flow.protocol);
  json.member("direction", direction_text(flow.role)).member("role", text(flow.role));
  json.member("state", text(flow.state));
  json.key("local").begin_object();
  append_address(json, flow.local.address);
  json.member("port", flow.local.port).end_object();
  if (has_remote(flow)) append_remote(json, flow);
  append_owner(json, flow);
  if (flow.inode != 0) json.member("inode", flow.inode);
  json.key("network_namespace").begin_object().member("id", flow.network_namespace);
  json.member_if("name", flow.network_namespace_name).end_object();
  append_counters(json, flow);
  json.member("opened", rfc3339(flow.opened)).member("last_seen", rfc3339(flow.last_seen));
  if (flow.closed) json.member("closed", rfc3339(*flow.closed));
  json.member("opened_before_start", flow.opened_before_start);
  if (!flow.suspicion.empty()) {
    json.key("suspicion").begin_object().member("severity", flow.suspicion_severity);
    json.member("reason", flow.suspicion).end_object();
  }
  json.end_object();
}

void append_file(JsonWriter& json, const ProcessFacts& process) {
  json.member_if("executable", process.executable);
  json.member("executable_deleted", process.executable_deleted);
  json.member("executable_memfd", process.executable_is_memfd);
  json.member("kernel_thread", process.kernel_thread);
  if (process.standard_streams_socket) json.member("standard_streams_socket", true);
  if (process.file.known()) {
    json.key("file").begin_object().member("device", process.file.device);
    json.member("inode", process.file.inode).member("mtime_ns", process.file.mtime_ns);
    json.member("size", process.file.size).end_object();
  }
  json.member_if("sha256", process.sha256).member_if("sha256_note", process.sha256_note);
  json.key("package").begin_object().member_if("name", process.package);
  json.member_if("version", process.package_version);
  json.member("match", text(process.package_match)).member_if("note", process.package_note);
  json.end_object();
}

void append_parents(JsonWriter& json, const ProcessFacts& process) {
  json.key("parents").begin_array();
  for (const ParentFacts& parent : process.parents) {
    json.begin_object().member("pid", parent.key.pid).member("start", parent.key.start_ns);
    json.member("started", rfc3339(parent.started)).member("name", parent.name);
    json.member_if("executable", parent.executable).end_object();
  }
  json.end_array();
}

void append_process(JsonWriter& json, const ProcessFacts& process, std::string_view happened) {
  json.begin_object().member("type", "process").member_if("event", happened);
  json.member("pid", process.key.pid).member("start", process.key.start_ns);
  json.member("started", rfc3339(process.started));
  if (process.exited) json.member("exited", rfc3339(*process.exited));
  json.member("name", process.name).member_if("command", process.command);
  append_file(json, process);
  json.member_if("invoked_as", process.invoked_as).key("arguments").begin_array();
  for (const std::string& argument : process.arguments) json.value(argument);
  json.end_array().member("arguments_truncated", process.arguments_truncated);
  json.member_if("working_directory", process.working_directory);
  json.member("uid", process.uid).member_if("user", process.user);
  if (process.login_uid) json.member("login_uid", *process.login_uid);
  json.member_if("login_user", process.login_user).member("session", process.session_id);
  json.member_if("terminal", process.terminal);
  json.key("cgroup").begin_object().member("id", process.cgroup_id);
  json.member_if("path", process.cgroup).end_object();
  json.member_if("unit", process.unit).member_if("container", process.container);
  json.member_if("container_id", process.container_id);
  if (process.pid_in_namespace != 0) json.member("pid_in_namespace", process.pid_in_namespace);
  append_parents(json, process);
  json.end_object();
}

}  // namespace

std::string_view text(PackageMatch value) { return kPackageMatches[static_cast<size_t>(value)]; }
std::string_view text(FlowEvent value) { return kFlowEvents[static_cast<size_t>(value)]; }
std::string_view text(ProcessEvent value) { return kProcessEvents[static_cast<size_t>(value)]; }

bool has_remote(const FlowFacts& flow) {
  return flow.remote.port != 0 || !flow.remote.address.is_unspecified();
}

std::string_view scope_text(const IpAddress& address) {
  if (address.is_unspecified()) return "none";
  if (address.is_loopback()) return "loopback";
  if (address.is_link_local()) return "link";
  if (address.is_multicast()) return "multicast";
  if (address.is_broadcast()) return "broadcast";
  return address.is_private() ? "private" : "global";
}

void append_json(JsonWriter& json, const FlowFacts& flow) { append_flow(json, flow, {}); }
void append_json(JsonWriter& json, const FlowFacts& flow, FlowEvent happened) {
  append_flow(json, flow, text(happened));
}
void append_json(JsonWriter& json, const ProcessFacts& process) {
  append_process(json, process, {});
}
void append_json(JsonWriter& json, const ProcessFacts& process, ProcessEvent happened) {
  append_process(json, process, text(happened));
}

}  // namespace picket::event
