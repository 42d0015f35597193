// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dhcp/dhcp_parser.h"

#include <algorithm>
#include <iterator>

#include "base/address.h"
#include "inspect/app/eve_text.h"
#include "inspect/proto/dhcp/weird.h"

namespace picket::inspect::dhcp {
namespace {

constexpr size_t kFixedBytes = 240;  // up to and with the magic number
constexpr size_t kServerNameAt = 44, kServerNameBytes = 64, kFileAt = 108, kFileBytes = 128;
enum Code : uint8_t {
  kMask = 1,
  kRouters = 3,
  kDnsServers = 6,
  kHostName = 12,
  kRequestedIp = 50,
  kLease = 51,
  kOverload = 52,
  kType = 53,
  kParameters = 55,
  kRenewal = 58,
  kRebinding = 59,
  kVendorClass = 60,
  kClientId = 61,
  kPad = 0,
  kEnd = 255,
};
constexpr std::string_view kTypes[] = {"",    "discover", "offer",   "request", "decline",
                                       "ack", "nak",      "release", "inform"};

std::string address_text(Bytes bytes) {
  return IpAddress::v4_bytes({bytes[0], bytes[1], bytes[2], bytes[3]}).text();
}

std::string_view parameter_name(uint8_t code) {
  switch (code) {
    case 1: return "subnet_mask";
    case 3: return "router";
    case 6: return "dns_server";
    case 15: return "domain";
    case 35: return "arp_timeout";
    case 42: return "ntp_server";
    case 66: return "tftp_server_name";
    case 150: return "tftp_server_ip";
    default: return {};
  }
}

}  // namespace

DhcpTransaction::DhcpTransaction(uint64_t tx_id, Direction way)
    : Transaction(AppProtocol::kDhcp, tx_id), way_(way) {
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
  inspected[inspect::index(opposite(way))] = true;
}

bool DhcpTransaction::read(Bytes bytes) {
  ByteReader reader(bytes);
  reply_ = reader.u8() == 2;
  reader.skip(1);
  const size_t hardware_bytes = std::min<size_t>(reader.u8(), 16);
  reader.skip(1);
  id_ = reader.u32();
  reader.skip(4);
  for (std::string* address : {&client_ip_, &your_ip_, &next_ip_, &relay_ip_}) {
    const Bytes four = reader.take(4);
    if (four.size() == 4) *address = address_text(four);
  }
  client_mac_ = eve_hex(reader.take(16).first(reader.failed() ? 0 : hardware_bytes), ':');
  reader.seek(kFixedBytes);
  if (reader.failed()) return false;
  read_options(bytes.subspan(kFixedBytes));
  // Option 52: the fields for names hold more options.
  if (const Option* overload = option(kOverload);
      overload != nullptr && overload->value.size() == 1) {
    const auto which = static_cast<uint8_t>(overload->value[0]);
    if ((which & 1) != 0) read_options(bytes.subspan(kFileAt, kFileBytes));
    if ((which & 2) != 0) read_options(bytes.subspan(kServerNameAt, kServerNameBytes));
  }
  return true;
}

void DhcpTransaction::read_options(Bytes bytes) {
  ByteReader reader(bytes);
  while (reader.remaining() > 0 && options_.size() < kOptionsMax) {
    const uint8_t code = reader.u8();
    if (code == kPad) continue;
    if (code == kEnd) return;
    const Bytes value = reader.take(reader.u8());
    if (reader.failed()) {
      counter_of(Weird::kTruncatedOptions).add();
      add_event("truncated_options", way_);
      return;
    }
    const bool numeric = code == kLease || code == kRenewal || code == kRebinding;
    const bool fits = code == kType ? value.size() == 1 : !numeric || value.size() == 4;
    if (!fits) {
      counter_of(Weird::kMalformedOptions).add();
      add_event("malformed_options", way_);
    }
    options_.push_back({code, std::string(as_text(value))});
  }
}

const DhcpTransaction::Option* DhcpTransaction::option(uint8_t code) const {
  const auto at = std::ranges::find(options_, code, &Option::code);
  return at == options_.end() ? nullptr : &*at;
}

std::optional<uint32_t> DhcpTransaction::number(uint8_t code) const {
  const Option* found = option(code);
  if (found == nullptr || found->value.size() != 4) return std::nullopt;
  return ByteReader(as_bytes(found->value)).u32();
}

std::optional<int64_t> DhcpTransaction::field(FieldId field_id, Direction direction, size_t at) {
  if (direction != way_ || at > 0) return std::nullopt;
  if (field_id == FieldId::k_dhcp_leasetime) return number(kLease);
  if (field_id == FieldId::k_dhcp_renewal_time) return number(kRenewal);
  if (field_id == FieldId::k_dhcp_rebinding_time) return number(kRebinding);
  return std::nullopt;
}

void DhcpTransaction::append_addresses(JsonWriter& out, std::string_view member,
                                       uint8_t code) const {
  const Option* found = option(code);
  if (found == nullptr || found->value.size() < 4) return;
  out.key(member).begin_array();
  const Bytes bytes = as_bytes(found->value);
  for (size_t at = 0; at + 4 <= bytes.size(); at += 4)
    out.value(address_text(bytes.subspan(at, 4)));
  out.end_array();
}

void DhcpTransaction::append_options(JsonWriter& out) const {
  if (const Option* type = option(kType); type != nullptr && type->value.size() == 1) {
    const auto number = static_cast<uint8_t>(type->value[0]);
    out.member("dhcp_type", number > 0 && number < std::size(kTypes) ? kTypes[number] : "unknown");
  }
  if (const Option* client = option(kClientId); client != nullptr && client->value.size() > 1) {
    // Hardware type 1: what follows is an Ethernet address.
    const Bytes bytes = as_bytes(client->value);
    out.member("client_id", eve_hex(bytes[0] == 1 ? bytes.subspan(1) : bytes, ':'));
  }
  if (const Option* name = option(kHostName)) eve_member_if(out, "hostname", name->value);
  if (const Option* vendor = option(kVendorClass))
    eve_member_if(out, "vendor_class_identifier", vendor->value);
  const auto address = [&](std::string_view member, uint8_t code) {
    const Option* found = option(code);
    if (found != nullptr && found->value.size() == 4)
      out.member(member, address_text(as_bytes(found->value)));
  };
  address("requested_ip", kRequestedIp);
  if (const Option* wanted = option(kParameters)) {
    out.key("params").begin_array();
    for (const uint8_t code : as_bytes(wanted->value))
      if (!parameter_name(code).empty()) out.value(parameter_name(code));
    out.end_array();
  }
  if (const auto seconds = number(kLease)) out.member("lease_time", *seconds);
  if (const auto seconds = number(kRebinding)) out.member("rebinding_time", *seconds);
  if (const auto seconds = number(kRenewal)) out.member("renewal_time", *seconds);
  address("subnet_mask", kMask);
  append_addresses(out, "routers", kRouters);
  append_addresses(out, "dns_servers", kDnsServers);
}

void DhcpTransaction::append_eve(JsonWriter& out) const {
  out.begin_object();
  out.member("type", reply_ ? "reply" : "request").member("id", id_);
  out.member("client_mac", client_mac_).member_if("assigned_ip", your_ip_);
  out.member_if("client_ip", client_ip_);
  if (reply_) out.member_if("relay_ip", relay_ip_).member_if("next_server_ip", next_ip_);
  append_options(out);
  out.end_object();
}

ParseResult DhcpParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  if (open_transaction<DhcpTransaction>(flow, direction).read(bytes)) return {bytes.size()};
  counter_of(Weird::kMalformed).add();
  transactions_.pop_back();
  return {bytes.size()};
}

}  // namespace picket::inspect::dhcp
