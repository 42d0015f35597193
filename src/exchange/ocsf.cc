// SPDX-License-Identifier: Apache-2.0
// Open Cybersecurity Schema Framework 1.9 (schema.ocsf.io).
#include "event/alert.h"
#include "exchange/formats.h"
#include "exchange/parts.h"
#include "incident/incident.h"

namespace picket::exchange {
namespace {

using schema::Field;
using schema::Kind;
using schema::Record;

constexpr const char* kOcsfVersion = "1.9.0-dev";

struct Class {
  int class_uid = 0, activity = 0;
};

Class class_of(const Record& record) {
  switch (record.kind) {
    case Kind::kAlert: return {2004, 1};    // Create
    case Kind::kProcess: return {1007, 1};  // Launch
    case Kind::kDns:
      return {4003, record.find(Field::kDnsCode) || record.find(Field::kDnsAnswers) ? 2 : 1};
    case Kind::kHttp: return {4002, 99};
    case Kind::kTls: return {4001, 6};  // Traffic
    case Kind::kFile: return {1001, word_of(record, Field::kFileAction) == "written" ? 3 : 99};
    case Kind::kFlow: break;
  }
  // Open or Close; a listener opens nothing: Other.
  if (word_of(record, Field::kDirection) == "listening") return {4001, 99};
  return {4001, word_of(record, Field::kState) == "open" ? 1 : 2};
}

// informational..critical are 1..5 there.
int severity_id(const Record& record) {
  return record.find(Field::kSeverity) ? static_cast<int>(record.number_of(Field::kSeverity)) + 1
                                       : 1;
}

int direction_id(std::string_view word) {
  return word == "inbound" ? 1 : word == "outbound" ? 2 : word == "listening" ? 1 : 0;
}

Json endpoint(const Record& record, Field ip, Field port) {
  Json out = Json::object();
  put(out, "ip", record, ip);
  put(out, "port", record, port);
  return out;
}

Json file_of(const std::string& path) {
  return {{"name", base_name(path)}, {"path", path}, {"type_id", 1}};
}

void add_hash(Json& file, const Record& record, Field field, const char* name, int algorithm) {
  if (const std::string value = word_of(record, field); !value.empty())
    file["hashes"].push_back({{"algorithm", name}, {"algorithm_id", algorithm}, {"value", value}});
}

Json parent_of(const Record& record) {
  Json out = Json::object();
  put(out, "pid", record, Field::kParentPid);
  put(out, "uid", record, Field::kParentId);
  put(out, "cmd_line", record, Field::kParentCommandLine);
  if (const std::string path = word_of(record, Field::kParentExecutable); !path.empty())
    out["file"] = file_of(path);
  return out.contains("pid") || out.contains("uid") ? out : Json::object();
}

Json process_of(const Record& record) {
  Json out = Json::object();
  put(out, "pid", record, Field::kProcessPid);
  put(out, "uid", record, Field::kProcessId);
  put(out, "name", record, Field::kProcessName);
  put(out, "cmd_line", record, Field::kProcessCommandLine);
  put(out, "working_directory", record, Field::kProcessDirectory);
  if (record.find(Field::kProcessStarted))
    out["created_time"] = milliseconds(WallTime{record.number_of(Field::kProcessStarted)});
  if (const std::string path = word_of(record, Field::kProcessExecutable); !path.empty()) {
    Json file = file_of(path);
    add_hash(file, record, Field::kProcessMd5, "MD5", 1);
    add_hash(file, record, Field::kProcessSha1, "SHA-1", 2);
    add_hash(file, record, Field::kProcessSha256, "SHA-256", 3);
    out["file"] = std::move(file);
  }
  if (const std::string user = word_of(record, Field::kUser); !user.empty())
    out["user"] = {{"name", user}};
  if (Json parent = parent_of(record); !parent.empty()) out["parent_process"] = std::move(parent);
  // A process is known by its number; a name alone is not one.
  return out.contains("pid") || out.contains("uid") ? out : Json::object();
}

Json device_of(const Record& record) {
  Json out{{"type_id", 0}};
  put(out, "hostname", record, Field::kHost);
  put(out, "name", record, Field::kDeviceName);
  put(out, "ip", record, Field::kDeviceIp);
  put(out, "uid", record, Field::kDeviceUid);
  put(out, "domain", record, Field::kDeviceDomain);
  if (!out.contains("hostname")) out["hostname"] = "unknown";
  return out;
}

Json connection_of(const Record& record) {
  const std::string traffic = word_of(record, Field::kTraffic);
  const std::string opened = word_of(record, Field::kDirection);
  Json out{{"direction_id", direction_id(traffic.empty() ? opened : traffic)}};
  put(out, "uid", record, Field::kConnectionId);
  put(out, "community_uid", record, Field::kCommunityId);
  const std::string transport = word_of(record, Field::kTransport);
  if (!transport.empty()) out["protocol_name"] = transport;
  if (transport == "tcp") out["protocol_num"] = 6;
  if (transport == "udp") out["protocol_num"] = 17;
  if (transport == "icmp") out["protocol_num"] = 1;
  return out;
}

void add_network(Json& into, const Record& record) {
  const Ends ends = ends_of(record);
  Json source = endpoint(record, ends.source_ip, ends.source_port);
  Json target = endpoint(record, ends.target_ip, ends.target_port);
  put(ends.inbound ? source : target, "hostname", record, Field::kRemoteName);
  put(ends.inbound ? target : source, "mac", record, Field::kLocalMac);
  put(ends.inbound ? source : target, "mac", record, Field::kRemoteMac);
  if (source.empty() && target.empty()) return;
  if (source.contains("ip")) into["src_endpoint"] = std::move(source);
  if (target.contains("ip") || target.contains("hostname"))
    into["dst_endpoint"] = std::move(target);
  into["connection_info"] = connection_of(record);
}

Json traffic_of(const Record& record) {
  Json out = Json::object();
  put(out, "bytes_in", record, Field::kBytesIn);
  put(out, "bytes_out", record, Field::kBytesOut);
  put(out, "packets_in", record, Field::kPacketsIn);
  put(out, "packets_out", record, Field::kPacketsOut);
  return out;
}

Json attacks_of(const Record& record) {
  Json out = Json::array();
  const auto listed = [&](Field field) { return schema::elements(record.text_of(field)); };
  for (const std::string_view tactic : listed(Field::kTactics)) {
    if (tactic.empty()) continue;
    Json one{{"uid", std::string(tactic)}};
    if (const auto name = incident::tactic_name(tactic); !name.empty())
      one["name"] = std::string(name);
    out.push_back({{"tactic", std::move(one)}});
  }
  for (const std::string_view technique : listed(Field::kTechniques))
    if (!technique.empty()) out.push_back({{"technique", {{"uid", std::string(technique)}}}});
  return out;
}

Json finding_of(const Record& record) {
  Json analytic{{"type_id", word_of(record, Field::kDetector) == "behavior" ? 2 : 1}};
  put(analytic, "uid", record, Field::kRuleId);
  put(analytic, "name", record, Field::kRuleName);
  if (const std::string revision = word_of(record, Field::kRuleRevision); !revision.empty())
    analytic["version"] = revision;
  Json out{{"uid", word_of(record, Field::kId)}};
  put(out, "title", record, Field::kRuleName);
  put(out, "desc", record, Field::kReason);
  put(out, "types", record, Field::kRuleCategories);
  out["analytic"] = std::move(analytic);
  if (Json attacks = attacks_of(record); !attacks.empty()) out["attacks"] = std::move(attacks);
  return out;
}

// OCSF's words for what was done.
void add_action(Json& event, const Record& record) {
  const std::string action = word_of(record, Field::kAction);
  const bool blocked = action == "blocked", allowed = action == "allowed";
  event["action_id"] = blocked ? 2 : allowed ? 1 : 3;
  event["disposition_id"] = blocked ? 2 : allowed ? 1 : action == "logged" ? 17 : 15;
}

void add_evidence(Json& event, const Record& record) {
  Json evidence = Json::object();
  add_network(evidence, record);
  if (Json process = process_of(record); !process.empty()) evidence["process"] = std::move(process);
  if (const std::string url = word_of(record, Field::kUrl); !url.empty())
    evidence["url"] = {{"url_string", url}};
  if (const std::string path = word_of(record, Field::kFilePath); !path.empty())
    evidence["file"] = file_of(path);
  if (!evidence.empty()) event["evidences"].push_back(std::move(evidence));
}

void add_alert(Json& event, const Record& record) {
  event["status_id"] = 1;
  event["is_alert"] = true;
  event["confidence_id"] = static_cast<int>(record.number_of(Field::kConfidence)) + 1;
  if (!record.find(Field::kConfidence)) event["confidence_id"] = 0;
  event["risk_score"] = record.number_of(Field::kScore);
  put(event, "message", record, Field::kReason);
  put(event, "count", record, Field::kCount);
  event["finding_info"] = finding_of(record);
  add_action(event, record);
  add_evidence(event, record);
}

void add_dns(Json& event, const Record& record) {
  Json query{{"hostname", word_of(record, Field::kDnsName)}};
  put(query, "type", record, Field::kDnsType);
  event["query"] = std::move(query);
  put(event, "rcode", record, Field::kDnsCode);
  const std::string_view answers = record.text_of(Field::kDnsAnswers);
  if (answers.empty()) return;
  for (const std::string_view one : schema::elements(answers))
    event["answers"].push_back({{"rdata", std::string(one)}});
}

void add_http(Json& event, const Record& record) {
  Json request = Json::object(), url = Json::object();
  put(request, "http_method", record, Field::kHttpMethod);
  put(request, "user_agent", record, Field::kHttpAgent);
  put(request, "referrer", record, Field::kHttpReferrer);
  put(url, "hostname", record, Field::kHttpHost);
  put(url, "path", record, Field::kHttpUri);
  if (url.contains("path")) request["url"] = std::move(url);
  event["http_request"] = std::move(request);
  if (!record.find(Field::kHttpStatus)) return;
  Json response{{"code", record.number_of(Field::kHttpStatus)}};
  put(response, "content_type", record, Field::kHttpType);
  event["http_response"] = std::move(response);
}

void add_file(Json& event, const Record& record) {
  Json file = file_of(word_of(record, Field::kFilePath));
  put(file, "size", record, Field::kFileBytes);
  put(file, "mime_type", record, Field::kFileType);
  add_hash(file, record, Field::kFileMd5, "MD5", 1);
  add_hash(file, record, Field::kFileSha1, "SHA-1", 2);
  add_hash(file, record, Field::kFileSha256, "SHA-256", 3);
  event["file"] = std::move(file);
}

void add_actor(Json& event, const Record& record) {
  Json actor = Json::object();
  if (Json process = process_of(record); !process.empty()) actor["process"] = std::move(process);
  if (const std::string user = word_of(record, Field::kUser); !user.empty())
    actor["user"] = {{"name", user}};
  if (actor.empty()) actor["app_name"] = "unknown";
  event["actor"] = std::move(actor);
}

void add_by_kind(Json& event, const Record& record) {
  switch (record.kind) {
    case Kind::kAlert: return add_alert(event, record);
    case Kind::kDns: add_dns(event, record); break;
    case Kind::kHttp: add_http(event, record); break;
    case Kind::kFile: add_file(event, record); break;
    case Kind::kProcess: event["process"] = process_of(record); break;
    default: break;
  }
  if (record.kind == Kind::kProcess) {
    // Who started it is the one who acted.
    const Json parent = parent_of(record);
    event["actor"] = parent.empty() ? Json{{"app_name", "unknown"}} : Json{{"process", parent}};
    return;
  }
  add_actor(event, record);
  if (record.kind == Kind::kFile) return;
  add_network(event, record);
  if (const Json traffic = traffic_of(record); !traffic.empty()) event["traffic"] = traffic;
}

// Everything that OCSF has no place for, by picket's names.
void add_unmapped(Json& event, const Record& record) {
  Json out = Json::object();
  for (const schema::RecordEntry& entry : record.entries) {
    const std::string_view place = schema::info(entry.field).ocsf;
    if (place.starts_with("unmapped."))
      put(out, std::string(place.substr(9)).c_str(), record, entry.field);
  }
  for (const Field field : {Field::kService, Field::kProcessUnit, Field::kInfected, Field::kTlsJa3,
                            Field::kTlsJa4, Field::kTlsName})
    put(out, std::string(schema::info(field).name).c_str(), record, field);
  if (!out.empty()) event["unmapped"] = std::move(out);
}

}  // namespace

std::string ocsf_line(const Record& record) {
  const Class type = class_of(record);
  Json metadata{
      {"version", kOcsfVersion},
      {"product", {{"name", "picket"}, {"vendor_name", "picket"}, {"version", PICKET_VERSION}}}};
  if (record.kind == Kind::kAlert) {
    metadata["profiles"] = {"security_control", "host"};
    put(metadata, "uid", record, Field::kId);
  }
  put(metadata, "log_name", record, Field::kEventLog);
  put(metadata, "original_time", record, Field::kEventOriginalTime);
  if (record.find(Field::kEventLogged))
    metadata["logged_time"] = milliseconds(WallTime{record.number_of(Field::kEventLogged)});
  Json event{
      {"class_uid", type.class_uid},       {"category_uid", type.class_uid / 1000},
      {"activity_id", type.activity},      {"type_uid", type.class_uid * 100 + type.activity},
      {"time", milliseconds(record.time)}, {"severity_id", severity_id(record)},
      {"metadata", std::move(metadata)}};
  event["device"] = device_of(record);
  add_by_kind(event, record);
  add_unmapped(event, record);
  return dumped(event);
}

}  // namespace picket::exchange
