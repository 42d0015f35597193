// SPDX-License-Identifier: Apache-2.0
#include "scan/report.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::scan {
namespace {

constexpr uint32_t kMagic = 0x504b5352;  // "PKSR"
Counter findings_cut{"scan.findings_max", "findings left out: too many in one file"};

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  void u8(uint8_t value) { out_ += static_cast<char>(value); }
  void u32(uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) u8(static_cast<uint8_t>(value >> shift));
  }
  void text(std::string_view value) {
    value = value.substr(0, FileReport::kTextMax);
    u32(static_cast<uint32_t>(value.size()));
    out_ += value;
  }

 private:
  std::string& out_;
};

std::string read_text(ByteReader& reader) {
  const uint32_t size = reader.u32();
  if (size > FileReport::kTextMax) reader.take(SIZE_MAX);
  return std::string(as_text(reader.take(size)));
}

template <typename Enum>
Enum read_enum(ByteReader& reader, Enum last) {
  return static_cast<Enum>(std::min(reader.u8(), static_cast<uint8_t>(last)));
}

std::string packed(const Finding& finding) {
  std::string out;
  Writer writer(out);
  writer.u8(static_cast<uint8_t>(finding.detector));
  writer.u8(static_cast<uint8_t>(finding.severity));
  writer.u8(static_cast<uint8_t>(finding.confidence));
  for (const std::string* text : {&finding.rule_id, &finding.rule_name, &finding.rule_file,
                                  &finding.reason, &finding.member, &finding.technique})
    writer.text(*text);
  const size_t facts = std::min(finding.facts.size(), FileReport::kFactsMax);
  writer.u8(static_cast<uint8_t>(facts));
  for (size_t i = 0; i < facts; ++i) {
    writer.text(finding.facts[i].name);
    writer.text(finding.facts[i].value);
  }
  return out;
}

Finding read_finding(ByteReader& reader) {
  Finding finding;
  finding.detector = read_enum(reader, event::Detector::kSignature);
  finding.severity = read_enum(reader, event::Severity::kCritical);
  finding.confidence = read_enum(reader, event::Confidence::kHigh);
  for (std::string* text : {&finding.rule_id, &finding.rule_name, &finding.rule_file,
                            &finding.reason, &finding.member, &finding.technique})
    *text = read_text(reader);
  const size_t facts = std::min<size_t>(reader.u8(), FileReport::kFactsMax);
  for (size_t i = 0; i < facts && !reader.failed(); ++i) {
    std::string name = read_text(reader);
    finding.facts.push_back({std::move(name), read_text(reader)});
  }
  return finding;
}

bool is_hex_or_empty(std::string_view text, size_t digits) {
  return text.empty() || (text.size() == digits &&
                          text.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

}  // namespace

std::string_view text(FileKind kind) {
  switch (kind) {
    case FileKind::kElf: return "Linux program";
    case FileKind::kPe: return "Windows program";
    case FileKind::kScript: return "script";
    case FileKind::kArchive: return "archive";
    case FileKind::kDocument: return "document";
    default: return "file";
  }
}

std::string packed(const FileReport& report) {
  std::string out;
  Writer writer(out);
  writer.u32(kMagic);
  writer.u8(static_cast<uint8_t>(report.kind));
  for (const std::string* text : {&report.sha256, &report.md5, &report.fuzzy, &report.note})
    writer.text(*text);
  writer.u32(report.members);
  std::string parts;
  uint8_t count = 0;
  for (const Started& one : report.started) {
    if (count == FileReport::kStartedMax || parts.size() > FileReport::kBytesMax / 2) break;
    Writer part(parts);
    for (const std::string* text : {&one.by, &one.command, &one.program}) part.text(*text);
    ++count;
  }
  writer.u8(count);
  out += parts;
  parts.clear();
  count = 0;
  for (const Finding& one : report.findings) {
    const std::string part = packed(one);
    if (count == FileReport::kFindingsMax ||
        out.size() + parts.size() + part.size() >= FileReport::kBytesMax) {
      findings_cut.add();
      break;
    }
    parts += part;
    ++count;
  }
  writer.u8(count);
  return out + parts;
}

std::optional<FileReport> unpacked(Bytes message) {
  ByteReader reader(message);
  FileReport report;
  if (reader.u32() != kMagic) return std::nullopt;
  report.kind = read_enum(reader, FileKind::kDocument);
  for (std::string* text : {&report.sha256, &report.md5, &report.fuzzy, &report.note})
    *text = read_text(reader);
  report.members = reader.u32();
  const size_t started = std::min<size_t>(reader.u8(), FileReport::kStartedMax);
  for (size_t i = 0; i < started && !reader.failed(); ++i) {
    Started one;
    for (std::string* text : {&one.by, &one.command, &one.program}) *text = read_text(reader);
    report.started.push_back(std::move(one));
  }
  const size_t findings = std::min<size_t>(reader.u8(), FileReport::kFindingsMax);
  for (size_t i = 0; i < findings && !reader.failed(); ++i)
    report.findings.push_back(read_finding(reader));
  if (reader.failed() || reader.remaining() != 0 || !is_hex_or_empty(report.sha256, 64) ||
      !is_hex_or_empty(report.md5, 32))
    return std::nullopt;
  return report;
}

}  // namespace picket::scan
