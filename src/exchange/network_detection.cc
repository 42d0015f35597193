// SPDX-License-Identifier: Apache-2.0
#include "exchange/network_detection.h"

#include <algorithm>
#include <charconv>
#include <span>

#include "base/ascii.h"
#include "exchange/parts.h"
#include "incident/incident.h"

namespace picket::exchange {
namespace {

using schema::Field;
using schema::Record;

// How a value is written there.
enum class Form : uint8_t {
  kText,
  kPath,  // E:/A/B for E:\A\B
  kList,  // a, b
  kTime,  // 2021-06-08 20:08:00 UTC
  kAddress,
  kNumber,
  kPort,  // with a comma for thousands
  kFlag,
  kCoded,   // "2: TCP": one of the scale
  kTactic,  // ATT&CK's name
};

// A number and its label on the source's scale, and the word it is here.
struct Code {
  std::string_view label, word;
};
constexpr Code kProtocols[] = {
    {"1: Others", "other"}, {"2: TCP", "tcp"}, {"3: UDP", "udp"}, {"4: ICMP", "icmp"}};
constexpr Code kDirections[] = {{"1: Inbound", "inbound"}, {"2: Outbound", "outbound"}};
constexpr Code kRelations[] = {{"1", "trigger"}, {"2", "lineage"}, {"3", "related"}};
constexpr Code kPriorities[] = {{"LOW", "low"},    {"MEDIUM", "medium"},    {"HIGH", "high"},
                                {"1: Low", "low"}, {"2: Medium", "medium"}, {"3: High", "high"}};
constexpr Code kActions[] = {{"1: Blocked", "blocked"}, {"2: Detected", "detected"}};

struct Row {
  std::string_view name;
  Field field;
  Form form = Form::kText;
  std::span<const Code> codes = {};
};
constexpr Row kRows[] = {
    {"app_name", Field::kProcessExecutable, Form::kPath},
    {"categories", Field::kRuleCategories, Form::kList},
    {"data_source_url_domain", Field::kSourceUrl},
    {"data_type", Field::kEventDataType},
    {"deepsight_domain", Field::kIntelDomain},
    {"description", Field::kReason},
    {"device_ip", Field::kDeviceIp, Form::kAddress},
    {"device_name", Field::kHost},
    {"device_time", Field::kEventOriginalTime},
    {"device_uid", Field::kDeviceUid},
    {"domain_name", Field::kDeviceDomain},
    {"event_actor.pid", Field::kProcessPid, Form::kNumber},
    {"event_id", Field::kEventCode},
    {"event_log_name", Field::kEventLog},
    {"event_source", Field::kIncidentRelation, Form::kCoded, kRelations},
    {"event_uuid", Field::kId},
    {"external_ip", Field::kRemoteIp, Form::kAddress},
    {"external_port", Field::kRemotePort, Form::kPort},
    {"host_name", Field::kDeviceName},
    {"incident", Field::kIncidentId},
    {"incident_priority_level", Field::kIncidentPriority, Form::kCoded, kPriorities},
    {"infected", Field::kInfected, Form::kFlag},
    {"internal_ip", Field::kLocalIp, Form::kAddress},
    {"internal_port", Field::kLocalPort, Form::kPort},
    {"intrusion_url", Field::kUrl},
    {"local_host_mac", Field::kLocalMac},
    {"log_time", Field::kEventLogged, Form::kTime},
    {"mitre.tactic", Field::kTactics, Form::kTactic},
    {"mitre.technique_id", Field::kTechniques, Form::kList},
    {"mitre.technique_name", Field::kTechniqueNames, Form::kList},
    {"network_protocol", Field::kTransport, Form::kCoded, kProtocols},
    {"on_premises", Field::kOnPremises, Form::kFlag},
    {"remote_host_mac", Field::kRemoteMac},
    {"severity", Field::kEventSeverity},
    {"sid", Field::kRuleId},
    {"signature_id", Field::kRuleId},
    {"signature_name", Field::kRuleName},
    {"symc_device_action", Field::kAction, Form::kCoded, kActions},
    {"time", Field::kTime, Form::kTime},
    {"timezone", Field::kTimezone},
    {"traffic_direction", Field::kTraffic, Form::kCoded, kDirections},
    {"type_id", Field::kEventType},
    {"user_name", Field::kUser},
};

using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

// What is copied off a page has no-break spaces (U+00A0) between names and values.
std::string with_plain_blanks(std::string_view text) {
  constexpr std::string_view kNoBreak = "\xc2\xa0";
  std::string out(text);
  for (size_t at = out.find(kNoBreak); at != out.npos; at = out.find(kNoBreak, at))
    out.replace(at, kNoBreak.size(), " ");
  return out;
}

bool is_sentinel(std::string_view value) {
  constexpr std::string_view kSentinels[] = {
      "", "null", "none", "notavailable", "000000000000", "0.0.0.0"};
  return std::ranges::find(kSentinels, value) != std::end(kSentinels);
}

// What stands where nothing is known.
std::string_view sentinel_of(const Row& row) {
  if (row.field == Field::kLocalMac || row.field == Field::kRemoteMac) return "000000000000";
  if (row.field == Field::kIntelDomain) return "notavailable";
  return row.field == Field::kUser ? "none" : "null";
}

void flatten(const Json& value, const std::string& name, Pairs& out) {
  if (out.size() >= kDetectionFieldsMax) return;
  if (value.is_object()) {
    for (const auto& [key, below] : value.items())
      flatten(below, name.empty() ? key : name + '.' + key, out);
  } else if (value.is_array()) {
    std::string joined;
    for (const Json& one : value)
      joined +=
          (joined.empty() ? "" : ", ") + (one.is_string() ? one.get<std::string>() : one.dump());
    out.emplace_back(name, joined);
  } else {
    out.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  }
}

Result<Pairs> pairs_of(std::string_view text) {
  Pairs pairs;
  if (const size_t first = text.find_first_not_of(" \t\r\n");
      first != text.npos && text[first] == '{') {
    const Json document = Json::parse(text, nullptr, false);
    if (document.is_discarded()) return failure("it begins like JSON and is none");
    flatten(document, {}, pairs);
    return pairs;
  }
  while (!text.empty() && pairs.size() < kDetectionFieldsMax) {
    const std::string line = trimmed(with_plain_blanks(text.substr(0, text.find('\n'))));
    text.remove_prefix(
        std::min(text.size(), text.find('\n') == text.npos ? text.size() : text.find('\n') + 1));
    const size_t blank = line.find_first_of(" \t");
    if (line.empty() || line.front() == '#') continue;
    pairs.emplace_back(line.substr(0, blank),
                       blank == line.npos ? std::string() : trimmed(line.substr(blank)));
  }
  return pairs;
}

// 2021-06-08 20:08:00 UTC, RFC 3339, or milliseconds since 1970.
std::optional<WallTime> time_of(std::string_view text) {
  int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  constexpr int64_t kMsMax = INT64_MAX / 1'000'000;
  if (error == std::errc() && end == text.data() + text.size() && ms > 0 && ms < kMsMax)
    return WallTime{ms * 1'000'000};
  std::string form(text);
  if (form.ends_with(" UTC")) form.replace(form.size() - 4, 4, "Z");
  if (form.size() > 10 && form[10] == ' ') form[10] = 'T';
  return parse_rfc3339(form);
}

std::string time_text(WallTime time) {
  std::string text = rfc3339(time).substr(0, 19) + " UTC";
  text[10] = ' ';
  return text;
}

std::optional<int64_t> number_of(std::string_view text) {
  std::string digits;
  for (const char c : text)
    if (c != ',') digits += c;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return std::nullopt;
  return value;
}

// By label where there is one, else by the number alone: "2: TCP", "TCP" or "2".
std::string word_for(std::span<const Code> codes, std::string_view value) {
  const std::string wanted = ascii_lowered(value);
  for (const Code& code : codes) {
    const std::string label = ascii_lowered(code.label);
    const size_t colon = label.find(": ");
    if (wanted == label || (colon != label.npos && (wanted == label.substr(0, colon) ||
                                                    wanted == label.substr(colon + 2))))
      return std::string(code.word);
  }
  // A label that this scale does not have: blocked, quarantined, deleted.
  const size_t colon = wanted.find(": ");
  return colon == wanted.npos ? wanted : wanted.substr(colon + 2);
}

// ATT&CK's number of a tactic by the name it has or had.
std::string tactic_number(std::string_view name) {
  if (ascii_lowered(name) == "defense evasion") return "TA0005";
  for (int i = 1; i < 300; ++i) {
    std::string number = std::to_string(i);
    number = "TA" + std::string(4 - std::min<size_t>(4, number.size()), '0') + number;
    if (ascii_lowered(incident::tactic_name(number)) == ascii_lowered(name)) return number;
  }
  return std::string(name);
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> out;
  for (size_t from = 0; from <= text.size();) {
    const size_t comma = std::min(text.find(',', from), text.size());
    if (std::string one = trimmed(text.substr(from, comma - from)); !one.empty())
      out.push_back(std::move(one));
    from = comma + 1;
  }
  return out;
}

void read_path(Record& record, std::string value) {
  // A drive letter says whose separators these are.
  if (value.size() > 2 && value[1] == ':') std::ranges::replace(value, '/', '\\');
  record.text(Field::kProcessExecutable, value);
  record.text(Field::kProcessName, base_name(value));
}

void read_value(Record& record, const Row& row, const std::string& value) {
  switch (row.form) {
    case Form::kText: record.text(row.field, value); return;
    case Form::kPath: read_path(record, value); return;
    case Form::kList: record.list(row.field, split(value)); return;
    case Form::kAddress:
      if (const auto address = IpAddress::parse(value)) record.value(row.field, *address);
      return;
    case Form::kNumber:
    case Form::kPort:
      if (const auto number = number_of(value)) record.value(row.field, *number);
      return;
    case Form::kFlag:
      if (value == "true" || value == "false") record.value(row.field, value == "true");
      return;
    case Form::kTime:
      if (const auto time = time_of(value)) {
        if (row.field == Field::kTime)
          record.time = *time;
        else
          record.value(row.field, time->ns);
      }
      return;
    case Form::kTactic: {
      std::vector<std::string> numbers;
      for (const std::string& name : split(value)) numbers.push_back(tactic_number(name));
      record.list(row.field, numbers);
      return;
    }
    case Form::kCoded: {
      const std::string word = word_for(row.codes, value);
      if (schema::info(row.field).type == schema::Type::kWord)
        record.word(row.field, word);
      else
        record.text(row.field, word);
      return;
    }
  }
}

// The source counts from 0, the worst, to 15.
void add_severity(Record& record) {
  const std::string_view given = record.text_of(Field::kEventSeverity);
  const std::string label = ascii_lowered(
      given.substr(given.find(": ") == given.npos ? given.size() : given.find(": ") + 2));
  const auto number = number_of(given.substr(0, given.find(':')));
  std::string_view word = "medium";
  if (label == "critical" || (label.empty() && number && *number <= 3))
    word = "critical";
  else if (label == "major" || (label.empty() && number && *number <= 7))
    word = "high";
  else if (label.starts_with("info") || (label.empty() && number && *number >= 12))
    word = "informational";
  record.word(Field::kSeverity, word);
  record.word(Field::kConfidence, "medium");
  if (const auto severity = event::parse_severity(word))
    record.number(Field::kScore, event::score(*severity, event::Confidence::kMedium));
}

// Nobody says who opened the connection; a well-known port on one side alone does.
void add_direction(Record& record) {
  constexpr int64_t kServicePortMax = 1023;
  const auto serves = [&](Field port) {
    return record.find(port) && record.number_of(port) > 0 &&
           record.number_of(port) <= kServicePortMax;
  };
  const bool here = serves(Field::kLocalPort), there = serves(Field::kRemotePort);
  if (here != there && record.find(Field::kLocalPort) && record.find(Field::kRemotePort))
    record.word(Field::kDirection, here ? "inbound" : "outbound");
}

std::string written(const Record& record, const Row& row) {
  if (row.field == Field::kTime) return time_text(record.time);
  const schema::Value* value = record.find(row.field);
  if (!value) return std::string(sentinel_of(row));
  std::string text = schema::text_of(row.field, *value);
  switch (row.form) {
    case Form::kPath: std::ranges::replace(text, '\\', '/'); return text;
    case Form::kTime: return time_text(WallTime{std::get<int64_t>(*value)});
    case Form::kPort:
      for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
      return text;
    case Form::kCoded:
      for (const Code& code : row.codes)
        if (code.word == text) return std::string(code.label);
      return text;
    case Form::kList:
    case Form::kTactic: {
      std::string joined;
      for (const std::string_view one : schema::elements(text)) {
        const std::string_view name = incident::tactic_name(one);
        joined += (joined.empty() ? "" : ", ") + std::string(name.empty() ? one : name);
      }
      return joined;
    }
    default: return text;
  }
}

}  // namespace

Result<NetworkDetection> parse_network_detection(std::string_view text) {
  if (text.size() > kDetectionBytesMax) return failure("larger than 1 MiB: no such event");
  TRY_ASSIGN(const Pairs pairs, pairs_of(text));
  NetworkDetection out;
  Record& record = out.record;
  record.kind = schema::Kind::kAlert;
  for (const auto& [name, value] : pairs) {
    const auto row = std::ranges::find(kRows, name, &Row::name);
    if (row == std::end(kRows))
      out.left.push_back(name);
    else if (!is_sentinel(value) && !record.find(row->field))
      read_value(record, *row, value);
  }
  if (record.time.ns == 0)
    if (const auto time = time_of(record.text_of(Field::kEventOriginalTime))) record.time = *time;
  if (record.time.ns == 0 || (!record.find(Field::kRuleId) && !record.find(Field::kRuleName)))
    return failure("no network detection: it says neither when nor which signature",
                   "It has fields such as time, signature_id and signature_name.");
  add_severity(record);
  add_direction(record);
  record.word(Field::kDetector, "signature");
  record.number(Field::kCount, 1);
  record.text(Field::kSourceKind, "imported detection");
  if (!record.find(Field::kAction)) record.text(Field::kAction, "detected");
  record.finish();
  const std::string_view said = record.text_of(Field::kReason);
  out.title = said.substr(0, said.find(": "));
  if (out.title.empty()) out.title = word_of(record, Field::kRuleName);
  out.odd = oddities(record);
  return out;
}

Pairs network_detection_fields(const Record& record) {
  Pairs out;
  for (const Row& row : kRows) out.emplace_back(row.name, written(record, row));
  return out;
}

}  // namespace picket::exchange
