// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "base/byte_reader.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::warden {

struct Message {
  std::vector<uint8_t> bytes;
  std::vector<UniqueFd> descriptors;
  bool whole = true;    // false: it was larger than allowed and is cut
  bool closed = false;  // the other side is gone
};

// One message of a SOCK_SEQPACKET socket, with the descriptors that came with it. Descriptors
// beyond `descriptors_max` are closed, never leaked, and the message is not whole. An empty message
// is one: `closed` is only said when the other side really is gone.
Result<Message> receive_message(int socket, size_t bytes_max, size_t descriptors_max);

enum class Wait : bool { kNo, kYes };
// One message of all `parts`, with at most kDescriptorsMax descriptors. An error with the code
// EAGAIN: the other side does not read, and `wait` says not to wait for it.
Result<void> send_message(int socket, std::span<const Bytes> parts,
                          std::span<const int> descriptors, Wait wait = Wait::kYes);

}  // namespace picket::app::warden
