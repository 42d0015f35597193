// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/replay.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "sensor/replay/input_kind.h"
#include "sensor/replay/test_records.h"

namespace picket::sensor::replay {
namespace {

using namespace std::string_view_literals;

class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : text_(text) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    const size_t count = std::min(into.size(), text_.size());
    std::memcpy(into.data(), text_.data(), count);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

TestRead read_bytes(std::string_view bytes, ReadRequest request = {}) {
  TestRead read;
  request.on_record = collect(read.records);
  TextSource source(bytes);
  read.outcome = for_each_record(source, "input", request);
  return read;
}

using Members = std::vector<std::pair<std::string, std::string>>;

// An archive of these members: zip, or tar, or (with one member) only compressed.
std::string packed(const Members& members, int format, int filter = ARCHIVE_FILTER_NONE) {
  std::string out(64 * 1024, '\0');
  for (const auto& [name, text] : members) out.resize(out.size() + text.size() + 4096);
  size_t used = 0;
  struct archive* writer = archive_write_new();
  archive_write_set_format(writer, format);
  archive_write_add_filter(writer, filter);
  EXPECT_EQ(archive_write_open_memory(writer, out.data(), out.size(), &used), ARCHIVE_OK);
  for (const auto& [name, text] : members) {
    struct archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(entry, name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(writer, entry);
    archive_write_data(writer, text.data(), text.size());
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

TEST(InputKind, is_found_by_content) {
  const std::pair<std::string_view, InputKind> cases[] = {
      {"", InputKind::kEmpty},
      {" \n", InputKind::kEmpty},
      {"\x00\x05\x16\x07x"sv, InputKind::kEmpty},
      {"ElfFile\0x"sv, InputKind::kEvtx},
      {"ElfChnk\0x"sv, InputKind::kEvtx},
      {"ElfFile", InputKind::kUnknown},
      {"\xd4\xc3\xb2\xa1", InputKind::kPcap},
      {"\xa1\xb2\x3c\x4d", InputKind::kPcap},
      {"\x0a\x0d\x0d\x0a", InputKind::kPcapng},
      {"{\"a\":1}", InputKind::kJson},
      {"\xef\xbb\xbf[ {", InputKind::kJson},
      {"[]", InputKind::kJson},
      {"[INFO] started", InputKind::kUnknown},
      {"#separator \\x09\n", InputKind::kZeekTsv},
      {"#fields\tts\n", InputKind::kZeekTsv},
      {"# a comment", InputKind::kUnknown},
      {"type=CWD msg=audit(1.0:1): x", InputKind::kAuditd},
      {"node=a type=CWD msg=audit(1.0:1): x", InputKind::kAuditd},
      {"type=CWD msg=other", InputKind::kUnknown},
      {"<?xml version='1.0'?>\n<Events>", InputKind::kEventXml},
      {"<Event xmlns='x'>", InputKind::kEventXml},
      {"<html><body>Event</body>", InputKind::kUnknown},
      {"Nov 3 host sysmon: <Event><System>", InputKind::kSysmonSyslog},
      {"<14>Nov 3 h sysmon: <Event>", InputKind::kSysmonSyslog},
      {"plain words", InputKind::kUnknown},
      {"MZ\x90", InputKind::kUnknown}};
  for (const auto& [text, kind] : cases) EXPECT_EQ(detect_kind(as_bytes(text)), kind) << text;
}

TEST(Replay, unknown_content_is_a_problem_not_a_record) {
  const TestRead read = read_bytes("plain words");
  EXPECT_EQ(read.outcome.skipped, 1u);
  EXPECT_EQ(read.outcome.problems, 1u);
  EXPECT_EQ(read_bytes("").outcome.problems, 0u);
}

TEST(Replay, looks_into_compressed_files_and_archives) {
  constexpr const char* kText = "{\"a\":1}\n{\"a\":2}\n";
  const std::string gz = packed({{"x", kText}}, ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP);
  EXPECT_EQ(read_bytes(gz).records.size(), 2u);
  EXPECT_EQ(read_bytes(gz).records[0].input, "input");
  EXPECT_EQ(
      read_bytes(packed({{"x", kText}}, ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_ZSTD)).records.size(),
      2u);
  EXPECT_EQ(
      read_bytes(packed({{"x", kText}}, ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_XZ)).records.size(), 2u);
  for (const std::string& archive :
       {packed({{"d/", ""}, {"d/x", kText}, {"y", "words"}, {"z", kText}}, ARCHIVE_FORMAT_ZIP),
        packed({{"d/", ""}, {"d/x", kText}, {"y", "words"}, {"z", kText}}, ARCHIVE_FORMAT_TAR_USTAR,
               ARCHIVE_FILTER_GZIP)}) {
    const TestRead read = read_bytes(archive);
    ASSERT_EQ(read.records.size(), 4u);
    EXPECT_EQ(read.records[0].input, "input:d/x");
    EXPECT_EQ(read.outcome.inputs, 3u);
    EXPECT_EQ(read.outcome.skipped, 1u);
  }
}

TEST(Replay, archives_within_archives_go_so_deep_only) {
  std::string nested = "{\"a\":1}\n";
  for (size_t i = 0; i < 4; ++i) {
    const TestRead read = read_bytes(nested);
    EXPECT_EQ(read.records.size(), 1u) << i;
    nested = packed({{"x", nested}}, ARCHIVE_FORMAT_ZIP);
  }
  EXPECT_EQ(read_bytes(nested).records.size(), 0u);
  EXPECT_EQ(read_bytes(nested).outcome.problems, 1u);
}

TEST(Replay, gives_up_on_what_grows_out_of_proportion) {
  const std::string bomb = packed({{"x", "{\"a\":1}\n" + std::string(4'000'000, '\n')}},
                                  ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP);
  ReadRequest request;
  request.limits.ratio_from_bytes = 1'000'000;
  request.limits.ratio_max = 100;
  const TestRead stopped = read_bytes(bomb, request);
  EXPECT_EQ(stopped.outcome.problems, 1u);
  EXPECT_LT(stopped.outcome.bytes, 3'000'000u);
  EXPECT_EQ(stopped.records.size(), 1u) << "what came before counts";
  EXPECT_EQ(read_bytes(bomb).outcome.problems, 0u);
}

TEST(Replay, gives_up_on_too_many_members) {
  const std::string archive =
      packed({{"a", "{}"}, {"b", "{\"x\":1}"}, {"c", "{\"x\":1}"}}, ARCHIVE_FORMAT_ZIP);
  ReadRequest request;
  request.limits.members_max = 2;
  const TestRead read = read_bytes(archive, request);
  EXPECT_EQ(read.records.size(), 1u);
  ASSERT_FALSE(read.outcome.listed.empty());
  EXPECT_NE(read.outcome.listed.back().what.find("more than 2 members"), std::string::npos);
}

TEST(Replay, a_truncated_archive_gives_what_is_before_the_end) {
  std::string lines;
  for (int i = 0; i < 20'000; ++i)
    lines += "{\"number\":" + std::to_string(i * 7919 % 10007) + "}\n";
  std::string gz = packed({{"x", lines}}, ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP);
  gz.resize(gz.size() / 2);
  const TestRead read = read_bytes(gz);
  EXPECT_GT(read.records.size(), 1000u);
  EXPECT_LT(read.records.size(), 20'000u);
  EXPECT_GE(read.outcome.problems, 1u);
}

TEST(Replay, hands_captures_on) {
  ReadRequest request;
  std::vector<std::string> seen;
  uint64_t progress = 0;
  request.on_capture = [&](const CaptureInput& capture) {
    std::string bytes;
    std::vector<uint8_t> part(5);
    while (true) {
      const auto got = capture.source.read(part);
      if (!got || *got == 0) break;
      bytes.append(part.begin(), part.begin() + static_cast<ptrdiff_t>(*got));
    }
    seen.push_back(std::string(capture.input) + "=" + bytes);
  };
  request.on_progress = [&](std::string_view, uint64_t bytes) { progress = bytes; };
  const std::string capture = "\xd4\xc3\xb2\xa1 the rest";
  const ReadOutcome outcome =
      read_bytes(packed({{"p", capture}}, ARCHIVE_FORMAT_ZIP), request).outcome;
  EXPECT_EQ(outcome.skipped, 0u);
  EXPECT_EQ(outcome.bytes, 13u);
  EXPECT_EQ(progress, 13u);
  EXPECT_EQ(seen, std::vector<std::string>{"input:p=" + capture}) << "from its first byte on";
  EXPECT_EQ(read_bytes(capture).outcome.skipped, 1u) << "nobody to take it";
}

TEST(Replay, reads_utf16_as_windows_exports_it) {
  std::string text = "\xff\xfe";
  for (const char c : "<Event><System><EventID>7</EventID></System></Event>"sv) text += {c, '\0'};
  const TestRead read = read_bytes(text);
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.records[0].event_id, 7u);
}

TEST(Replay, passes_over_a_record_longer_than_any_is) {
  ReadRequest request;
  request.unit_bytes_max = 1024 * 1024;
  const std::string text =
      "{\"a\":1}\n{\"b\":\"" + std::string(3 * 1024 * 1024, 'x') + "\"}\n{\"a\":2}\n";
  const TestRead read = read_bytes(text, request);
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.records[1]["a"], "2");
  EXPECT_GE(read.outcome.damaged, 1u);
  EXPECT_EQ(read_bytes(text).records.size(), 3u);
}

TEST(Replay, stops_when_told) {
  std::atomic<bool> stop = true;
  ReadRequest request;
  request.stop = &stop;
  EXPECT_EQ(read_bytes("{\"a\":1}\n", request).records.size(), 0u);
}

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::path(testing::TempDir()) / ("replay_" + std::to_string(::getpid()));
    std::filesystem::create_directories(path_ / "sub");
    for (const char* name : {"b.log", "a.log", "sub/c.txt"})
      std::ofstream(path_ / name) << "{\"a\":1}\n";
    std::filesystem::create_symlink(path_ / "a.log", path_ / "link.log");
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  std::string at(const char* name) const { return (path_ / name).string(); }
  std::filesystem::path path_;
};

TEST_F(Folder, inputs_are_expanded_in_order) {
  using Files = std::vector<std::string>;
  EXPECT_EQ(expand_inputs({path_.string()}).value(),
            (Files{at("a.log"), at("b.log"), at("sub/c.txt")}));
  EXPECT_EQ(expand_inputs({at("[ab].log")}).value(), (Files{at("a.log"), at("b.log")}));
  EXPECT_EQ(expand_inputs({"-", at("b.log")}).value(), (Files{"-", at("b.log")}));
  EXPECT_FALSE(expand_inputs({at("*.none")}).has_value());
  EXPECT_FALSE(expand_inputs({at("none")}).has_value());
}

TEST_F(Folder, a_file_is_read_by_its_path) {
  std::vector<TestRecord> records;
  const ReadOutcome outcome = for_each_record(at("a.log"), collect(records));
  EXPECT_EQ(records.size(), 1u);
  EXPECT_EQ(outcome.bytes, 8u);
  const ReadOutcome missing = for_each_record(at("none"), collect(records));
  ASSERT_EQ(missing.listed.size(), 1u);
  EXPECT_NE(missing.listed[0].what.find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace picket::sensor::replay
