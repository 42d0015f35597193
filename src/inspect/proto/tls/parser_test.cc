// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/parser.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdlib>

#include "inspect/app/conversation_for_tests.h"
#include "inspect/proto/tls/client_hello_for_tests.h"
#include "inspect/proto/tls/descriptor.h"

namespace picket::inspect::tls {
namespace {

using enum Direction;
using enum BufferId;

std::string_view text_of(const ByteVector& bytes) { return as_text(Bytes(bytes)); }
ByteVector message(uint8_t type, const ByteVector& body) {
  ByteVector out{type};
  append(out, with_length(3, body));
  return out;
}
ByteVector server_hello(uint16_t version, const ByteVector& extensions) {
  ByteVector body = u16s({version});
  for (uint8_t i = 0; i < 32; ++i) body.push_back(static_cast<uint8_t>(0xa0 + i));
  append(body, with_length(1, ByteVector(4, 7)));
  append(body, u16s({0xc02f}));
  body.push_back(0);
  append(body, with_length(2, extensions));
  return message(2, body);
}
ByteVector extension(uint16_t type, const ByteVector& body) {
  ByteVector out = u16s({type});
  append(out, with_length(2, body));
  return out;
}

// A self-signed certificate: CN=test.example, O=A "B", valid from 1969 to 2049.
ByteVector certificate() {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 0xc7d428);
  ASN1_TIME_set_string(X509_getm_notBefore(made), "19691231000000Z");
  ASN1_TIME_set_string(X509_getm_notAfter(made), "490102030405Z");
  X509_NAME* name = X509_get_subject_name(made);
  const auto add = [&](const char* field, const char* value) {
    X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(value), -1, -1, 0);
  };
  add("O", "A \"B\"");
  add("CN", "test.example");
  X509_set_issuer_name(made, name);
  X509_set_pubkey(made, key);
  X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                              "DNS:one.example,IP:192.0.2.1,DNS:two.example");
  X509_add_ext(made, names, -1);
  X509_sign(made, key, EVP_sha256());
  unsigned char* der = nullptr;
  const int length = i2d_X509(made, &der);
  ByteVector out(der, der + length);
  OPENSSL_free(der);
  X509_EXTENSION_free(names);
  X509_free(made);
  EVP_PKEY_free(key);
  return out;
}
ByteVector certificate_message(const std::vector<ByteVector>& chain) {
  ByteVector list;
  for (const ByteVector& der : chain) append(list, with_length(3, der));
  return message(11, with_length(3, list));
}
const ByteVector kCipherChange{20, 3, 3, 0, 1, 1};
const ByteVector kSealed{23, 3, 3, 0, 4, 9, 9, 9, 9};

class TlsPieces : public testing::TestWithParam<size_t> {};

