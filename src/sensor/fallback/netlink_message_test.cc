// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/netlink_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/counter.h"

namespace picket::sensor::fallback {
namespace {

using event::FlowState;
using event::Transport;

constexpr uint32_t kSequence = 7;
constexpr DiagQuery kTcp4{AF_INET, IPPROTO_TCP, Transport::kTcp};
constexpr DiagQuery kTcp6{AF_INET6, IPPROTO_TCP, Transport::kTcp};
constexpr DiagQuery kUdp4{AF_INET, IPPROTO_UDP, Transport::kUdp};

// A reply recorded from the kernel (Linux 6.18) in a network namespace of its own; the corpus of
// netlink_fuzz, whose first byte is not part of it.
std::vector<uint8_t> recorded(const char* name) {
  auto source_folder = std::filesystem::path(__FILE__).parent_path();
  std::ifstream in(source_folder / "../../../tests/fuzz/corpus/netlink" / name, std::ios::binary);
  std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
  EXPECT_GT(bytes.size(), 1u) << name;
  bytes.erase(bytes.begin());
  return bytes;
}

const SocketEntry* find(const std::vector<SocketEntry>& entries, const char* local,
                        const char* remote) {
  for (const SocketEntry& entry : entries) {
    if (entry.local.text() == local && entry.remote.text() == remote) return &entry;
  }
  return nullptr;
}

struct Message {
  std::vector<uint8_t> bytes;
  Message& header(uint16_t type, uint32_t length, uint16_t flags = 0,
                  uint32_t sequence = kSequence) {
    nlmsghdr head{length, type, flags, sequence, 0};
    return append(&head, sizeof head);
  }
  Message& append(const void* data, size_t size) {
    auto from = static_cast<const uint8_t*>(data);
    bytes.insert(bytes.end(), from, from + size);
    return *this;
  }
};

TEST(ParseReply, RecordedTcp) {
  std::vector<SocketEntry> entries;
  DiagReply reply = parse_reply(recorded("tcp"), kTcp4, kSequence, 100, entries);
  EXPECT_FALSE(reply.done || reply.malformed || reply.interrupted);

  const SocketEntry* listener = find(entries, "127.0.0.1:8080", "0.0.0.0:0");
  ASSERT_TRUE(listener);
  EXPECT_EQ(listener->state, FlowState::kListen);
  EXPECT_FALSE(listener->has_peer());
  EXPECT_FALSE(listener->counters.known);
  EXPECT_NE(listener->inode, 0u);
  EXPECT_NE(listener->cookie, 0u);

  // 1,000 bytes were sent, 500 came back.
  const SocketEntry* client = find(entries, "127.0.0.1:40001", "127.0.0.1:8080");
  ASSERT_TRUE(client);
  EXPECT_EQ(client->state, FlowState::kEstablished);
  ASSERT_TRUE(client->counters.known);
  EXPECT_EQ(client->counters.bytes_out, 1000u);
  EXPECT_EQ(client->counters.bytes_in, 500u);
  EXPECT_GT(client->counters.packets_out, 1u);
  EXPECT_GT(client->counters.rtt_us, 0u);
  EXPECT_NE(client->cgroup_id, 0u);

  const SocketEntry* waiting = find(entries, "127.0.0.1:40005", "127.0.0.1:8080");
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->state, FlowState::kTimeWait);
  EXPECT_EQ(waiting->inode, 0u);
}

TEST(ParseReply, RecordedTcp6WithMappedAddresses) {
  std::vector<SocketEntry> entries;
  parse_reply(recorded("tcp6"), kTcp6, kSequence, 100, entries);
  const SocketEntry* listener = find(entries, "[::]:8081", "0.0.0.0:0");
  ASSERT_TRUE(listener);
  EXPECT_TRUE(listener->v6_socket);
  EXPECT_FALSE(listener->v6_only);
  const SocketEntry* mapped = find(entries, "127.0.0.1:8081", "127.0.0.1:40002");
  ASSERT_TRUE(mapped);
  EXPECT_TRUE(mapped->v6_socket);
  EXPECT_TRUE(find(entries, "[::1]:40003", "[::1]:8081"));
}

TEST(ParseReply, RecordedUdpAndPacket) {
  std::vector<SocketEntry> entries;
  parse_reply(recorded("udp"), kUdp4, kSequence, 100, entries);
  ASSERT_EQ(entries.size(), 2u);
  ASSERT_TRUE(find(entries, "127.0.0.1:40006", "127.0.0.1:5353"));
  EXPECT_FALSE(find(entries, "127.0.0.1:5353", "0.0.0.0:0")->has_peer());
  EXPECT_EQ(entries[0].state, FlowState::kOpen);

  entries.clear();
  parse_reply(recorded("packet"), {AF_PACKET, 0, Transport::kPacket}, kSequence, 100, entries);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].protocol, 0x0003);
  EXPECT_EQ(entries[1].protocol, 0x0806);
  EXPECT_EQ(entries[1].interface_index, 1u);
}

TEST(ParseReply, EndAndRefusal) {
  std::vector<SocketEntry> entries;
  DiagReply done = parse_reply(recorded("done"), kTcp4, kSequence, 100, entries);
  EXPECT_TRUE(done.done);
  EXPECT_EQ(done.error, 0);
  DiagReply refused = parse_reply(recorded("refused"), kTcp4, kSequence, 100, entries);
  EXPECT_TRUE(refused.done);
  EXPECT_EQ(refused.error, ENOENT);
}

