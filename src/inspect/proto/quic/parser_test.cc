// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/quic/parser.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <memory>
#include <string>

#include "inspect/app/conversation_for_tests.h"
#include "inspect/proto/quic/descriptor.h"
#include "inspect/proto/tls/client_hello_for_tests.h"

namespace picket::inspect::quic {
namespace {

using enum Direction;
using enum BufferId;

std::string unhex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}
const uint8_t* raw(const std::string& text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

const std::string kClientId = unhex("8394c8f03e515708");  // RFC 9001 appendix A
const std::string kServerInitial = unhex(
    "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780b"
    "b38cc5a99f5ede4cf7"
    "3c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd937"
    "95d77d06edbb7aaf2f"
    "58891850abbdca3d20398c276456cbc42158407dd074ee");

// Seals `frames` as the client of appendix A would, with the keys printed there.
std::string client_initial(std::string frames, uint8_t number) {
  const std::string key = unhex("1f369613dd76d5467730efcbe3b1a22d"),
                    iv = unhex("fa044b2f42a3fd3b46fb255c"),
                    header_key = unhex("9f50449e04a0e810283a1e9933adedd2");
  frames.resize(std::max<size_t>(frames.size(), 64), '\0');
  const size_t length = 1 + frames.size() + 16;
  std::string header =
      unhex("c000000001") + static_cast<char>(8) + kClientId + std::string(2, '\0');
  header += static_cast<char>(0x40 | length >> 8);
  header += static_cast<char>(length);
  const size_t at = header.size();
  header += static_cast<char>(number);
  std::string nonce = iv, sealed(frames.size(), '\0'), tag(16, '\0'), mask(32, '\0');
  nonce.back() = static_cast<char>(nonce.back() ^ number);
  int done = 0;
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> gcm(EVP_CIPHER_CTX_new(),
                                                                            EVP_CIPHER_CTX_free);
  EVP_EncryptInit_ex(gcm.get(), EVP_aes_128_gcm(), nullptr, raw(key), raw(nonce));
  EVP_EncryptUpdate(gcm.get(), nullptr, &done, raw(header), static_cast<int>(header.size()));
  EVP_EncryptUpdate(gcm.get(), reinterpret_cast<uint8_t*>(sealed.data()), &done, raw(frames),
                    static_cast<int>(frames.size()));
  EVP_EncryptFinal_ex(gcm.get(), reinterpret_cast<uint8_t*>(sealed.data()) + done, &done);
  EVP_CIPHER_CTX_ctrl(gcm.get(), EVP_CTRL_GCM_GET_TAG, 16, tag.data());
  std::string packet = header + sealed + tag;
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> ecb(EVP_CIPHER_CTX_new(),
                                                                            EVP_CIPHER_CTX_free);
  EVP_EncryptInit_ex(ecb.get(), EVP_aes_128_ecb(), nullptr, raw(header_key), nullptr);
  EVP_EncryptUpdate(ecb.get(), reinterpret_cast<uint8_t*>(mask.data()), &done, raw(packet) + at + 4,
                    16);
  packet[0] = static_cast<char>(packet[0] ^ (mask[0] & 0x0f));
  packet[at] = static_cast<char>(packet[at] ^ mask[1]);
  return packet;
}
std::string crypto(size_t offset, std::string_view bytes) {
  std::string frame = "\x06";
  frame += static_cast<char>(0x40 | offset >> 8);
  frame += static_cast<char>(offset);
  frame += static_cast<char>(0x40 | bytes.size() >> 8);
  frame += static_cast<char>(bytes.size());
  return frame.append(bytes);
}
std::string hello_of(std::string_view name) {
  const tls::ByteVector bytes = tls::browser_hello(name).handshake();
  return {bytes.begin(), bytes.end()};
}
// Datagrams are not streams: each is given alone.
void give(Conversation& talk, Direction direction, const std::string& datagram) {
  talk.parser->on_data(direction, as_bytes(datagram), false, talk.flow);
}

TEST(QuicInitial, KeysAndPacketOfTheRfc) {
  const auto header = read_long_header(as_bytes(kServerInitial));
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->packet.size(), kServerInitial.size());
  const auto keys = InitialKeys::make(kVersion1, as_bytes(kClientId));
  ASSERT_TRUE(keys.has_value());
  const auto frames = keys->open(*header, kToClient);
  ASSERT_TRUE(frames.has_value());
  EXPECT_EQ((*frames)[0], 2);  // ACK, then CRYPTO with a ServerHello
  EXPECT_EQ((*frames)[5], 6);
  EXPECT_FALSE(keys->open(*header, kToServer).has_value());
  std::string damaged = kServerInitial;
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_FALSE(keys->open(*read_long_header(as_bytes(damaged)), kToClient).has_value());
}

TEST(QuicParser, HellosOverPacketsInAnyOrder) {
  const std::string hello = hello_of("quic.example");
  Conversation talk(kDescriptor);
  give(talk, kToServer, client_initial(crypto(100, hello.substr(100)), 1));
  EXPECT_EQ(talk.count(), 0u);
  give(talk, kToServer,
       client_initial(crypto(40, hello.substr(40, 80)) + "\x01" + crypto(0, hello.substr(0, 60)),
                      2));
  ASSERT_EQ(talk.count(), 1u);
  EXPECT_EQ(talk.text(k_quic_sni, kToServer), "quic.example");
  EXPECT_EQ(talk.text(k_quic_version, kToServer), std::string("\0\0\0\1", 4));
  EXPECT_EQ(talk.text(k_ja4_hash, kToServer).substr(0, 11), "q13d0306h2_");
  EXPECT_NE(
      talk.eve().find(
          R"("extensions":[{"name":"grease","type":6682},{"name":"server_name","type":0,"values":["quic.example"]})"),
      std::string::npos);
  give(talk, kToServer, client_initial(crypto(0, hello), 3));  // said again: known already
  EXPECT_EQ(talk.count(), 1u);
  give(talk, kToClient, kServerInitial);
  ASSERT_EQ(talk.count(), 2u);
  EXPECT_EQ(talk.text(k_ja3s_string, kToClient, 0, 1), "771,4865,51-43");
  EXPECT_TRUE(talk.transaction(1).done());
}

TEST(QuicParser, WhatItCannotOpenMakesNothing) {
  Conversation talk(kDescriptor);
  give(talk, kToClient, kServerInitial);
  std::string damaged = client_initial(crypto(0, hello_of("a.example")), 1);
  damaged[60] = static_cast<char>(damaged[60] ^ 1);
  give(talk, kToServer, damaged);
  give(talk, kToServer, "\x40 short header");
  EXPECT_EQ(talk.count(), 0u);
}

TEST(CryptoStream, FirstBytesWinAndBoundsHold) {
  CryptoStream stream;
  stream.add(3, as_bytes("def"));
  stream.add(0, as_bytes("abcXX"));
  EXPECT_EQ(as_text(stream.in_order()), "abcXXf");
  stream.add(CryptoStream::kBytesMax, as_bytes("x"));
  EXPECT_TRUE(stream.overflowed());
  CryptoStream holes;
  for (size_t i = 0; i <= CryptoStream::kPiecesMax; ++i) holes.add(2 * i + 10, as_bytes("x"));
  EXPECT_TRUE(holes.overflowed());
  EXPECT_TRUE(holes.in_order().empty());
}

TEST(QuicProbe, VersionsAndHeaders) {
  using Verdict = ProtocolDescriptor::Verdict;
  EXPECT_EQ(probe(kToClient, as_bytes(kServerInitial), false), Verdict::kYes);
  std::string other = kServerInitial;
  other[4] = 0x77;
  EXPECT_EQ(probe(kToClient, as_bytes(other), true), Verdict::kNo);
  EXPECT_EQ(probe(kToServer, as_bytes("\x40 short"), true), Verdict::kNo);
}

}  // namespace
}  // namespace picket::inspect::quic
