// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/client_hello.h"

#include <algorithm>

#include "inspect/proto/tls/extension.h"
#include "inspect/proto/tls/record.h"

namespace picket::inspect::tls {
namespace {

constexpr uint8_t kMajorVersion = 3;
constexpr uint8_t kMinorVersionMax = 4;
constexpr size_t kRecordBytesMax = 1 << 14;
constexpr size_t kRecordHeaderBytes = 5;
constexpr uint8_t kClientHelloType = 1;
constexpr size_t kHandshakeHeaderBytes = 4;
// The longest hello in records of 16 bytes; who cuts finer than that is not read to the end.
constexpr size_t kStreamBytesMax =
    kHandshakeHeaderBytes + kHelloBytesMax + (kHelloBytesMax / 16 + 1) * kRecordHeaderBytes;

bool seen_before(const std::vector<Extension>& extensions, uint16_t type) {
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](const Extension& extension) { return extension.type == type; });
}

void take_extension(Extension extension, ClientHello& out) {
  extension.grease = is_grease(extension.type);
  const bool again = seen_before(out.extensions, extension.type);
  if (again) out.weirds.add(Weird::kDuplicateExtension);
  if (out.extensions.size() == kExtensionsMax) {
    out.weirds.add(Weird::kTooManyExtensions);
    return;
  }
  out.extensions.push_back(extension);
  if (!again) read_extension(extension, out);
}

// False: the block, or what there is of it, ends inside an extension.
bool read_extensions(Bytes block, ClientHello& out) {
  ByteReader reader(block);
  while (reader.remaining() > 0) {
    Extension extension;
    extension.type = reader.u16();
    extension.body = reader.take(reader.u16());
    if (reader.failed()) return false;
    take_extension(extension, out);
  }
  return true;
}

// `body` is the message after its header, `whole` or as far as there.
Status read_body(Bytes body, bool whole, ClientHello& out) {
  const auto ends_early = [&] {
    if (!whole) return Status::kNeedMore;
    out.weirds.add(Weird::kBadLength);
    return Status::kMalformed;
  };
  ByteReader reader(body);
  out.legacy_version = reader.u16();
  out.random = reader.take(32);
  out.session_id = reader.take(reader.u8());
  const Bytes suites = reader.take(reader.u16());
  out.compression_methods = reader.take(reader.u8());
  if (reader.failed()) return ends_early();
  out.cipher_suites = U16List(suites);
  if (suites.size() % 2 != 0 || out.session_id.size() > 32) {
    out.weirds.add(Weird::kBadLength);
    return Status::kMalformed;
  }
  if (reader.remaining() == 0) return whole ? Status::kComplete : Status::kNeedMore;
  const size_t length = reader.u16();
  const bool block_whole = !reader.failed() && length <= reader.remaining();
  if (!block_whole && whole) return ends_early();
  const Bytes block = reader.take(std::min(length, reader.remaining()));
  if (!read_extensions(block, out) && block_whole) {
    out.weirds.add(Weird::kBadLength);
    return Status::kMalformed;
  }
  if (!whole) return Status::kNeedMore;
  if (reader.remaining() > 0) out.weirds.add(Weird::kTrailingBytes);
  return Status::kComplete;
}

}  // namespace

void ClientHello::clear() {
  std::vector<Extension> kept_extensions = std::move(extensions);
  std::vector<std::string_view> kept_protocols = std::move(protocols);
  kept_extensions.clear();
  kept_protocols.clear();
  *this = {};
  extensions = std::move(kept_extensions);
  protocols = std::move(kept_protocols);
}

Status ClientHelloReader::read(Bytes stream, ClientHello& out) {
  out.clear();
  const Status status = read_uncounted(stream, out);
  if (status != Status::kNeedMore) out.weirds.count();
  return status;
}

Status ClientHelloReader::read_message(Bytes body, ClientHello& out) {
  out.clear();
  const Status status = read_body(body, true, out);
  out.weirds.count();
  return status;
}

Status ClientHelloReader::read_uncounted(Bytes stream, ClientHello& out) {
  Handshake handshake;
  if (const Status status = gather(stream, out, handshake); status != Status::kComplete)
    return status;
  if (handshake.bytes.size() < kHandshakeHeaderBytes) return Status::kNeedMore;
  return read_body(handshake.bytes.subspan(kHandshakeHeaderBytes), handshake.whole, out);
}

void ClientHelloReader::append(Bytes fragment, Handshake& handshake) {
  if (handshake.bytes.empty()) {
    handshake.bytes = fragment;
    return;
  }
  if (joined_.empty()) joined_.assign(handshake.bytes.begin(), handshake.bytes.end());
  joined_.insert(joined_.end(), fragment.begin(), fragment.end());
  handshake.bytes = joined_;
}

// Takes one record's fragment. kNeedMore: the stream ends in it.
Status ClientHelloReader::next_record(ByteReader& records, ClientHello& out, Handshake& handshake) {
  const bool first = records.offset() == 0;
  const auto refuse = [&](Weird why) {
    if (first) return Status::kNotTls;
    out.weirds.add(why);
    return Status::kMalformed;
  };
  if (records.remaining() == 0) return Status::kNeedMore;
  if (records.u8() != kHandshakeRecord) return refuse(Weird::kInterleavedRecord);
  if (records.remaining() == 0) return Status::kNeedMore;
  if (records.u8() != kMajorVersion) return refuse(Weird::kBadRecord);
  if (records.remaining() == 0) return Status::kNeedMore;
  const uint8_t minor = records.u8();
  if (minor > kMinorVersionMax) return refuse(Weird::kBadRecord);
  if (first) out.record_version = static_cast<uint16_t>(kMajorVersion << 8 | minor);
  if (records.remaining() < 2) return Status::kNeedMore;
  const size_t length = records.u16();
  if (length > kRecordBytesMax) return refuse(Weird::kBadRecord);
  if (length == 0) out.weirds.add(Weird::kEmptyRecord);
  const bool whole = length <= records.remaining();
  append(records.take(std::min(length, records.remaining())), handshake);
  return whole ? Status::kComplete : Status::kNeedMore;
}

// Puts the handshake message together. kComplete: there is something to read, whole or not.
Status ClientHelloReader::gather(Bytes stream, ClientHello& out, Handshake& handshake) {
  joined_.clear();
  const bool bounded = stream.size() > kStreamBytesMax;
  ByteReader records(bounded ? stream.first(kStreamBytesMax) : stream);
  for (;;) {
    const Status status = next_record(records, out, handshake);
    if (status == Status::kNotTls || status == Status::kMalformed) return status;
    const Bytes have = handshake.bytes;
    if (!have.empty() && have[0] != kClientHelloType) {
      out.weirds.add(Weird::kNotClientHello);
      return Status::kMalformed;
    }
    if (have.size() >= kHandshakeHeaderBytes) {
      const size_t length =
          static_cast<size_t>(have[1]) << 16 | static_cast<size_t>(have[2]) << 8 | have[3];
      if (length > kHelloBytesMax) {
        out.weirds.add(Weird::kTooLong);
        return Status::kMalformed;
      }
      if (have.size() >= kHandshakeHeaderBytes + length) {
        handshake.bytes = have.first(kHandshakeHeaderBytes + length);
        handshake.whole = true;
        return Status::kComplete;
      }
    }
    if (status == Status::kNeedMore) {
      if (bounded) {
        out.weirds.add(Weird::kTooLong);
        return Status::kMalformed;
      }
      return Status::kComplete;
    }
  }
}

}  // namespace picket::inspect::tls
