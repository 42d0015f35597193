// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/rdata.h"

#include <gtest/gtest.h>

#include "inspect/proto/dns/message_for_tests.h"

namespace picket::inspect::dns {
namespace {

// Parses one answer record and keeps the bytes that its views need.
class OneRecord {
 public:
  OneRecord(uint16_t type, const ByteVector& rdata, uint16_t klass = kClassInternet) {
    builder_.question("a.example", type);
    builder_.record(Section::kAnswer, pointer(12), type, 60, rdata, klass);
    status_ = message_.parse(builder_.bytes());
  }
  const Record& record() const { return message_.records()[0]; }
  bool bad() const { return message_.weirds().has(Weird::kBadRdata); }
  Status status() const { return status_; }

 private:
  MessageBuilder builder_;
  Message message_;
  Status status_;
};

const ByteVector kV6{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};

TEST(DnsRdata, Addresses) {
  EXPECT_EQ(address(OneRecord(kTypeA, {192, 0, 2, 9}).record())->text(), "192.0.2.9");
  EXPECT_EQ(address(OneRecord(kTypeAaaa, kV6).record())->text(), "2001:db8::7");
  for (const auto& [type, rdata] :
       std::vector<std::pair<uint16_t, ByteVector>>{{kTypeA, {192, 0, 2}},
                                                    {kTypeA, {192, 0, 2, 9, 0}},
                                                    {kTypeA, {}},
                                                    {kTypeAaaa, {1, 2, 3, 4}}}) {
    const OneRecord one(type, rdata);
    EXPECT_TRUE(one.bad());
    EXPECT_EQ(one.status(), Status::kComplete);
    EXPECT_EQ(address(one.record()), std::nullopt);
  }
}

TEST(DnsRdata, OtherClassesAreNotInterpreted) {
  const OneRecord update_delete(kTypeA, {}, 255);
  EXPECT_FALSE(update_delete.bad());
  EXPECT_EQ(address(update_delete.record()), std::nullopt);
  EXPECT_EQ(address(OneRecord(kTypeA, {1, 2, 3, 4}, 3).record()), std::nullopt);
  EXPECT_TRUE(address(OneRecord(kTypeA, {1, 2, 3, 4}, 0x8001).record()));  // mDNS cache flush
}

TEST(DnsRdata, NamesMayPointBackAndMustEndInside) {
  const OneRecord alias(kTypeCname, joined({{1, 'b'}, pointer(12)}));
  EXPECT_EQ(target(alias.record())->text(), "b.a.example");
  EXPECT_FALSE(address(alias.record()));
  EXPECT_TRUE(OneRecord(kTypeCname, {3, 'b'}).bad());
  EXPECT_TRUE(OneRecord(kTypeCname, {}).bad());
  EXPECT_TRUE(OneRecord(kTypeCname, joined({wire_name("b.example"), {0}})).bad());
  EXPECT_TRUE(OneRecord(kTypePtr, pointer(500)).bad());
  EXPECT_FALSE(target(OneRecord(kTypePtr, pointer(500)).record()));
}

TEST(DnsRdata, MxSrvSoaTxt) {
  const OneRecord mail(kTypeMx, joined({{0, 10}, wire_name("mx.example")}));
  EXPECT_EQ(mx(mail.record())->preference, 10);
  EXPECT_EQ(mx(mail.record())->exchange.text(), "mx.example");
  const OneRecord service(kTypeSrv, joined({{0, 1, 0, 2, 0x14, 0x66}, wire_name("s.example")}));
  EXPECT_EQ(srv(service.record())->priority, 1);
  EXPECT_EQ(srv(service.record())->weight, 2);
  EXPECT_EQ(srv(service.record())->port, 5222);
  EXPECT_EQ(srv(service.record())->target.text(), "s.example");
  const OneRecord start(
      kTypeSoa,
      joined({wire_name("ns.example"), wire_name("root.example"), {0, 0, 0, 1, 0, 0, 0, 2, 0, 0,
                                                                   0, 3, 0, 0, 0, 4, 0, 0, 0, 5}}));
  EXPECT_EQ(soa(start.record())->primary.text(), "ns.example");
  EXPECT_EQ(soa(start.record())->mailbox.text(), "root.example");
  EXPECT_EQ(soa(start.record())->serial, 1u);
  EXPECT_EQ(soa(start.record())->minimum_s, 5u);
  const OneRecord text(kTypeTxt, {3, 'a', '=', 'b', 0, 1, 'c'});
  TxtStrings strings(text.record());
  Bytes string;
  std::vector<std::string> all;
  while (strings.next(string)) all.emplace_back(as_text(string));
  EXPECT_EQ(all, (std::vector<std::string>{"a=b", "", "c"}));
  EXPECT_TRUE(OneRecord(kTypeMx, {0}).bad());
  EXPECT_TRUE(OneRecord(kTypeSrv, joined({{0, 1, 0, 2, 0}, {0}})).bad());
  EXPECT_TRUE(OneRecord(kTypeSoa, {0, 0, 0, 0, 0, 1}).bad());
  EXPECT_TRUE(OneRecord(kTypeTxt, {4, 'a'}).bad());
  EXPECT_TRUE(OneRecord(kTypeTxt, {}).bad());
}

TEST(DnsRdata, HttpsHints) {
  // 1 . alpn=h2 port=8443 ipv4hint=192.0.2.1,192.0.2.2 ech ipv6hint=2001:db8::7
  const OneRecord https(
      kTypeHttps, joined({{0, 1,   0, 0, 1, 0,   3, 2, 'h', '2', 0, 3, 0, 2, 0x20, 0xfb, 0, 4, 0,
                           8, 192, 0, 2, 1, 192, 0, 2, 2,   0,   5, 0, 1, 9, 0,    6,    0, 16},
                          kV6}));
  ASSERT_FALSE(https.bad());
  const auto service = svcb(https.record());
  ASSERT_TRUE(service);
  EXPECT_EQ(service->priority, 1);
  EXPECT_TRUE(service->target.is_root());
  EXPECT_EQ(service->port, 8443);
  EXPECT_EQ(as_text(service->alpn), "\x02h2");
  EXPECT_TRUE(service->encrypted_client_hello);
  ASSERT_EQ(service->hints(), 3u);
  EXPECT_EQ(service->hint(0).text(), "192.0.2.1");
  EXPECT_EQ(service->hint(1).text(), "192.0.2.2");
  EXPECT_EQ(service->hint(2).text(), "2001:db8::7");
  const OneRecord alias(kTypeSvcb, joined({{0, 0}, wire_name("svc.example")}));
  EXPECT_EQ(svcb(alias.record())->target.text(), "svc.example");
  EXPECT_EQ(svcb(alias.record())->hints(), 0u);
}

TEST(DnsRdata, UnfitHttps) {
  EXPECT_TRUE(OneRecord(kTypeHttps, {0}).bad());
  EXPECT_TRUE(OneRecord(kTypeHttps, {0, 1, 0, 0, 4, 0, 3, 1, 2, 3}).bad());  // 3 of 4 bytes
  EXPECT_TRUE(OneRecord(kTypeHttps, {0, 1, 0, 0, 4, 0, 0}).bad());           // no hint
  EXPECT_TRUE(
      OneRecord(kTypeHttps, {0, 1, 0, 0, 3, 0, 2, 0, 80, 0, 3, 0, 2, 0, 81}).bad());  // twice
  EXPECT_TRUE(OneRecord(kTypeHttps, {0, 1, 0, 0, 4, 0, 8, 1, 2, 3, 4}).bad());  // past the end
  ByteVector many{0, 1, 0};
  for (size_t key = 100; key < 100 + kSvcParamsMax; ++key) {
    put_u16(many, key);
    put_u16(many, 0);
  }
  EXPECT_FALSE(OneRecord(kTypeHttps, many).bad());
  EXPECT_TRUE(OneRecord(kTypeHttps, joined({many, {1, 0, 0, 0}})).bad());
}

}  // namespace
}  // namespace picket::inspect::dns
