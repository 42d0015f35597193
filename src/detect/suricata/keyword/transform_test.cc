// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "detect/suricata/engine_for_tests.h"
#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/small_file.h"

namespace picket::detect::suricata::keyword {
namespace {

using for_tests::Feed;

// What a rule on http.uri with these options says of a URI.
bool matches(std::string options, std::string uri) {
  Feed feed("alert http any any -> any any (http.uri; " + options + " sid:1;)");
  EXPECT_TRUE(feed.report.errors.empty()) << feed.report.errors[0].text();
  feed.transaction(inspect::AppProtocol::kHttp).put("http.uri", std::move(uri)).done();
  return feed.look() == Feed::Sids{1};
}

TEST(SuricataTransforms, ChangeWhatContentsSee) {
  EXPECT_TRUE(matches("strip_whitespace; content:\"ab\"; bsize:2;", "a \t b"));
  EXPECT_TRUE(matches("compress_whitespace; content:\"a b\"; bsize:3;", "a   b"));
  EXPECT_TRUE(matches("url_decode; content:\"/a b|ff|%4\"; endswith;", "/a+b%ff%4"));
  EXPECT_TRUE(matches("to_lowercase; content:\"abc\";", "ABC"));
  EXPECT_TRUE(matches("to_uppercase; content:\"ABC\";", "aBc"));
  EXPECT_TRUE(matches(
      "to_md5; content:\"|90 01 50 98 3c d2 4f b0 d6 96 3f 7d 28 e1 7f 72|\"; bsize:16;", "abc"));
  EXPECT_FALSE(
      matches("to_md5; content:\"|90 01 50 98 3c d2 4f b0 d6 96 3f 7d 28 e1 7f 72|\";", "abd"));
  EXPECT_TRUE(matches("xor:\"01\"; content:\"abc\";", "`cb"));
  EXPECT_TRUE(matches("from_base64; content:\"admin\";", "YWRtaW4="));
  EXPECT_TRUE(matches("from_base64:offset 3; content:\"admin\"; startswith;", "id=YWRtaW4="));
  EXPECT_TRUE(matches("pcrexform:\"id=([0-9]+)\"; content:\"42\"; bsize:2;", "/?id=42&x"));
  EXPECT_TRUE(matches("subslice:2,3; content:\"cde\"; bsize:3;", "abcdefg"));
  EXPECT_TRUE(matches("subslice:-3; content:\"efg\"; bsize:3;", "abcdefg"));
}

TEST(SuricataTransforms, Chain) {
  EXPECT_TRUE(
      matches("url_decode; from_base64; to_uppercase; content:\"ADMIN\"; bsize:5;", "YWRtaW4%3D"));
  EXPECT_FALSE(matches("to_uppercase; from_base64; content:\"admin\";", "YWRtaW4="));
}

TEST(SuricataTransforms, BehindAContentConcernWhatFollows) {
  EXPECT_TRUE(matches("content:\"A\"; to_lowercase; content:\"a\";", "A"));
  EXPECT_FALSE(matches("content:\"A\"; to_lowercase; content:\"A\";", "A"));
}

TEST(SuricataKeywords, TheReferencePageIsWhatTheTablesSay) {
  auto page = read_small_file(PICKET_SOURCE_DIR "/docs/reference/keywords.md");
  ASSERT_TRUE(page) << page.error().text();
  EXPECT_EQ(*page, keyword_reference_markdown())
      << "write it anew: picket content keywords --markdown > docs/reference/keywords.md";
}

TEST(SuricataKeywords, RefusedOnesSayWhy) {
  for (const Keyword* keyword : all_keywords()) {
    EXPECT_EQ(keyword->state == State::kRefused, keyword->parse == nullptr) << keyword->name;
    EXPECT_TRUE(keyword->state == State::kFull || !keyword->note.empty()) << keyword->name;
  }
  Feed feed("alert tcp any any -> any any (lua:x.lua; sid:1;)");
  ASSERT_EQ(feed.report.errors.size(), 1u);
  EXPECT_EQ(feed.report.errors[0].message, "lua: refused: picket runs no code of rules");
}

}  // namespace
}  // namespace picket::detect::suricata::keyword
