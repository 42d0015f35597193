// SPDX-License-Identifier: Apache-2.0
// The network behaviours on recorded traffic: what must be said of it, and what must not.
#include <gtest/gtest.h>

#include <algorithm>

#include "behavior_run.h"

namespace picket::tests {
namespace {

using event::Severity;

class NetworkBehavior : public testing::Test {
 protected:
  void SetUp() override {
    const auto folder = telemetry_folder();
    if (!folder) GTEST_SKIP() << "no shared corpus: set PICKET_SHARED";
    folder_ = *folder;
  }
  BehaviorRun run(const std::string& path) {
    auto result = run_behaviors({(folder_ / path).string()});
    EXPECT_TRUE(result) << result.error().text();
    return result ? std::move(*result) : BehaviorRun{};
  }
  // The alerts of a rule about a peer (a name or an address); empty: any.
  static std::vector<event::Alert> about(const BehaviorRun& run, std::string_view rule,
                                         std::string_view peer = {}) {
    std::vector<event::Alert> found;
    for (const event::Alert& alert : run.alerts) {
      const bool same_peer = peer.empty() || alert.domain == peer ||
                             (alert.connection && alert.connection->remote.address.text() == peer);
      if (alert.rule_id == rule && same_peer) found.push_back(alert);
    }
    return found;
  }
  static std::string all_of(const BehaviorRun& run, Severity least) {
    std::string lines;
    for (const event::Alert& alert : run.alerts)
      if (alert.severity >= least) lines += line_of(alert) + "\n";
    return lines;
  }
  std::filesystem::path folder_;
};

TEST_F(NetworkBehavior, ABeaconThroughAProxyIsFoundByTheNameItAsksFor) {
  const BehaviorRun run = this->run("rita/test_data/proxy");
  const auto beacons = about(run, "beacon", "www.honestimnotevil.com");
  ASSERT_EQ(beacons.size(), 1u) << all_of(run, Severity::kInformational);
  EXPECT_GE(beacons[0].severity, Severity::kMedium);
  EXPECT_TRUE(about(run, "beacon", "www.google.com").empty());
  // The proxy itself is called as often; it is inside, and says less.
  for (const event::Alert& alert : about(run, "beacon", "10.136.0.16"))
    EXPECT_LT(alert.severity, Severity::kMedium);
}

}  // namespace
}  // namespace picket::tests
