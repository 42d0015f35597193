// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "sensor/replay/audit_fields.h"
#include "sensor/replay/auditd_reader.h"
#include "sensor/replay/test_records.h"
#include "sensor/replay/time_text.h"
#include "sensor/replay/zeek_reader.h"

namespace picket::sensor::replay {
namespace {

TEST(TimeText, reads_the_forms_logs_have) {
  constexpr WallTime kSecond{1'767'323'045'000'000'000};
  for (const char* text :
       {"2026-01-02T03:04:05Z", "2026-01-02 03:04:05", "2026-01-02T03:04:05.000Z",
        "2026-01-02T04:04:05+01:00", "2026-01-01T22:04:05-0500", "1767323045", "1767323045.0"})
    EXPECT_EQ(parse_time_text(text), kSecond) << text;
  EXPECT_EQ(parse_time_text("2026-01-02T03:04:05.1234567891Z"), WallTime{kSecond.ns + 123'456'789});
  for (const char* text :
       {"", "2026-01-02", "2026-02-30T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05X", "2026-01-02T03:04:05+99:00", "1e9", "99999999999", "12.", "x"})
    EXPECT_EQ(parse_time_text(text), std::nullopt) << text;
}

constexpr std::string_view kZeek =
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"
    "#fields\tts\tid.orig_p\tAA\tquery\tanswers\ttags\n"
    "#types\ttime\tport\tbool\tstring\tvector[string]\tset[string]\n"
    "1588205199.824370\t53\tT\ta\\x09b\tx,y\t(empty)\n"
    "1588205200.000000\t-\tF\t-\t-\t-\n"
    "#close\t2020-01-01\n";

TestRead read_zeek(std::string_view text, size_t step = 0) {
  ZeekReader reader;
  return read_with(reader, InputKind::kZeekTsv, as_bytes(text), step);
}

TEST(ZeekReader, reads_rows_by_their_header) {
  const TestRead read = read_zeek(kZeek);
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.outcome.damaged, 0u);
  const std::vector<std::pair<std::string, std::string>> expected = {{"ts", "1588205199.824370"},
                                                                     {"id.orig_p", "53"},
                                                                     {"AA", "true"},
                                                                     {"query", "a\tb"},
                                                                     {"answers", "x"},
                                                                     {"answers", "y"},
                                                                     {"tags", ""}};
  EXPECT_EQ(read.records[0].fields, expected);
  EXPECT_EQ(read.records[0].product + "/" + read.records[0].channel, "zeek/dns");
  EXPECT_EQ(read.records[0].time, WallTime{1'588'205'199'824'370'000});
  EXPECT_EQ(read.records[1].fields.size(), 2u) << "unset fields are left out";
  EXPECT_EQ(read.records[1]["AA"], "false");
}

TEST(ZeekReader, counts_rows_that_do_not_fit) {
  EXPECT_EQ(read_zeek("1\t2\t3\n").outcome.damaged, 1u) << "no header";
  const TestRead read = read_zeek("#fields\ta\tb\n1\n1\t2\t3\n1\t2\n");
  EXPECT_EQ(read.outcome.damaged, 2u);
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.records[0]["b"], "2");
}

TEST(ZeekReader, another_header_in_the_same_file_counts_from_there_on) {
  const TestRead read = read_zeek("#path\tconn\n#fields\ta\n1\n#path\tssl\n#fields\tb\tc\n2\t3\n");
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.records[1].channel, "ssl");
  EXPECT_EQ(read.records[1]["c"], "3");
}

TEST(ZeekReader, reads_at_most_so_many_columns) {
  std::string header = "#fields";
  for (size_t i = 0; i <= ZeekReader::kColumnsMax; ++i) header += "\tc";
  std::string row = "0";
  for (size_t i = 0; i < ZeekReader::kColumnsMax; ++i) row += "\t0";
  EXPECT_EQ(read_zeek(header + "\n" + row + "\n").outcome.damaged, 1u);
}

