// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <memory>

#include "base/unique_fd.h"

namespace picket {
namespace {

Result<std::unique_ptr<int>> half(int number) {
  if (number % 2 != 0) return failure("odd: " + std::to_string(number), "Give an even number.");
  return std::make_unique<int>(number / 2);
}
Result<void> must_be_positive(int number) {
  if (number <= 0) return system_failure("count", EINVAL);
  return {};
}
Result<int> quarter(int number) {
  TRY(must_be_positive(number));
  TRY_ASSIGN(const auto halved, half(number));
  TRY_ASSIGN(const auto quartered, half(*halved));
  return *quartered;
}

TEST(Result, TryPassesValuesAndErrorsOn) {
  EXPECT_EQ(quarter(8), 2);
  const auto odd = quarter(6);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().text(), "odd: 3\n  Give an even number.");
  const auto negative = quarter(-4);
  ASSERT_FALSE(negative);
  EXPECT_EQ(negative.error().code, EINVAL);
  EXPECT_EQ(negative.error().text(), "count: Invalid argument");
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

TEST(UniqueFd, ClosesOnceAndOnlyItsOwn) {
  const int raw = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ASSERT_GE(raw, 0);
  {
    UniqueFd first(raw);
    UniqueFd second(std::move(first));
    EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): what a move leaves is the contract
    EXPECT_EQ(second.get(), raw);
    UniqueFd& same = second;
    second = std::move(same);
    EXPECT_TRUE(is_open(raw));
    const int released = second.release();
    EXPECT_FALSE(second);
    EXPECT_TRUE(is_open(released));
    second.reset(released);
    second = UniqueFd();
    EXPECT_FALSE(is_open(raw));
  }
  UniqueFd none;
  EXPECT_EQ(none.get(), -1);
  EXPECT_FALSE(none);
}

}  // namespace
}  // namespace picket
