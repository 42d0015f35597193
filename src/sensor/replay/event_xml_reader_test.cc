// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/event_xml_reader.h"

#include <gtest/gtest.h>

#include "sensor/replay/test_records.h"

namespace picket::sensor::replay {
namespace {

constexpr std::string_view kEvent =
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
    "<Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'/>"
    "<EventID Qualifiers=\"0\">3</EventID><Correlation/>"
    "<TimeCreated SystemTime='2026-04-17T05:24:53.0920510Z'/><EventRecordID>7</EventRecordID>"
    "<Channel>Microsoft-Windows-Sysmon/Operational</Channel><Computer>host</Computer>"
    "<Security UserID='S-1-5-18'/></System>"
    "<EventData><Data Name='Image'>C:\\a &amp; b.exe</Data><Data Name='Empty'></Data>\n"
    "<Data Name='None'/><Data>first</Data><Data>&#x41;&#66;&unknown;</Data>"
    "<Data Name='Cd'><![CDATA[<x> & y]]></Data><Binary>00FF</Binary></EventData>"
    "<RenderingInfo Culture='en-US'><Message>Seen > "
    "heard</Message><Level>Info</Level></RenderingInfo></Event>";

TestRead read_xml(std::string_view text, size_t step = 0) {
  EventXmlReader reader;
  return read_with(reader, InputKind::kEventXml, as_bytes(text), step);
}

TEST(EventXmlReader, gives_the_fields_that_rules_name) {
  const TestRead read = read_xml(kEvent);
  ASSERT_EQ(read.records.size(), 1u);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"Provider_Name", "Microsoft-Windows-Sysmon"},
      {"Provider_Guid", "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"},
      {"EventID_Qualifiers", "0"},
      {"EventID", "3"},
      {"TimeCreated", "2026-04-17T05:24:53.0920510Z"},
      {"EventRecordID", "7"},
      {"Channel", "Microsoft-Windows-Sysmon/Operational"},
      {"Computer", "host"},
      {"Security_UserID", "S-1-5-18"},
      {"Image", "C:\\a & b.exe"},
      {"Empty", ""},
      {"None", ""},
      {"Data", "first"},
      {"Data", "AB&unknown;"},
      {"Cd", "<x> & y"},
      {"Binary", "00FF"},
      {"RenderingInfo_Culture", "en-US"},
      {"Message", "Seen > heard"},
      {"RenderingInfo_Level", "Info"}};
  EXPECT_EQ(read.records[0].fields, expected);
  EXPECT_EQ(read.records[0].product, "windows");
  EXPECT_EQ(read.records[0].event_id, 3u);
  EXPECT_EQ(read.records[0].time, WallTime{1'776'403'493'092'051'000});
}

TEST(EventXmlReader, user_data_gives_its_leaves) {
  const TestRead read = read_xml(
      "<e:Event xmlns:e='x'><e:System><e:EventID>5858</e:EventID></e:System><e:UserData>"
      "<Operation_ClientFailure "
      "xmlns='y'><User>U</User><Deep><Er>1</Er></Deep></Operation_ClientFailure>"
      "</e:UserData></e:Event>");
  ASSERT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.records[0]["User"], "U");
  EXPECT_EQ(read.records[0]["Er"], "1");
  EXPECT_EQ(read.records[0].fields.size(), 3u);
  EXPECT_EQ(read.records[0].event_id, 5858u);
}

TEST(EventXmlReader, reads_lists_declarations_and_syslog_lines) {
  const std::string event(kEvent);
  EXPECT_EQ(read_xml("<?xml version='1.0'?>\r\n<Events>" + event + "\n" + event + "</Events>")
                .records.size(),
            2u);
  EXPECT_EQ(read_xml("<?xml?>" + event + "<?xml?>" + event).records.size(), 2u);
  const std::string line =
      "Nov  3 10:00:00 host sysmon: <Event><System><Provider Name=\"Linux-Sysmon\"/>"
      "<EventID>1</EventID></System><EventData><Data "
      "Name=\"Image\">/bin/sh</Data></EventData></Event>\n";
  const std::string other = "Nov  3 10:00:01 host cron: nothing\n";
  const TestRead read = read_xml(line + other + line);
  ASSERT_EQ(read.records.size(), 2u);
  EXPECT_EQ(read.records[1].product, "linux");
  EXPECT_EQ(read.records[1].offset, line.size() + other.size() + line.find('<'));
  EXPECT_EQ(read.outcome.damaged, 0u);
}

TEST(EventXmlReader, is_no_event) {
  for (const char* text :
       {"<EventLog>x</EventLog>", "<MyEvent><a/></MyEvent>", "Event>", "&lt;Event>", "<Events/>"})
    EXPECT_EQ(read_xml(text).records.size() + read_xml(text).outcome.damaged, 0u) << text;
}

TEST(EventXmlReader, an_unfinished_event_does_not_swallow_the_next) {
  const std::string event(kEvent);
  const TestRead read = read_xml("<Events>" + event.substr(0, 300) + "\n" + event + "</Events>");
  EXPECT_EQ(read.records.size(), 1u);
  EXPECT_EQ(read.outcome.damaged, 1u);
}

TEST(EventXmlReader, refuses_what_is_not_well_formed) {
  for (const char* inside : {"<a", "<a b>", "<a b='1>", "<!DOCTYPE x>", "<!-- x", "< >x"}) {
    const TestRead read = read_xml(std::string("<Event><System>") + inside + "</System></Event>");
    EXPECT_EQ(read.records.size(), 0u) << inside;
    EXPECT_EQ(read.outcome.damaged, 1u) << inside;
  }
  std::string deep = "<Event>";
  for (size_t i = 0; i < EventFlattener::kDepthMax; ++i) deep += "<a>";
  EXPECT_EQ(read_xml(deep + "</Event>").outcome.damaged, 1u);
}

TEST(EventXmlReader, cut_off_anywhere_it_counts_one_damage) {
  for (size_t length = 8; length < kEvent.size(); ++length) {
    const TestRead read = read_xml(kEvent.substr(0, length));
    EXPECT_EQ(read.records.size(), 0u) << length;
    EXPECT_EQ(read.outcome.damaged, 1u) << length;
  }
}

TEST(EventXmlReader, reads_the_same_through_windows_of_any_size) {
  const std::string text =
      "<Events>" + std::string(kEvent) + "  " + std::string(kEvent) + "</Events>";
  for (size_t step = 1; step < 200; ++step)
    EXPECT_EQ(read_xml(text, step).records.size(), 2u) << step;
}

}  // namespace
}  // namespace picket::sensor::replay
