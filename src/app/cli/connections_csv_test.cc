// SPDX-License-Identifier: Apache-2.0
#include "app/cli/connections_csv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "app/cli/test_flows.h"

namespace picket::app::cli {
namespace {

using event::FlowFacts;
using Row = std::vector<std::string>;

// A reader written from RFC 4180 alone. Empty where it is not that.
std::vector<Row> read_csv(std::string_view text) {
  std::vector<Row> rows;
  Row row;
  std::string field;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"')
        field += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        field += text[++i];
      else
        quoted = false;
    } else if (c == '"' && field.empty()) {
      quoted = true;
    } else if (c == ',') {
      row.push_back(std::exchange(field, {}));
    } else if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
      ++i;
      row.push_back(std::exchange(field, {}));
      rows.push_back(std::exchange(row, {}));
    } else if (c == '"' || c == '\r' || c == '\n') {
      return {};
    } else {
      field += c;
    }
  }
  return field.empty() && row.empty() && !quoted ? rows : std::vector<Row>{};
}

std::string unguarded(const std::string& field) {
  return field.starts_with('\'') ? field.substr(1) : field;
}

// The only record of `flow`, by column.
std::map<std::string, std::string> record_of(const FlowFacts& flow) {
  const std::vector<Row> rows = read_csv(connections_csv({&flow, 1}));
  std::map<std::string, std::string> out;
  if (rows.size() != 2 || rows[0].size() != rows[1].size()) return out;
  for (size_t i = 0; i < rows[0].size(); ++i) out[rows[0][i]] = rows[1][i];
  return out;
}

TEST(ConnectionsCsv, HeadingIsTheContract) {
  EXPECT_EQ(
      csv_heading(),
      "id,transport,protocol,direction,state,local_ip,local_port,remote_ip,remote_port,remote_name,"
      "remote_name_source,remote_country,remote_as_number,remote_as_organization,owner,attribution,"
      "owner_note,pid,"
      "process_start_ns,process,executable,executable_deleted,executable_memfd,uid,user,unit,"
      "container,"
      "network_namespace,network_namespace_name,shared,bytes_in,bytes_out,packets_in,packets_out,"
      "rtt_us,"
      "retransmits,opened,opened_before_start,last_seen,closed,bytes_in_per_s,bytes_out_per_s\r\n");
  EXPECT_EQ(connections_csv({}), csv_heading());
}

TEST(ConnectionsCsv, ARecord) {
  const FlowFacts flow = test::ordinary_flows().front();
  std::string line;
  append_csv(line, flow);
  EXPECT_EQ(line,
            "f1,tcp,6,outbound,established,10.0.0.5,41822,203.0.113.9,80,update.example,dns,NL,"
            "64500,Example Hosting,"
            "process,hook,,4122,4122000000000,csrcs,/tmp/"
            "csrcs,true,false,33,www-data,nginx.service,,,,false,1126,212,0,0,"
            "18300,0,2026-01-02T03:04:01.000000Z,false,2026-01-02T03:04:04.000000Z,,0,0\r\n");
}

TEST(ConnectionsCsv, EveryRecordHasEveryColumn) {
  const std::vector<FlowFacts> flows = test::ordinary_flows();
  const std::vector<Row> rows = read_csv(connections_csv(flows));
  ASSERT_EQ(rows.size(), flows.size() + 1);
  for (const Row& row : rows) EXPECT_EQ(row.size(), csv_columns().size());
}

TEST(ConnectionsCsv, WhatIsNotKnownIsEmptyAndNotZero) {
  const std::vector<FlowFacts> flows = test::ordinary_flows();
  auto closing = record_of(flows[3]);
  EXPECT_EQ(closing["owner"], "none");
  EXPECT_EQ(closing["pid"], "");
  EXPECT_EQ(closing["uid"], "");
  EXPECT_EQ(closing["bytes_in"], "");
  auto listener = record_of(flows[5]);
  EXPECT_EQ(listener["remote_ip"], "");
  EXPECT_EQ(listener["remote_port"], "");
  EXPECT_EQ(listener["uid"], "0");
  EXPECT_EQ(listener["bytes_in"], "0");
}

TEST(ConnectionsCsv, TextsComeBackAsTheyWere) {
  for (const std::string text :
       {"plain", "a,b", "say \"hi\"", " blanks ", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)",
        "'quoted", "''", "'=x", "日本,語", "＝1+1", "-", "x=y", "a\\n"}) {
    FlowFacts flow = test::ordinary_flows().front();
    flow.process = text;
    flow.owner_note = text;
    auto record = record_of(flow);
    EXPECT_EQ(unguarded(record["process"]), text);
    EXPECT_EQ(unguarded(record["owner_note"]), text);
    EXPECT_EQ(record["executable"], "/tmp/csrcs");
  }
}

TEST(ConnectionsCsv, NoFieldIsAFormula) {
  FlowFacts flow = test::ordinary_flows().front();
  for (std::string* text : {&flow.id, &flow.process, &flow.executable, &flow.user, &flow.unit,
                            &flow.container, &flow.remote_name, &flow.as_organization,
                            &flow.country, &flow.owner_note, &flow.network_namespace_name})
    *text = "=HYPERLINK(\"http://evil.example\",\"click\")";
  flow.bytes_in_per_s = -5;
  size_t texts = 0;
  for (const auto& [column, field] : record_of(flow)) {
    EXPECT_EQ(std::string_view("=+-@\t\r").find(field.empty() ? '.' : field[0]),
              std::string_view::npos)
        << column;
    texts += field.starts_with("'=HYPER") ? 1 : 0;
  }
  EXPECT_EQ(texts, 11u);
}

TEST(ConnectionsCsv, ARecordIsOneLineAndHarmless) {
  FlowFacts flow = test::ordinary_flows().front();
  flow.process = "a\r\nroot,0\x1b[2J\t=1\xff\u202e";
  std::string line;
  append_csv(line, flow);
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_EQ(record_of(flow)["process"], "a\\x0d\\nroot,0\\x1b[2J\\t=1\\xff\\u{202e}");
  flow.process = "\t=1";
  EXPECT_EQ(record_of(flow)["process"], "\\t=1");
}

}  // namespace
}  // namespace picket::app::cli
