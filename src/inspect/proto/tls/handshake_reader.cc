// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/tls/handshake_reader.h"

#include <algorithm>

#include "base/counter.h"
#include "inspect/proto/tls/record.h"

namespace picket::inspect::tls {
namespace {

Counter too_long{"inspect.tls.message_too_long", "TLS handshake messages longer than are read"};

constexpr size_t kRecordHeader = 5, kMessageHeader = 4;
constexpr uint8_t kApplicationRecord = 23, kHeartbeatRecord = 24;

}  // namespace

HandshakeReader::Item HandshakeReader::record_start(Bytes bytes, size_t& used) {
  Item item;
  const Bytes rest = bytes.subspan(used);
  if (rest.empty()) return item;
  if (rest[0] < kChangeCipherSpec || rest[0] > kHeartbeatRecord) {
    item.kind = Kind::kBadType;
    return item;
  }
  if (rest.size() > 1 && rest[1] != 3) {
    item.kind = Kind::kBadVersion;
    return item;
  }
  if (rest.size() < kRecordHeader) return item;
  ByteReader reader(rest);
  record_type_ = reader.u8();
  record_version_ = reader.u16();
  const size_t size = reader.u16();
  item.record_version = record_version_;
  item.record_size = size;
  if (size > kRecordMax) {
    item.kind = Kind::kBadLength;
    return item;
  }
  // Short records are looked at whole, so that their content can be told.
  const size_t wanted = record_type_ == kHeartbeatRecord && !encrypted_ ? std::min<size_t>(size, 3)
                        : record_type_ == kAlertRecord || record_type_ == kChangeCipherSpec
                            ? std::min<size_t>(size, 2)
                            : 0;
  if (reader.remaining() < wanted) return item;
  used += kRecordHeader;
  left_ = size;
  if (record_type_ == kHandshakeRecord && !encrypted_) return item;
  item.body = rest.subspan(kRecordHeader, wanted);
  const size_t here = std::min(left_, bytes.size() - used);
  used += here;
  left_ -= here;
  item.kind = record_type_ == kChangeCipherSpec  ? Kind::kChangeCipher
              : record_type_ == kAlertRecord     ? Kind::kAlert
              : record_type_ == kHeartbeatRecord ? Kind::kHeartbeat
                                                 : Kind::kApplication;
  return item;
}

// The next whole message in what is pending.
bool HandshakeReader::message(Item& item) {
  const size_t have = pending_.size() - handed_;
  if (have < kMessageHeader) return false;
  const uint8_t* at = pending_.data() + handed_;
  const size_t size = static_cast<size_t>(at[1]) << 16 | static_cast<size_t>(at[2]) << 8 | at[3];
  item.type = at[0];
  item.record_version = record_version_;
  if (size > kMessageMax) {
    too_long.add();
    skip_ = size + kMessageHeader - have;
    pending_.clear();
    handed_ = 0;
    item.kind = Kind::kSkipped;
    return true;
  }
  if (have < kMessageHeader + size) return false;
  item.kind = Kind::kMessage;
  item.body = Bytes(at + kMessageHeader, size);
  handed_ += kMessageHeader + size;
  return true;
}

HandshakeReader::Item HandshakeReader::next(Bytes bytes, size_t& used) {
  while (true) {
    Item item;
    if (message(item)) return item;
    if (handed_ > 0) {
      pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(handed_));
      handed_ = 0;
    }
    if (left_ == 0) {
      const size_t before = used;
      item = record_start(bytes, used);
      if (item.kind != Kind::kNeedMore || used == before) return item;
      continue;
    }
    size_t here = std::min(left_, bytes.size() - used);
    if (here == 0) return {};
    Bytes fragment = bytes.subspan(used, here);
    used += here;
    left_ -= here;
    if (record_type_ != kHandshakeRecord || encrypted_) continue;
    const size_t skipped = std::min(skip_, fragment.size());
    skip_ -= skipped;
    fragment = fragment.subspan(skipped);
    pending_.insert(pending_.end(), fragment.begin(), fragment.end());
  }
}

}  // namespace picket::inspect::tls
