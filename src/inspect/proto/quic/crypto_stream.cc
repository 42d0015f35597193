// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/quic/crypto_stream.h"

#include "base/counter.h"

namespace picket::inspect::quic {
namespace {

Counter overflow{"inspect.quic.crypto_overflow", "QUIC handshake bytes beyond what is kept"};

}  // namespace

void CryptoStream::add(uint64_t offset, Bytes bytes) {
  if (offset > kBytesMax || bytes.size() > kBytesMax - offset || waiting_.size() >= kPiecesMax) {
    overflow.add();
    overflowed_ = true;
    return;
  }
  const auto [place, fresh] = waiting_.try_emplace(offset, bytes.begin(), bytes.end());
  if (!fresh && place->second.size() < bytes.size())
    place->second.assign(bytes.begin(), bytes.end());
  while (!waiting_.empty() && waiting_.begin()->first <= joined_.size()) {
    const auto first = waiting_.begin();
    const size_t known = joined_.size() - static_cast<size_t>(first->first);
    if (first->second.size() > known)
      joined_.insert(joined_.end(), first->second.begin() + static_cast<ptrdiff_t>(known),
                     first->second.end());
    waiting_.erase(first);
  }
}

}  // namespace picket::inspect::quic
