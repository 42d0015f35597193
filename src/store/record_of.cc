// SPDX-License-Identifier: Apache-2.0
#include "store/record_of.h"

#include "event/community_id.h"

namespace picket::store {
namespace {

using schema::Field;
using schema::Kind;
using schema::Record;

std::string base_name(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return std::string(slash == path.npos ? path : path.substr(slash + 1));
}

void add_actor(Record& record, const event::Actor& actor) {
  record.text(Field::kProcessName, actor.name.empty() ? base_name(actor.path) : actor.name);
  record.text(Field::kProcessExecutable, actor.path);
  record.number_if(Field::kProcessPid, actor.pid);
  record.text(Field::kProcessId, actor.id);
  record.text(Field::kProcessCommandLine, actor.command_line);
  record.text(Field::kProcessDirectory, actor.working_directory);
  if (actor.started) record.value(Field::kProcessStarted, actor.started->ns);
  record.text(Field::kProcessSha256, actor.sha256);
  record.text(Field::kProcessSha1, actor.sha1);
  record.text(Field::kProcessMd5, actor.md5);
  record.text(Field::kProcessPackage, actor.package);
  record.text(Field::kProcessUnit, actor.unit);
  record.text(Field::kProcessContainer, actor.container);
  record.number_if(Field::kParentPid, actor.parent_pid);
  record.text(Field::kParentId, actor.parent_id);
  record.text(Field::kParentExecutable, actor.parent_path);
  record.text(Field::kParentCommandLine, actor.parent_command_line);
  record.text(Field::kUser, actor.user);
}

void add_place(Record& record, const event::SourcePlace& place) {
  record.text(Field::kSourceInput, place.input);
  if (!place.input.empty()) record.number(Field::kSourceOffset, place.offset);
  record.text(Field::kSourceKind, place.source);
}

void add_endpoints(Record& record, const Endpoint& local, const Endpoint& remote) {
  record.endpoint(Field::kLocalIp, Field::kLocalPort, local);
  record.endpoint(Field::kRemoteIp, Field::kRemotePort, remote);
}

void add_number(Record& record, Field field, const std::optional<uint64_t>& number) {
  if (number) record.number(field, *number);
}

void add_connection(Record& record, const event::ConnectionMade& connection) {
  record.text(Field::kConnectionId, connection.id);
  const bool tcp = connection.transport == event::Transport::kTcp;
  if (tcp || connection.transport == event::Transport::kUdp)
    if (const auto id = event::community_id(tcp ? 6 : 17, connection.local, connection.remote))
      record.text(Field::kCommunityId, *id);
  record.word(Field::kTransport, event::text(connection.transport));
  if (connection.outbound)
    record.word(Field::kDirection, *connection.outbound ? "outbound" : "inbound");
  add_endpoints(record, connection.local, connection.remote);
  record.text(Field::kRemoteName, connection.remote_name);
  record.text(Field::kService, connection.service);
  if (connection.answered) record.value(Field::kAnswered, *connection.answered);
  if (connection.duration_s) record.value(Field::kDuration, *connection.duration_s);
  add_number(record, Field::kBytesIn, connection.bytes_in);
  add_number(record, Field::kBytesOut, connection.bytes_out);
  add_number(record, Field::kPacketsIn, connection.packets_in);
  add_number(record, Field::kPacketsOut, connection.packets_out);
}

void add_rule(Record& record, const event::Alert& alert) {
  record.text(Field::kRuleId, alert.rule_id);
  record.text(Field::kRuleName, alert.rule_name);
  record.text(Field::kRulePlace, alert.rule_file);
  if (!alert.signature) return;
  record.number(Field::kRuleRevision, alert.signature->rev);
  record.text(Field::kRuleCategories, alert.signature->category);
}

void add_attack(Record& record, const event::Alert& alert) {
  std::vector<std::string> tactics, techniques;
  for (const event::AttackReference& attack : alert.attack) {
    if (!attack.tactic.empty()) tactics.push_back(attack.tactic);
    if (!attack.technique.empty()) techniques.push_back(attack.technique);
  }
  record.list(Field::kTactics, tactics);
  record.list(Field::kTechniques, techniques);
}

// What each kind of activity has to say; false: history does not keep it.
class Teller {
 public:
  explicit Teller(Record& record) : record_(record) {}

