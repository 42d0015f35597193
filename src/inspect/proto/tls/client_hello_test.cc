// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/client_hello.h"

#include <gtest/gtest.h>

#include "inspect/proto/tls/client_hello_for_tests.h"

namespace picket::inspect::tls {
namespace {

std::vector<uint16_t> all(const U16List& list) {
  std::vector<uint16_t> out;
  for (size_t i = 0; i < list.size(); ++i) out.push_back(list[i]);
  return out;
}

using Numbers = std::vector<uint16_t>;

// Reads and keeps the bytes that the views need.
struct Reading {
  explicit Reading(ByteVector stream)
      : bytes(std::move(stream)), status(reader.read(bytes, hello)) {}
  ByteVector bytes;
  ClientHelloReader reader;
  ClientHello hello;
  Status status;
};

void expect_browser_hello(const ClientHello& hello) {
  EXPECT_EQ(hello.record_version, 0x0301);
  EXPECT_EQ(hello.legacy_version, 0x0303);
  EXPECT_EQ(hello.random.size(), 32u);
  EXPECT_EQ(hello.session_id.size(), 32u);
  EXPECT_EQ(all(hello.cipher_suites), (Numbers{0x2a2a, 0x1301, 0x1302, 0xc02b}));
  EXPECT_EQ(as_text(hello.server_name_raw), "www.Example.com");
  EXPECT_EQ(hello.server_name, "www.example.com");
  EXPECT_EQ(hello.protocols, (std::vector<std::string_view>{"h2", "http/1.1"}));
  EXPECT_EQ(all(hello.groups), (Numbers{0x3a3a, 0x001d, 0x0017}));
  EXPECT_EQ(all(hello.signature_algorithms), (Numbers{0x0403, 0x0804}));
  EXPECT_EQ(all(hello.supported_versions), (Numbers{0x4a4a, 0x0304, 0x0303}));
  ASSERT_EQ(hello.point_formats.size(), 1u);
  Numbers types, grease;
  for (const Extension& extension : hello.extensions) {
    types.push_back(extension.type);
    if (extension.grease) grease.push_back(extension.type);
  }
  EXPECT_EQ(types, (Numbers{0x1a1a, 0, 10, 11, 16, 13, 43, 0x8a8a}));
  EXPECT_EQ(grease, (Numbers{0x1a1a, 0x8a8a}));
  EXPECT_FALSE(hello.encrypted_client_hello);
  EXPECT_TRUE(hello.weirds.empty());
}

TEST(ClientHello, ReadsEverythingInOrder) {
  const Reading reading(browser_hello().records());
  ASSERT_EQ(reading.status, Status::kComplete);
  expect_browser_hello(reading.hello);
}

TEST(ClientHello, SpreadOverRecordsOfAnySize) {
  for (size_t fragment = 1; fragment < 300; ++fragment) {
    const Reading reading(browser_hello().records(fragment));
    ASSERT_EQ(reading.status, Status::kComplete) << fragment;
    expect_browser_hello(reading.hello);
  }
}

TEST(ClientHello, BytesAfterTheHelloAreNotItsOwn) {
  ByteVector stream = browser_hello().records();
  append(stream, {20, 3, 3, 0, 1, 1, 23, 3, 3, 0xff});
  EXPECT_EQ(Reading(stream).status, Status::kComplete);
  // A second handshake message in the same record.
  ByteVector message = browser_hello().handshake();
  append(message, {11, 0, 0, 0});
  const Reading reading(HelloBuilder::in_records(message));
  ASSERT_EQ(reading.status, Status::kComplete);
  expect_browser_hello(reading.hello);
}

TEST(ClientHello, EveryTruncationNeedsMore) {
  for (const size_t fragment : {size_t{1} << 14, size_t{7}}) {
    const ByteVector whole = browser_hello().records(fragment);
    bool named = false;
    for (size_t size = 0; size < whole.size(); ++size) {
      const Reading reading(
          ByteVector(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
      ASSERT_EQ(reading.status, Status::kNeedMore) << size;
      EXPECT_TRUE(reading.hello.weirds.empty() || fragment == 7) << size;
      if (named) {
        EXPECT_EQ(reading.hello.server_name, "www.example.com");
      }
      named = !reading.hello.server_name.empty();
    }
    EXPECT_TRUE(named);  // well before the end: what is there is read
  }
}

TEST(ClientHello, WithoutExtensions) {
  const Reading reading(HelloBuilder().without_extensions().records());
  EXPECT_EQ(reading.status, Status::kComplete);
  EXPECT_TRUE(reading.hello.extensions.empty());
  EXPECT_EQ(reading.hello.cipher_suites.size(), 4u);
}

TEST(ClientHello, NotTls) {
  for (const ByteVector& stream :
       {ByteVector{'G', 'E', 'T', ' '}, ByteVector{23, 3, 1}, ByteVector{22, 2},
        ByteVector{22, 3, 5}, ByteVector{22, 3, 1, 0x40, 1}, ByteVector{0x80, 0x2e, 1, 3, 1},
        ByteVector{21, 3, 1, 0, 2, 1, 0}})
    EXPECT_EQ(Reading(stream).status, Status::kNotTls);
  EXPECT_EQ(Reading({}).status, Status::kNeedMore);
  EXPECT_EQ(Reading({22}).status, Status::kNeedMore);
}

TEST(ClientHello, MalformedRecords) {
  const uint64_t before = counter_of(Weird::kNotClientHello).value();
  const Reading server(HelloBuilder::in_records(HelloBuilder().handshake(2)));
  EXPECT_EQ(server.status, Status::kMalformed);
  EXPECT_EQ(counter_of(Weird::kNotClientHello).value(), before + 1);

  ByteVector stream = browser_hello().records(20);
  stream[25] = 23;  // the second record
  const Reading interleaved(stream);
  EXPECT_EQ(interleaved.status, Status::kMalformed);
  EXPECT_TRUE(interleaved.hello.weirds.has(Weird::kInterleavedRecord));
  stream[25] = 22;
  stream[26] = 9;
  EXPECT_TRUE(Reading(stream).hello.weirds.has(Weird::kBadRecord));

  ByteVector empty_first{22, 3, 1, 0, 0};
  append(empty_first, browser_hello().records());
  const Reading empty(empty_first);
  EXPECT_EQ(empty.status, Status::kComplete);
  EXPECT_TRUE(empty.hello.weirds.has(Weird::kEmptyRecord));
  EXPECT_EQ(empty.hello.server_name, "www.example.com");
}

TEST(ClientHello, BoundOfLength) {
  HelloBuilder fits;
  const size_t plain = HelloBuilder().handshake().size();
  fits.extension(21, ByteVector(kHelloBytesMax - plain, 0));  // 4 bytes of it: the message header
  ASSERT_EQ(fits.handshake().size(), kHelloBytesMax + 4);
  EXPECT_EQ(Reading(fits.records(4096)).status, Status::kComplete);
  HelloBuilder longer;
  longer.extension(21, ByteVector(kHelloBytesMax - plain + 1, 0));
  const Reading reading(longer.records(4096));
  EXPECT_EQ(reading.status, Status::kMalformed);
  EXPECT_TRUE(reading.hello.weirds.has(Weird::kTooLong));
  // Within the bound, but in more records than are walked through.
  const Reading crumbs(fits.records(1));
  EXPECT_EQ(crumbs.status, Status::kMalformed);
  EXPECT_TRUE(crumbs.hello.weirds.has(Weird::kTooLong));
}

TEST(ClientHello, InnerLengthsThatDoNotFit) {
  const ByteVector good = browser_hello().handshake();
  for (const size_t at : {size_t{38}, size_t{71}, size_t{81}, size_t{83}}) {
    // session id, cipher suites, compression methods, extensions block: each too long
    ByteVector bad = good;
    bad[at] = static_cast<uint8_t>(bad[at] + 0x40);
    const Reading reading(HelloBuilder::in_records(bad));
    EXPECT_EQ(reading.status, Status::kMalformed) << at;
    EXPECT_TRUE(reading.hello.weirds.has(Weird::kBadLength)) << at;
  }
  const Reading trailing(browser_hello().trailing({0}).records());
  EXPECT_EQ(trailing.status, Status::kComplete);
  EXPECT_TRUE(trailing.hello.weirds.has(Weird::kTrailingBytes));
}

TEST(ClientHello, ServerNamesThatAreNone) {
  const auto sni = [](std::string_view name) {
    return Reading(HelloBuilder().extension(0, server_name_body(name)).records());
  };
  EXPECT_TRUE(sni("192.0.2.1").hello.weirds.has(Weird::kSniAddress));
  EXPECT_TRUE(sni("2001:db8::1").hello.weirds.has(Weird::kSniAddress));
  EXPECT_TRUE(sni(std::string_view("a\0b.example", 11)).hello.weirds.has(Weird::kSniNotHostName));
  EXPECT_TRUE(sni("*.example.com").hello.weirds.has(Weird::kSniNotHostName));
  EXPECT_EQ(sni("192.0.2.1").hello.server_name, "");
  EXPECT_EQ(as_text(sni("*.example.com").hello.server_name_raw), "*.example.com");
  EXPECT_EQ(sni("example.com.").hello.server_name, "example.com");
  EXPECT_TRUE(sni("example.com.").hello.weirds.has(Weird::kSniTrailingDot));
  EXPECT_TRUE(sni("").hello.weirds.has(Weird::kBadExtension));
  EXPECT_EQ(sni("a_b.example").hello.server_name, "a_b.example");

  ByteVector entries{0, 0, 1, 'a', 0, 0, 1, 'b'};
  const Reading several(HelloBuilder().extension(0, with_length(2, entries)).records());
  EXPECT_TRUE(several.hello.weirds.has(Weird::kSniSeveral));
  EXPECT_EQ(several.hello.server_name, "a");
  const Reading other_type(HelloBuilder().extension(0, with_length(2, {9, 0, 1, 'a'})).records());
  EXPECT_EQ(other_type.hello.server_name, "");
  EXPECT_TRUE(other_type.hello.weirds.empty());
}

TEST(ClientHello, UnfitExtensionsAreLeftOut) {
  const struct {
    uint16_t type;
    ByteVector body;
  } cases[] = {{0, {0, 4, 0, 0, 1, 'a', 0}},
               {0, {0, 5, 0, 0, 1, 'a', 0}},
               {0, {}},
               {10, {0, 3, 0, 1, 2}},
               {10, {0, 0}},
               {11, {2, 0}},
               {13, {0, 2, 4}},
               {16, {0, 3, 5, 'h', '2'}},
               {16, {0, 1, 0}},
               {43, {3, 3, 4, 3}}};
  for (const auto& [type, body] : cases) {
    const Reading reading(HelloBuilder().extension(type, body).records());
    EXPECT_EQ(reading.status, Status::kComplete);
    EXPECT_TRUE(reading.hello.weirds.has(Weird::kBadExtension)) << type;
    EXPECT_EQ(reading.hello.server_name, "");
    EXPECT_TRUE(reading.hello.groups.empty() && reading.hello.supported_versions.empty());
  }
}

TEST(ClientHello, DuplicatesEchAndBounds) {
  const Reading twice(HelloBuilder()
                          .extension(0, server_name_body("first.example"))
                          .extension(0, server_name_body("second.example"))
                          .records());
  EXPECT_TRUE(twice.hello.weirds.has(Weird::kDuplicateExtension));
  EXPECT_EQ(twice.hello.server_name, "first.example");
  EXPECT_EQ(twice.hello.extensions.size(), 2u);
  EXPECT_TRUE(
      Reading(HelloBuilder().extension(0xfe0d, {0}).records()).hello.encrypted_client_hello);

  HelloBuilder many;
  for (uint16_t i = 0; i < kExtensionsMax; ++i) many.extension(static_cast<uint16_t>(1000 + i), {});
  EXPECT_TRUE(Reading(many.records()).hello.weirds.empty());
  const Reading more(many.extension(2000, {}).records());
  EXPECT_TRUE(more.hello.weirds.has(Weird::kTooManyExtensions));
  EXPECT_EQ(more.hello.extensions.size(), kExtensionsMax);

  ByteVector protocols;
  for (size_t i = 0; i <= kProtocolsMax; ++i) append(protocols, {1, 'x'});
  const Reading alpn(HelloBuilder().extension(16, with_length(2, protocols)).records());
  EXPECT_TRUE(alpn.hello.weirds.has(Weird::kTooManyProtocols));
  EXPECT_EQ(alpn.hello.protocols.size(), kProtocolsMax);
}

TEST(ClientHello, Grease) {
  EXPECT_TRUE(is_grease(0x0a0a) && is_grease(0x7a7a) && is_grease(0xfafa));
  EXPECT_FALSE(is_grease(0x0a1a) || is_grease(0x0a0b) || is_grease(0x1301) || is_grease(0xaaab));
}

}  // namespace
}  // namespace picket::inspect::tls
