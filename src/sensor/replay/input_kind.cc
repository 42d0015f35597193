// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/input_kind.h"

namespace picket::sensor::replay {
namespace {

using namespace std::string_view_literals;

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> starts) {
  for (const std::string_view start : starts)
    if (text.starts_with(start)) return true;
  return false;
}

// Whether an element of that name opens in the text: <Event>, <Event ...>, <e:Event>.
bool opens_event(std::string_view text) {
  for (size_t at = text.find("Event"); at != text.npos; at = text.find("Event", at + 1)) {
    const std::string_view after = text.substr(at + 5, 2);
    if (at == 0 || (text[at - 1] != '<' && text[at - 1] != ':')) continue;
    if (starts_with_any(after, {">", " ", "s>", "s "})) return true;
  }
  return false;
}

// An audit record has its serial: msg=audit(1604996384.965:93777):
bool has_audit_stamp(std::string_view text) {
  const size_t at = text.find("msg=audit(");
  return at != text.npos && text.find("type=") < at;
}

InputKind text_kind(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos) return InputKind::kEmpty;
  text.remove_prefix(start);
  if (text.starts_with('{')) return InputKind::kJson;
  if (text.starts_with('[')) {
    const size_t inner = text.find_first_not_of(" \t\r\n", 1);
    if (inner != text.npos && (text[inner] == '{' || text[inner] == ']')) return InputKind::kJson;
  }
  if (text.starts_with("#separator ") || text.starts_with("#fields\t")) return InputKind::kZeekTsv;
  const std::string_view line = text.substr(0, text.find('\n'));
  if (has_audit_stamp(line)) return InputKind::kAuditd;
  // Markup goes on with a letter or with <? and <!; <14> is the priority of a syslog line.
  const bool markup = text.size() > 1 && text[0] == '<' && (text[1] < '0' || text[1] > '9');
  if (opens_event(text)) return markup ? InputKind::kEventXml : InputKind::kSysmonSyslog;
  return has_audit_stamp(text) ? InputKind::kAuditd : InputKind::kUnknown;
}

}  // namespace

InputKind detect_kind(Bytes head) {
  const std::string_view text = as_text(head);
  if (text.empty()) return InputKind::kEmpty;
  if (starts_with_any(text, {"ElfFile\0"sv, "ElfChnk\0"sv})) return InputKind::kEvtx;
  if (starts_with_any(text, {"\xd4\xc3\xb2\xa1"sv, "\xa1\xb2\xc3\xd4"sv, "\x4d\x3c\xb2\xa1"sv,
                             "\xa1\xb2\x3c\x4d"sv}))
    return InputKind::kPcap;
  if (text.starts_with("\x0a\x0d\x0d\x0a"sv)) return InputKind::kPcapng;
  // What a Mac keeps beside a file in archives (AppleDouble): nothing of the file's own.
  if (text.starts_with("\x00\x05\x16\x07"sv)) return InputKind::kEmpty;
  return text_kind(text);
}

bool is_container(Bytes head) {
  const std::string_view text = as_text(head);
  if (starts_with_any(text, {"\x1f\x8b"sv, "\x28\xb5\x2f\xfd"sv, "PK\x03\x04"sv, "PK\x05\x06"sv,
                             "\xfd"
                             "7zXZ\0"sv,
                             "BZh"sv}))
    return true;
  constexpr size_t kTarMagic = 257;
  return text.size() > kTarMagic + 5 && text.substr(kTarMagic, 5) == "ustar";
}

TextEncoding detect_encoding(Bytes head) {
  const std::string_view text = as_text(head);
  if (text.starts_with("\xff\xfe") || text.starts_with("<\0"sv) || text.starts_with("{\0"sv) ||
      text.starts_with("[\0"sv))
    return TextEncoding::kUtf16Little;
  return TextEncoding::kUtf8;
}

}  // namespace picket::sensor::replay
