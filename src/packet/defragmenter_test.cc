// SPDX-License-Identifier: Apache-2.0
#include "packet/defragmenter.h"

#include <gtest/gtest.h>

#include <random>

#include "packet/frame_for_tests.h"

namespace picket::packet {
namespace {

using namespace for_tests;

constexpr uint32_t kSender = 0x0a000001, kReceiver = 0x0a000002;

struct Pieces {
  explicit Pieces(FragmentPolicy policy = FragmentPolicy::kBsd)
      : defragmenter([policy](const IpAddress&) { return policy; }) {}

  std::optional<Inner> add(const Frame& frame) {
    frame_ = frame;
    packet = Packet();
    packet.time = WallTime{now_ns};
    Decoder(DecodeOptions{}).decode(Layer::kIp, frame_, packet);
    EXPECT_TRUE(packet.is_fragment);
    return defragmenter.add(packet);
  }
  std::optional<Inner> add(size_t offset, std::string_view words, bool more, uint16_t id = 7) {
    const auto field = static_cast<uint16_t>((more ? 0x2000 : 0) | offset / 8);
    return add(ipv4(kSender, kReceiver, 17, text(words), field, {}, id));
  }

  Defragmenter defragmenter;
  Packet packet;
  int64_t now_ns = 1'000'000'000;
  Frame frame_;
};

std::string payload_of(const std::optional<Inner>& whole) {
  if (!whole) return "(incomplete)";
  Packet packet;
  Decoder(DecodeOptions{}).decode(whole->layer, whole->bytes, packet);
  EXPECT_EQ(packet.event_count, 0);
  EXPECT_EQ(packet.ip_checksum, packet.ip_version == 4 ? Checksum::kGood : Checksum::kUnchecked);
  return std::string(as_text(packet.payload));
}

TEST(Defragmenter, PutsFragmentsTogetherInAnyOrder) {
  const Frame datagram = udp(1, 2, text("0123456789abcdefghijklmn"));
  const std::string all(datagram.begin(), datagram.end());
  std::vector<int> order = {0, 1, 2, 3};
  do {
    Pieces pieces;
    std::optional<Inner> whole;
    for (const int i : order) {
      EXPECT_FALSE(whole);
      whole =
          pieces.add(static_cast<size_t>(i) * 8, std::string_view(all).substr(i * 8u, 8), i != 3);
    }
    EXPECT_EQ(payload_of(whole), "0123456789abcdefghijklmn");
    EXPECT_EQ(pieces.defragmenter.waiting(), 0u);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Defragmenter, KeepsDatagramsApart) {
  Pieces pieces;
  EXPECT_FALSE(pieces.add(0, "AAAAAAAA", true, 1));
  EXPECT_FALSE(pieces.add(8, "BBBB", false, 2));
  EXPECT_EQ(pieces.defragmenter.waiting(), 2u);
}

TEST(Defragmenter, ResolvesOverlapAsTheReceiverDoes) {
  const auto result = [](FragmentPolicy policy) {
    Pieces pieces(policy);
    pieces.add(8, "oldoldol", true);
    // Begins with it and ends later: Linux takes the newer bytes, BSD the older.
    pieces.add(8, "newnewnewnewnewn", false);
    EXPECT_TRUE(pieces.packet.has_event(PacketEvent::k_ipv4_frag_overlap));
    const Frame head = udp(1, 2, {});
    Frame fixed = head;
    fixed[5] = 24;
    return payload_of(
        pieces.add(0, std::string_view(reinterpret_cast<const char*>(fixed.data()), 8), true));
  };
  EXPECT_EQ(result(FragmentPolicy::kBsd), "oldoldolwnewnewn");
  EXPECT_EQ(result(FragmentPolicy::kFirst), "oldoldolwnewnewn");
  EXPECT_EQ(result(FragmentPolicy::kLinux), "newnewnewnewnewn");
  EXPECT_EQ(result(FragmentPolicy::kLast), "newnewnewnewnewn");
}

TEST(Defragmenter, PutsIpv6TogetherBehindItsHeaders) {
  Pieces pieces;
  const Frame datagram = udp(1, 2, text("0123456789abcdef"));
  const auto fragment = [&](size_t offset, size_t size, bool more) {
    Frame header = bytes({17, 0, static_cast<int>(offset >> 8),
                          static_cast<int>(offset | (more ? 1 : 0)), 0, 0, 0, 9});
    header.insert(header.end(), datagram.begin() + static_cast<ptrdiff_t>(offset),
                  datagram.begin() + static_cast<ptrdiff_t>(offset + size));
    return ipv6(1, 2, 0, join(bytes({44, 0, 5, 2, 0, 0, 0, 0}), header));
  };
  EXPECT_FALSE(pieces.add(fragment(16, 8, false)));
  EXPECT_EQ(payload_of(pieces.add(fragment(0, 16, true))), "0123456789abcdef");
}

TEST(Defragmenter, RefusesWhatWouldBeTooLarge) {
  Pieces pieces;
  EXPECT_FALSE(pieces.add(65528, "toolarge", false));
  EXPECT_TRUE(pieces.packet.has_event(PacketEvent::k_ipv4_frag_pkt_too_large));
}

TEST(Defragmenter, ForgetsTheOldestPastItsBounds) {
  Pieces pieces;
  for (size_t i = 0; i < Defragmenter::kDatagramsMax + 10; ++i)
    pieces.add(8, "waiting!", true, static_cast<uint16_t>(i));
  EXPECT_EQ(pieces.defragmenter.waiting(), Defragmenter::kDatagramsMax);
  pieces.now_ns += Defragmenter::kTimeoutNs + 1;
  pieces.add(8, "waiting!", true, 60000);
  EXPECT_EQ(pieces.defragmenter.waiting(), 1u);
}

// Random fragments against a plain map of bytes that follows the same rule byte by byte.
TEST(Defragmenter, AgreesWithAPlainModel) {
  std::mt19937 random(4711);
  for (int round = 0; round < 300; ++round) {
    const FragmentPolicy policy = round % 2 ? FragmentPolicy::kFirst : FragmentPolicy::kLast;
    Pieces pieces(policy);
    std::vector<int> model(64, -1);
    std::optional<Inner> whole;
    for (int i = 0; i < 40 && !whole; ++i) {
      const size_t begin = random() % 8, count = 1 + random() % (8 - begin);
      const bool last = begin + count == 8;
      if (begin == 0 && last) continue;  // no fragment
      std::string words;
      for (size_t at = 0; at < count * 8; ++at) words += static_cast<char>('a' + random() % 26);
      for (size_t at = 0; at < words.size(); ++at) {
        int& byte = model[begin * 8 + at];
        if (byte < 0 || policy == FragmentPolicy::kLast) byte = words[at];
      }
      const auto field = static_cast<uint16_t>((last ? 0 : 0x2000) | begin);
      whole = pieces.add(ipv4(kSender, kReceiver, 200, text(words), field));
      if (pieces.packet.events[0] == PacketEvent::k_ipv4_frag_ignored) break;
    }
    if (!whole) continue;
    const std::string expected(model.begin(), model.end());
    EXPECT_EQ(as_text(whole->bytes.subspan(20)), expected);
  }
}

}  // namespace
}  // namespace picket::packet
