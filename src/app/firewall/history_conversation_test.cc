// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/history_conversation.h"

#include <gtest/gtest.h>

#include "respond/firewall/rule_text.h"

namespace picket::app::firewall {
namespace {

using respond::firewall::Action;
using schema::Field;

schema::Record flow() {
  schema::Record record;
  record.kind = schema::Kind::kFlow;
  record.endpoint(Field::kRemoteIp, Field::kRemotePort, {*IpAddress::parse("203.0.113.9"), 443});
  record.number(Field::kLocalPort, 50000);
  record.word(Field::kTransport, "tcp");
  record.word(Field::kDirection, "outbound");
  record.text(Field::kProcessExecutable, "/usr/bin/curl");
  record.text(Field::kProcessSha256, std::string(64, 'a'));
  record.text(Field::kUser, "alice");
  record.text(Field::kProcessUnit, "a.service");
  record.finish();
  return record;
}

bool applies(const std::string& operands, const schema::Record& record) {
  const auto rule = respond::firewall::parse_rule(Action::kBlock, operands);
  EXPECT_TRUE(rule) << rule.error().text();
  const auto one = conversation_of(record, [](const std::string& name) {
    return name == "alice" ? std::optional<uint32_t>(1000) : std::nullopt;
  });
  return one && respond::firewall::satisfies(*one, *rule);
}

TEST(HistoryConversation, RulesApplyToWhatWasKept) {
  const schema::Record record = flow();
  for (const char* good :
       {"remote 203.0.113.0/24", "port 443", "protocol tcp", "direction out port 443",
        "program /usr/bin/curl", "user 1000", "unit a.service",
        "sha256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    EXPECT_TRUE(applies(good, record)) << good;
  for (const char* bad : {"remote 203.0.114.0/24", "port 50000", "protocol udp",
                          "direction in port 443", "program /usr/bin/wget", "user 0", "unit b"})
    EXPECT_FALSE(applies(bad, record)) << bad;
}

TEST(HistoryConversation, ARecordWithoutTheOtherSideIsNone) {
  EXPECT_FALSE(conversation_of({}, [](const std::string&) { return std::nullopt; }));
}

}  // namespace
}  // namespace picket::app::firewall