TEST(ZeekReader, cut_off_anywhere_it_gives_no_half_row) {
  for (size_t length = 0; length < kZeek.size(); ++length)
    for (const TestRecord& record : read_zeek(kZeek.substr(0, length)).records)
      EXPECT_GE(record.fields.size(), 2u);
  for (size_t step = 1; step < 80; ++step) EXPECT_EQ(read_zeek(kZeek, step).records.size(), 2u);
}

constexpr std::string_view kAudit =
    "type=SYSCALL msg=audit(1604996384.965:93777): arch=c000003e syscall=59 success=yes a0=558e "
    "pid=2168 comm=\"dd\" exe=\"/bin/dd\" key=(null)\x1d"
    "ARCH=x86_64 SYSCALL=execve UID=\"root\"\n"
    "type=EXECVE msg=audit(1604996384.965:93777): argc=2 a0=\"dd\" a1=696620783D22\n"
    "type=USER_CMD msg=audit(1604996384.970:93778): pid=5 msg='cwd=\"/\" cmd=6C73202D6C "
    "exe=\"/usr/bin/sudo\" res=success'\n"
    "type=SOCKADDR msg=audit(1604996384.965:93777): saddr=020001BB0A00000500000000\n"
    "type=PATH msg=audit(1604996384.965:93777): item=0 name=\"/bin/dd\" mode=0100755\n"
    "type=PROCTITLE msg=audit(1604996384.965:93777): proctitle=64640069663D78\n";

TestRead read_audit(std::string_view text, size_t step = 0) {
  AuditdReader reader;
  return read_with(reader, InputKind::kAuditd, as_bytes(text), step);
}

TEST(AuditdReader, joins_the_lines_of_an_event_and_decodes_them) {
  const TestRead read = read_audit(kAudit);
  ASSERT_EQ(read.records.size(), 2u);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"type", "EXECVE"},
      {"argc", "2"},
      {"a0", "dd"},
      {"a1", "if x=\""},
      {"type", "SYSCALL"},
      {"arch", "c000003e"},
      {"syscall", "59"},
      {"success", "yes"},
      {"a0", "558e"},
      {"pid", "2168"},
      {"comm", "dd"},
      {"exe", "/bin/dd"},
      {"ARCH", "x86_64"},
      {"SYSCALL", "execve"},
      {"UID", "root"},
      {"type", "SOCKADDR"},
      {"saddr", "020001BB0A00000500000000"},
      {"saddr_family", "inet"},
      {"saddr_address", "10.0.0.5"},
      {"saddr_port", "443"},
      {"type", "PATH"},
      {"item", "0"},
      {"name", "/bin/dd"},
      {"mode", "0100755"},
      {"type", "PROCTITLE"},
      {"proctitle", "dd if=x"}};
  EXPECT_EQ(read.records[0].fields, expected);
  EXPECT_EQ(read.records[0].product + "/" + read.records[0].channel, "linux/auditd");
  EXPECT_EQ(read.records[0].category, "process_creation");
  EXPECT_EQ(read.records[1].category, "") << "no EXECVE";
  EXPECT_EQ(read.records[0].time, WallTime{1'604'996'384'965'000'000});
  EXPECT_EQ(read.records[1]["cmd"], "ls -l");
  EXPECT_EQ(read.records[1]["exe"], "/usr/bin/sudo");
  EXPECT_EQ(read.records[1]["msg"], "(absent)");
}

