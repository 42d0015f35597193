// SPDX-License-Identifier: Apache-2.0
#include "event/community_id.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <utility>

namespace picket::event {
namespace {

constexpr uint16_t kTcp = 6, kUdp = 17, kSctp = 132;

// At most: seed 2, two addresses of 16, protocol and padding 2, two ports.
struct HashInput {
  uint8_t bytes[40];
  size_t size = 0;

  void u8(uint8_t value) { bytes[size++] = value; }
  void u16(uint16_t value) {
    u8(static_cast<uint8_t>(value >> 8));
    u8(static_cast<uint8_t>(value));
  }
  void address(const IpAddress& address) {
    const auto& all = address.bytes();
    for (size_t i = address.is_v4() ? 12 : 0; i < all.size(); ++i) u8(all[i]);
  }
};

}  // namespace

std::optional<std::string> community_id(uint16_t protocol, const Endpoint& one,
                                        const Endpoint& other) {
  if (protocol != kTcp && protocol != kUdp && protocol != kSctp) return std::nullopt;
  if (one.address.is_unspecified() || other.address.is_unspecified()) return std::nullopt;
  if (one.address.is_v4() != other.address.is_v4()) return std::nullopt;
  const Endpoint* first = &one;
  const Endpoint* second = &other;
  if (*second < *first) std::swap(first, second);
  HashInput input;
  input.u16(0);  // seed
  input.address(first->address);
  input.address(second->address);
  input.u8(static_cast<uint8_t>(protocol));
  input.u8(0);
  input.u16(first->port);
  input.u16(second->port);
  uint8_t digest[SHA_DIGEST_LENGTH];
  SHA1(input.bytes, input.size, digest);
  uint8_t base64[4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1];
  const int length = EVP_EncodeBlock(base64, digest, SHA_DIGEST_LENGTH);
  return "1:" + std::string(reinterpret_cast<const char*>(base64), static_cast<size_t>(length));
}

}  // namespace picket::event
