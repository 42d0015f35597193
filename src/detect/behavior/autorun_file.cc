// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/autorun_file.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/byte_reader.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

constexpr std::array<std::string_view, 6> kStarters = {"rundll32", "cmd",      "wscript",
                                                       "cscript",  "regsvr32", "start"};

// UTF-16 to bytes: what is not ASCII becomes '?', which no key or path of interest contains.
std::string narrowed(Bytes bytes, bool little_endian) {
  std::string out;
  ByteReader reader(bytes);
  while (reader.remaining() >= 2) {
    const uint16_t unit = little_endian ? reader.u16_le() : reader.u16();
    out += unit < 0x80 ? static_cast<char>(unit) : '?';
  }
  return out;
}

std::string text_of(std::string_view bytes) {
  if (bytes.starts_with("\xff\xfe")) return narrowed(as_bytes(bytes.substr(2)), true);
  if (bytes.starts_with("\xfe\xff")) return narrowed(as_bytes(bytes.substr(2)), false);
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  return std::string(bytes);
}

constexpr std::string_view kBlank(" \t\r\v\f\0", 6);

// shell\VERB\command, for any verb.
bool is_verb_command(std::string_view key) {
  return key.starts_with("shell\\") && key.ends_with("\\command");
}

void read_pair(std::string_view key_text, std::string_view value, AutorunFile& out) {
  const std::string key = folded(trimmed(key_text, kBlank));
  value = trimmed(value, kBlank);
  if (key == "icon") out.icon = value;
  if (key == "label") out.label = value;
  if (key == "action") out.action = value;
  if (key != "open" && key != "shellexecute" && !is_verb_command(key)) return;
  if (value.empty()) return;
  if (out.commands.size() == AutorunFile::kCommandsMax) {
    out.cut = true;
    return;
  }
  out.commands.push_back({key, std::string(value), autorun_target(value)});
}

void read_line(std::string_view line, bool& within, AutorunFile& out) {
  line = trimmed(line, kBlank);
  if (line.empty() || line.front() == ';') return;
  ++out.lines;
  if (line.front() == '[') {
    const std::string name = folded(line.substr(1, line.find(']') - 1));
    within = name == "autorun" || name.starts_with("autorun.");
    out.section_found |= within;
    return;
  }
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos) {
    ++out.junk_lines;
  } else if (within) {
    read_pair(line.substr(0, equals), line.substr(equals + 1), out);
  }
}

}  // namespace

std::string autorun_target(std::string_view line) {
  for (const std::string& word : command_words(line)) {
    std::string_view target = word;
    while (target.starts_with(".\\") || target.starts_with("./")) target.remove_prefix(2);
    const std::string_view program = stem(base_name(target));
    const bool starter = std::ranges::any_of(
        kStarters, [&](std::string_view s) { return equal_folded(s, program); });
    if (target.empty() || starter || target.front() == '/' || target.front() == '-') continue;
    return std::string(target.substr(0, target.find(',')));  // rundll32 FILE,FUNCTION
  }
  return {};
}

AutorunFile parse_autorun(std::string_view bytes) {
  AutorunFile out;
  out.cut = bytes.size() > AutorunFile::kBytesMax;
  const std::string text = text_of(bytes.substr(0, AutorunFile::kBytesMax));
  bool within = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find_first_of("\n\r", at), text.size());
    read_line(std::string_view(text).substr(at, end - at), within, out);
    at = end + 1;
  }
  return out;
}

}  // namespace picket::detect::behavior
