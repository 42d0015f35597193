// SPDX-License-Identifier: Apache-2.0
// An alert as JSON (docs/formats/alerts.md). What is not known is left out.
#include "event/alert.h"
#include "event/community_id.h"
#include "event/facts.h"
#include "event/json_texts.h"

namespace picket::event {
namespace {

std::string_view platform_text(Platform platform) {
  switch (platform) {
    case Platform::kWindows: return "windows";
    case Platform::kLinux: return "linux";
    case Platform::kMac: return "macos";
    case Platform::kUnknown: break;
  }
  return {};
}

template <typename T>
void member_if_known(JsonWriter& out, std::string_view name, const std::optional<T>& item) {
  if (item) out.member(name, *item);
}

void append_rule(JsonWriter& out, const Alert& alert) {
  out.key("rule").begin_object().member("id", alert.rule_id).member("name", alert.rule_name);
  out.member_if("place", alert.rule_file);
  if (const auto& signature = alert.signature) {
    out.member("gid", signature->gid).member("sid", signature->sid).member("rev", signature->rev);
    out.member_if("category", signature->category);
  }
  out.end_object();
}

void append_grounds(JsonWriter& out, const Alert& alert) {
  out.key("evidence").begin_array();
  for (const AlertEvidence& fact : alert.evidence)
    out.begin_object().member("name", fact.name).member("value", fact.value).end_object();
  out.end_array();
  if (alert.evidence_left_out != 0) out.member("evidence_left_out", alert.evidence_left_out);
  if (!alert.known_good.empty()) {
    out.key("known_good").begin_array();
    for (const KnownGood& good : alert.known_good) {
      out.begin_object().member("what", good.what).member("severity_before", text(good.before));
      out.end_object();
    }
    out.end_array();
  }
  if (!alert.attack.empty()) {
    out.key("attack").begin_array();
    for (const AttackReference& reference : alert.attack) {
      out.begin_object().member_if("tactic", reference.tactic);
      out.member_if("technique", reference.technique).end_object();
    }
    out.end_array();
  }
  append_texts(out, "references", alert.references);
  append_texts(out, "false_positives", alert.false_positives);
}

bool known(const Actor& actor) {
  return actor.pid != 0 || !actor.id.empty() || !actor.name.empty() || !actor.path.empty() ||
         actor.kernel;
}

void append_file_facts(JsonWriter& out, const Actor& actor) {
  out.member_if("sha256", actor.sha256).member_if("sha1", actor.sha1).member_if("md5", actor.md5);
  out.member_if("imphash", actor.imphash).member_if("original_name", actor.original_name);
  out.member_if("company", actor.company).member_if("product", actor.product);
  out.member_if("signer", actor.signer);
  member_if_known(out, "signature_valid", actor.signature_valid);
  out.member_if("package", actor.package);
  member_if_known(out, "packaged", actor.packaged);
  member_if_known(out, "package_differs", actor.package_differs);
  member_if_known(out, "deleted", actor.deleted);
  member_if_known(out, "memfd", actor.memfd);
  if (actor.file_written) out.member("file_written", rfc3339(*actor.file_written));
}

void append_process(JsonWriter& out, const Actor& actor) {
  out.key("process").begin_object().member_if("id", actor.id);
  if (actor.pid != 0) out.member("pid", actor.pid);
  out.member_if("name", actor.name).member_if("executable", actor.path);
  out.member_if("command_line", actor.command_line);
  out.member_if("working_directory", actor.working_directory).member_if("user", actor.user);
  append_file_facts(out, actor);
  if (actor.parent_pid != 0 || !actor.parent_id.empty() || !actor.parent_path.empty()) {
    out.key("parent").begin_object().member_if("id", actor.parent_id);
    if (actor.parent_pid != 0) out.member("pid", actor.parent_pid);
    out.member_if("executable", actor.parent_path);
    out.member_if("command_line", actor.parent_command_line).end_object();
  }
  out.member_if("terminal", actor.terminal).member_if("unit", actor.unit);
  out.member_if("container", actor.container);
  member_if_known(out, "session", actor.session);
  if (actor.started) out.member("started", rfc3339(*actor.started));
  if (actor.kernel) out.member("kernel", true);
  out.end_object();
}

bool known(const Endpoint& endpoint) {
  return endpoint.port != 0 || !endpoint.address.is_unspecified();
}

std::optional<uint16_t> protocol_number(Transport transport) {
  if (transport == Transport::kTcp) return uint16_t{6};
  if (transport == Transport::kUdp) return uint16_t{17};
  return std::nullopt;
}

void append_connection(JsonWriter& out, const ConnectionMade& connection) {
  out.key("connection").begin_object().member_if("id", connection.id);
  if (const auto protocol = protocol_number(connection.transport); protocol)
    if (const auto id = community_id(*protocol, connection.local, connection.remote))
      out.member("community_id", *id);
  out.member("transport", text(connection.transport));
  if (connection.outbound) out.member("direction", *connection.outbound ? "outbound" : "inbound");
  if (known(connection.local)) {
    out.key("local").begin_object().member("ip", connection.local.address.text());
    out.member("port", connection.local.port).end_object();
  }
  if (known(connection.remote) || !connection.remote_name.empty()) {
    out.key("remote").begin_object();
    if (known(connection.remote)) {
      out.member("ip", connection.remote.address.text()).member("port", connection.remote.port);
      out.member("scope", scope_text(connection.remote.address));
    }
    out.member_if("name", connection.remote_name);
    if (connection.name_source != NameSource::kNone)
      out.member("name_source", text(connection.name_source));
    out.end_object();
  }
  out.member_if("service", connection.service);
  member_if_known(out, "answered", connection.answered);
  member_if_known(out, "duration_s", connection.duration_s);
  member_if_known(out, "bytes_out", connection.bytes_out);
  member_if_known(out, "bytes_in", connection.bytes_in);
  member_if_known(out, "packets_out", connection.packets_out);
  member_if_known(out, "packets_in", connection.packets_in);
  member_if_known(out, "blocked", connection.blocked);
  out.end_object();
}

}  // namespace

void append_texts(JsonWriter& out, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  out.key(name).begin_array();
  for (const std::string& text : texts) out.value(text);
  out.end_array();
}

void append_json(JsonWriter& out, const Alert& alert) {
  out.begin_object().member("type", "alert").member_if("id", alert.id);
  out.member("time", rfc3339(alert.time)).member("count", alert.count);
  if (alert.count > 1) out.member("last_time", rfc3339(alert.last_time));
  out.member("detector", text(alert.detector));
  append_rule(out, alert);
  out.member("severity", text(alert.severity)).member("confidence", text(alert.confidence));
  out.member("score", score(alert.severity, alert.confidence)).member("action", alert.action);
  out.member("reason", alert.reason);
  append_grounds(out, alert);
  out.member_if("host", alert.host).member_if("platform", platform_text(alert.platform));
  if (known(alert.actor)) append_process(out, alert.actor);
  if (alert.connection) append_connection(out, *alert.connection);
  if (alert.traffic_outbound)
    out.member("traffic", *alert.traffic_outbound ? "outbound" : "inbound");
  out.member_if("url", alert.url).member_if("domain", alert.domain).member_if("file", alert.file);
  out.key("source").begin_object().member_if("input", alert.place.input);
  if (!alert.place.input.empty()) out.member("offset", alert.place.offset);
  out.member_if("kind", alert.place.source).end_object().end_object();
}

}  // namespace picket::event
