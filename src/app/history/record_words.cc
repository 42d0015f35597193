// SPDX-License-Identifier: Apache-2.0
#include "app/history/record_words.h"

#include "base/utf8.h"
#include "view/units.h"

namespace picket::app::history {
namespace {

using schema::Field;
using schema::Kind;
using schema::Record;

std::string said(const Record& record, Field field) {
  const schema::Value* value = record.find(field);
  return value ? printable(schema::text_of(field, *value)) : std::string();
}

void add(std::string& words, const std::string& more, std::string_view before = " ") {
  if (more.empty()) return;
  if (!words.empty()) words += before;
  words += more;
}

std::string process_words(const Record& record) {
  std::string words = said(record, Field::kProcessName);
  if (words.empty()) words = said(record, Field::kProcessExecutable);
  if (const std::string pid = said(record, Field::kProcessPid); !pid.empty())
    words += words.empty() ? "pid " + pid : " (pid " + pid + ")";
  return words;
}

std::string endpoint_words(const Record& record, Field address, Field port) {
  const schema::Value* value = record.find(address);
  const auto* ip = value ? std::get_if<IpAddress>(value) : nullptr;
  if (!ip) return {};
  return Endpoint{*ip, static_cast<uint16_t>(record.number_of(port))}.text();
}

std::string flow_words(const Record& record) {
  std::string words = process_words(record);
  const std::string way = said(record, Field::kDirection);
  const std::string local = endpoint_words(record, Field::kLocalIp, Field::kLocalPort);
  if (way == "listening") {
    add(words, "listens on " + local);
  } else {
    add(words, way == "inbound" ? "<-" : "->");
    add(words, endpoint_words(record, Field::kRemoteIp, Field::kRemotePort));
    add(words, said(record, Field::kRemoteName));
    if (way == "inbound") add(words, "to " + local);
  }
  add(words, said(record, Field::kTransport), ", ");
  if (record.find(Field::kBytesIn))
    add(words,
        view::short_bytes(static_cast<uint64_t>(record.number_of(Field::kBytesIn))) + "B in, " +
            view::short_bytes(static_cast<uint64_t>(record.number_of(Field::kBytesOut))) + "B out",
        ", ");
  if (said(record, Field::kState) == "open") add(words, "begins", ", ");
  return words;
}

std::string dns_words(const Record& record) {
  std::string words = process_words(record);
  add(words, said(record, Field::kDnsName), words.empty() ? "" : " asks for ");
  add(words, said(record, Field::kDnsType));
  add(words, said(record, Field::kDnsCode), ": ");
  if (const std::string_view answers = record.text_of(Field::kDnsAnswers); !answers.empty()) {
    std::string listed;
    for (const std::string_view one : schema::elements(answers)) add(listed, printable(one), ", ");
    add(words, listed, ": ");
  }
  return words;
}

std::string http_words(const Record& record) {
  std::string words = process_words(record);
  add(words, said(record, Field::kHttpMethod), words.empty() ? "" : ": ");
  add(words, said(record, Field::kHttpHost) + said(record, Field::kHttpUri));
  add(words, said(record, Field::kHttpStatus));
  return words;
}

std::string tls_words(const Record& record) {
  std::string words = process_words(record);
  add(words, said(record, Field::kTlsName), words.empty() ? "" : ": ");
  add(words, endpoint_words(record, Field::kRemoteIp, Field::kRemotePort));
  add(words, said(record, Field::kTlsJa4));
  return words;
}

std::string start_words(const Record& record) {
  std::string words = process_words(record);
  const std::string parent = said(record, Field::kParentExecutable);
  if (!parent.empty()) add(words, "started by " + parent);
  add(words, said(record, Field::kProcessCommandLine), ": ");
  return words;
}

std::string file_words(const Record& record) {
  std::string words = said(record, Field::kFilePath);
  add(words, said(record, Field::kFileAction));
  add(words, process_words(record), " by ");
  add(words, said(record, Field::kFileSha256));
  return words;
}

std::string alert_words(const Record& record, bool color) {
  std::string severity = said(record, Field::kSeverity);
  const std::string_view paint = color ? color_of(severity) : std::string_view();
  std::string words = paint.empty() ? severity : std::string(paint) + severity + "\x1b[0m";
  add(words, said(record, Field::kRuleName));
  return words + "\n    " + said(record, Field::kReason);
}

}  // namespace

std::string time_words(WallTime time) {
  std::string words = view::rfc3339_seconds(time);
  words[10] = ' ';
  return words;
}

std::string_view color_of(std::string_view word) {
  if (word == "critical" || word == "high") return "\x1b[1;31m";
  if (word == "medium") return "\x1b[33m";
  if (word == "low") return "\x1b[36m";
  return word.empty() ? "" : "\x1b[2m";
}

std::string record_line(const Record& record, bool color) {
  std::string kind(text(record.kind));
  kind.resize(8, ' ');
  std::string line = time_words(record.time) + "  " + kind;
  switch (record.kind) {
    case Kind::kAlert: line += alert_words(record, color); break;
    case Kind::kFlow: line += flow_words(record); break;
    case Kind::kProcess: line += start_words(record); break;
    case Kind::kDns: line += dns_words(record); break;
    case Kind::kHttp: line += http_words(record); break;
    case Kind::kTls: line += tls_words(record); break;
    case Kind::kFile: line += file_words(record); break;
  }
  return line + '\n';
}

}  // namespace picket::app::history
