// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "base/json_writer.h"
#include "inspect/proto/dns/message.h"

// A DNS message as signatures and EVE records show it. Message (message.h) is strict, because names
// are learnt from it; this one is lenient, because what is broken is what signatures look for:
// names keep their case and bytes, may be longer than the RFC allows, and what stands before the
// first fault is kept. Serves DNS, mDNS, LLMNR and DNS over HTTP/2. Owns its text; not thread-safe.
namespace picket::inspect::dns {

constexpr size_t kShownNameMax = 1025;       // bytes of a name; then it is cut (ShownName::cut)
constexpr size_t kShownLabelsMax = 255;      // labels and pointers of one name
constexpr size_t kShownRecordsMax = 1024;    // entries of a message, all sections
constexpr size_t kShownTextMax = 256 << 10;  // all text of a message: pointers multiply

struct TextSpan {
  uint32_t offset = 0, length = 0;
};
struct ShownName {
  TextSpan text;
  bool cut = false;
};
struct ShownQuery {
  ShownName name;
  uint16_t type = 0, klass = 0;
};
// One entry of a record; a TXT record of several strings makes several of them.
struct ShownRecord {
  enum class Form : uint8_t { kOther, kAddress, kName, kText, kSoa, kSrv, kSshfp };
  ShownName owner;
  uint16_t type = 0;
  Form form = Form::kOther;
  uint32_t ttl_s = 0;
  ShownName name;            // CNAME, NS, PTR, DNAME: target; MX, SRV: host; SOA: primary
  ShownName mailbox;         // SOA
  TextSpan text;             // address or fingerprint as text; TXT, NULL and others: bytes
  uint32_t numbers[5] = {};  // SOA: serial, refresh, retry, expire, minimum; SRV: priority, weight,
                             // port; SSHFP: algorithm, kind; MX: preference
};

// What rules can ask for, app-layer-event names beside them (dns.name_too_long, ...).
struct ShownFaults {
  bool malformed = false, name_too_long = false, infinite_loop = false, too_many_labels = false;
  bool any() const { return malformed || name_too_long || infinite_loop || too_many_labels; }
};

class ShownMessage {
 public:
  // False: not even a header. Else what could be read is there, and faults() tells what was wrong.
  bool read(Bytes bytes);

  const Header& header() const { return header_; }
  const ShownFaults& faults() const { return faults_; }
  const std::vector<ShownQuery>& queries() const { return queries_; }
  // Of one section, in order.
  std::span<const ShownRecord> records(Section section) const;

  Bytes bytes_of(TextSpan span) const { return as_bytes(text_of(span)); }
  std::string_view text_of(TextSpan span) const {
    return std::string_view(text_).substr(span.offset, span.length);
  }
  // The `index`-th of all names in the message: queries, then owner and target of each record.
  std::optional<Bytes> any_name(size_t index) const;

 private:
  struct NameRead {
    ShownName name;
    bool good = true;
  };
  NameRead read_name(ByteReader& reader);
  bool append_labels(ByteReader& reader, std::string& name, ShownName& out);
  bool read_queries(ByteReader& reader);
  bool read_record(ByteReader& reader);
  bool read_data(ByteReader& reader, size_t end, ShownRecord& record);
  bool read_named_data(ByteReader& reader, ShownRecord& record);
  bool add(const ShownRecord& record);
  TextSpan keep(std::string_view text);

  Bytes message_;  // only during read()
  Header header_;
  ShownFaults faults_;
  std::vector<ShownQuery> queries_;
  std::vector<ShownRecord> records_;
  size_t section_end_[3] = {};
  std::string text_;
};

// A, AAAA ... as EVE spells them; numbers it does not know are TYPEnnn.
std::string type_text(uint16_t type);
std::string rcode_text(uint16_t rcode);

}  // namespace picket::inspect::dns
