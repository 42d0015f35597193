// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/rdp/rdp_parser.h"

#include <algorithm>
#include <iterator>

#include "inspect/app/eve_text.h"
#include "inspect/proto/rdp/weird.h"
#include "inspect/proto/smb/names.h"

namespace picket::inspect::rdp {
namespace {

constexpr uint8_t kConnectionRequest = 0xe0, kConnectionConfirm = 0xd0, kData = 0xf0;
constexpr uint16_t kCoreBlock = 0xc001, kNetworkBlock = 0xc003;
constexpr uint8_t kNegotiationResponse = 2;

std::string_view version_text(uint32_t version) {
  constexpr std::string_view kTen[] = {"v10.0", "v10.1", "v10.2", "v10.3", "v10.4",
                                       "v10.5", "v10.6", "v10.7", "v10.8"};
  if (version == 0x80001) return "v4";
  if (version == 0x80004) return "v5";
  const uint32_t ten = version - 0x80005;
  return version >= 0x80005 && ten < std::size(kTen) ? kTen[ten] : "unknown";
}

std::string build_text(uint32_t build) {
  constexpr struct {
    uint32_t build;
    std::string_view name;
  } kNames[] = {
      {2195, "Windows 2000"},    {2600, "Windows XP"},        {3790, "Windows Server 2003"},
      {6000, "Windows Vista"},   {6001, "Windows Vista SP1"}, {6002, "Windows Vista SP2"},
      {7600, "Windows 7"},       {7601, "Windows 7 SP1"},     {9200, "Windows 8"},
      {9600, "Windows 8.1"},     {10240, "Windows 10"},       {10586, "Windows 10 TH2"},
      {14393, "Windows 10 RS1"}, {15063, "Windows 10 RS2"},   {16299, "Windows 10 RS3"},
      {17134, "Windows 10 RS4"}, {17763, "Windows 10 RS5"},   {18362, "Windows 10 19H1"},
      {18363, "Windows 10 19H2"}};
  for (const auto& [number, name] : kNames)
    if (number == build) return std::string(name);
  return "unknown (" + std::to_string(build) + ")";
}

ClientCore read_core(Bytes block) {
  ClientCore out;
  ByteReader reader(block);
  out.version = reader.u32_le();
  out.width = reader.u16_le();
  out.height = reader.u16_le();
  reader.skip(4);  // old colour depth, secure access sequence
  out.keyboard_layout = reader.u32_le();
  out.build = reader.u32_le();
  out.name = smb::from_utf16(reader.take(32));
  out.keyboard_type = reader.u32_le();
  reader.skip(4);
  out.function_keys = reader.u32_le();
  reader.skip(64);
  if (reader.failed()) counter_of(Weird::kCutShort).add();
  reader.skip(2);
  const uint16_t product = reader.u16_le();
  if (reader.failed()) return out;  // what follows may be left out
  out.product_id = product;
  reader.skip(4);
  const uint16_t depth = reader.u16_le();
  reader.skip(2);
  const uint16_t capabilities = reader.u16_le();
  if (reader.failed()) return out;
  out.capabilities = capabilities;
  out.color_depth = (capabilities & 2) != 0 ? uint16_t{32} : depth;
  out.id = smb::from_utf16(reader.take(64));
  return out;
}

void read_channels(Bytes block, std::vector<std::string>& out) {
  ByteReader reader(block);
  const size_t count = reader.u32_le();
  for (size_t i = 0; i < count; ++i) {
    const std::string_view name = as_text(reader.take(8));
    reader.skip(4);
    if (reader.failed()) return counter_of(Weird::kCutShort).add();
    if (out.size() == kChannelsMax) return counter_of(Weird::kTooManyChannels).add();
    out.emplace_back(name.substr(0, name.find('\0')));
  }
}

// The settings of a client, in the user data of a GCC conference request (T.124, key "Duca").
void read_settings(Bytes request, RdpTransaction& transaction) {
  const size_t key = as_text(request).find("Duca");
  if (key == std::string_view::npos) return counter_of(Weird::kCutShort).add();
  ByteReader reader(request);
  reader.seek(key + 4);
  if ((reader.u8() & 0x80) != 0) reader.skip(1);
  while (reader.remaining() >= 4) {
    const uint16_t type = reader.u16_le();
    const size_t length = reader.u16_le();
    if (length < 4) return counter_of(Weird::kCutShort).add();
    const Bytes block = reader.take(std::min(length - 4, reader.remaining()));
    if (type == kCoreBlock) transaction.client = read_core(block);
    if (type == kNetworkBlock) read_channels(block, transaction.channels);
  }
}

}  // namespace

RdpTransaction::RdpTransaction(uint64_t tx_id, Direction way, What what)
    : Transaction(AppProtocol::kRdp, tx_id), way_(way), what_(what) {
  set_progress(Direction::kToServer, kDone);
  set_progress(Direction::kToClient, kDone);
  inspected[inspect::index(opposite(way))] = true;
}

void RdpTransaction::append_client(JsonWriter& out) const {
  constexpr std::string_view kKeyboards[] = {"",         "xt",   "ico",  "at",
                                             "enhanced", "1050", "9140", "jp"};
  constexpr struct {
    uint16_t bit;
    std::string_view name;
  } kCapabilities[] = {{0x001, "support_errinfo_pdf"},        {0x002, "want_32bpp_session"},
                       {0x004, "support_statusinfo_pdu"},     {0x008, "strong_asymmetric_keys"},
                       {0x020, "valid_connection_type"},      {0x040, "support_monitor_layout_pdu"},
                       {0x080, "support_netchar_autodetect"}, {0x100, "support_dynvc_gfx_protocol"},
                       {0x200, "support_dynamic_time_zone"},  {0x400, "support_heartbeat_pdu"}};
  out.key("client").begin_object();
  out.member("version", version_text(client->version));
  out.member("desktop_width", client->width).member("desktop_height", client->height);
  if (client->color_depth) out.member("color_depth", *client->color_depth);
  out.member("build", build_text(client->build));
  eve_member_if(out, "client_name", client->name);
  if (client->keyboard_type > 0 && client->keyboard_type < std::size(kKeyboards))
    out.member("keyboard_type", kKeyboards[client->keyboard_type]);
  out.member("function_keys", client->function_keys);
  if (client->product_id) out.member("product_id", *client->product_id);
  if (client->capabilities && *client->capabilities != 0) {
    out.key("capabilities").begin_array();
    for (const auto& [bit, name] : kCapabilities)
      if ((*client->capabilities & bit) != 0) out.value(name);
    out.end_array();
  }
  eve_member_if(out, "id", client->id);
  out.end_object();
}

void RdpTransaction::append_eve(JsonWriter& out) const {
  constexpr std::string_view kNames[] = {"initial_request", "initial_response", "connect_request",
                                         "connect_response"};
  out.begin_object().member("tx_id", id).member("event_type", kNames[static_cast<size_t>(what_)]);
  eve_member_if(out, "cookie", cookie);
  if (client) append_client(out);
  if (!channels.empty()) {
    out.key("channels").begin_array();
    for (const std::string& name : channels) out.value(eve_text(name));
    out.end_array();
  }
  out.end_object();
}

RdpTransaction& RdpParser::open(Direction direction, RdpTransaction::What what, FlowContext& flow) {
  return open_transaction<RdpTransaction>(flow, direction, what);
}

ParseResult RdpParser::on_data(Direction direction, Bytes bytes, bool, FlowContext& flow) {
  Bytes rest = bytes;
  while (!over_ && rest.size() >= 4) {
    const size_t length = static_cast<size_t>(rest[2]) << 8 | rest[3];
    if (rest[0] != 3 || length < 7) {  // TLS, or the fast path of a connection under way
      counter_of(Weird::kBadFrame).add();
      over_ = true;
      break;
    }
    if (rest.size() < length) return {bytes.size() - rest.size(), ParseStatus::kOk, length};
    frame(direction, rest.subspan(4, length - 4), flow);
    rest = rest.subspan(length);
  }
  return {over_ ? bytes.size() : bytes.size() - rest.size()};
}

void RdpParser::frame(Direction direction, Bytes bytes, FlowContext& flow) {
  using What = RdpTransaction::What;
  const uint8_t type = bytes[1] & 0xf0;
  const Bytes body = bytes.subspan(std::min<size_t>(bytes.size(), type == kData ? 3 : 7));
  if (type == kConnectionRequest && direction == Direction::kToServer) {
    constexpr std::string_view kCookie = "Cookie: mstshash=";
    const std::string_view text = as_text(body);
    RdpTransaction& transaction = open(direction, What::kInitialRequest, flow);
    if (text.starts_with(kCookie))
      transaction.cookie = text.substr(kCookie.size(), text.find("\r\n") - kCookie.size());
  } else if (type == kConnectionConfirm && direction == Direction::kToClient) {
    open(direction, What::kInitialResponse, flow);
    ByteReader reader(body);
    const uint8_t kind = reader.u8();
    reader.skip(3);
    over_ = kind == kNegotiationResponse && reader.u32_le() != 0;  // TLS follows
  } else if (type == kData && body.size() >= 2 && body[0] == 0x7f) {
    if (body[1] == 0x65 && direction == Direction::kToServer)
      read_settings(body, open(direction, What::kConnectRequest, flow));
    if (body[1] == 0x66 && direction == Direction::kToClient) {
      open(direction, What::kConnectResponse, flow);
      over_ = true;
    }
  }
}

ParseStatus RdpParser::on_gap(Direction, uint64_t, FlowContext&) {
  over_ = true;
  return ParseStatus::kOk;
}

}  // namespace picket::inspect::rdp
