// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/capture_evidence.h"

#include <gtest/gtest.h>

#include "inspect/proto/dns/dns_transaction.h"
#include "packet/packet.h"

namespace picket::detect::evidence {
namespace {

void set_ends(inspect::PacketFlow& flow, const char* client, const char* server, uint16_t port) {
  flow.client = {*IpAddress::parse(client), 40000};
  flow.server = {*IpAddress::parse(server), port};
}

TEST(CaptureEvidence, AFlowIsAConnectionSeenFromInside) {
  inspect::PacketFlow flow;
  set_ends(flow, "10.0.0.5", "203.0.113.9", 443);
  flow.id = 77;
  flow.protocol = packet::ip_protocol::kTcp;
  flow.state = inspect::PacketFlow::State::kClosed;
  flow.tcp_flags = {packet::tcp_flag::kSyn, packet::tcp_flag::kSyn};
  flow.app = inspect::AppProtocol::kTls;
  flow.packets = {5, 4};
  flow.bytes = {500, 4000};
  flow.first_time.ns = 1'000'000'000;
  flow.last_time.ns = 3'500'000'000;
  event::Activity told;
  ASSERT_TRUE(capture_flow(flow, told));
  const auto& made = std::get<event::ConnectionMade>(told.what);
  EXPECT_EQ(told.host, "10.0.0.5");
  EXPECT_EQ(made.id, "77");
  EXPECT_EQ(made.outbound, true);
  EXPECT_EQ(made.remote.text(), "203.0.113.9:443");
  EXPECT_EQ(made.service, "ssl");
  EXPECT_EQ(made.answered, true);
  EXPECT_EQ(made.duration_s, 2.5);
  EXPECT_EQ(made.bytes_in, 4000u);
}

TEST(CaptureEvidence, WhoIsCalledFromOutsideCountsTheOtherWay) {
  inspect::PacketFlow flow;
  set_ends(flow, "203.0.113.9", "10.0.0.5", 22);
  flow.protocol = packet::ip_protocol::kTcp;
  flow.tcp_flags = {packet::tcp_flag::kSyn, 0};
  flow.bytes = {60, 0};
  event::Activity told;
  ASSERT_TRUE(capture_flow(flow, told));
  const auto& made = std::get<event::ConnectionMade>(told.what);
  EXPECT_EQ(made.outbound, false);
  EXPECT_EQ(made.bytes_in, 60u);
  EXPECT_EQ(made.answered, false);
}

TEST(CaptureEvidence, AnAnswerIsALookupAndAQuestionIsNone) {
  // www.Example.org A, answered with 192.0.2.1, 60 s.
  const std::string question = std::string(
      "\x03www\x07"
      "Example\x03org\0\0\1\0\1",
      21);
  const std::string answer = std::string("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1", 16);
  const std::string asked = std::string("\0\7\1\0\0\1\0\0\0\0\0\0", 12) + question;
  const std::string told_bytes =
      std::string("\0\7\x81\x80\0\1\0\1\0\0\0\0", 12) + question + answer;
  inspect::PacketFlow flow;
  set_ends(flow, "10.0.0.5", "10.0.0.53", 53);
  event::Activity told;
  inspect::dns::ShownMessage first, second;
  ASSERT_TRUE(first.read(as_bytes(asked)));
  ASSERT_TRUE(second.read(as_bytes(told_bytes)));
  inspect::dns::DnsTransaction request(0, inspect::Direction::kToServer, std::move(first));
  inspect::dns::DnsTransaction response(1, inspect::Direction::kToClient, std::move(second));
  EXPECT_FALSE(capture_transaction(flow, request, WallTime{5}, told));
  ASSERT_TRUE(capture_transaction(flow, response, WallTime{5}, told));
  const auto& lookup = std::get<event::DnsLookup>(told.what);
  EXPECT_EQ(lookup.name, "www.example.org");
  ASSERT_EQ(lookup.addresses.size(), 1u);
  EXPECT_EQ(lookup.addresses[0].text(), "192.0.2.1");
  EXPECT_EQ(lookup.ttl_s, 60u);
  EXPECT_EQ(lookup.resolver.text(), "10.0.0.53:53");
}

}  // namespace
}  // namespace picket::detect::evidence
