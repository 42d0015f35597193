// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/dns/rdata.h"

namespace picket::inspect::dns {
namespace {

enum SvcParam : uint16_t { kAlpn = 1, kPort = 3, kIpv4Hint = 4, kEch = 5, kIpv6Hint = 6 };

// Reads the data of one record. Names may point back into the message but must end inside the data.
class RdataReader {
 public:
  explicit RdataReader(const Record& record)
      : message_(record.message.first(record.rdata_offset + record.rdata.size())),
        reader_(message_) {
    reader_.seek(record.rdata_offset);
  }

  ByteReader& numbers() { return reader_; }
  NameView name() {
    if (reader_.failed()) return {};
    const NameCheck check = check_name(message_, reader_.offset());
    if (check.fault) {
      // A name cut off by the end of the data, not of the message.
      if (!fault_) fault_ = *check.fault == Weird::kCutShort ? Weird::kBadRdata : *check.fault;
      return {};
    }
    const NameView view(message_, reader_.offset());
    reader_.seek(check.end);
    return view;
  }
  // What went wrong, once everything was read: data left over counts as wrong.
  std::optional<Weird> fault() const {
    if (fault_) return fault_;
    if (reader_.failed() || reader_.remaining() > 0) return Weird::kBadRdata;
    return std::nullopt;
  }

 private:
  Bytes message_;
  ByteReader reader_;
  std::optional<Weird> fault_;
};

Mx read_mx(RdataReader& reader) {
  Mx out;
  out.preference = reader.numbers().u16();
  out.exchange = reader.name();
  return out;
}

Srv read_srv(RdataReader& reader) {
  Srv out;
  out.priority = reader.numbers().u16();
  out.weight = reader.numbers().u16();
  out.port = reader.numbers().u16();
  out.target = reader.name();
  return out;
}

Soa read_soa(RdataReader& reader) {
  Soa out;
  out.primary = reader.name();
  out.mailbox = reader.name();
  ByteReader& numbers = reader.numbers();
  out.serial = numbers.u32();
  out.refresh_s = numbers.u32();
  out.retry_s = numbers.u32();
  out.expire_s = numbers.u32();
  out.minimum_s = numbers.u32();
  return out;
}

// False: the parameter's value does not fit its key.
bool apply_svc_param(uint16_t key, Bytes value, Svcb& out) {
  switch (key) {
    case kAlpn: out.alpn = value; return !value.empty();
    case kPort:
      if (value.size() != 2) return false;
      out.port = static_cast<uint16_t>(value[0] << 8 | value[1]);
      return true;
    case kIpv4Hint: out.ipv4_hints = value; return !value.empty() && value.size() % 4 == 0;
    case kIpv6Hint: out.ipv6_hints = value; return !value.empty() && value.size() % 16 == 0;
    case kEch: out.encrypted_client_hello = true; return true;
    default: return true;
  }
}

// False: parameters out of order (RFC 9460 2.2: strictly increasing keys), too many or unfit.
bool read_svcb(RdataReader& reader, Svcb& out) {
  ByteReader& numbers = reader.numbers();
  out.priority = numbers.u16();
  out.target = reader.name();
  if (reader.numbers().failed()) return false;
  int last_key = -1;
  for (size_t count = 0; numbers.remaining() > 0; ++count) {
    const uint16_t key = numbers.u16();
    const uint16_t length = numbers.u16();
    const Bytes value = numbers.take(length);
    if (numbers.failed() || count == kSvcParamsMax || key <= last_key) return false;
    last_key = key;
    if (!apply_svc_param(key, value, out)) return false;
  }
  return true;
}

bool txt_fits(const Record& record) {
  ByteReader reader(record.rdata);
  while (reader.remaining() > 0 && !reader.failed()) reader.skip(reader.u8());
  return !reader.failed() && !record.rdata.empty();
}

// Other classes (CHAOS, and ANY and NONE in dynamic updates, RFC 2136) give the data other forms.
bool is_internet(const Record& record) { return (record.klass & kClassMask) == kClassInternet; }

bool is(const Record& record, uint16_t type) {
  return record.type == type && record.well_formed && is_internet(record);
}

std::optional<Weird> fault_unless(bool fits) {
  return fits ? std::nullopt : std::optional(Weird::kBadRdata);
}

}  // namespace

std::optional<Weird> rdata_fault(const Record& record) {
  if (!is_internet(record)) return std::nullopt;
  RdataReader reader(record);
  switch (record.type) {
    case kTypeA: return fault_unless(record.rdata.size() == 4);
    case kTypeAaaa: return fault_unless(record.rdata.size() == 16);
    case kTypeTxt: return fault_unless(txt_fits(record));
    case kTypeCname:
    case kTypeDname:
    case kTypeNs:
    case kTypePtr: reader.name(); break;
    case kTypeMx: read_mx(reader); break;
    case kTypeSrv: read_srv(reader); break;
    case kTypeSoa: read_soa(reader); break;
    case kTypeSvcb:
    case kTypeHttps: {
      Svcb out;
      if (!read_svcb(reader, out)) return Weird::kBadRdata;
      break;
    }
    default: return std::nullopt;
  }
  return reader.fault();
}

std::optional<IpAddress> address(const Record& record) {
  const uint8_t* data = record.rdata.data();
  if (is(record, kTypeA)) return IpAddress::v4_bytes({data[0], data[1], data[2], data[3]});
  if (is(record, kTypeAaaa)) return IpAddress::v6_bytes(data);
  return std::nullopt;
}

std::optional<NameView> target(const Record& record) {
  if (!is(record, kTypeCname) && !is(record, kTypeDname) && !is(record, kTypeNs) &&
      !is(record, kTypePtr))
    return std::nullopt;
  return NameView(record.message, record.rdata_offset);
}

std::optional<Mx> mx(const Record& record) {
  if (!is(record, kTypeMx)) return std::nullopt;
  RdataReader reader(record);
  return read_mx(reader);
}

std::optional<Srv> srv(const Record& record) {
  if (!is(record, kTypeSrv)) return std::nullopt;
  RdataReader reader(record);
  return read_srv(reader);
}

std::optional<Soa> soa(const Record& record) {
  if (!is(record, kTypeSoa)) return std::nullopt;
  RdataReader reader(record);
  return read_soa(reader);
}

TxtStrings::TxtStrings(const Record& record)
    : reader_(is(record, kTypeTxt) ? record.rdata : Bytes()) {}

bool TxtStrings::next(Bytes& text) {
  if (reader_.remaining() == 0) return false;
  text = reader_.take(reader_.u8());
  return !reader_.failed();
}

std::optional<Svcb> svcb(const Record& record) {
  if (!is(record, kTypeSvcb) && !is(record, kTypeHttps)) return std::nullopt;
  RdataReader reader(record);
  Svcb out;
  read_svcb(reader, out);
  return out;
}

IpAddress Svcb::hint(size_t index) const {
  const size_t v4_count = ipv4_hints.size() / 4;
  if (index < v4_count) {
    const uint8_t* at = ipv4_hints.data() + index * 4;
    return IpAddress::v4_bytes({at[0], at[1], at[2], at[3]});
  }
  return IpAddress::v6_bytes(ipv6_hints.data() + (index - v4_count) * 16);
}

}  // namespace picket::inspect::dns
