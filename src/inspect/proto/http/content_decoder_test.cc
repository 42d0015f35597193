// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/content_decoder.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace picket::inspect::http {
namespace {

// `window_bits`: 15 zlib, 31 gzip, -15 bare deflate.
std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1024, '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
std::string decoded(std::string_view coding, std::string_view body, size_t piece,
                    uint32_t layers = 0) {
  ContentDecoder decoder;
  decoder.start(coding, layers, 1 << 20);
  std::string out;
  const auto sink = [&](Bytes bytes) { out += as_text(bytes); };
  for (size_t at = 0; at < body.size(); at += piece)
    decoder.decode(as_bytes(body.substr(at, piece)), sink);
  decoder.finish(sink);
  return out;
}

class CodingPieces : public testing::TestWithParam<size_t> {};

TEST_P(CodingPieces, EveryFormUnderEveryName) {
  const std::string text = "what the browser shows, shows, shows";
  for (const int bits : {15, 31, -15})
    for (const char* name : {"gzip", "deflate", "x-gzip", "DEFLATE", "gzip, identity", " gzip ,"})
      EXPECT_EQ(decoded(name, deflated(text, bits), GetParam()), text) << name << bits;
  EXPECT_EQ(decoded("deflate, gzip", deflated(deflated(text, -15), 31), GetParam()), text);
  EXPECT_EQ(decoded("gzip", "plain text all the same", GetParam()), "plain text all the same");
  EXPECT_EQ(decoded("gzip, gzip", deflated(text, 31), GetParam()), text);
}
INSTANTIATE_TEST_SUITE_P(Http, CodingPieces, testing::Values(1, 3, 100000));

TEST(ContentDecoder, LayersBeyondTheLimitStay) {
  const std::string once = deflated("x", 31);
  ContentDecoder decoder;
  EXPECT_TRUE(decoder.start("gzip, gzip, gzip", 2, 1).too_many);
  EXPECT_TRUE(ContentDecoder().start("gzip, frob", 2, 1).abnormal);
  EXPECT_FALSE(ContentDecoder().start("gzip", 2, 1).abnormal);
}

TEST(ContentDecoder, BombsAreCutOff) {
  const std::string bomb = deflated(deflated(std::string(64 << 20, '\0'), 31), 31);
  ContentDecoder decoder;
  decoder.start("gzip, gzip", 0, 1 << 20);
  uint64_t out = 0;
  decoder.decode(as_bytes(bomb), [&](Bytes bytes) { out += bytes.size(); });
  EXPECT_TRUE(decoder.bomb());
  EXPECT_LE(out, std::max<uint64_t>(2 << 20, bomb.size() * ContentDecoder::kRatioMax + (1 << 20)));
  EXPECT_LT(out, 64u << 20);
}

TEST(ContentDecoder, GzipHeadersOfEveryKind) {
  const std::string body = deflated("named", -15);
  const std::string start("\x1f\x8b\x08", 3);
  const std::string rest(6, '\0');
  EXPECT_EQ(decoded("gzip", start + '\x08' + rest + "name" + '\0' + body, 1), "named");
  EXPECT_EQ(decoded("gzip", start + '\x04' + rest + std::string("\x02\0ab", 4) + body, 1), "named");
  EXPECT_EQ(decoded("gzip", start + '\x02' + rest + "xx" + body, 1), "named");
  EXPECT_EQ(decoded("gzip", start + '\xe0' + rest + body, 1), "named");
}

}  // namespace
}  // namespace picket::inspect::http
