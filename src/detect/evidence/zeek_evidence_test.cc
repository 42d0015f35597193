// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/zeek_evidence.h"

#include <gtest/gtest.h>

#include "base/counter.h"
#include "detect/evidence/log_values.h"

namespace picket::detect::evidence {
namespace {

struct Field {
  const char* name;
  std::string value;
};

class Zeek : public testing::Test {
 protected:
  bool translate(const char* log, const std::vector<Field>& fields) {
    record_.clear();
    record_.origin.product = "zeek";
    record_.origin.channel = log;
    record_.time = WallTime{1'700'000'000'000'000'000};
    for (const Field& field : fields)
      record_.add(record_.keep(field.name), record_.keep(field.value));
    return zeek_.translate(record_, out_);
  }
  static std::vector<Field> ends(const char* client, const char* client_port, const char* server,
                                 const char* server_port, std::vector<Field> more) {
    more.insert(more.begin(), {{"uid", "C1"},
                               {"id.orig_h", client},
                               {"id.orig_p", client_port},
                               {"id.resp_h", server},
                               {"id.resp_p", server_port}});
    return more;
  }
  template <typename T>
  const T& as() const {
    return std::get<T>(out_.what);
  }

  ZeekEvidence zeek_;
  event::LogRecord record_;
  event::Activity out_;
};

TEST_F(Zeek, AConnectionOutwards) {
  ASSERT_TRUE(translate("conn", ends("10.0.0.5", "40000", "203.0.113.9", "443",
                                     {{"proto", "tcp"},
                                      {"service", "http,ssl"},
                                      {"duration", "1.5"},
                                      {"orig_bytes", "100"},
                                      {"resp_bytes", "200"},
                                      {"conn_state", "SF"}})));
  const auto& made = as<event::ConnectionMade>();
  EXPECT_EQ(out_.host, "10.0.0.5");
  EXPECT_EQ(out_.place.source, "Zeek conn");
  EXPECT_EQ(made.outbound, true);
  EXPECT_EQ(made.remote.text(), "203.0.113.9:443");
  EXPECT_EQ(made.service, "ssl");
  EXPECT_EQ(made.answered, true);
  EXPECT_EQ(made.bytes_out, 100u);
  EXPECT_EQ(made.bytes_in, 200u);
  EXPECT_TRUE(made.finished);
}

TEST_F(Zeek, AConnectionInwardsBelongsToTheServer) {
  ASSERT_TRUE(translate("conn", ends("203.0.113.9", "40000", "10.0.0.5", "22",
                                     {{"proto", "tcp"},
                                      {"orig_bytes", "100"},
                                      {"resp_bytes", "200"},
                                      {"conn_state", "REJ"}})));
  const auto& made = as<event::ConnectionMade>();
  EXPECT_EQ(out_.host, "10.0.0.5");
  EXPECT_EQ(made.outbound, false);
  EXPECT_EQ(made.local.port, 22);
  EXPECT_EQ(made.bytes_out, 200u);
  EXPECT_EQ(made.answered, false);
}

TEST_F(Zeek, WhatZeekSaysOfInsideWinsOverTheAddress) {
  ASSERT_TRUE(
      translate("conn", ends("203.0.113.9", "40000", "198.51.100.7", "80",
                             {{"proto", "tcp"}, {"local_orig", "false"}, {"local_resp", "true"}})));
  EXPECT_EQ(out_.host, "198.51.100.7");
}

TEST_F(Zeek, MissingCountsStayUnknown) {
  ASSERT_TRUE(translate("open_conn", ends("10.0.0.5", "1", "203.0.113.9", "443",
                                          {{"proto", "udp"}, {"conn_state", "OTH"}})));
  const auto& made = as<event::ConnectionMade>();
  EXPECT_FALSE(made.bytes_out);
  EXPECT_FALSE(made.duration_s);
  EXPECT_FALSE(made.answered);
  EXPECT_FALSE(made.finished);
}

TEST_F(Zeek, ALookupWithItsAnswers) {
  ASSERT_TRUE(translate("dns", ends("10.0.0.5", "5000", "10.0.0.53", "53",
                                    {{"query", "WWW.Example.ORG"},
                                     {"qtype_name", "A"},
                                     {"rcode_name", "NOERROR"},
                                     {"answers", "edge.example.net"},
                                     {"answers", "203.0.113.9"},
                                     {"TTLs", "300.0"},
                                     {"TTLs", "60.0"}})));
  const auto& lookup = as<event::DnsLookup>();
  EXPECT_EQ(lookup.name, "www.example.org");
  EXPECT_EQ(lookup.answers.size(), 2u);
  ASSERT_EQ(lookup.addresses.size(), 1u);
  EXPECT_EQ(lookup.ttl_s, 60u);
  EXPECT_EQ(lookup.resolver.text(), "10.0.0.53:53");
}

TEST_F(Zeek, ARequestThroughAProxy) {
  ASSERT_TRUE(translate(
      "http",
      ends("10.0.0.5", "5000", "10.0.0.1", "3128",
           {{"method", "CONNECT"}, {"host", "www.example.org:443"}, {"status_code", "200"}})));
  const auto& http = as<event::HttpExchange>();
  EXPECT_TRUE(http.through_proxy);
  EXPECT_EQ(http.host, "www.example.org");
  ASSERT_TRUE(translate("http", ends("10.0.0.5", "5000", "203.0.113.9", "80",
                                     {{"method", "GET"}, {"host", "a.test"}, {"uri", "/x"}})));
  EXPECT_FALSE(as<event::HttpExchange>().through_proxy);
}

TEST_F(Zeek, ACertificateThatCameFirstIsJoinedToItsSession) {
  EXPECT_FALSE(translate(
      "x509", {{"id", "F1"}, {"certificate.subject", "CN=a"}, {"certificate.issuer", "CN=a"}}));
  ASSERT_TRUE(translate(
      "ssl", ends("10.0.0.5", "5000", "203.0.113.9", "443", {{"cert_chain_fuids", "F1"}})));
  EXPECT_EQ(as<event::TlsSession>().self_signed, true);
  EXPECT_EQ(as<event::TlsSession>().subject, "CN=a");
}

TEST_F(Zeek, ACertificateThatComesLaterTellsTheSessionAgain) {
  ASSERT_TRUE(translate(
      "ssl", ends("10.0.0.5", "5000", "203.0.113.9", "443",
                  {{"server_name", "a.test"}, {"cert_chain_fps", std::string(64, 'a')}})));
  EXPECT_FALSE(as<event::TlsSession>().self_signed);
  EXPECT_EQ(as<event::TlsSession>().certificate_sha256, std::string(64, 'a'));
  ASSERT_TRUE(translate("x509", {{"fingerprint", std::string(64, 'a')},
                                 {"certificate.subject", "CN=a"},
                                 {"certificate.issuer", "CN=a"}}));
  EXPECT_EQ(as<event::TlsSession>().self_signed, true);
  EXPECT_EQ(as<event::TlsSession>().remote.text(), "203.0.113.9:443");
  // A certificate somebody else signed is no news.
  ASSERT_TRUE(translate(
      "ssl", ends("10.0.0.5", "5000", "203.0.113.9", "443", {{"cert_chain_fuids", "F2"}})));
  EXPECT_FALSE(translate(
      "x509", {{"id", "F2"}, {"certificate.subject", "CN=b"}, {"certificate.issuer", "CN=root"}}));
}

TEST_F(Zeek, ForgetsTheOldestJoinsAndCounts) {
  const auto forgotten = [] { return Counter::value_of("detect.evidence.zeek_join_forgotten"); };
  const uint64_t before = forgotten();
  for (size_t i = 0; i < ZeekEvidence::kJoinsMax + 3; ++i)
    translate("x509", {{"id", "F" + std::to_string(i)},
                       {"certificate.subject", "CN=b"},
                       {"certificate.issuer", "CN=r"}});
  EXPECT_EQ(forgotten() - before, 3u);
}

TEST_F(Zeek, FilesAndShares) {
  ASSERT_TRUE(translate("files", {{"tx_hosts", "203.0.113.9"},
                                  {"rx_hosts", "10.0.0.5"},
                                  {"conn_uids", "C1"},
                                  {"source", "HTTP"},
                                  {"mime_type", "application/x-dosexec"},
                                  {"sha256", std::string(64, 'B')}}));
  EXPECT_EQ(as<event::FileCarried>().inbound, true);
  EXPECT_EQ(as<event::FileCarried>().sha256, std::string(64, 'b'));
  EXPECT_EQ(out_.host, "10.0.0.5");
  ASSERT_TRUE(translate("smb_mapping",
                        ends("10.0.0.5", "5000", "10.0.0.9", "445", {{"path", "\\\\srv\\share"}})));
  EXPECT_EQ(as<event::ShareConnected>().share, "\\\\srv\\share");
}

TEST_F(Zeek, RefusesWhatIsNoEvidence) {
  EXPECT_FALSE(translate("weird", ends("10.0.0.5", "1", "10.0.0.9", "2", {})));
  EXPECT_FALSE(translate(
      "conn", {{"uid", "C1"}, {"id.orig_h", "not an address"}, {"id.resp_h", "10.0.0.9"}}));
  EXPECT_FALSE(translate("dns", ends("10.0.0.5", "1", "10.0.0.9", "53", {})));
}

TEST(LogValues, HostOfAnAuthority) {
  EXPECT_EQ(host_of_authority("WWW.Example.org:443"), "www.example.org");
  EXPECT_EQ(host_of_authority("www.example.org."), "www.example.org");
  EXPECT_EQ(host_of_authority("[2001:db8::1]:443"), "2001:db8::1");
  EXPECT_EQ(host_of_authority("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(host_of_authority("[broken"), "[broken");
}

}  // namespace
}  // namespace picket::detect::evidence
