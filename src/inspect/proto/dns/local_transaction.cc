// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/local_transaction.h"

#include <algorithm>

#include "base/ascii.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/dns/dns_eve.h"
#include "inspect/proto/dns/dns_transaction.h"

namespace picket::inspect::dns {
namespace {

std::string lower_type(uint16_t type) { return ascii_lowered(type_text(type)); }

}  // namespace

LocalTransaction::LocalTransaction(const LocalKind& kind, uint64_t tx_id, Direction direction,
                                   ShownMessage&& message)
    : Transaction(kind.protocol, tx_id),
      kind_(kind),
      direction_(direction),
      message_(std::move(message)) {
  add_fault_events(*this, message_, direction);
  if (kind.opcode_must_be_0 && message_.header().opcode != 0)
    add_event("invalid_opcode", direction);
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
  inspected[index(opposite(direction))] = true;
}

std::optional<Bytes> LocalTransaction::owner(Section section, size_t index) const {
  const auto records = message_.records(section);
  if (index >= records.size()) return std::nullopt;
  return message_.bytes_of(records[index].owner.text);
}

std::optional<Bytes> LocalTransaction::buffer(BufferId buffer_id, Direction direction,
                                              size_t index) {
  if (direction != direction_) return std::nullopt;
  if (buffer_id == kind_.queries) {
    if (index >= message_.queries().size()) return std::nullopt;
    return message_.bytes_of(message_.queries()[index].name.text);
  }
  if (buffer_id == kind_.answers) return owner(Section::kAnswer, index);
  if (buffer_id == kind_.authorities) return owner(Section::kAuthority, index);
  if (buffer_id == kind_.additionals) return owner(Section::kAdditional, index);
  if (buffer_id == kind_.response && message_.header().response) return message_.any_name(index);
  return std::nullopt;
}

void LocalTransaction::append_value(JsonWriter& out, const ShownRecord& record) const {
  using enum ShownRecord::Form;
  switch (record.form) {
    case kName: out.value(eve_text(message_.bytes_of(record.name.text))); break;
    case kSoa: append_soa(out, message_, record); break;
    case kSrv: append_srv(out, message_, record); break;
    case kSshfp: append_sshfp(out, message_, record); break;
    default: out.value(eve_text(message_.bytes_of(record.text))); break;
  }
}

// `same`: the entries of one record, several when it is a TXT record.
void LocalTransaction::append_record(JsonWriter& out, std::span<const ShownRecord> same) const {
  const ShownRecord& record = same.front();
  out.begin_object();
  append_name(out, message_, "rrname", record.owner);
  if (kind_.every_type) out.member("rrtype", lower_type(record.type)).member("ttl", record.ttl_s);
  if (record.type == kTypeTxt) {
    out.key("txt").begin_array();
    for (const ShownRecord& entry : same) append_value(out, entry);
    out.end_array();
  } else if (record.type == kTypePtr ||
             (kind_.every_type && record.form != ShownRecord::Form::kOther)) {
    out.key(lower_type(record.type));
    append_value(out, record);
  }
  out.end_object();
}

void LocalTransaction::append_records(JsonWriter& out, Section section,
                                      std::string_view member) const {
  const auto records = message_.records(section);
  bool open = false;
  for (size_t i = 0; i < records.size();) {
    size_t end = i + 1;
    while (end < records.size() && records[end].owner.text.offset == records[i].owner.text.offset &&
           records[i].type == kTypeTxt)
      ++end;
    if (records[i].type != kTypeOpt) {
      if (!open) out.key(member).begin_array();
      open = true;
      append_record(out, records.subspan(i, end - i));
    }
    i = end;
  }
  if (open) out.end_array();
}

void LocalTransaction::append_eve(JsonWriter& out) const {
  const Header& header = message_.header();
  out.begin_object();
  out.member("type", header.response ? "response" : "request");
  if (kind_.every_type) out.member("tx_id", id);
  out.member("id", header.id);
  bool open = false;
  for (const auto& [bit, name] : kind_.flags) {
    if ((header.flags & bit) == 0) continue;
    if (!open) out.key("flags").begin_array();
    open = true;
    out.value(name);
  }
  if (open) out.end_array();
  out.member("opcode", header.opcode);
  if (kind_.shows_rcode) out.member("rcode", header.rcode);
  if (!message_.queries().empty()) {
    out.key("queries").begin_array();
    for (const ShownQuery& query : message_.queries()) {
      out.begin_object();
      append_name(out, message_, "rrname", query.name);
      out.member("rrtype", lower_type(query.type));
      out.end_object();
    }
    out.end_array();
  }
  append_records(out, Section::kAnswer, "answers");
  append_records(out, Section::kAuthority, "authorities");
  append_records(out, Section::kAdditional, "additionals");
  out.end_object();
}

}  // namespace picket::inspect::dns
