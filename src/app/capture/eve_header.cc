// SPDX-License-Identifier: Apache-2.0
#include "app/capture/eve_header.h"

#include <chrono>
#include <cstdio>

#include "event/community_id.h"

namespace picket::app::capture {
namespace {

using inspect::AppProtocol;

bool has_ports(uint8_t protocol) {
  namespace proto = packet::ip_protocol;
  return protocol == proto::kTcp || protocol == proto::kUdp || protocol == proto::kSctp;
}

}  // namespace

std::string eve_time(WallTime time) {
  // Written for each record, so by hand: the civil calendar from days.
  using namespace std::chrono;
  const auto at = sys_time<nanoseconds>(nanoseconds(time.ns));
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const auto micros = static_cast<uint64_t>(floor<microseconds>(at - day).count());
  const uint64_t seconds = micros / 1'000'000;
  std::string out = "0000-00-00T00:00:00.000000+0000";
  const auto put = [&out](size_t from, size_t digits, uint64_t value) {
    for (size_t i = digits; i-- > 0; value /= 10)
      out[from + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, static_cast<uint64_t>(static_cast<int>(date.year())));
  put(5, 2, static_cast<unsigned>(date.month()));
  put(8, 2, static_cast<unsigned>(date.day()));
  put(11, 2, seconds / 3600);
  put(14, 2, seconds / 60 % 60);
  put(17, 2, seconds % 60);
  put(20, 6, micros % 1'000'000);
  return out;
}

std::string eve_address(const IpAddress& address) {
  if (address.is_v4()) return address.text();
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < address.bytes().size(); ++i) {
    if (i > 0 && i % 2 == 0) out += ':';
    out += kDigits[address.bytes()[i] >> 4];
    out += kDigits[address.bytes()[i] & 15];
  }
  return out;
}

std::string eve_protocol(uint8_t ip_protocol) {
  switch (ip_protocol) {
    case 0: return "IPv6-HopByHop";
    case 1: return "ICMP";
    case 2: return "IGMP";
    case 4: return "IP-in-IP";
    case 6: return "TCP";
    case 17: return "UDP";
    case 41: return "IPv6";
    case 43: return "IPv6-Route";
    case 44: return "IPv6-Frag";
    case 47: return "GRE";
    case 50: return "ESP";
    case 51: return "AH";
    case 58: return "IPv6-ICMP";
    case 59: return "IPv6-NoNxt";
    case 60: return "IPv6-Opts";
    case 89: return "OSPFIGP";
    case 94: return "IPIP";
    case 97: return "ETHERIP";
    case 98: return "ENCAP";
    case 103: return "PIM";
    case 112: return "VRRP";
    case 132: return "SCTP";
    default: break;
  }
  char digits[8];
  std::snprintf(digits, sizeof digits, "%03u", ip_protocol);
  return digits;
}

std::string_view eve_carrier(packet::Carrier carrier) {
  switch (carrier) {
    case packet::Carrier::kWire: return "wire/pcap";
    case packet::Carrier::kGre: return "gre tunnel";
    case packet::Carrier::kIpInIp4: return "ipv4 tunnel";
    case packet::Carrier::kIpInIp6: return "ipv6 tunnel";
    case packet::Carrier::kTeredo: return "teredo tunnel";
    case packet::Carrier::kVxlan: return "vxlan encapsulation";
    case packet::Carrier::kGeneve: return "geneve encapsulation";
    case packet::Carrier::kErspan: return "erspan tunnel";
    case packet::Carrier::kFragments: return "defrag";
    case packet::Carrier::kStreamEnd: return "stream (flow timeout)";
  }
  return "wire/pcap";
}

void begin_record(JsonWriter& out, const EveHeader& header) {
  out.begin_object().member("timestamp", eve_time(header.time));
  if (header.flow) out.member("flow_id", header.flow->id);
  if (header.packet && header.packet->number != 0) out.member("pcap_cnt", header.packet->number);
  out.member("event_type", header.event_type);
  const auto& vlan = header.packet && header.packet->number != 0 ? header.packet->vlan
                     : header.flow                               ? header.flow->vlan
                                                                 : packet::Packet().vlan;
  const unsigned vlans = header.packet && header.packet->number != 0 ? header.packet->vlan_count
                         : header.flow                               ? header.flow->vlan_count
                                                                     : 0;
  if (vlans > 0) {
    out.key("vlan").begin_array();
    for (unsigned i = 0; i < vlans; ++i) out.value(vlan[i]);
    out.end_array();
  }
  if (header.ip_version != 0) {
    out.member("src_ip", eve_address(header.source.address));
    if (header.ports && has_ports(header.protocol)) out.member("src_port", header.source.port);
    out.member("dest_ip", eve_address(header.destination.address));
    if (header.ports && has_ports(header.protocol))
      out.member("dest_port", header.destination.port);
    out.member("proto", eve_protocol(header.protocol));
    out.member("ip_v", unsigned{header.ip_version});
  }
  if (header.flow) {
    const inspect::PacketFlow& flow = *header.flow;
    if (const auto id = event::community_id(flow.protocol, flow.client, flow.server))
      out.member("community_id", *id);
  }
  if (header.packet && header.packet->is_icmp()) {
    out.member("icmp_type", unsigned{header.packet->icmp.type});
    out.member("icmp_code", unsigned{header.packet->icmp.code});
  }
  if (header.carrier && header.packet) out.member("pkt_src", eve_carrier(header.packet->carrier));
}

void append_app_proto(JsonWriter& out, const inspect::PacketFlow& flow) {
  const AppProtocol of_client = flow.app_by[0], of_server = flow.app_by[1];
  if (flow.app != AppProtocol::kUnknown) out.member("app_proto", text(flow.app));
  if (of_client != flow.app && of_client != AppProtocol::kUnknown)
    out.member("app_proto_ts", text(of_client));
  if (of_server != flow.app && of_server != AppProtocol::kUnknown)
    out.member("app_proto_tc", text(of_server));
  if (flow.app_original != AppProtocol::kUnknown && flow.app_original != flow.app)
    out.member("app_proto_orig", text(flow.app_original));
}

void append_flow_counts(JsonWriter& out, const inspect::PacketFlow& flow) {
  out.member("pkts_toserver", flow.packets[0]).member("pkts_toclient", flow.packets[1]);
  out.member("bytes_toserver", flow.bytes[0]).member("bytes_toclient", flow.bytes[1]);
  out.member("start", eve_time(flow.first_time));
}

}  // namespace picket::app::capture