TEST(ParseReply, EveryCutIsHarmlessAndNoticed) {
  std::vector<uint8_t> whole = recorded("tcp");
  std::vector<SocketEntry> all;
  parse_reply(whole, kTcp4, kSequence, 100, all);
  for (size_t length = 1; length < whole.size(); ++length) {
    std::vector<uint8_t> cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length));
    std::vector<SocketEntry> entries;
    DiagReply reply = parse_reply(cut, kTcp4, kSequence, 100, entries);
    EXPECT_LE(entries.size(), all.size());
    if (entries.size() < all.size() && !reply.malformed) {
      // Only a cut exactly between two messages can look whole.
      nlmsghdr next{};
      std::memcpy(&next, whole.data() + length, sizeof next);
      EXPECT_EQ(next.nlmsg_type, 20) << length;
    }
  }
}

TEST(ParseReply, ImpossibleLengths) {
  uint64_t before = Counter::value_of("sensor.netlink.malformed");
  std::vector<SocketEntry> entries;
  EXPECT_TRUE(parse_reply(Message().header(20, 0).bytes, kTcp4, kSequence, 9, entries).malformed);
  EXPECT_TRUE(parse_reply(Message().header(20, 15).bytes, kTcp4, kSequence, 9, entries).malformed);
  EXPECT_TRUE(parse_reply(Message().header(20, 17).bytes, kTcp4, kSequence, 9, entries).malformed);
  EXPECT_TRUE(parse_reply(recorded("attribute_too_long"), kTcp4, kSequence, 99, entries).malformed);
  EXPECT_EQ(Counter::value_of("sensor.netlink.malformed"), before + 4);
}

TEST(ParseReply, LeftOversOfAnEarlierRequestAreSkipped) {
  std::vector<SocketEntry> entries;
  DiagReply reply = parse_reply(recorded("tcp"), kTcp4, kSequence + 1, 100, entries);
  EXPECT_TRUE(entries.empty());
  EXPECT_FALSE(reply.malformed || reply.done);
  EXPECT_FALSE(parse_reply(recorded("done"), kTcp4, kSequence + 1, 100, entries).done);
}

TEST(ParseReply, ChangedTableIsTold) {
  std::vector<SocketEntry> entries;
  auto bytes = Message().header(NLMSG_DONE, 16, NLM_F_DUMP_INTR).bytes;
  DiagReply reply = parse_reply(bytes, kTcp4, kSequence, 9, entries);
  EXPECT_TRUE(reply.interrupted && reply.done);
}

TEST(ParseReply, SocketsOverTheLimitAreCounted) {
  uint64_t before = Counter::value_of("sensor.netlink.sockets_over_limit");
  std::vector<SocketEntry> all, few;
  parse_reply(recorded("tcp"), kTcp4, kSequence, 100, all);
  parse_reply(recorded("tcp"), kTcp4, kSequence, 2, few);
  EXPECT_EQ(few.size(), 2u);
  EXPECT_EQ(Counter::value_of("sensor.netlink.sockets_over_limit"), before + all.size() - 2);
}

TEST(ParseReply, OldKernelsShortTcpInfoGivesNoCounters) {
  inet_diag_msg body{};
  body.idiag_family = AF_INET;
  body.idiag_state = 1;
  nlattr attribute{4 + 104, INET_DIAG_INFO};  // tcp_info of Linux 3.x
  std::vector<uint8_t> info(104, 0xff);
  auto bytes = Message()
                   .header(20, sizeof(nlmsghdr) + sizeof body + sizeof attribute + 104)
                   .append(&body, sizeof body)
                   .append(&attribute, sizeof attribute)
                   .append(info.data(), info.size())
                   .bytes;
  std::vector<SocketEntry> entries;
  ASSERT_FALSE(parse_reply(bytes, kTcp4, kSequence, 9, entries).malformed);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_FALSE(entries[0].counters.known);
}

TEST(ParseReply, RawSocketsCarryTheirProtocolInThePort) {
  inet_diag_msg body{};
  body.idiag_family = AF_INET;
  body.idiag_state = 7;
  body.id.idiag_sport = htons(89);
  auto bytes =
      Message().header(20, sizeof(nlmsghdr) + sizeof body).append(&body, sizeof body).bytes;
  std::vector<SocketEntry> entries;
  parse_reply(bytes, {AF_INET, IPPROTO_RAW, Transport::kRaw}, kSequence, 9, entries);
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].protocol, 89);
  EXPECT_EQ(entries[0].local.port, 0);
}

TEST(EncodeRequest, AsksForEverything) {
  std::vector<uint8_t> bytes = encode_request(kTcp4, 42);
  ASSERT_EQ(bytes.size(), sizeof(nlmsghdr) + sizeof(inet_diag_req_v2));
  nlmsghdr header{};
  inet_diag_req_v2 request{};
  std::memcpy(&header, bytes.data(), sizeof header);
  std::memcpy(&request, bytes.data() + sizeof header, sizeof request);
  EXPECT_EQ(header.nlmsg_len, bytes.size());
  EXPECT_EQ(header.nlmsg_seq, 42u);
  EXPECT_EQ(header.nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
  EXPECT_EQ(request.sdiag_protocol, IPPROTO_TCP);
  EXPECT_EQ(request.idiag_states, 0xffffffffu);
  EXPECT_NE(request.idiag_ext & 1 << (INET_DIAG_INFO - 1), 0);
}

TEST(TcpState, NumbersOfTheKernel) {
  EXPECT_EQ(tcp_state(1), FlowState::kEstablished);
  EXPECT_EQ(tcp_state(6), FlowState::kTimeWait);
  EXPECT_EQ(tcp_state(10), FlowState::kListen);
  EXPECT_EQ(tcp_state(11), FlowState::kClosing);
  EXPECT_EQ(tcp_state(12), FlowState::kSynReceived);
  EXPECT_EQ(tcp_state(0), FlowState::kUnknown);
  EXPECT_EQ(tcp_state(200), FlowState::kUnknown);
}

}  // namespace
}  // namespace picket::sensor::fallback
