// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "detect/behavior/network_for_tests.h"

namespace picket::detect::behavior {
namespace {

using event::Severity;

TEST(BareDownload, AProgramFromABareAddress) {
  NetworkForTests net({"bare_download"});
  net.fetch(0, "10.0.0.5:40000", "203.0.113.9:80", "203.0.113.9", "/a.exe",
            "application/x-dosexec");
  const auto alerts = net.finish();
  ASSERT_EQ(alerts.size(), 1u);
  EXPECT_GE(alerts[0].severity, Severity::kMedium);
  EXPECT_EQ(alerts[0].url, "http://203.0.113.9/a.exe");
}

TEST(BareDownload, PagesNamesAndHostsInsideAreSilent) {
  NetworkForTests net({"bare_download"});
  net.fetch(0, "10.0.0.5:40000", "203.0.113.9:80", "203.0.113.9", "/index.html", "text/html");
  net.fetch(0, "10.0.0.5:40000", "203.0.113.9:80", "www.example.org", "/a.exe",
            "application/x-dosexec");
  net.fetch(0, "10.0.0.5:40000", "10.0.0.9:80", "10.0.0.9", "/a.exe", "application/x-dosexec");
  net.fetch(0, "10.0.0.5:40000", "203.0.113.9:80", "203.0.113.9", "/page?file=a.exe", "text/html");
  EXPECT_TRUE(net.finish().empty());
}

}  // namespace
}  // namespace picket::detect::behavior
