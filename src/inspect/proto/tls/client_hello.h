// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "inspect/proto/tls/weird.h"

// The first thing a TLS client says (RFC 8446 4.1.2, 5246 7.4.1.2; SNI RFC 6066 3; ALPN RFC 7301),
// read from the first bytes of its stream, spread over records and handshake fragments as the
// client liked. SSL 2.0 hellos are not read (kNotTls).
namespace picket::inspect::tls {

constexpr size_t kHelloBytesMax = 16 * 1024;  // of the handshake message
constexpr size_t kExtensionsMax = 128;
constexpr size_t kProtocolsMax = 32;  // of ALPN

// The reserved values 0x0a0a, 0x1a1a, ... 0xfafa that clients sprinkle in (RFC 8701).
constexpr bool is_grease(uint16_t value) {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

// A list of 16-bit numbers in place, GREASE and order kept as sent.
class U16List {
 public:
  U16List() = default;
  explicit U16List(Bytes bytes) : bytes_(bytes) {}  // an odd last byte is ignored
  size_t size() const { return bytes_.size() / 2; }
  bool empty() const { return size() == 0; }
  uint16_t operator[](size_t i) const {
    return static_cast<uint16_t>(bytes_[2 * i] << 8 | bytes_[2 * i + 1]);
  }

 private:
  Bytes bytes_;
};

struct Extension {
  uint16_t type = 0;
  bool grease = false;
  Bytes body;
};

enum ExtensionType : uint16_t {
  kServerName = 0,
  kSupportedGroups = 10,
  kPointFormats = 11,
  kSignatureAlgorithms = 13,
  kAlpn = 16,
  kSupportedVersions = 43,
  kEncryptedClientHello = 0xfe0d,
};

// What was said. Views borrow from the bytes given to read() or from the reader, and are valid
// until its next read().
struct ClientHello {
  uint16_t record_version = 0;
  uint16_t legacy_version = 0;
  Bytes random, session_id;
  U16List cipher_suites;
  Bytes compression_methods;
  std::vector<Extension> extensions;        // in the order sent
  Bytes server_name_raw;                    // as sent; empty: none
  std::string server_name;                  // lower case, a valid host name; else empty
  std::vector<std::string_view> protocols;  // ALPN, as sent (any bytes)
  U16List supported_versions, groups, signature_algorithms;
  Bytes point_formats;
  // Either real or only for show (GREASE ECH, which browsers send with the true server name).
  bool encrypted_client_hello = false;
  Weirds weirds;

  void clear();
};

enum class Status : uint8_t {
  kComplete,
  kNeedMore,  // good so far; `out` holds what could be read already
  kNotTls,
  kMalformed,  // begins as TLS and breaks its rules
};

// Not thread-safe; reuse it, it keeps the memory that putting fragments together takes.
class ClientHelloReader {
 public:
  // Reads the first bytes of a client's stream, from its very start. What is odd is in out.weirds;
  // it has been counted unless the answer is kNeedMore (the same bytes come again, with more).
  Status read(Bytes stream, ClientHello& out);
  // Reads one whole message after its four header bytes, as record layers other than TCP's and
  // whoever has put the records together hand it over. kComplete or kMalformed; what is odd has
  // been counted.
  static Status read_message(Bytes body, ClientHello& out);

 private:
  struct Handshake {
    Bytes bytes;  // type and length included, as far as there
    bool whole = false;
  };
  Status read_uncounted(Bytes stream, ClientHello& out);
  Status gather(Bytes stream, ClientHello& out, Handshake& handshake);
  Status next_record(ByteReader& records, ClientHello& out, Handshake& handshake);
  void append(Bytes fragment, Handshake& handshake);

  std::vector<uint8_t> joined_;
};

}  // namespace picket::inspect::tls