TEST(AuditdReader, decodes_only_what_the_kernel_encodes) {
  const TestRead read = read_audit(
      "type=SYSCALL msg=audit(1.0:1): a0=DEAD comm=6162 exit=1234 key=\"6162\"\n"
      "type=SOCKADDR msg=audit(1.0:2): saddr=01002F746D702F7800\n"
      "type=SOCKADDR msg=audit(1.0:3): "
      "saddr=0A0001BB0000000020010DB800000000000000000000000100000000\n"
      "type=SOCKADDR msg=audit(1.0:4): saddr=0200\n"
      "node=web1 type=PATH msg=audit(1.0:5): name=abc cwd=616\n");
  ASSERT_EQ(read.records.size(), 5u);
  EXPECT_EQ(read.records[0]["a0"], "DEAD") << "an argument of the system call is a number";
  EXPECT_EQ(read.records[0]["comm"], "ab");
  EXPECT_EQ(read.records[0]["key"], "6162") << "quoted: as it stands";
  EXPECT_EQ(read.records[1]["saddr_path"], "/tmp/x");
  EXPECT_EQ(read.records[2]["saddr_address"], "2001:db8::1");
  EXPECT_EQ(read.records[3].fields.size(), 2u) << "cut off: no address";
  EXPECT_EQ(read.records[4]["name"], "abc");
  EXPECT_EQ(read.records[4]["cwd"], "616");
  EXPECT_EQ(read.records[4].computer, "web1");
}

TEST(AuditdReader, same_serial_on_another_node_is_another_event) {
  EXPECT_EQ(read_audit("node=a type=CWD msg=audit(1.0:1): cwd=\"/\"\nnode=b type=CWD "
                       "msg=audit(1.0:1): cwd=\"/\"\n")
                .records.size(),
            2u);
}

TEST(AuditdReader, holds_a_bounded_number_of_open_events) {
  std::string text;
  const size_t count = AuditdReader::kOpenEventsMax + 1;
  for (size_t i = 0; i < count; ++i)
    text += "type=CWD msg=audit(1.0:" + std::to_string(i) + "): cwd=\"/\"\n";
  text +=
      "type=PATH msg=audit(1.0:0): name=\"late\"\ntype=PATH msg=audit(1.0:5): name=\"joined\"\n";
  const TestRead read = read_audit(text);
  EXPECT_EQ(read.records.size(), count + 1)
      << "the oldest was delivered before its second line came";
  EXPECT_EQ(read.outcome.damaged, 0u);
}

TEST(AuditdReader, bounds_the_bytes_and_fields_of_an_event) {
  const std::string line = "type=CWD msg=audit(1.0:1): cwd=\"" +
                           std::string(AuditdReader::kEventBytesMax / 2, 'x') + "\"\n";
  EXPECT_EQ(read_audit(line + line + line).records.size(), 3u);
  std::string fields;
  for (size_t i = 0; i < 3000; ++i) fields += " k=1";
  const TestRead read = read_audit("type=X msg=audit(1.0:1):" + fields + "\n");
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.records[0].fields.size(), kAuditFieldsMax);
}

TEST(AuditdReader, an_event_is_done_when_later_ones_are_much_newer) {
  std::vector<TestRecord> records;
  ReadOutcome outcome;
  const OnRecord on_record = collect(records);
  RecordSink sink(outcome, on_record, "test", InputKind::kAuditd);
  AuditdReader reader;
  const std::string_view text =
      "type=CWD msg=audit(1.0:1): cwd=\"/\"\ntype=CWD msg=audit(4.0:2): cwd=\"/\"\n";
  EXPECT_EQ(reader.read(as_bytes(text), 0, false, sink), text.size());
  EXPECT_EQ(records.size(), 1u);
}

TEST(AuditdReader, counts_lines_that_are_no_record) {
  const TestRead read = read_audit("type=CWD msg=audit(x:1): cwd=1\nnothing\ntype=CWD\n----\n\n");
  EXPECT_EQ(read.records.size(), 0u);
  EXPECT_EQ(read.outcome.damaged, 3u);
  for (size_t length = 0; length < kAudit.size(); ++length)
    EXPECT_LE(read_audit(kAudit.substr(0, length)).records.size(), 2u);
  for (size_t step = 1; step < 100; ++step) EXPECT_EQ(read_audit(kAudit, step).records.size(), 2u);
}

}  // namespace
}  // namespace picket::sensor::replay
