// SPDX-License-Identifier: Apache-2.0
#include "inspect/name_reader.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/counter.h"
#include "inspect/host_name.h"
#include "inspect/proto/dns/rdata.h"

namespace picket::inspect {
namespace {

using dns::Weird;

Counter proxy_requests{"inspect.proxy_requests",
                       "HTTP requests to a proxy, whose host is not the peer's name"};

constexpr size_t kTcpPrefixBytes = 2;

event::NameSeen name_from(const event::PayloadSeen& payload, event::NameSource source) {
  event::NameSeen name;
  name.source = source;
  name.at = payload.at;
  name.cookie = payload.cookie;
  name.network_namespace = payload.network_namespace;
  return name;
}

void keep_address(const IpAddress& address, event::NameSeen& name) {
  auto& kept = name.addresses;
  if (address.is_unspecified() || std::find(kept.begin(), kept.end(), address) != kept.end())
    return;
  if (kept.size() == kAddressesMax) {
    counter_of(Weird::kTooManyAddresses).add();
    return;
  }
  kept.push_back(address);
}

// The addresses that the record itself gives; false when it is of no type that gives any.
bool keep_addresses(const dns::Record& record, event::NameSeen& name) {
  if (const auto address = dns::address(record)) {
    keep_address(*address, name);
  } else if (const auto service = dns::svcb(record); service && service->hints() > 0) {
    for (size_t i = 0; i < service->hints(); ++i) keep_address(service->hint(i), name);
  } else {
    return false;
  }
  return true;
}

bool gives_addresses(const dns::Record& record) {
  if (record.type == dns::kTypeA || record.type == dns::kTypeAaaa) return record.well_formed;
  const auto service = dns::svcb(record);
  return service && service->hints() > 0;
}

// Is this an answer without an error, to one question that could name a peer?
bool answers_a_question(const dns::Message& message) {
  return message.header().response && message.header().opcode == 0 && message.rcode() == 0 &&
         message.questions().size() == 1 && message.questions()[0].klass == dns::kClassInternet;
}

}  // namespace

size_t NameReader::slot(uint64_t cookie) {
  return cookie * 0x9e3779b97f4a7c15ull >> 32 & (kRememberedMax - 1);
}

void NameReader::read(const event::PayloadSeen& payload) {
  using Kind = event::PayloadSeen::Kind;
  if (payload.kind == Kind::kClientFirstBytes) {
    if (payload.outbound && payload.transport == event::Transport::kTcp) read_first_bytes(payload);
    return;
  }
  if (payload.outbound) return;
  if (payload.kind == Kind::kMulticastDns) {
    read_multicast_message(payload, payload.bytes);
  } else if (payload.transport == event::Transport::kTcp) {
    read_dns_stream(payload);
  } else {
    read_dns_message(payload, payload.bytes);
  }
}

void NameReader::forget(uint64_t cookie) {
  client_streams_.erase(cookie);
  dns_streams_.erase(cookie);
}

// ---- DNS

void NameReader::read_dns_stream(const event::PayloadSeen& payload) {
  Bytes rest = payload.bytes;
  if (FirstBytes* begun = dns_streams_.find(payload.cookie)) {
    if (!continue_dns_stream(payload, *begun, rest)) return;
    dns_streams_.erase(payload.cookie);
  }
  read_dns_messages(payload, rest);
}

// Completes the message that an earlier piece began. False: it needs more. Else `rest` is what
// follows it: all of the piece, if that turns out not to continue the message at all.
bool NameReader::continue_dns_stream(const event::PayloadSeen& payload, FirstBytes& begun,
                                     Bytes& rest) {
  const size_t held = begun.prefix().size();
  begun.append(rest);
  const Bytes stream = begun.prefix();
  if (stream.size() < kTcpPrefixBytes) return false;
  const size_t length = kTcpPrefixBytes + dns::TcpMessages(stream).rest_length();
  if (length > kFirstBytesMax) {
    counter_of(Weird::kTcpTooLong).add();
    read_dns_message(payload, stream.subspan(kTcpPrefixBytes));
    rest = {};
    return true;
  }
  if (stream.size() < length) return false;
  const Bytes whole = stream.subspan(kTcpPrefixBytes, length - kTcpPrefixBytes);
  if (whole.empty()) counter_of(Weird::kTcpEmptyMessage).add();
  if (whole.empty() || (read_dns_message(payload, whole) != dns::Status::kMalformed &&
                        !message_.weirds().has(Weird::kCutShort))) {
    rest = rest.subspan(length - held);
    return true;
  }
  counter_of(Weird::kTcpOutOfStep).add();
  if (held > kTcpPrefixBytes)
    read_dns_message(payload, stream.subspan(kTcpPrefixBytes, held - kTcpPrefixBytes));
  return true;
}

void NameReader::read_dns_messages(const event::PayloadSeen& payload, Bytes stream) {
  dns::TcpMessages messages(stream);
  Bytes message;
  while (messages.next(message)) {
    if (message.empty()) {
      counter_of(Weird::kTcpEmptyMessage).add();
    } else {
      read_dns_message(payload, message);
    }
  }
  const Bytes rest = messages.rest();
  if (rest.empty()) return;
  const bool too_long = kTcpPrefixBytes + messages.rest_length() > kFirstBytesMax;
  if (payload.cookie != 0 && !too_long) {
    dns_streams_.open(payload.cookie).append(rest);
    return;
  }
  if (too_long) counter_of(Weird::kTcpTooLong).add();
  if (rest.size() > kTcpPrefixBytes) read_dns_message(payload, rest.subspan(kTcpPrefixBytes));
}

dns::Status NameReader::read_dns_message(const event::PayloadSeen& payload, Bytes bytes) {
  const dns::Status status = message_.parse(bytes);
  if (status == dns::Status::kMalformed || !answers_a_question(message_)) return status;
  event::NameSeen name = name_from(payload, event::NameSource::kDns);
  name.asker = payload.owner;
  const dns::Question& question = message_.questions()[0];
  collect_answer(question, name);
  if (name.addresses.empty()) return status;
  name.name = question.name.text();
  if (is_host_name(name.name)) {
    deliver_(std::move(name));
  } else {
    counter_of(Weird::kNotHostName).add();
  }
  return status;
}

// Walks from the name asked along its CNAMEs and keeps the addresses found on the way.
void NameReader::collect_answer(const dns::Question& question, event::NameSeen& name) const {
  dns::NameView at = question.name;
  name.ttl_s = std::numeric_limits<uint32_t>::max();
  size_t used = 0;
  for (size_t hops = 0;; ++hops) {
    std::optional<dns::NameView> next;
    for (const dns::Record& record : message_.records()) {
      if (record.section != dns::Section::kAnswer || !record.owner.equals(at)) continue;
      const bool is_alias = record.type == dns::kTypeCname && !next;
      if (is_alias) next = dns::target(record);
      const bool gave = keep_addresses(record, name);
      if (gave) ++used;
      if (gave || (is_alias && next)) name.ttl_s = std::min(name.ttl_s, record.ttl_s);
    }
    if (!next) break;
    if (hops == kChainMax) {
      counter_of(Weird::kChainLoop).add();
      return;
    }
    at = *next;
  }
  const auto given = std::count_if(
      message_.records().begin(), message_.records().end(), [](const dns::Record& record) {
        return record.section == dns::Section::kAnswer && gives_addresses(record);
      });
  if (static_cast<size_t>(given) > used) counter_of(Weird::kAnswerUnrelated).add();
}

// ---- mDNS

void NameReader::read_multicast_message(const event::PayloadSeen& payload, Bytes bytes) {
  if (message_.parse(bytes) == dns::Status::kMalformed) return;
  if (!message_.header().response || message_.header().opcode != 0) return;
  std::vector<std::pair<dns::NameView, event::NameSeen>> names;
  for (const dns::Record& record : message_.records()) {
    const auto address = dns::address(record);
    if (!address || record.ttl_s == 0 || record.section == dns::Section::kAuthority) continue;
    auto place = std::find_if(names.begin(), names.end(),
                              [&](const auto& known) { return known.first.equals(record.owner); });
    if (place == names.end()) {
      if (names.size() == kMulticastNamesMax) {
        counter_of(Weird::kTooManyNames).add();
        break;
      }
      place = names.emplace(names.end(), record.owner,
                            name_from(payload, event::NameSource::kMulticastDns));
      place->second.ttl_s = record.ttl_s;
    }
    keep_address(*address, place->second);
    place->second.ttl_s = std::min(place->second.ttl_s, record.ttl_s);
  }
  for (auto& [owner, name] : names) {
    name.name = owner.text();
    if (!is_host_name(name.name)) {
      counter_of(Weird::kNotHostName).add();
    } else if (!name.name.ends_with(".local")) {
      counter_of(Weird::kMulticastNotLocal).add();
    } else if (!name.addresses.empty()) {
      deliver_(std::move(name));
    }
  }
}

// ---- first bytes of a client

void NameReader::read_first_bytes(const event::PayloadSeen& payload) {
  const uint64_t cookie = payload.cookie;
  if (cookie != 0 && remembered(cookie)) return;
  Verdict verdict = Verdict::kNeedMore;
  const bool alone = payload.offset == 0 && !client_streams_.find(cookie);
  if (alone) {
    const bool last = cookie == 0 || payload.bytes.size() >= kFirstBytesMax;
    verdict = read_client(payload, payload.bytes, last);
  }
  if (cookie == 0) return;
  if (verdict == Verdict::kNeedMore) {
    FirstBytes& stream = client_streams_.open(cookie);
    if (!stream.add(payload.offset, payload.bytes)) return;
    if (alone) return;  // these bytes were just read
    verdict = read_client(payload, stream.prefix(), stream.full());
  }
  if (verdict == Verdict::kNeedMore) return;
  client_streams_.erase(cookie);
  done_[slot(cookie)] = cookie;
}

NameReader::Verdict NameReader::read_client(const event::PayloadSeen& payload, Bytes stream,
                                            bool last) {
  if (stream.empty()) return Verdict::kNeedMore;
  const tls::Status status = hello_reader_.read(stream, hello_);
  if (status != tls::Status::kNotTls) return take_hello(payload, status, last);
  return take_request(payload, http::read_request(stream, request_), last);
}

NameReader::Verdict NameReader::take_hello(const event::PayloadSeen& payload, tls::Status status,
                                           bool last) {
  const bool open = status == tls::Status::kNeedMore;
  if (open && hello_.server_name.empty() && !last) return Verdict::kNeedMore;
  if (open) hello_.weirds.count();
  if (listener_ && !open) listener_->hello_seen(payload, hello_);
  if (!hello_.server_name.empty())
    deliver_flow_name(payload, event::NameSource::kTlsSni, hello_.server_name);
  return Verdict::kDone;
}

NameReader::Verdict NameReader::take_request(const event::PayloadSeen& payload, http::Status status,
                                             bool last) {
  if (status == http::Status::kNotHttp) return Verdict::kDone;
  const bool open = status == http::Status::kNeedMore;
  if (open && request_.host.empty() && !request_.to_proxy() && !last) return Verdict::kNeedMore;
  if (open) request_.weirds.count();
  if (listener_ && status == http::Status::kComplete) listener_->request_seen(payload, request_);
  if (request_.to_proxy()) {
    proxy_requests.add();
  } else if (!request_.host.empty() && !request_.address) {
    deliver_flow_name(payload, event::NameSource::kHttpHost, request_.host);
  }
  return Verdict::kDone;
}

void NameReader::deliver_flow_name(const event::PayloadSeen& payload, event::NameSource source,
                                   const std::string& name_text) {
  event::NameSeen name = name_from(payload, source);
  name.asker = payload.owner;
  name.name = name_text;
  deliver_(std::move(name));
}

}  // namespace picket::inspect
