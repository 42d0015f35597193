// SPDX-License-Identifier: Apache-2.0
#include "app/agent/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/counter.h"
#include "flow/flow_fixture.h"
#include "sensor/procfs/process_reader.h"

namespace picket::app::agent {
namespace {

using event::FlowState;
using event::SocketSeen;
using flow::fixture::at_ms;
using flow::fixture::endpoint;
using testing::ElementsAre;
using testing::IsEmpty;
using What = SocketSeen::What;

constexpr event::ProcessKey kCurl{100, 1'000'000'000};  // whose sockets flow::fixture makes

event::ProcessSeen exec_of(const event::ProcessKey& key, const std::string& executable) {
  event::ProcessSeen seen;
  seen.key = key;
  seen.at = at_ms(1000);
  seen.executable = executable;
  seen.arguments = {executable, "https://update.example/"};
  seen.command = executable.substr(executable.rfind('/') + 1);
  return seen;
}

SocketSeen packet_socket(uint64_t cookie, uint64_t ms) {
  SocketSeen seen = flow::fixture::tcp_opened(cookie, ms);
  seen.transport = event::Transport::kPacket;
  seen.protocol = 0x0300;
  seen.local = seen.remote = {};
  seen.role = event::Role::kListener;
  seen.state = FlowState::kOpen;
  return seen;
}

class PipelineTest : public testing::Test {
 protected:
  PipelineTest() { clock_.now = at_ms(2000); }
  event::FlowFacts only_flow() {
    std::vector<event::FlowFacts> all = flows();
    EXPECT_EQ(all.size(), 1u);
    return all.empty() ? event::FlowFacts() : all[0];
  }
  std::vector<event::FlowFacts> flows() {
    std::vector<event::FlowFacts> all;
    pipeline_.flows().visit([&](const flow::Flow& flow) { all.push_back(pipeline_.facts(flow)); });
    return all;
  }
  size_t open_flows() {
    size_t open = 0;
    pipeline_.flows().visit([&](const flow::Flow& flow) { open += flow.open(); });
    return open;
  }
  flow::fixture::FakeClock clock_;
  Pipeline pipeline_{nullptr, nullptr, clock_};
};

TEST_F(PipelineTest, ExecConnectCloseIsOneFlowOfThatProcess) {
  pipeline_.take(exec_of(kCurl, "/usr/bin/curl"));
  pipeline_.take(flow::fixture::tcp_opened(7, 1500));
  event::FlowFacts facts = only_flow();
  EXPECT_EQ(facts.owner, kCurl);
  EXPECT_EQ(facts.executable, "/usr/bin/curl");
  EXPECT_EQ(facts.attribution, event::Attribution::kHook);
  EXPECT_EQ(facts.remote, endpoint("203.0.113.9", 443));
  EXPECT_EQ(facts.state, FlowState::kEstablished);
  SocketSeen closed = flow::fixture::as(What::kClosed, flow::fixture::tcp_opened(7, 1500), 1900);
  closed.state = FlowState::kClosed;
  closed.counters = flow::fixture::bytes(1100, 200);
  pipeline_.take(std::move(closed));
  pipeline_.take(event::ProcessExited{kCurl, at_ms(1950), 0});
  facts = only_flow();
  EXPECT_EQ(facts.state, FlowState::kClosed);
  EXPECT_EQ(facts.counters.bytes_in, 1100u);
  EXPECT_EQ(facts.executable, "/usr/bin/curl");  // still known
  EXPECT_EQ(open_flows(), 0u);
}

TEST_F(PipelineTest, AnExecThatComesLateNamesTheFlow) {
  pipeline_.take(flow::fixture::tcp_opened(7, 1500));
  EXPECT_EQ(only_flow().executable, "");
  pipeline_.take(exec_of(kCurl, "/usr/bin/curl"));
  EXPECT_EQ(only_flow().executable, "/usr/bin/curl");
}

TEST_F(PipelineTest, AFlowTellsThatItsProgramHasNoFileAnyMore) {
  event::ProcessSeen deleted = exec_of(kCurl, "/tmp/x");
  deleted.file_deleted = true;
  pipeline_.take(std::move(deleted));
  pipeline_.take(flow::fixture::tcp_opened(7, 1500));
  EXPECT_TRUE(only_flow().executable_deleted);
  EXPECT_FALSE(only_flow().executable_is_memfd);
}

TEST_F(PipelineTest, AForkRunsItsParentsProgram) {
  pipeline_.take(exec_of({99, 5}, "/usr/sbin/sshd"));
  pipeline_.take(event::ProcessForked{kCurl, {99, 5}, at_ms(1400), 0, 0});
  pipeline_.take(flow::fixture::tcp_opened(7, 1500));
  EXPECT_EQ(only_flow().executable, "/usr/sbin/sshd");
}

TEST_F(PipelineTest, NamesReachFlows) {
  event::NameSeen name;
  name.at = at_ms(1400);
  name.network_namespace = 1;
  name.asker = kCurl;
  name.name = "update.example";
  name.addresses = {*IpAddress::parse("203.0.113.9")};
  name.ttl_s = 60;
  pipeline_.take(std::move(name));
  pipeline_.take(flow::fixture::tcp_opened(7, 1500));
  EXPECT_EQ(only_flow().remote_name, "update.example");
}

class FoundProcesses : public PipelineTest {
 protected:
  // This very process as the kernel's list tells it: without arguments.
  static event::ProcessSeen found_self() {
    event::ProcessSeen seen;
    seen.origin = event::ProcessSeen::Origin::kFound;
    seen.key = sensor::procfs::read_pulse("/proc", static_cast<uint32_t>(getpid()))->key;
    seen.executable = "/test";
    return seen;
  }
};

TEST_F(FoundProcesses, GetTheirArgumentsFromProc) {
  const event::ProcessSeen self = found_self();
  pipeline_.take(event::ProcessSeen(self));
  EXPECT_THAT(pipeline_.processes().facts(self.key).arguments, IsEmpty());
  pipeline_.tick(nullptr);
  EXPECT_EQ(pipeline_.processes().facts(self.key).arguments,
            sensor::procfs::read_command_line("/proc", self.key.pid)->arguments);
}

TEST_F(FoundProcesses, AnotherLifeOfThePidLendsItsArgumentsToNobody) {
  event::ProcessSeen earlier = found_self();
  earlier.key.start_ns -= 5 * event::kClockTickNs;
  pipeline_.take(event::ProcessSeen(earlier));
  pipeline_.tick(nullptr);
  EXPECT_THAT(pipeline_.processes().facts(earlier.key).arguments, IsEmpty());
}

TEST_F(FoundProcesses, KernelThreadsAndKnownArgumentsAreLeftAlone) {
  event::ProcessSeen thread = found_self();
  thread.kernel_thread = true;
  pipeline_.take(event::ProcessSeen(thread));
  pipeline_.tick(nullptr);
  EXPECT_THAT(pipeline_.processes().facts(thread.key).arguments, IsEmpty());
  event::ProcessSeen known = found_self();
  known.arguments = {"told"};
  pipeline_.take(event::ProcessSeen(known));
  pipeline_.tick(nullptr);
  EXPECT_THAT(pipeline_.processes().facts(known.key).arguments, ElementsAre("told"));
}

TEST_F(FoundProcesses, NoMoreWaitThanStated) {
  const uint64_t before = Counter::value_of("agent.arguments_unread");
  event::ProcessSeen seen;
  seen.origin = event::ProcessSeen::Origin::kFound;
  for (uint32_t i = 0; i < kIncompleteMax + 3; ++i) {
    seen.key = {0x10000000u + i, 5};  // no such pids
    pipeline_.take(event::ProcessSeen(seen));
  }
  EXPECT_EQ(Counter::value_of("agent.arguments_unread"), before + 3);
}

TEST_F(PipelineTest, AListenerWithoutPortWantsASearch) {
  SocketSeen listener = flow::fixture::listener(3, 1000);
  pipeline_.take(SocketSeen(listener));
  EXPECT_FALSE(pipeline_.wants_search());
  listener.cookie = 4;
  listener.local.port = 0;
  pipeline_.take(SocketSeen(listener));
  EXPECT_TRUE(pipeline_.wants_search());
  pipeline_.begin_search();
  EXPECT_FALSE(pipeline_.wants_search());
}

TEST_F(PipelineTest, PacketSocketsThatASearchMissesAreClosed) {
  pipeline_.take(packet_socket(1, 1000));
  pipeline_.take(packet_socket(2, 1000));
  pipeline_.begin_search();
  pipeline_.take(flow::fixture::as(What::kFound, packet_socket(1, 1000), 1500));
  pipeline_.end_search();
  EXPECT_EQ(open_flows(), 1u);
  pipeline_.begin_search();
  pipeline_.end_search();
  EXPECT_EQ(open_flows(), 0u);
}

TEST_F(PipelineTest, OnlyPacketSocketsAreClosedBySearch) {
  pipeline_.take(flow::fixture::tcp_opened(1, 1000));
  pipeline_.begin_search();
  pipeline_.end_search();
  EXPECT_EQ(open_flows(), 1u);
}

TEST_F(PipelineTest, PacketSocketsEndWithTheirOwnerUnlessShared) {
  pipeline_.take(exec_of(kCurl, "/usr/bin/tcpdump"));
  pipeline_.take(packet_socket(1, 1000));
  SocketSeen shared = packet_socket(2, 1000);
  shared.shared = true;
  pipeline_.take(std::move(shared));
  pipeline_.take(event::ProcessExited{{101, 5}, at_ms(1500), 0});  // somebody else
  EXPECT_EQ(open_flows(), 2u);
  pipeline_.take(event::ProcessExited{kCurl, at_ms(1600), 0});
  EXPECT_EQ(open_flows(), 1u);
  pipeline_.begin_search();
  pipeline_.end_search();
  EXPECT_EQ(open_flows(), 0u);
}

TEST_F(PipelineTest, APacketSocketThatWasClosedIsNotClosedAgain) {
  for (const What end : {What::kClosed, What::kSocketClosed}) {
    pipeline_.take(packet_socket(1, 1000));
    pipeline_.take(flow::fixture::as(end, packet_socket(1, 1000), 1100));
    EXPECT_EQ(open_flows(), 0u);
    struct Count final : ChangeListener {
      void flow_changed(event::FlowEvent, const flow::Flow&) override { ++changes; }
      void process_changed(const process::ProcessChange&) override {}
      int changes = 0;
    } count;
    pipeline_.set_listener(&count);
    pipeline_.begin_search();
    pipeline_.end_search();
    pipeline_.set_listener(nullptr);
    EXPECT_EQ(count.changes, 0);
  }
}

TEST_F(PipelineTest, WatchedPacketSocketsAreBounded) {
  const uint64_t before = Counter::value_of("agent.packet_sockets_max");
  for (uint64_t cookie = 1; cookie <= kPacketSocketsMax + 2; ++cookie)
    pipeline_.take(packet_socket(cookie, 1000));
  EXPECT_EQ(Counter::value_of("agent.packet_sockets_max"), before + 2);
  pipeline_.take(
      flow::fixture::as(What::kUpdated, packet_socket(1, 1000), 1200));  // known: no more
  EXPECT_EQ(Counter::value_of("agent.packet_sockets_max"), before + 2);
}

TEST_F(PipelineTest, TheListenerHearsOfFlowsAndProcesses) {
  struct Log final : ChangeListener {
    void flow_changed(event::FlowEvent what, const flow::Flow&) override { flows.push_back(what); }
    void process_changed(const process::ProcessChange& change) override {
      processes.push_back(change.what);
    }
    std::vector<event::FlowEvent> flows;
    std::vector<process::ProcessChange::What> processes;
  } log;
  pipeline_.set_listener(&log);
  pipeline_.take(exec_of(kCurl, "/usr/bin/curl"));
  pipeline_.take(flow::fixture::tcp_opened(7, 1500));
  pipeline_.take(flow::fixture::as(What::kClosed, flow::fixture::tcp_opened(7, 1500), 1600));
  pipeline_.take(event::ProcessExited{kCurl, at_ms(1700), 0});
  EXPECT_THAT(log.flows, ElementsAre(event::FlowEvent::kOpened, event::FlowEvent::kClosed));
  EXPECT_THAT(log.processes, ElementsAre(process::ProcessChange::What::kStarted,
                                         process::ProcessChange::What::kExited));
  pipeline_.set_listener(nullptr);
  pipeline_.take(flow::fixture::tcp_opened(8, 1800));
  EXPECT_EQ(log.flows.size(), 2u);
}

}  // namespace
}  // namespace picket::app::agent