  bool operator()(const event::ProcessStarted&) { return is(Kind::kProcess); }
  bool operator()(const event::ConnectionMade& connection) {
    add_connection(record_, connection);
    record_.word(Field::kState, connection.finished ? "over" : "open");
    return is(Kind::kFlow);
  }
  bool operator()(const event::ListenerOpened& listener) {
    record_.word(Field::kTransport, event::text(listener.transport));
    record_.word(Field::kDirection, "listening");
    add_endpoints(record_, listener.local, {});
    return is(Kind::kFlow);
  }
  bool operator()(const event::DnsLookup& lookup) {
    record_.text(Field::kDnsName, lookup.name);
    record_.text(Field::kDnsType, lookup.type);
    record_.text(Field::kDnsCode, lookup.response_code);
    record_.list(Field::kDnsAnswers, lookup.answers);
    add_endpoints(record_, lookup.local, lookup.resolver);
    return is(Kind::kDns);
  }
  bool operator()(const event::HttpExchange& exchange) {
    record_.text(Field::kConnectionId, exchange.connection_id);
    add_endpoints(record_, exchange.local, exchange.remote);
    record_.text(Field::kHttpMethod, exchange.method);
    record_.text(Field::kHttpHost, exchange.host);
    record_.text(Field::kHttpUri, exchange.uri);
    record_.text(Field::kHttpAgent, exchange.user_agent);
    record_.text(Field::kHttpReferrer, exchange.referrer);
    if (exchange.status > 0)
      record_.number(Field::kHttpStatus, static_cast<uint64_t>(exchange.status));
    record_.text(Field::kHttpType, exchange.content_type);
    return is(Kind::kHttp);
  }
  bool operator()(const event::TlsSession& session) {
    record_.text(Field::kConnectionId, session.connection_id);
    add_endpoints(record_, session.local, session.remote);
    record_.text(Field::kTlsName, session.server_name);
    record_.text(Field::kTlsVersion, session.version);
    record_.text(Field::kTlsJa3, session.ja3);
    record_.text(Field::kTlsJa4, session.ja4);
    record_.text(Field::kTlsAlpn, session.alpn);
    record_.text(Field::kTlsSubject, session.subject);
    record_.text(Field::kTlsIssuer, session.issuer);
    record_.text(Field::kTlsSha1, session.certificate_sha1);
    return is(Kind::kTls);
  }
  bool operator()(const event::FileCarried& file) {
    record_.text(Field::kConnectionId, file.connection_id);
    add_endpoints(record_, file.local, file.remote);
    record_.text(Field::kFilePath, file.name);
    record_.text(Field::kFileSha256, file.sha256);
    record_.text(Field::kFileSha1, file.sha1);
    record_.text(Field::kFileMd5, file.md5);
    add_number(record_, Field::kFileBytes, file.bytes);
    record_.text(Field::kFileType, file.content_type);
    return is_file("carried");
  }
  bool operator()(const event::FileWritten& file) {
    record_.text(Field::kFilePath, file.path);
    return is_file("written");
  }
  bool operator()(const event::RemovableFileSeen& file) {
    record_.text(Field::kFilePath, file.path);
    return is_file("seen");
  }
  template <typename Other>
  bool operator()(const Other&) {
    return false;
  }

 private:
  bool is(Kind kind) {
    record_.kind = kind;
    return true;
  }
  bool is_file(std::string_view action) {
    record_.word(Field::kFileAction, action);
    return is(Kind::kFile);
  }
  Record& record_;
};

}  // namespace

Record record_of(const event::Alert& alert) {
  Record record;
  record.time = alert.time;
  record.text(Field::kId, alert.id);
  record.text(Field::kHost, alert.host);
  record.word(Field::kSeverity, event::text(alert.severity));
  record.word(Field::kConfidence, event::text(alert.confidence));
  record.number(Field::kScore, event::score(alert.severity, alert.confidence));
  record.word(Field::kDetector, event::text(alert.detector));
  if (alert.platform == event::Platform::kWindows) record.word(Field::kPlatform, "windows");
  if (alert.platform == event::Platform::kLinux) record.word(Field::kPlatform, "linux");
  if (alert.platform == event::Platform::kMac) record.word(Field::kPlatform, "macos");
  add_rule(record, alert);
  add_attack(record, alert);
  record.text(Field::kReason, alert.reason);
  record.text(Field::kAction, alert.action);
  if (alert.traffic_outbound)
    record.word(Field::kTraffic, *alert.traffic_outbound ? "outbound" : "inbound");
  record.number(Field::kCount, alert.count);
  add_actor(record, alert.actor);
  if (alert.connection) add_connection(record, *alert.connection);
  record.text(Field::kFilePath, alert.file);
  record.text(Field::kUrl, alert.url);
  record.text(Field::kDomain, alert.domain);
  add_place(record, alert.place);
  JsonWriter json(record.body);
  event::append_json(json, alert);
  record.finish();
  return record;
}

std::optional<Record> record_of(const event::Activity& activity) {
  Record record;
  record.time = activity.time;
  if (!std::visit(Teller(record), activity.what)) return std::nullopt;
  record.text(Field::kHost, activity.host);
  add_actor(record, activity.actor);
  add_place(record, activity.place);
  record.finish();
  return record;
}

}  // namespace picket::store
