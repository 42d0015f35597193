// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/name.h"

#include <gtest/gtest.h>

#include "inspect/proto/dns/message_for_tests.h"

namespace picket::inspect::dns {
namespace {

// A name standing right after an empty header.
ByteVector after_header(const ByteVector& name) { return joined({ByteVector(kHeaderBytes), name}); }

std::string text_of(const ByteVector& name) {
  const ByteVector bytes = after_header(name);
  EXPECT_EQ(check_name(bytes, kHeaderBytes).fault, std::nullopt);
  return NameView(bytes, kHeaderBytes).text();
}

std::optional<Weird> fault_of(const ByteVector& name) {
  return check_name(after_header(name), kHeaderBytes).fault;
}

TEST(DnsName, LowerCaseWithoutTrailingDot) {
  EXPECT_EQ(text_of(wire_name("WWW.Example.COM")), "www.example.com");
  EXPECT_EQ(text_of({0}), ".");
  EXPECT_EQ(NameView().text(), ".");
}

TEST(DnsName, OddBytesAreEscaped) {
  EXPECT_EQ(text_of({3, 'a', '.', 'b', 0}), "a\\046b");
  EXPECT_EQ(text_of({2, 0, '\\', 1, ' ', 0}), "\\000\\092.\\032");
  EXPECT_EQ(text_of({2, 0x7f, 0xff, 2, '_', '-', 0}), "\\127\\255._-");
  EXPECT_EQ(text_of({2, 27, '[', 0}), "\\027[");
}

TEST(DnsName, PointersGoBackward) {
  // 12: example.com  25: www -> 12   31: -> 25
  const ByteVector bytes = after_header(
      joined({wire_name("example.com"), {3, 'w', 'w', 'w'}, pointer(12), pointer(25)}));
  EXPECT_EQ(NameView(bytes, 25).text(), "www.example.com");
  EXPECT_EQ(NameView(bytes, 31).text(), "www.example.com");
  EXPECT_EQ(check_name(bytes, 25).end, 31u);
  EXPECT_EQ(check_name(bytes, 31).end, 33u);
  EXPECT_EQ(check_name(bytes, 12).end, 25u);
}

TEST(DnsName, BadPointers) {
  EXPECT_EQ(fault_of(pointer(12)), Weird::kPointerLoop);
  EXPECT_EQ(fault_of(joined({{1, 'a'}, pointer(12)})), Weird::kPointerLoop);
  EXPECT_EQ(fault_of(joined({{1, 'a'}, pointer(13)})), Weird::kPointerLoop);
  EXPECT_EQ(fault_of(joined({pointer(14), {1, 'a', 0}})), Weird::kPointerForward);
  EXPECT_EQ(fault_of(pointer(11)), Weird::kPointerIntoHeader);
  EXPECT_EQ(fault_of(pointer(0)), Weird::kPointerIntoHeader);
  EXPECT_EQ(fault_of({0xc0}), Weird::kCutShort);
  EXPECT_EQ(fault_of({0x40, 0}), Weird::kLabelType);
  EXPECT_EQ(fault_of({0x80, 0}), Weird::kLabelType);
  // Backward once, then round to where it came from.
  const ByteVector bytes = after_header(joined({{1, 'a'}, pointer(16), {1, 'b'}, pointer(12)}));
  EXPECT_EQ(check_name(bytes, 16).fault, Weird::kPointerForward);
}

TEST(DnsName, ChainOfPointersIsBounded) {
  ByteVector bytes = after_header({0});
  size_t target = kHeaderBytes;
  for (size_t i = 0; i < kPointersMax; ++i) {
    const ByteVector next = pointer(target);
    target = bytes.size();
    bytes.insert(bytes.end(), next.begin(), next.end());
  }
  EXPECT_EQ(check_name(bytes, target).fault, std::nullopt);
  const ByteVector one_more = pointer(target);
  const size_t at = bytes.size();
  bytes.insert(bytes.end(), one_more.begin(), one_more.end());
  EXPECT_EQ(check_name(bytes, at).fault, Weird::kPointerChain);
}

TEST(DnsName, LengthIsBounded) {
  // Three labels of 63 and one of 61 make 255 bytes with their length bytes and the root.
  const std::string longest = std::string(63, 'a') + '.' + std::string(63, 'b') + '.' +
                              std::string(63, 'c') + '.' + std::string(61, 'd');
  EXPECT_EQ(text_of(wire_name(longest)), longest);
  EXPECT_EQ(fault_of(wire_name(longest + 'd')), Weird::kNameTooLong);
}

TEST(DnsName, EveryTruncationIsCutShort) {
  const ByteVector whole = wire_name("www.example.com");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(fault_of(ByteVector(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size))),
              Weird::kCutShort);
}

TEST(DnsName, EqualsWithoutRegardToCaseOrCompression) {
  const ByteVector bytes = after_header(joined({wire_name("example.com"),
                                                {3, 'W', 'w', 'w'},
                                                pointer(12),
                                                wire_name("www.EXAMPLE.com"),
                                                wire_name("www.example.org"),
                                                wire_name("www.example.com.org")}));
  const NameView compressed(bytes, 25), plain(bytes, 31), other(bytes, 48), longer(bytes, 65);
  ASSERT_EQ(plain.text(), "www.example.com");
  ASSERT_EQ(longer.text(), "www.example.com.org");
  EXPECT_TRUE(compressed.equals(plain));
  EXPECT_TRUE(plain.equals(plain));
  EXPECT_FALSE(plain.equals(other));
  EXPECT_FALSE(plain.equals(longer));
  EXPECT_FALSE(longer.equals(plain));
  EXPECT_FALSE(NameView(bytes, 12).equals(plain));
}

}  // namespace
}  // namespace picket::inspect::dns
