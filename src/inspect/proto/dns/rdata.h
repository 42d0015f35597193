// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "base/address.h"
#include "inspect/proto/dns/message.h"

// What the data of a record says, by type. Each reader gives nullopt when the record is of another
// type, not of class Internet, or not well formed. Pure functions; views borrow from the message.
namespace picket::inspect::dns {

constexpr size_t kSvcParamsMax = 64;  // parameters read of one SVCB or HTTPS record

// What breaks the data of a record of known type; nullopt: nothing, or nothing is known of the
// type.
std::optional<Weird> rdata_fault(const Record& record);

std::optional<IpAddress> address(const Record& record);  // A, AAAA (RFC 3596)
std::optional<NameView> target(const Record& record);    // CNAME, DNAME, NS, PTR

struct Mx {
  uint16_t preference = 0;
  NameView exchange;
};
std::optional<Mx> mx(const Record& record);

struct Srv {  // RFC 2782
  uint16_t priority = 0, weight = 0, port = 0;
  NameView target;
};
std::optional<Srv> srv(const Record& record);

struct Soa {
  NameView primary, mailbox;
  uint32_t serial = 0, refresh_s = 0, retry_s = 0, expire_s = 0, minimum_s = 0;
};
std::optional<Soa> soa(const Record& record);

// The strings of a TXT record, one by one.
class TxtStrings {
 public:
  explicit TxtStrings(const Record& record);
  bool next(Bytes& text);

 private:
  ByteReader reader_;
};

// SVCB and HTTPS (RFC 9460). Priority 0 is the alias form: then there are no parameters.
struct Svcb {
  uint16_t priority = 0;
  NameView target;  // root: the owner itself
  std::optional<uint16_t> port;
  Bytes alpn;                    // as on the wire: length byte and protocol, repeated
  Bytes ipv4_hints, ipv6_hints;  // whole addresses
  bool encrypted_client_hello = false;

  size_t hints() const { return ipv4_hints.size() / 4 + ipv6_hints.size() / 16; }
  IpAddress hint(size_t index) const;  // index < hints()
};
std::optional<Svcb> svcb(const Record& record);

}  // namespace picket::inspect::dns
