// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

#include "sensor/fallback/live_sockets.h"

// For tests: a source that looks at real sockets of this process, one look at a time.
namespace picket::sensor::fallback {

class Live : public testing::Test {
 protected:
  void SetUp() override {
    auto created = FallbackSource::create({.clock = &clock_});
    ASSERT_TRUE(created) << created.error().text();
    source_ = std::move(*created);
  }
  void look() {
    watcher_.drain(*source_);
    clock_.now.ns += static_cast<uint64_t>(kIntervalMaxMs) * kNsPerMs;
  }
  void expect_mine(const event::SocketSeen* seen, event::Role role, event::FlowState state) {
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->owner.pid, static_cast<uint32_t>(::getpid()));
    EXPECT_EQ(seen->owner_class, event::OwnerClass::kProcess);
    EXPECT_EQ(seen->attribution, event::Attribution::kPolled);
    EXPECT_EQ(event::text(seen->role), event::text(role));
    EXPECT_EQ(event::text(seen->state), event::text(state));
    EXPECT_EQ(seen->uid, ::getuid());
    EXPECT_NE(seen->network_namespace, 0u);
    EXPECT_NE(seen->inode, 0u);
  }
  ManualClock clock_;
  std::unique_ptr<FallbackSource> source_;
  Watcher watcher_;
};

}  // namespace picket::sensor::fallback
