// SPDX-License-Identifier: Apache-2.0
#include "app/agent/self_check.h"

#include <gtest/gtest.h>

#include "flow/flow_fixture.h"

namespace picket::app::agent {
namespace {

TEST(SelfCheck, NotSeenIsSaidAfterSomePatienceAndForGood) {
  flow::fixture::FakeClock clock;
  clock.now = flow::fixture::at_ms(1000);
  Pipeline pipeline(nullptr, nullptr, clock);
  SelfCheck check;
  const auto begun = check.begin(clock);
  ASSERT_TRUE(begun) << begun.error().text();
  EXPECT_EQ(check.verdict(pipeline, false), "pending");
  clock.now.ns += kSelfTestPatienceNs - 1;
  EXPECT_EQ(check.verdict(pipeline, false), "pending");
  clock.now.ns += 1;
  EXPECT_EQ(check.verdict(pipeline, false), "the agent's own connection was not seen");
  clock.now = {};
  EXPECT_EQ(check.verdict(pipeline, false), "the agent's own connection was not seen");
}

}  // namespace
}  // namespace picket::app::agent
