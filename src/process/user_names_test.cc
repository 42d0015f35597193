// SPDX-License-Identifier: Apache-2.0
#include "process/user_names.h"

#include <gtest/gtest.h>

#include "base/counter.h"
#include "process/test_folder.h"

namespace picket::process {
namespace {

constexpr MonoTime at_second(uint64_t seconds) { return MonoTime{seconds * kNsPerSecond}; }

TEST(PasswordFile, ReadsEntriesAndSkipsTheRest) {
  const auto names = parse_password_file(
      "root:x:0:0:root:/root:/bin/bash\n"
      "toor:x:0:0::/root:/bin/sh\n"
      "# comment:x:5:\n"
      "+::::::\n"
      "broken:x:twelve:\n"
      ":x:7:7\n"
      "short:x\n"
      "alice:x:1000:1000:A:/home/a:/bin/sh");
  EXPECT_EQ(names.size(), 2u);
  EXPECT_EQ(names.at(0), "root");
  EXPECT_EQ(names.at(1000), "alice");
}

TEST(PasswordFile, IsBounded) {
  std::string text;
  for (size_t uid = 0; uid < kUsersMax + 5; ++uid)
    text += "u" + std::to_string(uid) + ":x:" + std::to_string(uid) + ":\n";
  const uint64_t before = Counter::value_of("process.users_bounded");
  EXPECT_EQ(parse_password_file(text).size(), kUsersMax);
  EXPECT_EQ(Counter::value_of("process.users_bounded"), before + 5);
}

TEST(UserNames, ReadsAgainWhenTheFileChangesButOnceASecondAtMost) {
  TestFolder folder;
  const std::string path = folder.write("passwd", "alice:x:1000:1000::/:/bin/sh\n");
  UserNames users(path);
  EXPECT_EQ(users.name(1000, at_second(1)), "alice");
  EXPECT_EQ(users.name(1001, at_second(1)), "");
  folder.write("passwd", "alice:x:1000:1000::/:/bin/sh\nbob:x:1001:1001::/:/bin/sh\n");
  EXPECT_EQ(users.name(1001, MonoTime{at_second(1).ns + 500 * kNsPerMs}), "");
  EXPECT_EQ(users.name(1001, at_second(2)), "bob");
  std::filesystem::remove(path);
  EXPECT_EQ(users.name(1001, at_second(4)), "bob");
}

TEST(UserNames, WithoutAFileEverybodyIsANumber) {
  UserNames users("/nonexistent/passwd");
  EXPECT_EQ(users.name(0, at_second(1)), "");
}

}  // namespace
}  // namespace picket::process
