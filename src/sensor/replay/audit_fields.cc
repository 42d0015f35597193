// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/audit_fields.h"

#include <algorithm>
#include <string>

#include "base/address.h"
#include "base/byte_reader.h"
#include "base/counter.h"

namespace picket::sensor::replay {
namespace {

Counter fields_bound{"sensor.replay.audit_fields",
                     "fields left out of audit events that have too many"};

// Between fields; 0x1d sets off the interpreted fields of the enriched log format.
constexpr std::string_view kBetween = " \t\x1d";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;  // the kernel writes upper case
}

bool decode_hex(std::string_view text, std::string& out) {
  if (text.empty() || text.size() % 2 != 0) return false;
  out.clear();
  for (size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high << 4 | low);
  }
  return true;
}

// a0, a17, a2[1]: the arguments of an EXECVE record.
bool is_argument(std::string_view name) {
  if (name.size() < 2 || name[0] != 'a' || name[1] < '0' || name[1] > '9') return false;
  return name.find_first_not_of("0123456789[]", 1) == name.npos;
}

// Fields the kernel or a trusted program writes quoted, or in hexadecimal when that would not do.
bool may_be_hex(std::string_view type, std::string_view name) {
  static constexpr std::string_view kNames[] = {
      "acct", "cmd",       "comm",  "cwd",  "data",      "dir",      "exe", "file", "grp",  "key",
      "name", "new_group", "ocomm", "path", "proctitle", "root_dir", "sw",  "vm",   "watch"};
  if (type == "EXECVE" && is_argument(name)) return true;
  if (name == "data" && type != "TTY" && type != "USER_TTY") return false;
  return std::ranges::find(kNames, name) != std::end(kNames);
}

void add_text(std::string_view name, std::string_view value, event::LogRecord& record) {
  if (record.fields().size() >= kAuditFieldsMax) {
    fields_bound.add();
    return;
  }
  record.add(record.keep(name), record.keep(value));
}

// struct sockaddr as the kernel had it: the family little-endian (all machines Debian 12 knows but
// s390x, which writes it the other way round), the rest in network order.
void add_socket_address(const std::string& raw, event::LogRecord& record) {
  ByteReader reader(as_bytes(raw));
  const uint16_t family = reader.u16_le();
  constexpr uint16_t kUnix = 1, kInet = 2, kInet6 = 10;
  if (family == kUnix) {
    std::string_view path = std::string_view(raw).substr(std::min<size_t>(2, raw.size()));
    const bool abstract = path.starts_with('\0');
    if (abstract) path.remove_prefix(1);
    path = path.substr(0, path.find('\0'));
    add_text("saddr_family", "unix", record);
    add_text("saddr_path", abstract ? "@" + std::string(path) : std::string(path), record);
    return;
  }
  if (family != kInet && family != kInet6) return;
  const uint16_t port = reader.u16();
  if (family == kInet6) reader.skip(4);  // flow label
  const Bytes address = reader.take(family == kInet ? 4 : 16);
  if (reader.failed()) return;
  IpAddress ip;
  if (family == kInet)
    ip = IpAddress::v4_bytes({address[0], address[1], address[2], address[3]});
  else
    ip = IpAddress::v6_bytes(address.data());
  add_text("saddr_family", family == kInet ? "inet" : "inet6", record);
  add_text("saddr_address", ip.text(), record);
  add_text("saddr_port", std::to_string(port), record);
}

void add_field(std::string_view type, std::string_view name, std::string_view value, bool quoted,
               event::LogRecord& record) {
  std::string decoded;
  if (!quoted && name == "saddr" && decode_hex(value, decoded)) {
    add_text(name, value, record);
    return add_socket_address(decoded, record);
  }
  if (!quoted && may_be_hex(type, name) && decode_hex(value, decoded)) {
    if (name == "proctitle") std::ranges::replace(decoded, '\0', ' ');
    return add_text(name, decoded, record);
  }
  if (!quoted && value == "(null)") return;
  add_text(name, value, record);
}

}  // namespace

void add_audit_fields(std::string_view type, std::string_view text, event::LogRecord& record) {
  while (true) {
    const size_t start = text.find_first_not_of(kBetween);
    if (start == text.npos) return;
    text.remove_prefix(start);
    const size_t equals = text.find_first_of(" =\x1d");
    if (equals == text.npos || text[equals] != '=') {  // a word that is no field
      text.remove_prefix(std::min(equals, text.size()));
      continue;
    }
    const std::string_view name = text.substr(0, equals);
    text.remove_prefix(equals + 1);
    const char quote = text.empty() ? '\0' : text.front();
    const bool quoted = quote == '"' || quote == '\'';
    const size_t end = quoted ? text.find(quote, 1) : text.find_first_of(kBetween);
    const std::string_view value =
        quoted ? text.substr(1, end == text.npos ? end : end - 1) : text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + (quoted ? 1 : 0));
    // msg='op=PAM:session_open acct="root" ...': what a program reported, fields of their own.
    if (quote == '\'' && name == "msg") {
      add_audit_fields(type, value, record);
      continue;
    }
    add_field(type, name, value, quoted, record);
  }
}

}  // namespace picket::sensor::replay
