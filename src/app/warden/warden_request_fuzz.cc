// SPDX-License-Identifier: Apache-2.0
// Messages of an agent, one after the other: a byte of length, then the bytes. The warden must
// refuse or answer each, hand out nothing before it was greeted, and keep every stated bound.
#include <fcntl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "app/warden/answering.h"

namespace {

using namespace picket;
using namespace picket::app::warden;

// Searching all processes for socket owners takes longer than all else together.
bool takes_long(const std::vector<uint8_t>& bytes) {
  Request request;
  if (bytes.size() != sizeof request) return false;
  std::memcpy(&request, bytes.data(), sizeof request);
  return request.ask == Ask::kSocketOwners;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kMessagesMax = 32;
  Answering answering(nullptr, "fuzzed", true, UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC)));
  ByteReader reader(Bytes(data, size));
  bool greeted = false;
  for (size_t i = 0; i < kMessagesMax && reader.remaining() > 0; ++i) {
    const size_t length = std::min<size_t>(reader.u8(), reader.remaining());
    const Bytes taken = reader.take(length);
    Message message;
    message.bytes.assign(taken.begin(), taken.end());
    if (takes_long(message.bytes)) continue;
    const Answering::Reply reply = answering.answer(message);
    require(reply.header.bytes == reply.bytes.size());
    require(reply.bytes.size() + sizeof reply.header <= kReplyBytesMax);
    require(reply.descriptors.size() <= kDescriptorsMax);
    if (reply.refused || reply.header.error != 0)
      require(reply.bytes.empty() && reply.descriptors.empty());
    else
      require(length == sizeof(Request));
    if (!greeted && !reply.refused)
      greeted = true;
    else if (!greeted)
      require(reply.header.error != 0);
  }
  return 0;
}
