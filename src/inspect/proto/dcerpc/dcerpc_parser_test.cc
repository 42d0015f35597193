// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dcerpc/dcerpc_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/dcerpc/dcerpc_for_tests.h"
#include "inspect/proto/dcerpc/descriptor.h"
#include "inspect/proto/dcerpc/weird.h"

namespace picket::inspect::dcerpc {
namespace {

using enum Direction;

TEST(Dcerpc, BindsAndCallsAreTransactions) {
  for (const size_t size : {1u, 9u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, bind_of(1, 7), size).slowly(kToClient, bind_ack_of(1, 0), size);
    talk.slowly(kToServer, request_of(2, 7, 0, "AB", 1) + request_of(2, 7, 0, "CD", 2), size);
    talk.slowly(kToClient, response_of(2, "xyz"), size);
    ASSERT_EQ(talk.count(), 2u);
    EXPECT_TRUE(talk.tx(0).done() && talk.tx(1).done());
    EXPECT_EQ(talk.buffer(0, BufferId::k_dcerpc_iface, kToServer), "(none)");
    const std::string iface = talk.buffer(1, BufferId::k_dcerpc_iface, kToServer);
    ASSERT_EQ(iface.size(), 18u);
    EXPECT_EQ(iface.substr(0, 4), "\x1f\xf7\x06\x82");
    EXPECT_EQ(iface.substr(16), std::string("\0\1", 2));
    EXPECT_EQ(talk.field(1, FieldId::k_dcerpc_opnum, kToClient), 0);
    EXPECT_EQ(talk.buffer(1, BufferId::k_dcerpc_stub_data, kToServer), "ABCD");
    EXPECT_EQ(talk.buffer(1, BufferId::k_dcerpc_stub_data, kToClient),
              std::string(8, '\0') + "xyz");
    EXPECT_EQ(
        talk.eve(1),
        R"({"request":"REQUEST","interfaces":[{"uuid":"1ff70682-0a51-30e8-076d-740be8cee98b",)"
        R"("version":"1.0","service":"atsvc","procedure":"NetrJobAdd"}],)"
        R"("req":{"opnum":0,"frag_cnt":2,"stub_data_size":4},"response":"RESPONSE",)"
        R"("res":{"frag_cnt":1,"stub_data_size":11},"call_id":2,"rpc_version":"5.0"})");
  }
}

TEST(Dcerpc, RefusedInterfacesAreNotCalled) {
  Talk talk(kDescriptor);
  talk.client(bind_of(1, 7)).server(bind_ack_of(1, 2)).client(request_of(2, 7, 0, "AB"));
  EXPECT_NE(talk.eve(0).find("\"ack_result\":2"), std::string::npos);
  EXPECT_EQ(talk.buffer(1, BufferId::k_dcerpc_iface, kToServer), "(none)");
}

TEST(Dcerpc, AnAnswerWithoutItsQuestionIsTold) {
  Talk talk(kDescriptor);
  talk.server(response_of(5, "x"));
  EXPECT_NE(talk.eve(0).find("\"request\":\"REQUEST_LOST\""), std::string::npos);
  EXPECT_TRUE(talk.tx(0).done());
}

TEST(Dcerpc, StubDataIsBounded) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kStubTooLong).value();
  for (size_t i = 0; i < kStubMax / 60000 + 1; ++i)
    talk.client(request_of(2, 7, 0, std::string(60000, 'a'), i == 0 ? 1 : 0));
  EXPECT_EQ(talk.buffer(0, BufferId::k_dcerpc_stub_data, kToServer).size(), kStubMax);
  EXPECT_EQ(counter_of(Weird::kStubTooLong).value(), before + 1);
}

TEST(Dcerpc, ContextsAreBoundedAndBrokenHeadersEndIt) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kTooManyContexts).value();
  for (unsigned i = 0; i <= kContextsMax; ++i) {
    std::string more = bind_of(i, i);
    more[2] = 14;  // alter context: adds
    talk.client(more);
  }
  EXPECT_EQ(counter_of(Weird::kTooManyContexts).value(), before + 1);
  talk.client("this is no fragment");
  EXPECT_EQ(talk.status, ParseStatus::kFailed);
}

TEST(Dcerpc, ProbeWantsAHeader) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(bind_of(1, 0)), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(std::string_view("\5\0\x0b", 3)), false), kMore);
  EXPECT_EQ(probe(kToServer, as_bytes(std::string_view("\5\1\0", 3)), false), kMore);
  EXPECT_EQ(probe(kToServer, as_bytes(std::string_view("\5\2\0\1", 4)), false), kNo);  // SOCKS 5
}

}  // namespace
}  // namespace picket::inspect::dcerpc
