// SPDX-License-Identifier: Apache-2.0
#include "view/live_view.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "flow/flow_fixture.h"
#include "view/frame_json.h"

namespace picket::view {
namespace {

using namespace flow::fixture;
using What = event::SocketSeen::What;

// firefox (100) with two connections, sshd (200) with a listener and a connection on loopback,
// and a connection of the kernel's.
class LiveViewTest : public testing::Test {
 protected:
  LiveViewTest() {
    processes.known[100] = {"firefox", "/usr/lib/firefox/firefox", "eve", "session-3.scope", ""};
    processes.known[200] = {"sshd", "/usr/sbin/sshd", "root", "ssh.service", "docker:abc"};
    table.tick(at_ms(1), nullptr);
    table.apply(opened(1, 1000, 100, "203.0.113.9", 443));
    table.apply(opened(2, 1100, 100, "198.51.100.7", 443));
    auto listening = listener(3, 1200);
    listening.owner.pid = 200;
    table.apply(listening);
    table.apply(opened(4, 1300, 200, "127.0.0.1", 5000));
    auto kernel = opened(5, 1400, 0, "10.0.0.9", 2049);
    kernel.owner_class = event::OwnerClass::kKernel;
    table.apply(kernel);
    clock.now = at_ms(1500);
    table.tick(clock.now, nullptr);
  }
  static event::SocketSeen opened(uint64_t cookie, uint64_t ms, uint32_t pid,
                                  std::string_view remote, uint16_t port) {
    auto seen = tcp_opened(cookie, ms);
    seen.owner.pid = pid;
    seen.remote = endpoint(remote, port);
    return seen;
  }
  void carry(uint64_t cookie, uint32_t pid, std::string_view remote, uint16_t port, uint64_t in,
             uint64_t ms) {
    auto seen = as(What::kUpdated, opened(cookie, ms, pid, remote, port), ms);
    seen.counters = bytes(in, 0);
    table.apply(seen);
  }
  void tick(uint64_t ms) {
    clock.now = at_ms(ms);
    table.tick(clock.now, nullptr);
  }
  static std::vector<std::string> names(const Frame& frame) {
    std::vector<std::string> all;
    for (const GroupRow& row : frame.groups) all.push_back(row.name);
    return all;
  }
  static std::vector<uint16_t> ports(const Frame& frame) {
    std::vector<uint16_t> all;
    for (const FlowRow& row : frame.flows) all.push_back(row.facts.remote.port);
    return all;
  }
  static const GroupRow& group(const Frame& frame, std::string_view name) {
    const auto found = std::find_if(frame.groups.begin(), frame.groups.end(),
                                    [&](const GroupRow& row) { return row.name == name; });
    EXPECT_NE(found, frame.groups.end()) << name;
    return found == frame.groups.end() ? frame.groups.front() : *found;
  }