TEST_P(TlsPieces, HandshakeOfTls12) {
  const ByteVector der = certificate();
  ByteVector said = server_hello(0x0303, extension(16, protocols_body({"h2"})));
  append(said, certificate_message({der, der}));
  append(said, message(14, {}));
  Conversation talk(kDescriptor, GetParam());
  talk.client(text_of(browser_hello().records(50)));
  talk.server(text_of(HelloBuilder::in_records(said, 100)));
  EXPECT_FALSE(talk.transaction().done());
  talk.client(text_of(kCipherChange)).server(text_of(kCipherChange)).client(text_of(kSealed));
  ASSERT_FALSE(talk.failed);
  EXPECT_TRUE(talk.transaction().done());
  EXPECT_EQ(talk.text(k_tls_sni, kToServer), "www.Example.com");
  EXPECT_EQ(talk.text(k_tls_sni, kToClient), "(none)");
  EXPECT_EQ(talk.text(k_tls_alpn, kToServer, 1), "http/1.1");
  EXPECT_EQ(talk.text(k_tls_alpn, kToClient, 0), "h2");
  EXPECT_EQ(talk.text(k_tls_random_time, kToClient), "\xa0\xa1\xa2\xa3");
  EXPECT_EQ(talk.text(k_tls_cert_subject, kToClient), "O=A \"B\", CN=test.example");
  EXPECT_EQ(talk.text(k_tls_cert_serial, kToClient), "00:C7:D4:28");
  EXPECT_EQ(talk.text(k_tls_subjectaltname, kToClient, 1), "192.0.2.1");
  EXPECT_EQ(talk.text(k_tls_subjectaltname, kToClient, 3), "(none)");
  EXPECT_EQ(talk.text(k_tls_certs, kToClient, 1), text_of(der));
  EXPECT_EQ(talk.text(k_tls_cert_fingerprint, kToClient).size(), 59u);
  EXPECT_EQ(talk.transaction().field(FieldId::k_tls_cert_chain_len, kToClient, 0), 2);
  EXPECT_EQ(talk.transaction().field(FieldId::k_tls_version, kToClient, 0), 0x0303);
  EXPECT_EQ(talk.transaction().field(FieldId::k_ssl_state, kToClient, 0), 3);
  EXPECT_EQ(talk.text(k_ja3s_string, kToClient), "771,49199,16");
  const std::string eve = talk.eve();
  EXPECT_NE(eve.find(R"("notbefore":"1969-12-31T00:00:00","notafter":"2049-01-02T03:04:05")"),
            std::string::npos);
  EXPECT_NE(eve.find(R"("version":"TLS 1.2")"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Tls, TlsPieces, testing::Values(1, 5, 100000));

TEST(TlsParser, FingerprintsLeaveGreaseOut) {
  Conversation talk(kDescriptor);
  talk.client(text_of(browser_hello().records()));
  EXPECT_EQ(talk.text(k_ja3_string, kToServer), "771,4865-4866-49195,0-10-11-16-13-43,29-23,0");
  const std::string ja4 = talk.text(k_ja4_hash, kToServer);
  EXPECT_EQ(ja4.substr(0, 11), "t13d0306h2_");
  EXPECT_EQ(ja4.size(), 36u);
}

TEST(TlsParser, Tls13EndsWithTheServersHello) {
  Conversation talk(kDescriptor);
  talk.client(text_of(browser_hello().records()));
  talk.server(
      text_of(HelloBuilder::in_records(server_hello(0x0303, extension(43, u16s({0x0304}))))));
  EXPECT_EQ(talk.transaction().progress(kToClient), Transaction::kDone);
  talk.server(text_of(kSealed)).client(text_of(kCipherChange));
  EXPECT_TRUE(talk.transaction().done());
  EXPECT_EQ(talk.transaction().field(FieldId::k_tls_version, kToClient, 0), 0x0304);
  EXPECT_EQ(talk.eve().find("session_resumed"), std::string::npos);
}

TEST(TlsParser, ResumedSessionHasNoCertificate) {
  Conversation talk(kDescriptor);
  talk.client(text_of(browser_hello().records()));
  talk.server(text_of(HelloBuilder::in_records(server_hello(0x0303, {}))))
      .server(text_of(kCipherChange));
  EXPECT_NE(talk.eve().find("\"session_resumed\":true"), std::string::npos);
}

TEST(TlsParser, WhatIsNoTlsIsGivenUpWithAnEvent) {
  Conversation type(kDescriptor);
  type.client(text_of(browser_hello().records())).client("HELO");
  EXPECT_TRUE(type.failed);
  EXPECT_TRUE(type.has_event("invalid_record_type"));
  Conversation version(kDescriptor);
  version.client(std::string("\x16\x09\x01", 3));
  EXPECT_TRUE(version.has_event("invalid_record_version"));
  Conversation broken(kDescriptor);
  broken.server(text_of(HelloBuilder::in_records(certificate_message({{1, 2, 3}}))));
  EXPECT_TRUE(broken.has_event("invalid_certificate"));
  EXPECT_TRUE(broken.has_event("certificate_invalid_length"));
  EXPECT_TRUE(der_lengths_fit(Bytes(certificate())));
}

TEST(TlsParser, MessagesBeyondTheBoundAreSkipped) {
  Conversation talk(kDescriptor);
  ByteVector said = message(11, ByteVector(HandshakeReader::kMessageMax + 1, 0));
  append(said, server_hello(0x0303, {}));
  talk.server(text_of(HelloBuilder::in_records(said)));
  EXPECT_TRUE(talk.has_event("handshake_invalid_length"));
  EXPECT_EQ(talk.transaction().field(FieldId::k_tls_version, kToClient, 0), 0x0303);
}

TEST(TlsParser, OldHelloOfSsl2IsPassed) {
  Conversation talk(kDescriptor);
  ByteVector hello{0x80, 9, 1, 3, 1};
  append(hello, ByteVector(6, 0));
  talk.client(text_of(hello)).server(text_of(HelloBuilder::in_records(server_hello(0x0301, {}))));
  EXPECT_FALSE(talk.failed);
  EXPECT_EQ(talk.transaction().field(FieldId::k_ssl_version, kToServer, 0), 0x0301);
  EXPECT_NE(talk.eve().find("\"TLSv1\""), std::string::npos);
}

TEST(TlsParser, RecordedHelloHasItsKnownFingerprint) {
  const char* shared = std::getenv("PICKET_SHARED");
  if (shared == nullptr) GTEST_SKIP() << "no shared corpus";
  const auto [asked, answered] = streams_of_capture(
      std::string(shared) + "/corpus/suricata-verify/bug-5713-01/TLSv1-Extracted-MaliciousC2.pcap");
  if (asked.empty()) GTEST_SKIP() << "no such capture";
  Conversation talk(kDescriptor);
  talk.client(asked).server(answered);
  EXPECT_EQ(talk.text(k_ja4_hash, kToServer), "t10i070600_c50f5591e341_ce66f3b797c1");
}

}  // namespace
}  // namespace picket::inspect::tls
