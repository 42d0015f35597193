// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/byte_reader.h"
#include "inspect/proto/dns/name.h"
#include "inspect/proto/dns/weird.h"

// DNS messages (RFC 1035, 2181; EDNS RFC 6891), read in place: a Message is a table of views over
// bytes it does not own. Data of known types is in rdata.h.
namespace picket::inspect::dns {

constexpr size_t kQuestionsMax = 16;  // per message; more: not DNS as anybody speaks it
constexpr size_t kRecordsMax = 1024;  // per message, all sections

// Record types that picket reads further than their number (IANA DNS parameters).
enum Type : uint16_t {
  kTypeA = 1,
  kTypeNs = 2,
  kTypeCname = 5,
  kTypeSoa = 6,
  kTypePtr = 12,
  kTypeMx = 15,
  kTypeTxt = 16,
  kTypeAaaa = 28,
  kTypeSrv = 33,
  kTypeDname = 39,
  kTypeOpt = 41,
  kTypeSvcb = 64,
  kTypeHttps = 65,
};
constexpr uint16_t kClassInternet = 1;
// In mDNS the top bit of the class means something else (RFC 6762 10.2, 18.12).
constexpr uint16_t kClassMask = 0x7fff;

struct Header {
  uint16_t id = 0, flags = 0;
  bool response = false;
  uint8_t opcode = 0;
  bool authoritative = false, truncated = false;
  bool recursion_desired = false, recursion_available = false;
  bool authentic_data = false, checking_disabled = false;
  uint8_t rcode = 0;  // the header's four bits; Message::rcode() has all twelve
  uint16_t questions = 0, answers = 0, authorities = 0, additionals = 0;

  bool reserved_bit() const { return (flags & 0x0040) != 0; }  // Z (RFC 1035 4.1.1)
};

// The first twelve bytes of a message; zeroes where it is shorter.
Header read_header(ByteReader& reader);

struct Question {
  NameView name;
  uint16_t type = 0, klass = 0;
};

enum class Section : uint8_t { kAnswer, kAuthority, kAdditional };

struct Record {
  NameView owner;
  Section section = Section::kAnswer;
  uint16_t type = 0, klass = 0;
  uint32_t ttl_s = 0;  // top bit set: 0 (RFC 2181 8); of OPT: flags, see Edns
  Bytes message;       // the whole message: names in the data may point back into it
  size_t rdata_offset = 0;
  bool well_formed = true;  // false: a known type whose data does not fit it

  Bytes rdata;
};

struct Edns {
  uint16_t udp_size = 0;
  uint8_t version = 0;
  bool dnssec_ok = false;
  Bytes options;
};

enum class Status : uint8_t {
  kComplete,
  kPartial,    // ends early or passes a bound; what was read up to there is good
  kMalformed,  // breaks the format; what was read up to there tells what it was, trust none of it
};

// One message. Reuse the object: a parse after the first few allocates nothing. Not thread-safe.
// Everything handed out is valid until the next parse() and as long as the bytes given to it.
class Message {
 public:
  // Reads a message without the TCP length prefix; never more than 65,535 bytes are looked at.
  // What was odd is in weirds() and has been counted.
  Status parse(Bytes bytes);

  Status status() const { return status_; }
  const Header& header() const { return header_; }
  std::span<const Question> questions() const { return questions_; }
  std::span<const Record> records() const { return records_; }  // in message order
  const std::optional<Edns>& edns() const { return edns_; }
  uint16_t rcode() const { return rcode_; }
  const Weirds& weirds() const { return weirds_; }

 private:
  Status parse_all(Bytes bytes);
  Status read_questions(ByteReader& reader, Bytes bytes);
  Status read_section(ByteReader& reader, Bytes bytes, Section section, size_t count);
  Status read_record(ByteReader& reader, Bytes bytes, Section section);
  Status read_name(ByteReader& reader, Bytes bytes, NameView& name);
  void read_opt(const Record& record, uint32_t ttl);
  Status cut_short();

  Header header_;
  std::vector<Question> questions_;
  std::vector<Record> records_;
  std::optional<Edns> edns_;
  uint16_t rcode_ = 0;
  Weirds weirds_;
  Status status_ = Status::kMalformed;
};

// The messages in a piece of a DNS over TCP stream (RFC 1035 4.2.2) that starts at a length prefix.
class TcpMessages {
 public:
  explicit TcpMessages(Bytes stream) : stream_(stream) {}
  // The next whole message into `message`; false when what is left is none.
  bool next(Bytes& message);
  // What next() left over: empty, or the start of a message with its prefix.
  Bytes rest() const { return stream_; }
  // The length that the prefix in rest() announces; 0 when not even that is whole.
  size_t rest_length() const;

 private:
  Bytes stream_;
};

}  // namespace picket::inspect::dns
