// SPDX-License-Identifier: Apache-2.0
#include "app/exceptions/exception_set.h"
#include "store/test_store.h"

namespace picket::app::exceptions {
namespace {

using store::kTestTime;
using store::TestFolder;

event::Alert alert_of(const std::string& rule) {
  event::Alert alert = store::alert_at(0, rule, event::Severity::kHigh);
  alert.actor.path = "/usr/bin/backup";
  alert.actor.parent_path = "/usr/sbin/cron";
  alert.actor.sha256 = std::string(64, 'a');
  alert.connection.emplace();
  alert.connection->remote = {*IpAddress::parse("10.1.2.3"), 443};
  alert.connection->remote_name = "backup.example";
  return alert;
}

Exception of_rule(const std::string& rule) {
  Exception exception;
  exception.rule = rule;
  exception.reason = "known";
  exception.by = "eve";
  exception.at = kTestTime;
  return exception;
}

TEST(Exception, HidesWhenAllOfItHolds) {
  Exception exception = of_rule("beacon");
  exception.program = "/usr/*/Backup";
  exception.parent = "/usr/sbin/cron";
  exception.sha256 = std::string(64, 'a');
  exception.address = "10.0.0.0/8";
  exception.name = "*.example";
  exception.host = "box";
  ASSERT_TRUE(check(exception));
  EXPECT_TRUE(hides(exception, alert_of("beacon")));
  EXPECT_FALSE(hides(exception, alert_of("scan")));
  const std::vector<void (*)(event::Alert&)> others{
      [](event::Alert& one) { one.actor.path = "/tmp/backup"; },
      [](event::Alert& one) { one.actor.path.clear(); },
      [](event::Alert& one) { one.actor.parent_path = "/bin/sh"; },
      [](event::Alert& one) { one.actor.sha256.clear(); },
      [](event::Alert& one) { one.connection->remote.address = *IpAddress::parse("11.0.0.1"); },
      [](event::Alert& one) { one.connection.reset(); },
      [](event::Alert& one) { one.connection->remote_name = "example"; },
      [](event::Alert& one) { one.host = "other"; }};
  for (size_t i = 0; i < others.size(); ++i) {
    event::Alert other = alert_of("beacon");
    others[i](other);
    EXPECT_FALSE(hides(exception, other)) << i;
  }
}

TEST(Exception, HasToSayWhatAndWhy) {
  EXPECT_FALSE(check(of_rule("")));
  Exception all = of_rule("");
  all.program = "**";
  EXPECT_FALSE(check(all)) << "that is every program";
  Exception silent = of_rule("a");
  silent.reason.clear();
  EXPECT_FALSE(check(silent));
  Exception odd = of_rule("a");
  odd.address = "10.0.0.0/40";
  EXPECT_FALSE(check(odd));
  odd = of_rule("a");
  odd.sha256 = "abc";
  EXPECT_FALSE(check(odd));
}

TEST(ExceptionSet, OutlivesARestartAndCounts) {
  TestFolder folder;
  const WallTime later{kTestTime.ns + 1};
  {
    ExceptionSet set(folder.path());
    ASSERT_TRUE(set.load());
    EXPECT_FALSE(set.hides(alert_of("beacon"), kTestTime));
    ASSERT_TRUE(set.book().add(of_rule("beacon")));
    Exception ended = of_rule("scan");
    ended.expires = kTestTime;
    ASSERT_TRUE(set.book().add(ended));
    ASSERT_TRUE(set.load());
    EXPECT_TRUE(set.hides(alert_of("beacon"), kTestTime));
    EXPECT_TRUE(set.hides(alert_of("beacon"), later));
    EXPECT_FALSE(set.hides(alert_of("scan"), kTestTime)) << "it has expired";
    ASSERT_TRUE(set.write_counts());
  }
  ExceptionSet set(folder.path());
  ASSERT_TRUE(set.load());
  EXPECT_TRUE(set.hides(alert_of("beacon"), later));
  const auto all = *set.book().all();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].hidden, 2u);
  EXPECT_EQ(all[0].last_hidden, later);
  EXPECT_TRUE(*set.book().remove(all[0].id));
  EXPECT_FALSE(*set.book().remove(all[0].id));
  ASSERT_TRUE(set.load());
  EXPECT_FALSE(set.hides(alert_of("beacon"), later));
}

TEST(ExceptionBook, HoldsABoundedNumber) {
  TestFolder folder;
  const ExceptionBook book(folder.path());
  ASSERT_TRUE(book.add(of_rule("first")));
  const auto database =
      store::Database::open(folder.file("exceptions.db"), store::Database::Mode::kAppend);
  ASSERT_TRUE(database->run(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<999) "
      "INSERT INTO exception(rule,reason,time,hidden,last_hidden) SELECT 'r','x',0,0,0 FROM n"));
  EXPECT_FALSE(book.add(of_rule("one too many")));
}

}  // namespace
}  // namespace picket::app::exceptions
