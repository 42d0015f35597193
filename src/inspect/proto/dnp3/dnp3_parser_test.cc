// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dnp3/dnp3_parser.h"

#include <gtest/gtest.h>

#include "inspect/app/talk_for_tests.h"
#include "inspect/proto/dnp3/descriptor.h"
#include "inspect/proto/dnp3/object_layout.h"
#include "inspect/proto/dnp3/weird.h"

namespace picket::inspect::dnp3 {
namespace {

using enum Direction;

std::string u16(unsigned value) {
  return {static_cast<char>(value & 0xff), static_cast<char>(value >> 8)};
}
// A frame with good checksums; `data` begins with the transport octet.
std::string frame(bool from_master, const std::string& data) {
  std::string out = "\x05\x64";
  out += static_cast<char>(5 + data.size());
  out += from_master ? '\xc4' : '\x44';
  out += from_master ? u16(2) + u16(3) : u16(3) + u16(2);
  out += u16(crc(as_bytes(out)));
  for (size_t at = 0; at < data.size(); at += kBlockBytes) {
    const std::string block = data.substr(at, kBlockBytes);
    out += block + u16(crc(as_bytes(block)));
  }
  return out;
}
const std::string kSelect =
    std::string("\xc0\xc7\3\x0c\1\x28\1\0\1\0\3\1\x64\0\0\0\x64\0\0\0\0", 21);

TEST(Dnp3, ReadsARequestAndItsAnswer) {
  for (const size_t size : {1u, 4096u}) {
    Talk talk(kDescriptor);
    talk.slowly(kToServer, frame(true, kSelect), size);
    talk.slowly(kToClient, frame(false, std::string("\xc0\xc4\x81\x80\0\x34\2\7\1\1\0", 11)), size);
    ASSERT_EQ(talk.count(), 2u);
    EXPECT_EQ(talk.field(0, FieldId::k_dnp3_func, kToServer), 3);
    EXPECT_EQ(talk.field(0, FieldId::k_dnp3_obj, kToServer), 0x0c01);
    EXPECT_EQ(talk.field(1, FieldId::k_dnp3_ind, kToClient), 0x8000);
    EXPECT_EQ(talk.buffer(0, BufferId::k_dnp3_data, kToServer), kSelect.substr(1));
    EXPECT_EQ(
        talk.eve(0),
        R"({"type":"request","control":{"dir":true,"pri":true,"fcb":false,"fcv":false,"function_code":4},"src":3,"dst":2,"application":{"control":{"fir":true,"fin":true,"con":false,"uns":false,"sequence":7},"function_code":3,"objects":[{"group":12,"variation":1,"qualifier":40,"prefix_code":2,"range_code":8,"start":0,"stop":0,"count":1,"points":[{"prefix":1,"index":1,"op_type":3,"qu":0,"cr":0,"tcc":0,"count":1,"ontime":100,"offtime":100,"status_code":0,"reserved":0}]}],"complete":true}})");
    EXPECT_NE(
        talk.eve(1).find(
            R"("points":[{"prefix":0,"index":0,"delay_ms":1}]}],"complete":true},"iin":{"indicators":["device_restart"]})"),
        std::string::npos);
  }
}

TEST(Dnp3, AlertsShowItUnderItsDirection) {
  Talk talk(kDescriptor);
  talk.client(frame(true, kSelect));
  std::string shown;
  JsonWriter writer(shown);
  talk.tx(0).append_eve_of_alert(writer);
  EXPECT_TRUE(shown.starts_with(R"({"request":{"type":"request",)"));
}

TEST(Dnp3, FragmentsMakeOneMessage) {
  Talk talk(kDescriptor);
  talk.client(frame(true, "\x41" + kSelect.substr(1, 9)));
  EXPECT_EQ(talk.count(), 0u);
  talk.client(frame(true, "\x82" + kSelect.substr(10)));
  ASSERT_EQ(talk.count(), 1u);
  EXPECT_EQ(talk.buffer(0, BufferId::k_dnp3_data, kToServer), kSelect.substr(1));
  const uint64_t before = counter_of(Weird::kOutOfSequence).value();
  talk.client(frame(true, "\x85" + kSelect.substr(10)));
  EXPECT_EQ(counter_of(Weird::kOutOfSequence).value(), before + 1);
}

TEST(Dnp3, WrongChecksumsAreNotRead) {
  Talk talk(kDescriptor);
  std::string bad = frame(true, kSelect);
  bad[12] = static_cast<char>(bad[12] ^ 1);
  const uint64_t blocks = counter_of(Weird::kBadBlockCrc).value();
  talk.client(frame(true, kSelect)).client(bad);
  EXPECT_EQ(counter_of(Weird::kBadBlockCrc).value(), blocks + 1);
  EXPECT_TRUE(talk.has_event(0, "bad_transport_crc"));
  bad[4] = 'x';
  const uint64_t links = counter_of(Weird::kBadLinkCrc).value();
  talk.client(bad);
  EXPECT_EQ(counter_of(Weird::kBadLinkCrc).value(), links + 1);
  EXPECT_EQ(talk.status, ParseStatus::kFailed);
}

TEST(Dnp3, BoundsOfObjects) {
  Talk talk(kDescriptor);
  // Points of one bit: packed, so that so many fit.
  const std::string header = std::string("\xc4\2\1\1\1\0\0\xff\xff", 9);
  talk.client(frame(true, "\x40" + header));
  for (int i = 1; i < 20; ++i)
    talk.client(frame(true, static_cast<char>(i) + std::string(200, '\0')));
  const uint64_t points = counter_of(Weird::kTooManyPoints).value();
  talk.client(frame(true, std::string(1, static_cast<char>(0x80 | 20)) + "x"));
  EXPECT_EQ(counter_of(Weird::kTooManyPoints).value(), points + 1);
  EXPECT_TRUE(talk.has_event(0, "too_many_points"));
  std::string objects;
  for (size_t i = 0; i <= kObjectsMax; ++i) objects += std::string("\x3c\1\6", 3);
  EXPECT_EQ(read_objects(as_bytes(objects), 1, nullptr).fault, ObjectsFault::kTooManyObjects);
  EXPECT_EQ(read_objects(as_bytes(std::string("\xfe\1\7\1", 4)), 2, nullptr).fault,
            ObjectsFault::kUnknownObject);
  EXPECT_EQ(read_objects(as_bytes(std::string("\x0c\1\7\1\3", 5)), 3, nullptr).fault,
            ObjectsFault::kUnknownObject);
}

TEST(Dnp3, MessagesThatAreTooLongAreGivenUp) {
  Talk talk(kDescriptor);
  const uint64_t before = counter_of(Weird::kTooLong).value();
  for (size_t i = 0; i <= kMessageMax / 240 + 1; ++i)
    talk.client(
        frame(true, static_cast<char>((i == 0 ? 0x40 : 0) | (i & 0x3f)) + std::string(240, 'x')));
  EXPECT_EQ(counter_of(Weird::kTooLong).value(), before + 1);
}

TEST(Dnp3, EveryLayoutCanBeRead) {
  for (unsigned group = 0; group < 256; ++group)
    for (unsigned variation = 0; variation < 256; ++variation) {
      if (layout_of(static_cast<uint8_t>(group), static_cast<uint8_t>(variation)).empty()) continue;
      std::string bytes{static_cast<char>(group), static_cast<char>(variation), '\7', '\1'};
      bytes += std::string(64, '\0');
      std::string eve;
      JsonWriter writer(eve);
      writer.begin_array();
      read_objects(as_bytes(bytes), 2, &writer);
      EXPECT_NE(eve.find(R"("index":0)"), std::string::npos) << group << "," << variation;
    }
}

TEST(Dnp3, Probe) {
  using enum ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToServer, as_bytes(frame(true, kSelect)), false), kYes);
  EXPECT_EQ(probe(kToServer, as_bytes(frame(false, kSelect)), false), kReversed);
  EXPECT_EQ(probe(kToServer, as_bytes("\x05\x64"), false), kMore);
  EXPECT_EQ(probe(kToServer, as_bytes("\x05\x64\x05\xc9\1\1\1\1zz"), false), kNo);
}

}  // namespace
}  // namespace picket::inspect::dnp3
