// SPDX-License-Identifier: Apache-2.0
#include "event/vocabulary.h"

#include <gtest/gtest.h>

#include <set>

namespace picket::event {
namespace {

// Every value from 0 to `last` has a word, and no two the same.
template <typename Enum>
void each_has_its_word(Enum last) {
  std::set<std::string_view> words;
  for (uint8_t i = 0; i <= static_cast<uint8_t>(last); ++i)
    words.insert(text(static_cast<Enum>(i)));
  EXPECT_EQ(words.size(), static_cast<size_t>(last) + 1);
  EXPECT_FALSE(words.contains(""));
}

TEST(Vocabulary, EachValueHasItsOwnWord) {
  each_has_its_word(Transport::kOther);
  each_has_its_word(Role::kListener);
  each_has_its_word(FlowState::kClosing);
  each_has_its_word(OwnerClass::kLost);
  each_has_its_word(Attribution::kPolled);
  each_has_its_word(NameSource::kMulticastDns);
}

// The JSON contract: these spellings may be added to, never changed.
TEST(Vocabulary, SpellingsOfTheContract) {
  EXPECT_EQ(text(Transport::kTcp), "tcp");
  EXPECT_EQ(text(Transport::kPacket), "packet");
  EXPECT_EQ(text(Role::kListener), "listener");
  EXPECT_EQ(text(FlowState::kSynReceived), "syn_recv");
  EXPECT_EQ(text(FlowState::kTimeWait), "time_wait");
  EXPECT_EQ(text(FlowState::kClosing), "closing");
  EXPECT_EQ(text(OwnerClass::kKernel), "kernel");
  EXPECT_EQ(text(OwnerClass::kLost), "lost");
  EXPECT_EQ(text(Attribution::kInherited), "inherited");
  EXPECT_EQ(text(NameSource::kTlsSni), "sni");
  EXPECT_EQ(text(NameSource::kMulticastDns), "mdns");
}

TEST(Vocabulary, WordsReadBack) {
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Transport::kOther); ++i)
    EXPECT_EQ(parse_transport(text(static_cast<Transport>(i))), static_cast<Transport>(i));
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Role::kListener); ++i)
    EXPECT_EQ(parse_role(text(static_cast<Role>(i))), static_cast<Role>(i));
  for (uint8_t i = 0; i <= static_cast<uint8_t>(FlowState::kClosing); ++i)
    EXPECT_EQ(parse_flow_state(text(static_cast<FlowState>(i))), static_cast<FlowState>(i));
  for (const char* word : {"", "TCP", "tcp ", "syn", "listen er"}) {
    EXPECT_FALSE(parse_transport(word)) << word;
    EXPECT_FALSE(parse_role(word)) << word;
    EXPECT_FALSE(parse_flow_state(word)) << word;
  }
}

TEST(Vocabulary, Directions) {
  EXPECT_EQ(direction_text(Role::kClient), "outbound");
  EXPECT_EQ(direction_text(Role::kServer), "inbound");
  EXPECT_EQ(direction_text(Role::kListener), "listening");
  EXPECT_EQ(direction_text(Role::kUnknown), "unknown");
}

TEST(ProcessKey, TheSameLifeWithinAClockTick) {
  EXPECT_TRUE(same_process({7, 30'000'000}, {7, 39'999'999}));
  EXPECT_FALSE(same_process({7, 30'000'000}, {7, 40'000'000}));
  EXPECT_FALSE(same_process({7, 30'000'000}, {8, 30'000'000}));
  EXPECT_NE((ProcessKey{7, 30'000'000}), (ProcessKey{7, 30'000'001}));
}

TEST(ProcessKey, NeighboursHashApart) {
  std::set<size_t> hashes;
  for (uint32_t pid = 1; pid <= 100; ++pid)
    for (uint64_t start = 0; start < 100; ++start)
      hashes.insert(std::hash<ProcessKey>()({pid, start * kClockTickNs}));
  EXPECT_EQ(hashes.size(), 10'000u);
}

}  // namespace
}  // namespace picket::event
