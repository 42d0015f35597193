// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/snmp/snmp_parser.h"

#include <iterator>

#include "base/address.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/snmp/weird.h"

namespace picket::inspect::snmp {
namespace {

constexpr uint8_t kInteger = 2, kOctets = 4, kOid = 6, kSequence = 0x30, kAddress = 0x40;
constexpr uint8_t kTrap1 = 4;
constexpr std::string_view kTypes[] = {"get_request",    "get_next_request", "response",
                                       "set_request",    "trap_v1",          "get_bulk_request",
                                       "inform_request", "trap_v2",          "report"};
constexpr std::string_view kTraps[] = {
    "coldStart",       "warmStart",         "linkDown", "linkUp", "authenticationFailure",
    "egpNeighborLoss", "enterpriseSpecific"};

}  // namespace

SnmpTransaction::SnmpTransaction(uint64_t tx_id, Direction way)
    : Transaction(AppProtocol::kSnmp, tx_id), way_(way) {
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
  inspected[inspect::index(opposite(way))] = true;
}

bool SnmpTransaction::read(Bytes bytes) {
  BerReader outer(bytes);
  const auto whole = outer.next(kSequence);
  if (!whole) return false;
  BerReader reader(whole->content);
  const auto version = reader.next(kInteger);
  const auto number = version ? ber_integer(version->content) : std::nullopt;
  if (!number || (*number != 0 && *number != 1 && *number != 3)) return false;
  version_ = *number == 3 ? 3 : static_cast<int>(*number) + 1;
  if (version_ == 3) return read_version3(reader);
  const auto community = reader.next(kOctets);
  const auto pdu = reader.next();
  if (!community || !pdu) return false;
  community_ = as_text(community->content);
  return read_pdu(*pdu);
}

bool SnmpTransaction::read_version3(BerReader& reader) {
  if (!reader.next(kSequence)) return false;
  const auto security = reader.next(kOctets);
  if (!security) return false;
  if (const auto parameters = BerReader(security->content).next(kSequence)) {
    BerReader fields(parameters->content);
    fields.next();  // engine id, boots, time
    fields.next();
    fields.next();
    if (const auto user = fields.next(kOctets)) user_ = as_text(user->content);
  }
  encrypted_ = reader.peek() == kOctets;
  if (encrypted_) return true;
  const auto scoped = reader.next(kSequence);
  if (!scoped) return false;
  BerReader fields(scoped->content);
  fields.next();
  fields.next();
  const auto pdu = fields.next();
  return pdu && read_pdu(*pdu);
}

bool SnmpTransaction::read_pdu(const BerElement& pdu) {
  const uint8_t type = pdu.tag & 0x1f;
  if ((pdu.tag & 0xe0) != 0xa0 || type >= std::size(kTypes)) return false;
  type_ = type;
  BerReader reader(pdu.content);
  if (type == kTrap1) return read_trap1(reader);
  reader.next(kInteger);  // request id, error status and index
  reader.next(kInteger);
  reader.next(kInteger);
  read_variables(reader);
  return !reader.failed();
}

bool SnmpTransaction::read_trap1(BerReader& reader) {
  if (const auto enterprise = reader.next(kOid)) trap_oid_ = ber_oid(enterprise->content);
  if (const auto address = reader.next(kAddress); address && address->content.size() == 4) {
    const Bytes bytes = address->content;
    trap_address_ = IpAddress::v4_bytes({bytes[0], bytes[1], bytes[2], bytes[3]}).text();
  }
  if (const auto generic = reader.next(kInteger)) trap_type_ = ber_integer(generic->content);
  reader.next(kInteger);
  reader.next(0x43);
  read_variables(reader);
  return !reader.failed();
}

void SnmpTransaction::read_variables(BerReader& reader) {
  const auto list = reader.next(kSequence);
  if (!list) return;
  BerReader variables(list->content);
  while (const auto variable = variables.next(kSequence)) {
    if (variables_.size() == kVariablesMax) return counter_of(Weird::kTooManyVariables).add();
    if (const auto name = BerReader(variable->content).next(kOid))
      variables_.push_back(ber_oid(name->content));
  }
}

std::optional<Bytes> SnmpTransaction::buffer(BufferId buffer_id, Direction direction, size_t at) {
  if (direction != way_ || at > 0) return std::nullopt;
  switch (buffer_id) {
    case BufferId::k_snmp_community:
      return version_ == 3 ? std::nullopt : std::optional(as_bytes(community_));
    case BufferId::k_snmp_usm: return unless_empty(user_);
    case BufferId::k_snmp_trap_oid: return unless_empty(trap_oid_);
    case BufferId::k_snmp_trap_address: return unless_empty(trap_address_);
    default: return std::nullopt;
  }
}

std::optional<int64_t> SnmpTransaction::field(FieldId field_id, Direction direction, size_t at) {
  if (direction != way_ || at > 0) return std::nullopt;
  if (field_id == FieldId::k_snmp_version && version_ > 0) return version_;
  if (field_id == FieldId::k_snmp_pdu_type && type_) return *type_;
  if (field_id == FieldId::k_snmp_trap_type) return trap_type_;
  return std::nullopt;
}

void SnmpTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  if (version_ > 0) out.member("version", version_);
  if (encrypted_) out.member("pdu_type", "encrypted");
  if (type_) out.member("pdu_type", kTypes[*type_]);
  if (trap_type_ && *trap_type_ >= 0 && *trap_type_ < static_cast<int64_t>(std::size(kTraps)))
    out.member("trap_type", kTraps[*trap_type_]);
  out.member_if("trap_oid", trap_oid_).member_if("trap_address", trap_address_);
  if (!variables_.empty()) {
    out.key("vars").begin_array();
    for (const std::string& name : variables_) out.value(name);
    out.end_array();
  }
  if (version_ != 3) eve_member_if(out, "community", community_);
  eve_member_if(out, "usm", user_);
  out.end_object();
}

ParseResult SnmpParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  auto& transaction = open_transaction<SnmpTransaction>(flow, direction);
  if (!transaction.read(bytes)) {
    counter_of(Weird::kMalformed).add();
    transaction.add_event("malformed_data", direction);
  }
  return {bytes.size()};
}

}  // namespace picket::inspect::snmp
