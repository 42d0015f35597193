// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/quic/initial.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "inspect/proto/quic/varint.h"

namespace picket::inspect::quic {
namespace {

constexpr size_t kIdMax = 20, kTagSize = 16, kSampleSize = 16, kSecretSize = 32;
constexpr uint32_t kDraftBase = 0xff000000, kVersion2Draft = 0x709a50c4;

struct CipherFree {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherFree>;
using Secret = std::array<uint8_t, kSecretSize>;

bool is_version2(uint32_t version) { return version == kVersion2 || version == kVersion2Draft; }

// The salt that the version's keys begin with.
std::string_view salt_of(uint32_t version) {
  using namespace std::string_view_literals;
  if (version == kVersion1)
    return "\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a"sv;
  if (version == kVersion2)
    return "\x0d\xed\xe3\xde\xf7\x00\xa6\xdb\x81\x93\x81\xbe\x6e\x26\x9d\xcb\xf9\xbd\x2e\xd9"sv;
  if (version == kVersion2Draft)
    return "\xa7\x07\xc2\x03\xa5\x9b\x47\x18\x4a\x1d\x62\xca\x57\x04\x06\xea\x7a\xe3\xe5\xd3"sv;
  const uint32_t draft = version - kDraftBase;
  if (draft >= 33 && draft <= 34)
    return "\x38\x76\x2c\xf7\xf5\x59\x34\xb3\x4d\x17\x9a\xe6\xa4\xc8\x0c\xad\xcc\xbb\x7f\x0a"sv;
  if (draft >= 29 && draft <= 32)
    return "\xaf\xbf\xec\x28\x99\x93\xd2\x4c\x9e\x97\x86\xf1\x9c\x61\x11\xe0\x43\x90\xa8\x99"sv;
  if (draft >= 23 && draft <= 28)
    return "\xc3\xee\xf7\x12\xc7\x2e\xbb\x5a\x11\xa7\xd2\x43\x2b\xb4\x63\x65\xbe\xf9\xf5\x02"sv;
  return {};
}

void hmac(Bytes key, Bytes text, Secret& out) {
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text.data(), text.size(), out.data(),
       &length);
}

// HKDF-Expand-Label (RFC 8446 7.1) with no context, for at most one hash of output.
template <size_t N>
void expand(const Secret& secret, std::string_view label, std::array<uint8_t, N>& out) {
  static_assert(N <= kSecretSize);
  std::string text{'\0', static_cast<char>(N), static_cast<char>(6 + label.size())};
  text.append("tls13 ").append(label).append(1, '\0').append(1, '\x01');
  Secret block;
  hmac(secret, as_bytes(text), block);
  std::copy_n(block.begin(), N, out.begin());
}

}  // namespace

bool is_known_version(uint32_t version) { return !salt_of(version).empty(); }

std::optional<LongHeader> read_long_header(Bytes datagram) {
  ByteReader reader(datagram);
  const uint8_t first = reader.u8();
  if ((first & 0x80) == 0) return std::nullopt;
  LongHeader header;
  header.version = reader.u32();
  header.destination_id = reader.take(reader.u8());
  header.source_id = reader.take(reader.u8());
  if (reader.failed() || header.destination_id.size() > kIdMax || header.source_id.size() > kIdMax)
    return std::nullopt;
  header.packet = datagram;
  if (header.version == 0) {
    header.type = PacketType::kNegotiation;
    return header;
  }
  if (!is_known_version(header.version)) return std::nullopt;
  const unsigned shift = is_version2(header.version) ? 3 : 0;  // version 2 counts the types from 1
  header.type = static_cast<PacketType>(((first >> 4 & 3u) + shift) & 3u);
  if (header.type == PacketType::kRetry) return header;
  if (header.type == PacketType::kInitial) reader.skip(static_cast<size_t>(read_varint(reader)));
  const uint64_t length = read_varint(reader);
  if (reader.failed() || length > reader.remaining()) return std::nullopt;
  header.number_at = reader.offset();
  header.packet = datagram.first(reader.offset() + static_cast<size_t>(length));
  return header;
}

std::optional<InitialKeys> InitialKeys::make(uint32_t version, Bytes destination_id) {
  const std::string_view salt = salt_of(version);
  if (salt.empty()) return std::nullopt;
  Secret initial;
  hmac(as_bytes(salt), destination_id, initial);
  const std::string prefix = is_version2(version) ? "quicv2 " : "quic ";
  InitialKeys keys;
  for (const Direction direction : {Direction::kToServer, Direction::kToClient}) {
    Secret secret;
    expand(initial, direction == Direction::kToServer ? "client in" : "server in", secret);
    Side& side = keys.sides_[index(direction)];
    expand(secret, prefix + "key", side.key);
    expand(secret, prefix + "iv", side.iv);
    expand(secret, prefix + "hp", side.header_key);
  }
  return keys;
}

std::optional<std::vector<uint8_t>> InitialKeys::open(const LongHeader& header,
                                                      Direction direction) const {
  const Side& side = sides_[index(direction)];
  const size_t at = header.number_at;
  if (header.packet.size() < at + 4 + kSampleSize) return std::nullopt;
  std::array<uint8_t, 32> mask{};
  int length = 0;
  const Cipher ecb(EVP_CIPHER_CTX_new());
  if (!ecb ||
      EVP_EncryptInit_ex(ecb.get(), EVP_aes_128_ecb(), nullptr, side.header_key.data(), nullptr) !=
          1 ||
      EVP_EncryptUpdate(ecb.get(), mask.data(), &length, header.packet.data() + at + 4,
                        kSampleSize) != 1)
    return std::nullopt;
  std::vector<uint8_t> clear(header.packet.begin(),
                             header.packet.begin() + static_cast<ptrdiff_t>(at + 4));
  clear[0] = static_cast<uint8_t>(clear[0] ^ (mask[0] & 0x0f));
  const size_t number_size = (clear[0] & 3u) + 1;
  std::array<uint8_t, 12> nonce = side.iv;
  for (size_t i = 0; i < number_size; ++i) {
    clear[at + i] ^= mask[1 + i];
    nonce[12 - number_size + i] ^= clear[at + i];
  }
  const Bytes sealed = header.packet.subspan(at + number_size);
  if (sealed.size() < kTagSize) return std::nullopt;
  const Bytes text = sealed.first(sealed.size() - kTagSize);
  std::array<uint8_t, kTagSize> tag;
  std::copy_n(sealed.end() - static_cast<ptrdiff_t>(kTagSize), kTagSize, tag.begin());
  std::vector<uint8_t> out(text.size());
  const Cipher gcm(EVP_CIPHER_CTX_new());
  const bool opened =
      gcm &&
      EVP_DecryptInit_ex(gcm.get(), EVP_aes_128_gcm(), nullptr, side.key.data(), nonce.data()) ==
          1 &&
      EVP_DecryptUpdate(gcm.get(), nullptr, &length, clear.data(),
                        static_cast<int>(at + number_size)) == 1 &&
      EVP_DecryptUpdate(gcm.get(), out.data(), &length, text.data(),
                        static_cast<int>(text.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(gcm.get(), EVP_CTRL_GCM_SET_TAG, kTagSize, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(gcm.get(), out.data() + length, &length) == 1;
  if (!opened) return std::nullopt;
  return out;
}

}  // namespace picket::inspect::quic
