// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/eve_evidence.h"

#include <gtest/gtest.h>

namespace picket::detect::evidence {
namespace {

using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

class Eve : public testing::Test {
 protected:
  bool translate(const char* type, const char* source, const char* source_port, const char* target,
                 const char* target_port, const Fields& more) {
    record_.clear();
    record_.origin.product = "suricata";
    record_.origin.channel = type;
    record_.time = WallTime{5};
    record_.add("src_ip", source);
    record_.add("src_port", source_port);
    record_.add("dest_ip", target);
    record_.add("dest_port", target_port);
    record_.add("flow_id", "77");
    for (const auto& [name, value] : more) record_.add(name, value);
    return translate_eve(record_, out_);
  }
  bool out_to(const char* type, const Fields& more) {
    return translate(type, "10.0.0.5", "40000", "203.0.113.9", "443", more);
  }
  template <typename T>
  const T& as() const {
    return std::get<T>(out_.what);
  }

  event::LogRecord record_;
  event::Activity out_;
};

TEST_F(Eve, AFlowCountsFromItsBegin) {
  ASSERT_TRUE(out_to("flow", {{"proto", "TCP"},
                              {"app_proto", "tls"},
                              {"flow.start", "2026-01-02T03:04:05.500000+0100"},
                              {"flow.bytes_toserver", "900"},
                              {"flow.bytes_toclient", "4000"},
                              {"flow.pkts_toserver", "9"},
                              {"flow.pkts_toclient", "8"},
                              {"flow.age", "61"},
                              {"flow.state", "closed"}}));
  const auto& made = as<event::ConnectionMade>();
  EXPECT_EQ(rfc3339(out_.time), "2026-01-02T02:04:05.500000Z");
  EXPECT_EQ(made.service, "ssl");
  EXPECT_EQ(made.answered, true);
  EXPECT_EQ(made.bytes_out, 900u);
  EXPECT_EQ(made.duration_s, 61);
  EXPECT_EQ(made.id, "77");
}

TEST_F(Eve, ARefusalIsNoAnswer) {
  ASSERT_TRUE(out_to("flow", {{"proto", "TCP"},
                              {"flow.pkts_toserver", "1"},
                              {"flow.pkts_toclient", "1"},
                              {"flow.state", "closed"}}));
  EXPECT_EQ(as<event::ConnectionMade>().answered, false);
  ASSERT_TRUE(
      out_to("flow", {{"proto", "TCP"}, {"flow.pkts_toserver", "3"}, {"flow.pkts_toclient", "0"}}));
  EXPECT_EQ(as<event::ConnectionMade>().answered, false);
  ASSERT_TRUE(out_to("flow", {{"proto", "UDP"}}));
  EXPECT_FALSE(as<event::ConnectionMade>().answered);
}

TEST_F(Eve, DnsOfBothVersions) {
  ASSERT_TRUE(translate("dns", "10.0.0.5", "5000", "10.0.0.53", "53",
                        {{"dns.type", "answer"},
                         {"dns.rrname", "A.Test"},
                         {"dns.rrtype", "A"},
                         {"dns.rcode", "NOERROR"},
                         {"dns.answers.rdata", "203.0.113.9"},
                         {"dns.answers.ttl", "60"},
                         {"dns.answers.rdata", "203.0.113.8"},
                         {"dns.answers.ttl", "30"}}));
  EXPECT_EQ(as<event::DnsLookup>().addresses.size(), 2u);
  EXPECT_EQ(as<event::DnsLookup>().ttl_s, 30u);
  EXPECT_EQ(as<event::DnsLookup>().name, "a.test");
  ASSERT_TRUE(translate("dns", "10.0.0.5", "5000", "10.0.0.53", "53",
                        {{"dns.version", "3"},
                         {"dns.type", "request"},
                         {"dns.queries.rrname", "b.test"},
                         {"dns.queries.rrtype", "TXT"}}));
  EXPECT_EQ(as<event::DnsLookup>().type, "TXT");
  EXPECT_TRUE(as<event::DnsLookup>().response_code.empty());
}

TEST_F(Eve, AnAnswerInItsOwnDirectionNamesTheSameResolver) {
  ASSERT_TRUE(translate("dns", "10.0.0.53", "53", "10.0.0.5", "5000",
                        {{"dns.type", "answer"}, {"dns.rrname", "a.test"}}));
  EXPECT_EQ(as<event::DnsLookup>().resolver.text(), "10.0.0.53:53");
  EXPECT_EQ(out_.host, "10.0.0.5");
}

TEST_F(Eve, TlsAndQuic) {
  ASSERT_TRUE(out_to("tls", {{"tls.sni", "A.test"},
                             {"tls.subject", "CN=a"},
                             {"tls.issuerdn", "CN=a"},
                             {"tls.fingerprint", "AA:bb:01"},
                             {"tls.ja3.hash", "x"}}));
  EXPECT_EQ(as<event::TlsSession>().self_signed, true);
  EXPECT_EQ(as<event::TlsSession>().certificate_sha1, "aabb01");
  EXPECT_EQ(as<event::TlsSession>().server_name, "a.test");
  ASSERT_TRUE(out_to("quic", {{"quic.sni", "b.test"}, {"quic.ja4", "q13d"}}));
  EXPECT_EQ(as<event::TlsSession>().ja4, "q13d");
  EXPECT_FALSE(as<event::TlsSession>().self_signed);
}

TEST_F(Eve, HttpFilesAndShares) {
  ASSERT_TRUE(out_to("http", {{"http.hostname", "a.test"},
                              {"http.url", "/x"},
                              {"http.http_method", "GET"},
                              {"http.status", "200"}}));
  EXPECT_EQ(as<event::HttpExchange>().status, 200);
  ASSERT_TRUE(translate("fileinfo", "203.0.113.9", "80", "10.0.0.5", "4000",
                        {{"fileinfo.filename", "a.exe"}, {"fileinfo.md5", "AB"}}));
  EXPECT_EQ(as<event::FileCarried>().inbound, true);
  EXPECT_EQ(as<event::FileCarried>().md5, "ab");
  ASSERT_TRUE(
      translate("smb", "10.0.0.5", "4000", "10.0.0.9", "445",
                {{"smb.command", "SMB2_COMMAND_TREE_CONNECT"}, {"smb.share", "\\\\s\\c$"}}));
  EXPECT_FALSE(translate("smb", "10.0.0.5", "4000", "10.0.0.9", "445",
                         {{"smb.command", "SMB2_COMMAND_READ"}, {"smb.share", "\\\\s\\c$"}}));
}

TEST_F(Eve, AlertsAndForeignRecordsAreLeftAlone) {
  EXPECT_FALSE(out_to("alert", {{"alert.signature_id", "1"}}));
  EXPECT_FALSE(out_to("stats", {}));
  record_.origin.product = "zeek";
  EXPECT_FALSE(translate_eve(record_, out_));
}

}  // namespace
}  // namespace picket::detect::evidence
