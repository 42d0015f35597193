// SPDX-License-Identifier: Apache-2.0
// ArcSight Common Event Format: CEF:0|vendor|product|version|class|name|severity|extension.
#include <set>

#include "exchange/formats.h"
#include "exchange/parts.h"

namespace picket::exchange {
namespace {

using schema::Field;
using schema::Record;

// The header escapes | and \, the extension = and \; neither may hold a line's end.
std::string escaped(std::string_view text, char special) {
  std::string out;
  for (const char letter : text) {
    if (letter == '\n') {
      out += special == '=' ? "\\n" : " ";
    } else if (letter == '\r') {
      out += special == '=' ? "\\r" : " ";
    } else {
      if (letter == special || letter == '\\') out += '\\';
      out += letter;
    }
  }
  return out;
}

// Keys that mean nothing without a label of their own.
std::string_view label_of(std::string_view key) {
  constexpr std::pair<std::string_view, std::string_view> kLabels[] = {
      {"cs1", "incident"},
      {"cs2", "priority"},
      {"cs3", "intelDomain"},
      {"cs4", "mitreTactic"},
      {"cs5", "infected"},
      {"cs6", "relation"},
      {"cn1", "eventId"},
      {"flexString1", "mitreTechnique"},
      {"flexString2", "mitreTechniqueName"}};
  for (const auto& [name, label] : kLabels)
    if (name == key) return label;
  return {};
}

int severity(const Record& record) {
  constexpr int kSeverities[] = {1, 3, 6, 8, 10};
  return record.find(Field::kSeverity) ? kSeverities[record.number_of(Field::kSeverity)] : 1;
}

class Extension {
 public:
  void add(std::string_view key, const std::string& value) {
    if (key.empty() || value.empty() || !used_.insert(std::string(key)).second) return;
    text_ += (text_.empty() ? "" : " ") + std::string(key) + '=' + escaped(value, '=');
    if (const std::string_view label = label_of(key); !label.empty())
      text_ += ' ' + std::string(key) + "Label=" + std::string(label);
  }
  const std::string& text() const { return text_; }

 private:
  std::set<std::string> used_;
  std::string text_;
};

// What goes into the header or is worded differently there.
bool by_hand(Field field) {
  switch (field) {
    case Field::kRuleId:
    case Field::kRuleName:
    case Field::kSeverity:
    case Field::kTraffic:
    case Field::kLocalIp:
    case Field::kLocalPort:
    case Field::kRemoteIp:
    case Field::kRemotePort:
    case Field::kRemoteName:
    case Field::kEventLogged: return true;
    default: return false;
  }
}

std::string title(const Record& record) {
  const std::string rule = word_of(record, Field::kRuleName);
  return rule.empty() ? std::string(text(record.kind)) : rule;
}

}  // namespace

std::string cef_line(const Record& record) {
  const std::string rule = word_of(record, Field::kRuleId);
  std::string out = "CEF:0|picket|picket|" PICKET_VERSION "|" +
                    escaped(rule.empty() ? text(record.kind) : std::string_view(rule), '|') + '|' +
                    escaped(title(record), '|') + '|' + std::to_string(severity(record)) + '|';
  Extension extension;
  extension.add("start", std::to_string(milliseconds(record.time)));
  if (record.find(Field::kEventLogged))
    extension.add("rt",
                  std::to_string(milliseconds(WallTime{record.number_of(Field::kEventLogged)})));
  const Ends ends = ends_of(record);
  extension.add("src", word_of(record, ends.source_ip));
  extension.add("spt", word_of(record, ends.source_port));
  extension.add("dst", word_of(record, ends.target_ip));
  extension.add("dpt", word_of(record, ends.target_port));
  extension.add(ends.inbound ? "shost" : "dhost", word_of(record, Field::kRemoteName));
  const std::string traffic = word_of(record, Field::kTraffic);
  const std::string way = traffic.empty() ? word_of(record, Field::kDirection) : traffic;
  if (way == "inbound" || way == "outbound")
    extension.add("deviceDirection", way == "inbound" ? "0" : "1");
  for (const schema::RecordEntry& entry : record.entries) {
    if (by_hand(entry.field)) continue;
    std::string value = schema::text_of(entry.field, entry.value);
    for (char& letter : value)
      if (letter == '\n' && schema::info(entry.field).type == schema::Type::kList) letter = ',';
    std::string_view key = schema::info(entry.field).cef;
    // The program is that of the side it is on.
    if (ends.inbound && key == "sproc") key = "dproc";
    if (ends.inbound && key == "spid") key = "dpid";
    if (ends.inbound && key == "suser") key = "duser";
    extension.add(key, value);
  }
  return out + extension.text();
}

}  // namespace picket::exchange