  FakeProcesses processes;
  FakeClock clock;
  flow::FlowTable table{flow::Surroundings{&processes, nullptr, nullptr}};
  LiveView view{table, clock};
};

TEST_F(LiveViewTest, GroupsByApplication) {
  const Frame frame = view.frame({}, {});
  EXPECT_EQ(names(frame), (std::vector<std::string>{"firefox", "kernel", "sshd"}));
  const GroupRow& firefox = group(frame, "firefox");
  EXPECT_EQ(firefox.key, "/usr/lib/firefox/firefox");
  EXPECT_EQ(firefox.detail, "/usr/lib/firefox/firefox");
  EXPECT_EQ(firefox.processes, 1u);
  EXPECT_EQ(firefox.flows, 2u);
  EXPECT_EQ(firefox.remote, "2 hosts");
  EXPECT_EQ(firefox.history.size(), kHistorySeconds);
  EXPECT_EQ(group(frame, "sshd").listeners, 1u);
  EXPECT_EQ(group(frame, "sshd").flows, 1u);
  EXPECT_EQ(group(frame, "sshd").remote, "127.0.0.1:5000");
  EXPECT_EQ(group(frame, "kernel").processes, 0u);
  EXPECT_EQ(frame.groups_total, 3u);
  EXPECT_EQ(frame.flows_total, 5u);
  EXPECT_EQ(frame.status.flows_open, 4u);
  EXPECT_EQ(frame.status.listeners, 1u);
  EXPECT_DOUBLE_EQ(frame.status.attributed_ratio, 1);
}

TEST_F(LiveViewTest, GroupsByProcessUnitContainerAndHost) {
  FrameQuery query;
  query.grouping = Grouping::kProcess;
  EXPECT_EQ(names(view.frame(query, {})),
            (std::vector<std::string>{"firefox (100)", "kernel", "sshd (200)"}));
  EXPECT_EQ(view.frame(query, {}).groups[0].key, "100:1000000000");
  query.grouping = Grouping::kUnit;
  EXPECT_EQ(names(view.frame(query, {})),
            (std::vector<std::string>{"(no unit)", "session-3.scope", "ssh.service"}));
  query.grouping = Grouping::kContainer;
  const Frame containers = view.frame(query, {});
  EXPECT_EQ(names(containers), (std::vector<std::string>{"(no container)", "docker:abc"}));
  EXPECT_EQ(containers.groups[0].flows, 3u);
  EXPECT_EQ(containers.groups[0].key, "none");
  query.grouping = Grouping::kRemoteHost;
  const Frame hosts = view.frame(query, {});
  EXPECT_EQ(hosts.groups_total, 5u);
  EXPECT_EQ(group(hosts, "203.0.113.9").processes, 1u);
  EXPECT_EQ(group(hosts, "(no remote)").listeners, 1u);
}

TEST_F(LiveViewTest, ASelectedGroupShowsItsFlowsOnly) {
  FrameQuery query;
  query.selected_group = "/usr/lib/firefox/firefox";
  EXPECT_EQ(view.frame(query, {}).flows_total, 2u);
  EXPECT_EQ(view.frame(query, {}).groups_total, 3u);
  query.grouping = Grouping::kProcess;
  query.selected_group = "200:1000000000";
  EXPECT_EQ(view.frame(query, {}).flows_total, 2u);
  query.grouping = Grouping::kRemoteHost;
  query.selected_group = "10.0.0.9";
  EXPECT_EQ(view.frame(query, {}).flows_total, 1u);
  query.grouping = Grouping::kUnit;
  query.selected_group = "none";
  EXPECT_EQ(view.frame(query, {}).flows_total, 1u);
  query.selected_group = "gone.service";
  EXPECT_EQ(view.frame(query, {}).flows_total, 0u);
}

TEST_F(LiveViewTest, TrafficRatesAndHistory) {
  tick(2500);
  carry(4, 200, "127.0.0.1", 5000, 4000, 2600);
  tick(3500);
  const Frame frame = view.frame({}, {});
  EXPECT_EQ(frame.groups[0].name, "sshd") << "the busiest is first";
  EXPECT_DOUBLE_EQ(frame.groups[0].bytes_in_per_s, 4000);
  EXPECT_EQ(frame.groups[0].history.back(), 4000u);
  EXPECT_EQ(frame.groups[0].bytes_in, 4000u);
  tick(4500);
  const Frame later = view.frame({}, {});
  EXPECT_EQ(later.groups[0].name, "sshd") << "a second of silence does not move it";
  EXPECT_DOUBLE_EQ(later.groups[0].bytes_in_per_s, 0);
  EXPECT_EQ(later.groups[0].history[kHistorySeconds - 2], 4000u);
}

TEST_F(LiveViewTest, FlowOrders) {
  FrameQuery query;
  EXPECT_EQ(ports(view.frame(query, {})), (std::vector<uint16_t>{2049, 5000, 0, 443, 443}));
  query.flow_order = FlowOrder::kRemote;
  EXPECT_EQ(view.frame(query, {}).flows[1].facts.remote.text(), "10.0.0.9:2049");
  query.flow_order = FlowOrder::kProcess;
  EXPECT_EQ(view.frame(query, {}).flows.back().facts.process, "sshd");
  query.flow_order = FlowOrder::kState;
  EXPECT_EQ(view.frame(query, {}).flows.back().facts.state, event::FlowState::kListen);
  query.flow_order = FlowOrder::kTraffic;
  carry(1, 100, "203.0.113.9", 443, 9000, 1600);
  tick(2500);
  EXPECT_EQ(view.frame(query, {}).flows[0].facts.remote.text(), "203.0.113.9:443");
}

TEST_F(LiveViewTest, ClosedRowsFadeInTheirPlace) {
  const Frame before = view.frame({}, {});
  table.apply(as(What::kClosed, opened(2, 1100, 100, "198.51.100.7", 443), 1600));
  tick(4100);
  const Frame after = view.frame({}, {});
  ASSERT_EQ(after.flows.size(), before.flows.size());
  for (size_t i = 0; i < after.flows.size(); ++i)
    EXPECT_EQ(after.flows[i].facts.id, before.flows[i].facts.id) << i;
  EXPECT_EQ(after.flows[3].age, RowAge::kClosed);
  EXPECT_NEAR(after.flows[3].faded, 0.5, 0.001);
  tick(6600);
  EXPECT_EQ(view.frame({}, {}).flows_total, 4u);
}

TEST_F(LiveViewTest, NewRowsAreNewForAWhile) {
  EXPECT_EQ(view.frame({}, {}).flows[0].age, RowAge::kNew);
  tick(4400);
  EXPECT_EQ(view.frame({}, {}).flows[0].age, RowAge::kSteady);
}

TEST_F(LiveViewTest, HidesLocalTraffic) {
  FrameQuery query;
  query.hide_local = true;
  const Frame frame = view.frame(query, {});
  EXPECT_EQ(frame.flows_total, 4u);
  EXPECT_EQ(group(frame, "sshd").flows, 0u);
  EXPECT_EQ(group(frame, "sshd").listeners, 1u);
}

TEST_F(LiveViewTest, FiltersAndTellsABadFilter) {
  FrameQuery query;
  query.filter = "process:sshd listening";
  EXPECT_EQ(view.frame(query, {}).flows_total, 1u);
  query.filter = "port:abc";
  const Frame frame = view.frame(query, {});
  EXPECT_EQ(frame.flows_total, 5u);
  EXPECT_NE(frame.filter_error.find("character 6"), std::string::npos);
  query.filter = "";
  EXPECT_EQ(view.frame(query, {}).filter_error, "");
}

TEST_F(LiveViewTest, SendsOnlyTheRowsAskedFor) {
  for (uint64_t i = 0; i < 50; ++i)
    table.apply(opened(100 + i, 1500 + i, 100, "192.0.2." + std::to_string(i),
                       static_cast<uint16_t>(1000 + i)));
  FrameQuery query;
  query.flows_from = 10;
  query.flows_max = 3;
  const Frame frame = view.frame(query, {});
  EXPECT_EQ(frame.flows_total, 55u);
  EXPECT_EQ(frame.flows_from, 10u);
  EXPECT_EQ(ports(frame), (std::vector<uint16_t>{1039, 1038, 1037}));
  query.flows_from = 1000;
  EXPECT_TRUE(view.frame(query, {}).flows.empty());
}

TEST_F(LiveViewTest, RowsAreFoundAgainAroundTheCursor) {
  for (uint64_t i = 0; i < 50; ++i)
    table.apply(opened(100 + i, 1500 + i, 100, "192.0.2." + std::to_string(i),
                       static_cast<uint16_t>(1000 + i)));
  FrameQuery query;
  query.flows_max = 5;
  query.flows_around = flow::FlowTable::id(*table.find(view.frame({}, {}).flows[20].facts.id));
  const Frame frame = view.frame(query, {});
  ASSERT_EQ(frame.flows.size(), 5u);
  EXPECT_EQ(frame.flows[2].facts.id, query.flows_around);
  EXPECT_EQ(frame.flows_from, 18u);
  query.grouping = Grouping::kRemoteHost;
  query.group_order = GroupOrder::kName;
  query.groups_max = 3;
  query.groups_around = "203.0.113.9";
  const Frame groups = view.frame(query, {});
  EXPECT_EQ(groups.groups.back().key, "203.0.113.9") << "it is the last of all";
  EXPECT_EQ(groups.groups_from, groups.groups_total - 3);
}

TEST_F(LiveViewTest, DetailsHoldTheProcessAndItsOtherFlows) {
  FrameQuery query;
  query.selected_flow = view.frame({}, {}).flows.back().facts.id;
  const Frame frame = view.frame(query, {});
  ASSERT_TRUE(frame.details);
  EXPECT_EQ(frame.details->flow.id, query.selected_flow);
  ASSERT_TRUE(frame.details->process);
  EXPECT_EQ(frame.details->process->name, "firefox");
  ASSERT_EQ(frame.details->other_flows.size(), 1u);
  EXPECT_EQ(frame.details->other_flows_total, 1u);
  query.selected_flow = "ffff-1";
  EXPECT_FALSE(view.frame(query, {}).details);
}

TEST_F(LiveViewTest, OtherFlowsAreBounded) {
  for (uint64_t i = 0; i < kOtherFlowsMax + 10; ++i)
    table.apply(opened(100 + i, 1500 + i, 100, "192.0.2.1", 80));
  FrameQuery query;
  query.selected_flow = view.frame({}, {}).flows[0].facts.id;
  const Frame frame = view.frame(query, {});
  EXPECT_EQ(frame.details->other_flows.size(), kOtherFlowsMax);
  EXPECT_EQ(frame.details->other_flows_total, kOtherFlowsMax + 11);
}

TEST_F(LiveViewTest, FramesTravelAsJson) {
  FrameQuery query;
  query.selected_flow = view.frame({}, {}).flows.back().facts.id;
  Status status;
  status.version = "0.1.0";
  status.mode = "bpf";
  status.losses = {{"flow.evicted", "flows dropped", 3}};
  const Frame frame = view.frame(query, status);
  const std::string json = to_json(frame);
  const auto back = parse_frame(json);
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), json);
  EXPECT_EQ(back->groups.size(), 3u);
  EXPECT_EQ(back->status.losses.at(0).count, 3u);
  for (size_t length = 0; length < json.size(); length += 7)
    ASSERT_FALSE(parse_frame(std::string_view(json).substr(0, length))) << length;
}

TEST(FrameJson, QueriesTravelAndBadOnesAreRefused) {
  FrameQuery query;
  query.grouping = Grouping::kContainer;
  query.group_order = GroupOrder::kNewest;
  query.flow_order = FlowOrder::kLocal;
  query.filter = "port:\"80\" -x";
  query.hide_local = true;
  query.selected_group = "g";
  query.selected_flow = "1-1";
  query.groups_from = 1;
  query.groups_max = 2;
  query.flows_from = 3;
  query.flows_max = 4;
  query.groups_around = "h";
  query.flows_around = "2-2";
  EXPECT_EQ(parse_frame_query(to_json(query)), query);
  EXPECT_EQ(parse_frame_query("{}"), FrameQuery());
  for (const std::string_view bad :
       {"", "[]", "{", R"({"grouping":"planet"})", R"({"flows_max":-1})",
        R"({"flows_max":4294967296})", R"({"filter":5})"})
    EXPECT_FALSE(parse_frame_query(bad)) << bad;
  EXPECT_FALSE(parse_frame_query("{\"filter\":\"" + std::string(kQueryJsonMax, 'a') + "\"}"));
}

}  // namespace
}  // namespace picket::view
