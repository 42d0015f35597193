// SPDX-License-Identifier: Apache-2.0
// EVE, as Suricata 8 writes it: its schema is closed but for alert.context and alert.metadata.
#include <charconv>

#include "exchange/formats.h"
#include "exchange/parts.h"
#include "search/sql.h"

namespace picket::exchange {
namespace {

using schema::Field;
using schema::Kind;
using schema::Record;

constexpr uint32_t kFirstGid = 9001;  // of rules that are no signatures

// A signature's own number, else one made of the rule's name: 31 bits, never 0.
uint32_t signature_number(const std::string& id) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error == std::errc() && end == id.data() + id.size() && number != 0) return number;
  return (static_cast<uint32_t>(search::text_hash(id)) & 0x7fffffffu) | 1u;
}

std::string protocol(const Record& record) {
  const std::string transport = word_of(record, Field::kTransport);
  if (transport == "udp") return "UDP";
  return transport == "icmp" ? "ICMP" : "TCP";
}

void add_ends(Json& root, const Record& record) {
  const Ends ends = ends_of(record);
  put(root, "src_ip", record, ends.source_ip);
  if (root.contains("src_ip")) put(root, "src_port", record, ends.source_port);
  put(root, "dest_ip", record, ends.target_ip);
  if (root.contains("dest_ip")) put(root, "dest_port", record, ends.target_port);
  if (!root.contains("src_ip") && !root.contains("dest_ip")) return;
  root["proto"] = protocol(record);
  put(root, "community_id", record, Field::kCommunityId);
}

Json context_of(const Record& record) {
  Json out = Json::object();
  for (const schema::RecordEntry& entry : record.entries)
    out[std::string(schema::info(entry.field).name)] = value_of(record, entry.field);
  return {{"picket", std::move(out)}};
}

Json alert_of(const Record& record) {
  constexpr int kSeverities[] = {3, 3, 2, 1, 1};
  const bool signature = word_of(record, Field::kDetector) == "signature";
  Json out{{"action", word_of(record, Field::kAction) == "blocked" ? "blocked" : "allowed"},
           {"gid",
            signature ? 1u : kFirstGid + static_cast<uint32_t>(record.number_of(Field::kDetector))},
           {"signature_id", signature_number(word_of(record, Field::kRuleId))},
           {"rev", std::max<int64_t>(record.number_of(Field::kRuleRevision), 1)},
           {"signature", word_of(record, Field::kRuleName)}};
  std::string categories;
  for (const std::string_view one : schema::elements(record.text_of(Field::kRuleCategories)))
    categories += (categories.empty() ? "" : ", ") + std::string(one);
  out["category"] = categories;
  out["severity"] = kSeverities[record.number_of(Field::kSeverity)];
  Json metadata = Json::object();
  put(metadata, "mitre_tactic_id", record, Field::kTactics);
  put(metadata, "mitre_technique_id", record, Field::kTechniques);
  put(metadata, "mitre_technique_name", record, Field::kTechniqueNames);
  if (!metadata.empty()) out["metadata"] = std::move(metadata);
  out["context"] = context_of(record);
  return out;
}

Json flow_of(const Record& record) {
  const bool inbound = ends_of(record).inbound;
  Json out = Json::object();
  put(out, "pkts_toserver", record, inbound ? Field::kPacketsIn : Field::kPacketsOut);
  put(out, "pkts_toclient", record, inbound ? Field::kPacketsOut : Field::kPacketsIn);
  put(out, "bytes_toserver", record, inbound ? Field::kBytesIn : Field::kBytesOut);
  put(out, "bytes_toclient", record, inbound ? Field::kBytesOut : Field::kBytesIn);
  if (const auto* seconds = record.find(Field::kDuration))
    out["age"] = static_cast<int64_t>(std::get<double>(*seconds));
  out["state"] = word_of(record, Field::kState) == "open" ? "established" : "closed";
  return out;
}

Json http_of(const Record& record) {
  Json out = Json::object();
  put(out, "hostname", record, Field::kHttpHost);
  put(out, "url", record, Field::kHttpUri);
  put(out, "http_user_agent", record, Field::kHttpAgent);
  put(out, "http_refer", record, Field::kHttpReferrer);
  put(out, "http_content_type", record, Field::kHttpType);
  put(out, "http_method", record, Field::kHttpMethod);
  put(out, "status", record, Field::kHttpStatus);
  return out;
}

Json tls_of(const Record& record) {
  Json out = Json::object();
  put(out, "subject", record, Field::kTlsSubject);
  put(out, "issuerdn", record, Field::kTlsIssuer);
  put(out, "fingerprint", record, Field::kTlsSha1);
  put(out, "sni", record, Field::kTlsName);
  put(out, "version", record, Field::kTlsVersion);
  put(out, "ja4", record, Field::kTlsJa4);
  if (record.find(Field::kTlsJa3)) out["ja3"] = {{"hash", word_of(record, Field::kTlsJa3)}};
  return out;
}

Json dns_of(const Record& record) {
  const bool answered = record.find(Field::kDnsCode) || record.find(Field::kDnsAnswers);
  Json out{{"version", 2}, {"type", answered ? "response" : "request"}};
  put(out, "rrname", record, Field::kDnsName);
  put(out, "rrtype", record, Field::kDnsType);
  put(out, "rcode", record, Field::kDnsCode);
  const std::string_view answers = record.text_of(Field::kDnsAnswers);
  for (const std::string_view one : schema::elements(answers))
    if (!one.empty()) out["answers"].push_back({{"rdata", std::string(one)}});
  return out;
}

Json file_of(const Record& record) {
  Json out{{"filename", word_of(record, Field::kFilePath)}};
  put(out, "md5", record, Field::kFileMd5);
  put(out, "sha1", record, Field::kFileSha1);
  put(out, "sha256", record, Field::kFileSha256);
  put(out, "size", record, Field::kFileBytes);
  return out;
}

}  // namespace

std::string eve_line(const Record& record) {
  const bool carried = word_of(record, Field::kFileAction) == "carried";
  if (record.kind == Kind::kProcess || (record.kind == Kind::kFile && !carried) ||
      word_of(record, Field::kDirection) == "listening")
    return {};
  std::string time = rfc3339(record.time);
  time.replace(time.size() - 1, 1, "+0000");
  Json root{{"timestamp", time}};
  root["event_type"] = record.kind == Kind::kFile ? "fileinfo" : std::string(text(record.kind));
  put(root, "host", record, Field::kHost);
  add_ends(root, record);
  switch (record.kind) {
    case Kind::kAlert: {
      const std::string traffic = word_of(record, Field::kTraffic);
      if (!traffic.empty())
        root["direction"] =
            (traffic == "inbound") == ends_of(record).inbound ? "to_server" : "to_client";
      root["alert"] = alert_of(record);
      break;
    }
    case Kind::kFlow: root["flow"] = flow_of(record); break;
    case Kind::kDns: root["dns"] = dns_of(record); break;
    case Kind::kHttp: root["http"] = http_of(record); break;
    case Kind::kTls: root["tls"] = tls_of(record); break;
    default: root["fileinfo"] = file_of(record); break;
  }
  return dumped(root);
}

}  // namespace picket::exchange
