// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/enip/message.h"

#include "inspect/app/eve_text.h"
#include "inspect/proto/enip/names.h"

namespace picket::inspect::enip {
namespace {

enum Item : uint16_t {
  kIdentityItem = 0x0c,
  kConnectedData = 0xb1,
  kUnconnectedData = 0xb2,
  kServicesItem = 0x100,
};

// Names fill their place, padded with zeros.
std::string padded(Bytes bytes) {
  const std::string_view text = as_text(bytes);
  return std::string(text.substr(0, text.find('\0')));
}

bool read_identity(ByteReader item, Message& message) {
  Message::Identity identity;
  identity.protocol_version = item.u16_le();
  item.skip(16);  // socket address
  identity.vendor = item.u16_le();
  identity.device_type = item.u16_le();
  identity.product_code = item.u16_le();
  identity.major = item.u8();
  identity.minor = item.u8();
  identity.status = item.u16_le();
  identity.serial = item.u32_le();
  identity.product_name = as_text(item.take(item.u8()));
  identity.state = item.u8();
  if (!item.failed()) message.identity = std::move(identity);
  return !item.failed();
}

bool read_services(ByteReader item, Message& message) {
  Message::Services services;
  services.protocol_version = item.u16_le();
  services.capabilities = item.u16_le();
  services.name = padded(item.take(item.remaining()));
  if (!item.failed()) message.services = std::move(services);
  return !item.failed();
}

bool read_data(Bytes data, Message& message) {
  if (data.empty()) return true;
  CipMessages read = read_cip(data);
  message.too_many |= read.too_many;
  const bool whole = read.whole;
  if (!read.all.empty()) message.cip = std::move(read);
  return whole;
}

bool read_item(uint16_t type, Bytes data, Message& message) {
  switch (type) {
    case kIdentityItem: return read_identity(ByteReader(data), message);
    case kServicesItem: return read_services(ByteReader(data), message);
    case kConnectedData:  // a sequence count comes first
      return data.size() < 2 ? false : read_data(data.subspan(2), message);
    case kUnconnectedData: return read_data(data, message);
    default: return true;
  }
}

void read_items(ByteReader& reader, Message& message) {
  const size_t count = reader.u16_le();
  for (size_t i = 0; i < count && message.whole; ++i) {
    if (i == kItemsMax) {
      message.too_many = true;
      return;
    }
    const uint16_t type = reader.u16_le();
    const Bytes data = reader.take(reader.u16_le());
    message.whole = !reader.failed() && read_item(type, data, message);
  }
}

}  // namespace

std::optional<Header> read_header(Bytes bytes) {
  ByteReader reader(bytes);
  Header header;
  header.command = reader.u16_le();
  header.length = reader.u16_le();
  header.session = reader.u32_le();
  header.status = reader.u32_le();
  header.context = reader.u64();
  reader.skip(4);
  if (reader.failed()) return std::nullopt;
  switch (header.command) {
    case kNop:
    case kListServices:
    case kListIdentity:
    case kListInterfaces:
    case kRegisterSession:
    case kUnregisterSession:
    case kSendRrData:
    case kSendUnitData:
    case kIndicateStatus:
    case kCancel: return header;
    default: return std::nullopt;
  }
}

Message read_message(const Header& header, Bytes bytes, bool answer) {
  Message message;
  message.header = header;
  ByteReader reader(bytes.subspan(std::min(bytes.size(), kHeaderBytes)));
  switch (header.command) {
    case kRegisterSession: {
      Message::Session session;
      session.protocol_version = reader.u16_le();
      session.options = reader.u16_le();
      if (!reader.failed()) message.session = session;
      break;
    }
    case kListServices:
    case kListIdentity:
      if (answer && header.length > 0) read_items(reader, message);
      break;
    case kSendRrData:
    case kSendUnitData:
      reader.skip(6);  // interface handle, timeout
      if (header.status == 0 || reader.remaining() > 0) read_items(reader, message);
      break;
    default: break;
  }
  message.whole &= !reader.failed();
  return message;
}

void append_message(JsonWriter& out, const Message& message, bool answer) {
  out.begin_object().member("command", command_text(message.header.command));
  out.member("status", status_text(message.header.status));
  if (message.session) {
    out.key("register_session").begin_object();
    out.member("protocol_version", message.session->protocol_version);
    out.member("options", message.session->options).end_object();
  }
  if (answer && message.services) {
    out.key("list_services").begin_object();
    out.member("protocol_version", message.services->protocol_version);
    out.member("capabilities", message.services->capabilities);
    out.member("service_name", eve_text(message.services->name)).end_object();
  }
  if (answer && message.identity) {
    const Message::Identity& identity = *message.identity;
    out.key("identity").begin_object().member("protocol_version", identity.protocol_version);
    out.member("revision", std::to_string(identity.major) + "." + std::to_string(identity.minor));
    out.member("vendor_id", vendor_text(identity.vendor));
    out.member("device_type", device_type_text(identity.device_type));
    out.member("product_code", identity.product_code).member("status", identity.status);
    out.member("serial", identity.serial).member("product_name", eve_text(identity.product_name));
    out.member("state", unsigned{identity.state}).end_object();
  }
  if (!message.cip.all.empty()) {
    out.key("cip");
    append_cip(out, message.cip);
  }
  out.end_object();
}

}  // namespace picket::inspect::enip
