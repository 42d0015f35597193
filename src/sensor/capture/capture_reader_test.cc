// SPDX-License-Identifier: Apache-2.0
#include "sensor/capture/capture_reader.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace picket::sensor::capture {
namespace {

using Text = std::string;

class TextSource final : public replay::ByteSource {
 public:
  TextSource(Text bytes, size_t at_once) : bytes_(std::move(bytes)), at_once_(at_once) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    const size_t size = std::min({into.size(), bytes_.size() - given_, at_once_});
    std::copy_n(bytes_.begin() + static_cast<ptrdiff_t>(given_), size, into.begin());
    given_ += size;
    return size;
  }

 private:
  Text bytes_;
  size_t at_once_, given_ = 0;
};

Text number(uint64_t value, size_t width, bool big) {
  Text out;
  for (size_t i = 0; i < width; ++i)
    if (const size_t at = big ? width - 1 - i : i; at < 8)
      out += static_cast<char>(value >> 8 * at);
    else
      out += '\0';
  return out;
}

Text pcap_header(uint32_t magic, bool big, uint32_t link) {
  return number(magic, 4, big) + number(2, 2, big) + number(4, 2, big) + number(0, 8, big) +
         number(65535, 4, big) + number(link, 4, big);
}
Text pcap_record(bool big, uint32_t seconds, uint32_t fraction, const Text& bytes, uint32_t wire) {
  return number(seconds, 4, big) + number(fraction, 4, big) + number(bytes.size(), 4, big) +
         number(wire, 4, big) + bytes;
}
Text block(uint32_t type, Text body, bool big) {
  body.resize((body.size() + 3) & ~size_t{3});
  const Text length = number(body.size() + 12, 4, big);
  return number(type, 4, big) + length + body + length;
}
Text section(bool big) {
  return block(0x0a0d0d0a, number(0x1a2b3c4d, 4, big) + number(1, 2, big) + number(0, 10, big),
               big);
}
Text interface(uint16_t link, uint32_t snap, bool big, const Text& options = {}) {
  return block(1, number(link, 2, big) + number(0, 2, big) + number(snap, 4, big) + options, big);
}
Text enhanced(uint32_t interface, uint64_t units, const Text& bytes, bool big) {
  return block(6,
               number(interface, 4, big) + number(units >> 32, 4, big) +
                   number(units & 0xffffffff, 4, big) + number(bytes.size(), 4, big) +
                   number(bytes.size(), 4, big) + bytes,
               big);
}

struct Seen {
  int64_t ns;
  Text bytes;
  uint32_t wire;
  uint16_t link;
  bool operator==(const Seen&) const = default;
};
struct All {
  std::vector<Seen> frames;
  std::optional<std::string> problem;
  bool opened = false;
};

All read(const Text& input, size_t at_once = 1 << 20) {
  TextSource source(input, at_once);
  All all;
  const auto reader = CaptureReader::open(source);
  if (!reader) return all;
  all.opened = true;
  Frame frame;
  while ((*reader)->next(frame))
    all.frames.push_back(
        {frame.time.ns, Text(as_text(frame.bytes)), frame.wire_length, frame.link_type});
  all.problem = (*reader)->problem();
  return all;
}

TEST(CaptureReader, ReadsPcapOfBothByteOrdersAndResolutions) {
  for (const bool big : {false, true}) {
    const Text micro = pcap_header(0xa1b2c3d4, big, 1) + pcap_record(big, 5, 7, "frame", 60) +
                       pcap_record(big, 6, 0, "", 0);
    EXPECT_EQ(read(micro).frames,
              (std::vector<Seen>{{5'000'007'000, "frame", 60, 1}, {6'000'000'000, "", 0, 1}}));
    EXPECT_FALSE(read(micro).problem);
    const Text nano = pcap_header(0xa1b23c4d, big, 101) + pcap_record(big, 5, 7, "x", 1);
    EXPECT_EQ(read(nano).frames, (std::vector<Seen>{{5'000'000'007, "x", 1, 101}}));
  }
}

TEST(CaptureReader, ReadsTheSameFromAPipeThatTrickles) {
  Text input = pcap_header(0xa1b2c3d4, false, 1);
  for (uint32_t i = 0; i < 50; ++i) input += pcap_record(false, i, i, Text(i * 31 % 97, 'x'), 200);
  EXPECT_EQ(read(input, 3).frames, read(input).frames);
  EXPECT_EQ(read(input).frames.size(), 50u);
}

TEST(CaptureReader, GivesWhatIsReadableOfATruncatedFile) {
  const Text whole = pcap_header(0xa1b2c3d4, false, 1) + pcap_record(false, 1, 0, "first", 5) +
                     pcap_record(false, 2, 0, "second", 6);
  for (size_t cut = 1; cut < 22; ++cut) {
    const All all = read(whole.substr(0, whole.size() - cut));
    ASSERT_EQ(all.frames.size(), 1u);
    EXPECT_TRUE(all.problem);
  }
}

TEST(CaptureReader, EndsAtARecordThatClaimsTooMuch) {
  Text input = pcap_header(0xa1b2c3d4, false, 1) + pcap_record(false, 1, 0, "ok", 2);
  input += number(0, 8, false) + number(CaptureReader::kFrameBytesMax + 1, 4, false) +
           number(0, 4, false);
  const All all = read(input);
  EXPECT_EQ(all.frames.size(), 1u);
  EXPECT_NE(all.problem.value_or("").find("claims"), std::string::npos);
}

TEST(CaptureReader, ReadsPcapngWithItsInterfacesAndResolutions) {
  for (const bool big : {false, true}) {
    const Text nano = number(9, 2, big) + number(1, 2, big) + number(9, 1, big) + Text(3, '\0');
    const Text binary = number(9, 2, big) + number(1, 2, big) + number(0x80 | 10, 1, big) +
                        Text(3, '\0') + number(14, 2, big) + number(8, 2, big) +
                        number(100, 8, big);
    const Text input = section(big) + interface(1, 0, big, nano) + interface(101, 0, big, binary) +
                       block(5, "statistics", big) + enhanced(0, 1'500'000'003, "one", big) +
                       enhanced(1, 1536, "four", big);
    EXPECT_EQ(read(input).frames,
              (std::vector<Seen>{{1'500'000'003, "one", 3, 1}, {101'500'000'000, "four", 4, 101}}));
    EXPECT_EQ(read(input, 5).frames.size(), 2u);
  }
}

TEST(CaptureReader, SimplePacketsAreCutAtTheSnapLength) {
  const Text input =
      section(false) + interface(1, 4, false) + block(3, number(10, 4, false) + "abcd", false);
  EXPECT_EQ(read(input).frames, (std::vector<Seen>{{0, "abcd", 10, 1}}));
}

TEST(CaptureReader, ASectionStartsOverWithItsByteOrder) {
  const Text input = section(false) + interface(1, 0, false) + enhanced(0, 1, "little", false) +
                     section(true) + interface(101, 0, true) + enhanced(0, 2, "big", true);
  EXPECT_EQ(read(input).frames, (std::vector<Seen>{{1000, "little", 6, 1}, {2000, "big", 3, 101}}));
  // The interfaces of the section before are gone.
  const All all =
      read(section(false) + interface(1, 0, false) + section(false) + enhanced(0, 1, "x", false));
  EXPECT_TRUE(all.frames.empty());
  EXPECT_TRUE(all.problem);
}

TEST(CaptureReader, RefusesWhatIsNoCapture) {
  EXPECT_FALSE(read("").opened);
  EXPECT_FALSE(read("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n").opened);
}

}  // namespace
}  // namespace picket::sensor::capture
