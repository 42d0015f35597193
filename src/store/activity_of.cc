// SPDX-License-Identifier: Apache-2.0
#include "store/activity_of.h"

#include "store/alert_of.h"
#include "store/record_parts.h"

namespace picket::store {
namespace {

using schema::Field;
using schema::Kind;
using schema::Record;

event::DnsLookup lookup_of(const Record& record) {
  event::DnsLookup out;
  out.name = text_in(record, Field::kDnsName);
  out.type = text_in(record, Field::kDnsType);
  out.response_code = text_in(record, Field::kDnsCode);
  out.answers = list_in(record, Field::kDnsAnswers);
  for (const std::string& answer : out.answers)
    if (const auto address = IpAddress::parse(answer)) out.addresses.push_back(*address);
  out.local = endpoint_in(record, Field::kLocalIp, Field::kLocalPort);
  out.resolver = endpoint_in(record, Field::kRemoteIp, Field::kRemotePort);
  return out;
}

event::HttpExchange exchange_of(const Record& record) {
  event::HttpExchange out;
  out.connection_id = text_in(record, Field::kConnectionId);
  out.local = endpoint_in(record, Field::kLocalIp, Field::kLocalPort);
  out.remote = endpoint_in(record, Field::kRemoteIp, Field::kRemotePort);
  out.method = text_in(record, Field::kHttpMethod);
  out.host = text_in(record, Field::kHttpHost);
  out.uri = text_in(record, Field::kHttpUri);
  out.user_agent = text_in(record, Field::kHttpAgent);
  out.referrer = text_in(record, Field::kHttpReferrer);
  out.status = static_cast<int>(record.number_of(Field::kHttpStatus));
  out.content_type = text_in(record, Field::kHttpType);
  return out;
}

event::TlsSession session_of(const Record& record) {
  event::TlsSession out;
  out.connection_id = text_in(record, Field::kConnectionId);
  out.local = endpoint_in(record, Field::kLocalIp, Field::kLocalPort);
  out.remote = endpoint_in(record, Field::kRemoteIp, Field::kRemotePort);
  out.server_name = text_in(record, Field::kTlsName);
  out.version = text_in(record, Field::kTlsVersion);
  out.ja3 = text_in(record, Field::kTlsJa3);
  out.ja4 = text_in(record, Field::kTlsJa4);
  out.alpn = text_in(record, Field::kTlsAlpn);
  out.subject = text_in(record, Field::kTlsSubject);
  out.issuer = text_in(record, Field::kTlsIssuer);
  out.certificate_sha1 = text_in(record, Field::kTlsSha1);
  return out;
}

std::optional<event::What> file_of(const Record& record) {
  const std::string action = word_in(record, Field::kFileAction);
  if (action == "written") return event::FileWritten{text_in(record, Field::kFilePath), {}, {}};
  if (action != "carried") return std::nullopt;
  event::FileCarried out;
  out.connection_id = text_in(record, Field::kConnectionId);
  out.local = endpoint_in(record, Field::kLocalIp, Field::kLocalPort);
  out.remote = endpoint_in(record, Field::kRemoteIp, Field::kRemotePort);
  out.name = text_in(record, Field::kFilePath);
  out.content_type = text_in(record, Field::kFileType);
  out.bytes = count_in(record, Field::kFileBytes);
  out.md5 = text_in(record, Field::kFileMd5);
  out.sha1 = text_in(record, Field::kFileSha1);
  out.sha256 = text_in(record, Field::kFileSha256);
  return out;
}

std::optional<event::What> what_of(const Record& record) {
  switch (record.kind) {
    case Kind::kProcess: return event::ProcessStarted{};
    case Kind::kFlow:
      if (word_in(record, Field::kDirection) == "listening")
        return event::ListenerOpened{transport_in(record),
                                     endpoint_in(record, Field::kLocalIp, Field::kLocalPort)};
      return connection_of(record);
    case Kind::kDns: return lookup_of(record);
    case Kind::kHttp: return exchange_of(record);
    case Kind::kTls: return session_of(record);
    case Kind::kFile: return file_of(record);
    case Kind::kAlert: break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<event::Activity> activity_of(const Record& record) {
  std::optional<event::What> what = what_of(record);
  if (!what) return std::nullopt;
  event::Activity out;
  out.what = std::move(*what);
  out.time = record.time;
  out.host = text_in(record, Field::kHost);
  out.actor = actor_of(record);
  out.place.input = text_in(record, Field::kSourceInput);
  out.place.offset = static_cast<uint64_t>(record.number_of(Field::kSourceOffset));
  out.place.source = text_in(record, Field::kSourceKind);
  return out;
}

}  // namespace picket::store
