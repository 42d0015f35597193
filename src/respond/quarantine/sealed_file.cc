// SPDX-License-Identifier: Apache-2.0
#include "respond/quarantine/sealed_file.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <vector>

#include "process/digest.h"

namespace picket::respond {
namespace {

constexpr char kMagic[8] = {'P', 'K', 'Q', 'U', 'A', 'R', '0', '1'};
constexpr size_t kPrefixBytes = 8;
constexpr size_t kNonceBytes = kPrefixBytes + 4;
constexpr size_t kTagBytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)>;

struct Nonce {
  uint8_t bytes[kNonceBytes] = {};
  void number(uint32_t chunk) {
    for (size_t i = 0; i < 4; ++i)
      bytes[kPrefixBytes + i] = static_cast<uint8_t>(chunk >> (24 - 8 * i));
  }
};

// Reads until `bytes` is full or the file ends.
Result<size_t> read_full(int file, uint8_t* bytes, size_t size, uint64_t offset) {
  size_t got = 0;
  while (got < size) {
    const ssize_t count = ::pread(file, bytes + got, size - got, static_cast<off_t>(offset + got));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("read the file");
    if (count == 0) break;
    got += static_cast<size_t>(count);
  }
  return got;
}

// One chunk in `in`, the result in `out` (with the tag behind it, or without). False: not
// authentic.
bool crypt(EVP_CIPHER_CTX* context, bool encrypt, const SealKey& key, const Nonce& nonce, bool last,
           Bytes in, std::vector<uint8_t>& out) {
  const uint8_t more = last ? 1 : 0;
  const size_t plain = encrypt ? in.size() : in.size() - kTagBytes;
  out.resize(plain + (encrypt ? kTagBytes : 0));
  int count = 0;
  if (EVP_CipherInit_ex(context, EVP_aes_256_gcm(), nullptr, key.data(), nonce.bytes, encrypt) != 1)
    return false;
  if (!encrypt && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, kTagBytes,
                                      const_cast<uint8_t*>(in.data() + plain)) != 1)
    return false;
  if (EVP_CipherUpdate(context, nullptr, &count, &more, 1) != 1) return false;
  if (plain > 0 &&
      EVP_CipherUpdate(context, out.data(), &count, in.data(), static_cast<int>(plain)) != 1)
    return false;
  uint8_t rest[16];
  if (EVP_CipherFinal_ex(context, rest, &count) != 1) return false;
  return !encrypt ||
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, kTagBytes, out.data() + plain) == 1;
}

}  // namespace

Result<void> write_whole(int file, Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("write the file");
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return {};
}

Result<Sealed> seal(int from, int to, const SealKey& key) {
  Nonce nonce;
  if (RAND_bytes(nonce.bytes, kPrefixBytes) != 1) return failure("no randomness for the cipher");
  TRY(write_whole(to, {reinterpret_cast<const uint8_t*>(kMagic), sizeof kMagic}));
  TRY(write_whole(to, {nonce.bytes, kPrefixBytes}));
  const Cipher context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  process::Digest hash(process::DigestKind::kSha256);
  Sealed sealed;
  std::vector<uint8_t> plain(kChunkBytes), out;
  for (uint32_t chunk = 0;; ++chunk) {
    TRY_ASSIGN(const size_t got, read_full(from, plain.data(), plain.size(), sealed.bytes));
    const Bytes bytes(plain.data(), got);
    // A full chunk is never the last: an empty one follows it.
    const bool last = got < kChunkBytes;
    hash.update(bytes);
    sealed.bytes += got;
    if (sealed.bytes > kSealedBytesMax) return failure("larger than 16 GiB");
    nonce.number(chunk);
    if (!crypt(context.get(), true, key, nonce, last, bytes, out))
      return failure("the crypto library could not encrypt");
    TRY(write_whole(to, out));
    if (last) break;
  }
  if (::fsync(to) != 0) return system_failure("write the file");
  sealed.sha256 = hash.finish_hex();
  return sealed;
}

Result<Sealed> unseal(int from, const SealKey& key,
                      const std::function<Result<void>(Bytes)>& each) {
  uint8_t head[sizeof kMagic + kPrefixBytes];
  TRY_ASSIGN(const size_t head_bytes, read_full(from, head, sizeof head, 0));
  if (head_bytes != sizeof head || std::memcmp(head, kMagic, sizeof kMagic) != 0)
    return failure("the file is no quarantined content");
  Nonce nonce;
  std::memcpy(nonce.bytes, head + sizeof kMagic, kPrefixBytes);
  const Cipher context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  process::Digest hash(process::DigestKind::kSha256);
  Sealed sealed;
  std::vector<uint8_t> in(kChunkBytes + kTagBytes), plain;
  uint64_t offset = sizeof head;
  for (uint32_t chunk = 0;; ++chunk) {
    TRY_ASSIGN(const size_t got, read_full(from, in.data(), in.size(), offset));
    const bool last = got < in.size();
    nonce.number(chunk);
    if (got < kTagBytes || sealed.bytes > kSealedBytesMax ||
        !crypt(context.get(), false, key, nonce, last, {in.data(), got}, plain))
      return failure("the kept content was changed or cut, or its key is another");
    hash.update(plain);
    TRY(each(plain));
    sealed.bytes += plain.size();
    offset += got;
    if (last) break;
  }
  sealed.sha256 = hash.finish_hex();
  return sealed;
}

}  // namespace picket::respond
