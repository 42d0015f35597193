// SPDX-License-Identifier: Apache-2.0
#include "inspect/file/file_body.h"

#include <gtest/gtest.h>

#include <string>

namespace picket::inspect {
namespace {

struct Kept {
  std::string bytes;
  int closed = 0;
  bool whole = false;
};
class KeepingSink : public FileSink {
 public:
  explicit KeepingSink(Kept& kept) : kept_(kept) {}
  void write(Bytes bytes) override { kept_.bytes += as_text(bytes); }
  void close(bool whole) override {
    ++kept_.closed;
    kept_.whole = whole;
  }

 private:
  Kept& kept_;
};

TEST(FileBody, HashesWhatCameBeforeAndAfterAsking) {
  FileBody file(as_bytes("a.tar.gz"));
  file.append(as_bytes("ab"));
  EXPECT_TRUE(file.want(FileHash::kMd5));
  EXPECT_TRUE(file.want(FileHash::kSha1));
  EXPECT_TRUE(file.want(FileHash::kSha256));
  EXPECT_FALSE(file.hash_hex(FileHash::kMd5).has_value());
  file.append(as_bytes("c"));
  file.close();
  EXPECT_EQ(file.extension(), "gz");
  EXPECT_EQ(file.size(), 3u);
  EXPECT_EQ(file.hash_hex(FileHash::kMd5), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(file.hash_hex(FileHash::kSha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(file.hash_hex(FileHash::kSha256),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(FileBody, NoHashOfAFileWithAGapOrCutOff) {
  FileBody gapped(as_bytes("a"));
  gapped.want(FileHash::kMd5);
  gapped.append(as_bytes("x"));
  gapped.gap(10);
  gapped.append(as_bytes("y"));
  gapped.close();
  EXPECT_EQ(gapped.size(), 12u);
  EXPECT_TRUE(gapped.has_gaps());
  EXPECT_EQ(gapped.state(), FileBody::State::kTruncated);
  EXPECT_FALSE(gapped.hash_hex(FileHash::kMd5).has_value());
  FileBody cut(as_bytes("a"));
  cut.want(FileHash::kMd5);
  cut.want(FileHash::kSha256);
  cut.truncate();
  EXPECT_EQ(cut.state(), FileBody::State::kTruncated);
  EXPECT_FALSE(cut.hash_hex(FileHash::kMd5).has_value());
  EXPECT_TRUE(cut.hash_hex(FileHash::kSha256).has_value());
}

TEST(FileBody, WindowSlidesAtItsBoundAndThenItIsTooLateToHashOrStore) {
  FileBody file(as_bytes("big"));
  const std::string block(64 * 1024, 'x');
  for (int i = 0; i < 64; ++i) {
    file.append(as_bytes(block));
    ASSERT_LE(file.window().size(), FileBody::kWindowMax);
    ASSERT_EQ(file.window_offset() + file.window().size(), file.size());
  }
  EXPECT_GT(file.window_offset(), 0u);
  EXPECT_FALSE(file.want(FileHash::kSha256));
  Kept kept;
  EXPECT_FALSE(file.store_to(std::make_unique<KeepingSink>(kept)));
  EXPECT_FALSE(file.stored());
}

TEST(FileBody, NothingComesAfterTheEnd) {
  FileBody file(as_bytes("a"));
  file.append(as_bytes("1"));
  file.close();
  file.append(as_bytes("2"));
  file.gap(5);
  file.truncate();
  EXPECT_EQ(file.size(), 1u);
  EXPECT_EQ(file.state(), FileBody::State::kClosed);
}

TEST(FileBody, StoresFromItsStartWheneverAsked) {
  Kept kept;
  FileBody file(as_bytes("a"));
  file.append(as_bytes("one "));
  EXPECT_TRUE(file.store_to(std::make_unique<KeepingSink>(kept)));
  file.append(as_bytes("two"));
  file.close();
  EXPECT_EQ(kept.bytes, "one two");
  EXPECT_EQ(kept.closed, 1);
  EXPECT_TRUE(kept.whole);
  Kept late;
  FileBody ended(as_bytes("b"));
  ended.append(as_bytes("x"));
  ended.close();
  EXPECT_TRUE(ended.store_to(std::make_unique<KeepingSink>(late)));
  EXPECT_EQ(late.bytes, "x");
  EXPECT_EQ(late.closed, 1);
  EXPECT_TRUE(late.whole);
}

TEST(FileBody, LongNamesAreCutAndNamesWithoutDotHaveNoExtension) {
  const std::string name(FileBody::kNameMax + 10, 'n');
  FileBody file(as_bytes(name));
  EXPECT_EQ(file.name().size(), FileBody::kNameMax);
  EXPECT_EQ(file.extension(), "");
}

TEST(FileBody, TypeIsOfTheFirstBytesAlsoWhenTheyAreGone) {
  FileBody file(as_bytes("a"));
  file.append(as_bytes("%PDF-1.4\n%"));
  if (file.magic().empty()) GTEST_SKIP() << "no libmagic database here";
  EXPECT_NE(file.magic().find("PDF document"), std::string::npos);
  const std::string block(200 * 1024, 'x');
  for (int i = 0; i < 4; ++i) file.append(as_bytes(block));
  EXPECT_NE(file.magic().find("PDF document"), std::string::npos);
}

TEST(FileBody, AWholeSmallFileCanBeHashedAfterItsEnd) {
  FileBody file(as_bytes("a"));
  file.append(as_bytes("abc"));
  file.close();
  EXPECT_TRUE(file.want(FileHash::kMd5));
  EXPECT_EQ(file.hash_hex(FileHash::kMd5), "900150983cd24fb0d6963f7d28e17f72");
  FileBody cut(as_bytes("b"));
  cut.append(as_bytes("abc"));
  cut.truncate();
  EXPECT_TRUE(cut.want(FileHash::kMd5));
  EXPECT_EQ(cut.hash_hex(FileHash::kMd5), std::nullopt);
}

}  // namespace
}  // namespace picket::inspect
