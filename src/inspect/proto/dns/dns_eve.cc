// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/dns_eve.h"

#include <array>
#include <charconv>

#include "inspect/app/eve_text.h"
#include "inspect/proto/dns/dns_transaction.h"

namespace picket::inspect::dns {
namespace {

using enum ShownRecord::Form;

void append_flags(JsonWriter& out, const Header& header) {
  char hex[8];
  const auto end = std::to_chars(hex, hex + sizeof(hex), header.flags, 16);
  out.member("flags", std::string_view(hex, end.ptr));
  const struct {
    const char* name;
    bool set;
  } bits[] = {{"qr", header.response},
              {"aa", header.authoritative},
              {"tc", header.truncated},
              {"rd", header.recursion_desired},
              {"ra", header.recursion_available},
              {"z", header.reserved_bit()}};
  for (const auto& [name, set] : bits)
    if (set) out.member(name, true);
}

void append_record(JsonWriter& out, const ShownMessage& message, const ShownRecord& record) {
  out.begin_object();
  append_name(out, message, "rrname", record.owner);
  out.member("rrtype", type_text(record.type)).member("ttl", record.ttl_s);
  switch (record.form) {
    case kAddress: out.member("rdata", message.text_of(record.text)); break;
    case kText: out.member("rdata", eve_text(message.bytes_of(record.text))); break;
    case kName:
      out.member("rdata", eve_text(message.bytes_of(record.name.text)));
      if (record.name.cut) out.member("rdata_truncated", true);
      break;
    case kSoa:
      out.key("soa");
      append_soa(out, message, record);
      break;
    case kSrv:
      out.key("srv");
      append_srv(out, message, record);
      break;
    case kSshfp:
      out.key("sshfp");
      append_sshfp(out, message, record);
      break;
    case kOther: break;
  }
  out.end_object();
}

void append_records(JsonWriter& out, const ShownMessage& message, Section section,
                    std::string_view member) {
  bool open = false;
  for (const ShownRecord& record : message.records(section)) {
    if (record.type == kTypeOpt) continue;
    if (!open) out.key(member).begin_array();
    open = true;
    append_record(out, message, record);
  }
  if (open) out.end_array();
}

void append_grouped_value(JsonWriter& out, const ShownMessage& message, const ShownRecord& record) {
  switch (record.form) {
    case kName: out.value(eve_text(message.bytes_of(record.name.text))); break;
    case kSoa: append_soa(out, message, record); break;
    case kSrv: append_srv(out, message, record); break;
    case kSshfp: append_sshfp(out, message, record); break;
    default: out.value(eve_text(message.bytes_of(record.text))); break;
  }
}

// The answers once more by type: {"A": ["192.0.2.1"], "CNAME": [...]}.
void append_grouped(JsonWriter& out, const ShownMessage& message) {
  constexpr std::array<uint16_t, 11> kTypes = {1, 28, 5, 15, 2, 10, 12, 6, 33, 44, 16};
  const auto answers = message.records(Section::kAnswer);
  bool any = false;
  for (const uint16_t type : kTypes) {
    bool open = false;
    for (const ShownRecord& record : answers) {
      if (record.type != type) continue;
      if (!any) out.key("grouped").begin_object();
      any = true;
      if (!open) out.key(type_text(type)).begin_array();
      open = true;
      append_grouped_value(out, message, record);
    }
    if (open) out.end_array();
  }
  if (any) out.end_object();
}

}  // namespace

void append_name(JsonWriter& out, const ShownMessage& message, std::string_view member,
                 const ShownName& name) {
  out.member(member, eve_text(message.bytes_of(name.text)));
  if (name.cut) out.member(std::string(member) + "_truncated", true);
}

void append_soa(JsonWriter& out, const ShownMessage& message, const ShownRecord& record) {
  out.begin_object();
  append_name(out, message, "mname", record.name);
  out.member("rname", eve_text(message.bytes_of(record.mailbox.text)));
  constexpr const char* kNames[] = {"serial", "refresh", "retry", "expire", "minimum"};
  for (size_t i = 0; i < 5; ++i) out.member(kNames[i], record.numbers[i]);
  out.end_object();
}

void append_srv(JsonWriter& out, const ShownMessage& message, const ShownRecord& record) {
  out.begin_object();
  out.member("priority", record.numbers[0]).member("weight", record.numbers[1]);
  out.member("port", record.numbers[2]);
  out.member("name", eve_text(message.bytes_of(record.name.text)));
  out.end_object();
}

void append_sshfp(JsonWriter& out, const ShownMessage& message, const ShownRecord& record) {
  out.begin_object();
  out.member("fingerprint", message.text_of(record.text));
  out.member("algo", record.numbers[0]).member("type", record.numbers[1]);
  out.end_object();
}

void append_eve_members(JsonWriter& out, const ShownMessage& message, uint64_t tx_id) {
  const Header& header = message.header();
  out.member("version", 3).member("type", header.response ? "response" : "request");
  out.member("tx_id", tx_id).member("id", header.id);
  append_flags(out, header);
  out.member("opcode", header.opcode).member("rcode", rcode_text(header.rcode));
  if (!message.queries().empty()) {
    out.key("queries").begin_array();
    for (const ShownQuery& query : message.queries()) {
      out.begin_object();
      append_name(out, message, "rrname", query.name);
      out.member("rrtype", type_text(query.type));
      out.end_object();
    }
    out.end_array();
  }
  append_records(out, message, Section::kAnswer, "answers");
  append_grouped(out, message);
  append_records(out, message, Section::kAuthority, "authorities");
  append_records(out, message, Section::kAdditional, "additionals");
}

}  // namespace picket::inspect::dns
