// SPDX-License-Identifier: Apache-2.0
#include "app/warden/message_socket.h"

#include <gtest/gtest.h>

#include "app/warden/warden_test_tools.h"

namespace picket::app::warden {
namespace {

bool send_text(int socket, std::string_view text) {
  const Bytes part = as_bytes(text);
  return send_message(socket, {&part, 1}, {}).has_value();
}

TEST(MessageSocket, PartsArriveAsOneMessage) {
  const auto [here, there] = seqpacket_pair();
  const UniqueFd null = some_descriptor();
  const Bytes parts[] = {as_bytes("head"), {}, as_bytes("tail")};
  const int descriptors[] = {null.get(), null.get()};
  ASSERT_TRUE(send_message(here.get(), parts, descriptors));
  const auto message = receive_message(there.get(), 64, kDescriptorsMax);
  ASSERT_TRUE(message);
  EXPECT_EQ(as_text(message->bytes), "headtail");
  EXPECT_TRUE(message->whole);
  EXPECT_FALSE(message->closed);
  ASSERT_EQ(message->descriptors.size(), 2u);
  EXPECT_NE(message->descriptors[0].get(), null.get());
  EXPECT_EQ(fcntl(message->descriptors[0].get(), F_GETFD), FD_CLOEXEC);
}

TEST(MessageSocket, TooLongIsCutAndSaysSo) {
  const auto [here, there] = seqpacket_pair();
  ASSERT_TRUE(send_text(here.get(), "12345"));
  ASSERT_TRUE(send_text(here.get(), "1234"));
  auto message = receive_message(there.get(), 4, 0);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->whole);
  EXPECT_EQ(message->bytes.size(), 4u);
  message = receive_message(there.get(), 4, 0);  // nothing of the first is left over
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->whole);
  EXPECT_EQ(as_text(message->bytes), "1234");
}

TEST(MessageSocket, AnEmptyMessageIsNotTheEnd) {
  auto [here, there] = seqpacket_pair();
  ASSERT_EQ(send(here.get(), "", 0, MSG_NOSIGNAL), 0);
  auto message = receive_message(there.get(), 64, 0);
  ASSERT_TRUE(message);
  EXPECT_FALSE(message->closed);
  EXPECT_TRUE(message->bytes.empty());
  here.reset();
  message = receive_message(there.get(), 64, 0);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->closed);
  EXPECT_FALSE(send_text(there.get(), "to nobody"));
}

// Whatever number comes, none stays open but those asked for.
TEST(MessageSocket, NoDescriptorLeaks) {
  const auto [here, there] = seqpacket_pair();
  const size_t before = open_descriptors();
  for (const size_t sent :
       {size_t{1}, kDescriptorsMax, kDescriptorsMax + 1, kDescriptorsMax + 2, size_t{253}}) {
    for (const size_t taken : {size_t{0}, size_t{1}, kDescriptorsMax}) {
      ASSERT_TRUE(send_with_descriptors(here.get(), {1, 2, 3}, sent));
      {
        const auto message = receive_message(there.get(), 64, taken);
        ASSERT_TRUE(message);
        EXPECT_EQ(message->whole, sent <= taken) << sent << " " << taken;
        EXPECT_EQ(message->descriptors.size(), std::min(sent, taken));
        EXPECT_EQ(message->bytes.size(), 3u);
      }
      EXPECT_EQ(open_descriptors(), before) << sent << " " << taken;
    }
  }
}

TEST(MessageSocket, SendsNoMoreDescriptorsThanStated) {
  const auto [here, there] = seqpacket_pair();
  const UniqueFd null = some_descriptor();
  const std::vector<int> many(kDescriptorsMax + 1, null.get());
  const Bytes part = as_bytes("x");
  EXPECT_FALSE(send_message(here.get(), {&part, 1}, many));
  EXPECT_TRUE(send_message(here.get(), {&part, 1}, std::span(many).first(kDescriptorsMax)));
}

TEST(MessageSocket, NeedNotWaitForWhoDoesNotRead) {
  const auto [here, there] = seqpacket_pair();
  const Bytes part = as_bytes("unread");
  Result<void> sent;
  size_t count = 0;
  while ((sent = send_message(here.get(), {&part, 1}, {}, Wait::kNo)) && count < 1'000'000) ++count;
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, EAGAIN);
  EXPECT_GT(count, 0u);
}

TEST(MessageSocket, ErrorsAreErrors) {
  EXPECT_FALSE(receive_message(-1, 64, 0));
  EXPECT_FALSE(send_text(-1, "x"));
}

}  // namespace
}  // namespace picket::app::warden
