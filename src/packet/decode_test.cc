// SPDX-License-Identifier: Apache-2.0
#include "packet/decode.h"

#include <gtest/gtest.h>

#include <deque>

#include "packet/frame_for_tests.h"

namespace picket::packet {
namespace {

using namespace for_tests;

constexpr uint32_t kA = 0x0a000001, kB = 0x0a000002;

struct Decoded {
  Packet packet;
  std::optional<Inner> inner;
};

// Packets view their frame, so that is kept.
Decoded decode(Frame frame, Layer layer = Layer::kEthernet) {
  static std::deque<Frame> kept;
  Decoded out;
  out.inner =
      Decoder(DecodeOptions{}).decode(layer, kept.emplace_back(std::move(frame)), out.packet);
  return out;
}

Frame dns_like() { return udp(5000, 53, text("question")); }

TEST(PacketDecode, ReadsTcpOverIpv4WithOptions) {
  const Frame options = bytes({2, 4, 5, 0xb4, 4, 2, 1, 3, 3, 7, 1, 1});
  const auto [packet, inner] = decode(
      ethernet(0x0800, ipv4(kA, kB, 6, tcp(1234, 80, 100, 200, 0x12, text("hello"), options))));
  ASSERT_TRUE(packet.is_tcp());
  EXPECT_EQ(packet.source.text(), "10.0.0.1");
  EXPECT_EQ(packet.destination_port, 80);
  EXPECT_EQ(packet.tcp.seq, 100u);
  EXPECT_EQ(packet.tcp.ack, 200u);
  EXPECT_EQ(packet.tcp.flags, 0x12);
  EXPECT_EQ(packet.tcp.mss, 1460);
  EXPECT_TRUE(packet.tcp.sack_permitted);
  EXPECT_EQ(packet.tcp.window_scale, 7);
  EXPECT_EQ(as_text(packet.payload), "hello");
  EXPECT_EQ(packet.event_count, 0);
  EXPECT_EQ(packet.ip_checksum, Checksum::kGood);
  EXPECT_FALSE(inner);
}

TEST(PacketDecode, TellsRightChecksumsFromWrongOnes) {
  Frame segment = tcp(1, 2, 3, 4, 0x10, text("abc"));
  uint64_t sum = checksum_add(0, bytes({10, 0, 0, 1, 10, 0, 0, 2}));
  sum = checksum_add(sum + 6 + segment.size(), segment);
  const uint16_t right = static_cast<uint16_t>(~checksum_fold(sum));
  segment[16] = static_cast<uint8_t>(right >> 8);
  segment[17] = static_cast<uint8_t>(right);
  EXPECT_EQ(decode(ipv4(kA, kB, 6, segment), Layer::kIp).packet.transport_checksum,
            Checksum::kGood);
  segment.back() ^= 1;
  EXPECT_EQ(decode(ipv4(kA, kB, 6, segment), Layer::kIp).packet.transport_checksum, Checksum::kBad);
}

TEST(PacketDecode, WalksTagsAndLabels) {
  const Frame ip = ipv4(kA, kB, 17, dns_like());
  const Frame one = join(bytes({0x00, 0x64, 0x08, 0x00}), ip);
  const Frame two = join(bytes({0x00, 0xc8, 0x81, 0x00}), one);
  const auto qinq = decode(ethernet(0x88a8, two)).packet;
  ASSERT_TRUE(qinq.is_udp());
  EXPECT_EQ(qinq.vlan_count, 2);
  EXPECT_EQ(qinq.vlan[0], 200);
  EXPECT_EQ(qinq.vlan[1], 100);
  // Two labels, the second at the bottom of the stack.
  const Frame labels = bytes({0, 1, 0, 64, 0, 2, 1, 64});
  EXPECT_TRUE(decode(ethernet(0x8847, join(labels, ip))).packet.is_udp());
  const Frame reserved = bytes({0, 0, 0x51, 64});
  EXPECT_TRUE(decode(ethernet(0x8847, join(reserved, ip)))
                  .packet.has_event(PacketEvent::k_mpls_bad_label_reserved));
  const Frame pppoe = bytes({0x11, 0, 0, 1, 0, 60, 0x00, 0x21});
  EXPECT_TRUE(decode(ethernet(0x8864, join(pppoe, ip))).packet.is_udp());
}

TEST(PacketDecode, BoundsTheLayersOfOnePacket) {
  Frame frame = ipv4(kA, kB, 17, dns_like());
  Frame tags;
  for (int i = 0; i < 40; ++i) tags = join(tags, bytes({0, 1, 0x81, 0}));
  const auto packet = decode(ethernet(0x8100, join(tags, frame))).packet;
  EXPECT_TRUE(packet.has_event(PacketEvent::k_too_many_layers));
  EXPECT_EQ(packet.ip_version, 0);
  EXPECT_EQ(packet.vlan_count, Packet::kVlansMax);
}

TEST(PacketDecode, FindsWhatTunnelsCarry) {
  const Frame inside = ipv4(kB, kA, 17, dns_like());
  const Frame frame_inside = ethernet(0x0800, inside);
  struct Case {
    const char* name;
    Frame outer;
    Carrier carrier;
    Layer layer;
  };
  const Frame gre = join(bytes({0, 0, 8, 0}), inside);
  const Frame vxlan = join(bytes({8, 0, 0, 0, 0, 0, 1, 0}), frame_inside);
  const Frame geneve = join(bytes({0, 0, 0x65, 0x58, 0, 0, 1, 0}), frame_inside);
  const Frame erspan2 =
      join(bytes({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0x05, 0, 0, 0, 0, 0, 0}), frame_inside);
  const Frame pptp = join(bytes({0x20, 0x01, 0x88, 0x0b, 0, 0, 0, 1, 0xff, 3, 0, 0x21}), inside);
  const Case cases[] = {
      {"gre", ipv4(kA, kB, 47, gre), Carrier::kGre, Layer::kIpv4},
      {"ipip", ipv4(kA, kB, 4, inside), Carrier::kIpInIp4, Layer::kIpv4},
      {"6in4", ipv4(kA, kB, 41, ipv6(1, 2, 17, dns_like())), Carrier::kIpInIp4, Layer::kIpv6},
      {"vxlan", ipv4(kA, kB, 17, udp(9, 4789, vxlan)), Carrier::kVxlan, Layer::kEthernet},
      {"geneve", ipv4(kA, kB, 17, udp(9, 6081, geneve)), Carrier::kGeneve, Layer::kEthernet},
      {"teredo", ipv4(kA, kB, 17, udp(9, 3544, ipv6(1, 2, 17, dns_like()))), Carrier::kTeredo,
       Layer::kIpv6},
      {"erspan", ipv4(kA, kB, 47, erspan2), Carrier::kErspan, Layer::kEthernet},
      {"pptp", ipv4(kA, kB, 47, pptp), Carrier::kGre, Layer::kPpp},
  };
  for (const Case& tunnel : cases) {
    SCOPED_TRACE(tunnel.name);
    const auto [packet, inner] = decode(tunnel.outer, Layer::kIp);
    ASSERT_TRUE(inner.has_value());
    EXPECT_EQ(inner->carrier, tunnel.carrier);
    EXPECT_EQ(inner->layer, tunnel.layer);
    Packet carried;
    Decoder(DecodeOptions{}).decode(inner->layer, inner->bytes, carried);
    EXPECT_TRUE(carried.is_udp());
    EXPECT_EQ(carried.destination_port, 53);
  }
}

TEST(PacketDecode, LooksForTunnelsOnlyWhereTheyAre) {
  // The same bytes on another port, or without the flag of a valid network id, are no VXLAN.
  const Frame inside = ethernet(0x0800, ipv4(kB, kA, 17, dns_like()));
  const Frame good = join(bytes({8, 0, 0, 0, 0, 0, 1, 0}), inside);
  const Frame flagless = join(bytes({0, 0, 0, 0, 0, 0, 1, 0}), inside);
  EXPECT_TRUE(decode(ipv4(kA, kB, 17, udp(9, 4789, good)), Layer::kIp).inner);
  EXPECT_FALSE(decode(ipv4(kA, kB, 17, udp(9, 4790, good)), Layer::kIp).inner);
  EXPECT_FALSE(decode(ipv4(kA, kB, 17, udp(9, 4789, flagless)), Layer::kIp).inner);
}

TEST(PacketDecode, WalksIpv6ExtensionHeaders) {
  const Frame udp_inside = dns_like();
  const Frame destination = join(bytes({17, 0, 1, 4, 0, 0, 0, 0}), udp_inside);
  const Frame hop = join(bytes({60, 0, 5, 2, 0, 0, 1, 0}), destination);
  const auto packet = decode(ipv6(1, 2, 0, hop), Layer::kIp).packet;
  ASSERT_TRUE(packet.is_udp());
  EXPECT_TRUE(packet.ipv6.has_hop_by_hop);
  EXPECT_TRUE(packet.ipv6.has_destination);
  EXPECT_TRUE(packet.has_event(PacketEvent::k_ipv6_dstopts_only_padding));
  EXPECT_EQ(as_text(packet.payload), "question");

  const Frame cut = bytes({17, 9, 1, 4, 0, 0, 0, 0});
  EXPECT_TRUE(
      decode(ipv6(1, 2, 60, cut), Layer::kIp).packet.has_event(PacketEvent::k_ipv6_trunc_exthdr));
}

TEST(PacketDecode, NamesWhatIsWrongWithHeaders) {
  struct Case {
    Frame frame;
    PacketEvent event;
  };
  Frame short_total = ipv4(kA, kB, 17, dns_like());
  short_total[3] = 19;
  Frame truncated = ipv4(kA, kB, 17, dns_like());
  truncated.pop_back();
  Frame bad_udp = dns_like();
  bad_udp[5] = 200;
  Frame tiny_udp = dns_like();
  tiny_udp[5] = 7;
  Frame bad_tcp = tcp(1, 2, 3, 4, 0, {});
  bad_tcp[12] = 0x40;
  const Case cases[] = {
      {bytes({0x45, 0, 0}), PacketEvent::k_ipv4_pkt_too_small},
      {short_total, PacketEvent::k_ipv4_iplen_smaller_than_hlen},
      {truncated, PacketEvent::k_ipv4_trunc_pkt},
      {ipv4(kA, kB, 17, bad_udp), PacketEvent::k_udp_pkt_too_small},
      {ipv4(kA, kB, 17, tiny_udp), PacketEvent::k_udp_len_invalid},
      {ipv4(kA, kB, 6, bad_tcp), PacketEvent::k_tcp_hlen_too_small},
      {ipv4(kA, kB, 17, dns_like(), 0, bytes({7, 2, 0, 0})), PacketEvent::k_ipv4_opt_invalid_len},
      {ipv4(kA, kB, 17, dns_like(), 0, bytes({7, 9, 4, 0})), PacketEvent::k_ipv4_opt_invalid_len},
      {ipv4(kA, kB, 1, bytes({200, 0, 0, 0, 0, 0, 0, 0})), PacketEvent::k_icmpv4_unknown_type},
      {ipv4(kA, kB, 58, bytes({128, 0, 0, 0, 0, 0, 0, 0})), PacketEvent::k_ipv4_icmpv6},
  };
  for (const Case& broken : cases) {
    SCOPED_TRACE(text(broken.event));
    EXPECT_TRUE(decode(broken.frame, Layer::kIpv4).packet.has_event(broken.event));
  }
}

TEST(PacketDecode, ReadsWhatIcmpQuotes) {
  const Frame quoted = ipv4(kB, kA, 17, udp(4000, 53, {}));
  const Frame icmp = join(bytes({3, 3, 0, 0, 0, 0, 0, 0}), quoted);
  const auto packet = decode(ipv4(kA, kB, 1, icmp), Layer::kIp).packet;
  ASSERT_TRUE(packet.is_icmp());
  EXPECT_EQ(packet.icmp.inner_protocol, 17);
  EXPECT_EQ(packet.icmp.inner_source.text(), "10.0.0.2");
  EXPECT_EQ(packet.icmp.inner_source_port, 4000);
}

TEST(PacketDecode, KeepsEventsWithinTheirBound) {
  Packet packet;
  for (int i = 0; i < 100; ++i) packet.add_event(PacketEvent::k_ipv4_opt_unknown);
  EXPECT_EQ(packet.event_count, Packet::kEventsMax);
}

TEST(PacketEvent, NamesFindTheirEvents) {
  EXPECT_EQ(find_decode_event("ipv6.frag_overlap"), PacketEvent::k_ipv6_frag_overlap);
  EXPECT_EQ(find_stream_event("fin_syn"), PacketEvent::k_stream_fin_syn);
  EXPECT_FALSE(find_decode_event("fin_syn"));
  EXPECT_EQ(text(PacketEvent::k_stream_fin_syn), "fin_syn");
}

}  // namespace
}  // namespace picket::packet
