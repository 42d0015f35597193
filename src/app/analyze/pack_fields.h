// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <type_traits>

#include "event/activity.h"
#include "event/alert.h"
#include "event/log_record.h"

// The members of each structure that pack.h packs, in one place for both directions. The structured
// bindings take every member: one that is added to a structure and not here does not compile.
namespace picket::app::analyze {

template <typename Self, typename Structure>
concept Is = std::same_as<std::remove_const_t<Self>, Structure>;

void fields(auto& archive, Is<WallTime> auto& self) {
  auto& [ns] = self;
  archive(ns);
}
void fields(auto& archive, Is<Endpoint> auto& self) {
  auto& [address, port] = self;
  archive(address, port);
}

void fields(auto& archive, Is<event::Actor> auto& self) {
  auto& [id, pid, name, path, command_line, working_directory, user, sha256, sha1, md5, imphash,
         original_name, company, product, signer, signature_valid, package, packaged,
         package_differs, deleted, memfd, parent_id, parent_pid, parent_path, parent_command_line,
         terminal, unit, container, session, started, file_written, kernel] = self;
  archive(id, pid, name, path, command_line, working_directory, user, sha256, sha1, md5, imphash,
          original_name, company, product, signer, signature_valid, package, packaged,
          package_differs, deleted, memfd, parent_id, parent_pid, parent_path, parent_command_line,
          terminal, unit, container, session, started, file_written, kernel);
}

void fields(auto& archive, Is<event::ProcessStarted> auto& self) {
  auto& [invoked_as, standard_streams_socket] = self;
  archive(invoked_as, standard_streams_socket);
}
void fields(auto&, Is<event::ProcessEnded> auto&) {}
void fields(auto& archive, Is<event::ConnectionMade> auto& self) {
  auto& [id, transport, outbound, local, remote, remote_name, name_source, service, answered,
         duration_s, bytes_out, bytes_in, packets_out, packets_in, finished, blocked] = self;
  archive(id, transport, outbound, local, remote, remote_name, name_source, service, answered,
          duration_s, bytes_out, bytes_in, packets_out, packets_in, finished, blocked);
}
void fields(auto& archive, Is<event::ListenerOpened> auto& self) {
  auto& [transport, local] = self;
  archive(transport, local);
}
void fields(auto& archive, Is<event::DnsLookup> auto& self) {
  auto& [name, type, response_code, answers, addresses, ttl_s, local, resolver, query_bytes,
         answer_bytes] = self;
  archive(name, type, response_code, answers, addresses, ttl_s, local, resolver, query_bytes,
          answer_bytes);
}
void fields(auto& archive, Is<event::HttpExchange> auto& self) {
  auto& [connection_id, local, remote, method, host, uri, user_agent, referrer, status,
         content_type, request_bytes, response_bytes, through_proxy] = self;
  archive(connection_id, local, remote, method, host, uri, user_agent, referrer, status,
          content_type, request_bytes, response_bytes, through_proxy);
}
void fields(auto& archive, Is<event::TlsSession> auto& self) {
  auto& [connection_id, local, remote, server_name, version, ja3, ja3s, ja4, alpn, subject, issuer,
         certificate_sha1, certificate_sha256, self_signed, established] = self;
  archive(connection_id, local, remote, server_name, version, ja3, ja3s, ja4, alpn, subject, issuer,
          certificate_sha1, certificate_sha256, self_signed, established);
}
void fields(auto& archive, Is<event::FileCarried> auto& self) {
  auto& [connection_id, local, remote, inbound, protocol, name, content_type, bytes, md5, sha1,
         sha256] = self;
  archive(connection_id, local, remote, inbound, protocol, name, content_type, bytes, md5, sha1,
          sha256);
}
void fields(auto& archive, Is<event::FileWritten> auto& self) {
  auto& [path, hidden, executable] = self;
  archive(path, hidden, executable);
}
void fields(auto& archive, Is<event::RemovableFileSeen> auto& self) {
  auto& [path, drive, content, hidden] = self;
  archive(path, drive, content, hidden);
}
void fields(auto& archive, Is<event::ShareConnected> auto& self) {
  auto& [share, from] = self;
  archive(share, from);
}
void fields(auto& archive, Is<event::LoggedOn> auto& self) {
  auto& [user, method, from] = self;
  archive(user, method, from);
}
void fields(auto& archive, Is<event::ThreadInjected> auto& self) {
  auto& [target] = self;
  archive(target);
}
void fields(auto& archive, Is<event::FileMarked> auto& self) {
  auto& [path, from, md5, sha1, sha256] = self;
  archive(path, from, md5, sha1, sha256);
}
void fields(auto& archive, Is<event::FileDeleted> auto& self) {
  auto& [path] = self;
  archive(path);
}
void fields(auto& archive, Is<event::MemoryOpened> auto& self) {
  auto& [target] = self;
  archive(target);
}
void fields(auto& archive, Is<event::ServiceInstalled> auto& self) {
  auto& [name, command] = self;
  archive(name, command);
}
void fields(auto& archive, Is<event::PipeMade> auto& self) {
  auto& [name] = self;
  archive(name);
}
void fields(auto& archive, Is<event::ModuleLoaded> auto& self) {
  auto& [path, signature_valid] = self;
  archive(path, signature_valid);
}
void fields(auto& archive, Is<event::SourcePlace> auto& self) {
  auto& [input, offset, source] = self;
  archive(input, offset, source);
}
void fields(auto& archive, Is<event::Activity> auto& self) {
  auto& [time, host, platform, actor, what, place] = self;
  archive(time, host, platform, actor, what, place);
}

void fields(auto& archive, Is<event::AlertEvidence> auto& self) {
  auto& [name, value] = self;
  archive(name, value);
}
void fields(auto& archive, Is<event::KnownGood> auto& self) {
  auto& [what, before] = self;
  archive(what, before);
}
void fields(auto& archive, Is<event::AttackReference> auto& self) {
  auto& [tactic, technique] = self;
  archive(tactic, technique);
}
void fields(auto& archive, Is<event::Signature> auto& self) {
  auto& [gid, sid, rev, category] = self;
  archive(gid, sid, rev, category);
}
void fields(auto& archive, Is<event::Alert> auto& self) {
  auto& [id, time, detector, rule_id, rule_name, rule_file, severity, confidence, reason, evidence,
         evidence_left_out, attack, known_good, references, false_positives, signature, host,
         platform, actor, connection, traffic_outbound, url, domain, file, action, place, count,
         last_time] = self;
  archive(id, time, detector, rule_id, rule_name, rule_file, severity, confidence, reason, evidence,
          evidence_left_out, attack, known_good, references, false_positives, signature, host,
          platform, actor, connection, traffic_outbound, url, domain, file, action, place, count,
          last_time);
}

void fields(auto& archive, Is<event::LogField> auto& self) {
  auto& [name, value, type] = self;
  archive(name, value, type);
}
void fields(auto& archive, Is<event::LogOrigin> auto& self) {
  auto& [product, channel, provider, event_id, category] = self;
  archive(product, channel, provider, event_id, category);
}

}  // namespace picket::app::analyze
