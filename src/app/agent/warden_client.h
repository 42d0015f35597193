// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mutex>
#include <vector>

#include "app/warden/message_socket.h"
#include "app/warden/protocol.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "event/vocabulary.h"

namespace picket::app::agent {

// The agent's end of the socket pair to the warden. Each call is one request and waits for its
// answer. Any thread; calls take turns.
class WardenClient {
 public:
  explicit WardenClient(UniqueFd socket) : socket_(std::move(socket)) {}

  struct Answer {
    std::vector<uint8_t> bytes;
    std::vector<UniqueFd> descriptors;
  };
  // An error carries the warden's errno as code.
  Result<Answer> ask(warden::Ask what, uint64_t a = 0, uint64_t b = 0);
  // As ask(), for answers that are one structure or one descriptor.
  template <typename T>
  Result<T> ask_for(warden::Ask what, uint64_t a = 0, uint64_t b = 0) {
    TRY_ASSIGN(const Answer answer, ask(what, a, b));
    if (answer.bytes.size() != sizeof(T)) return failure("the warden's answer has the wrong size");
    T value;
    std::memcpy(&value, answer.bytes.data(), sizeof value);
    return value;
  }
  Result<UniqueFd> ask_for_descriptor(warden::Ask what, uint64_t a = 0, uint64_t b = 0);
  Result<std::vector<warden::NamespaceAnswer>> namespaces();

  // Readable when the warden is gone.
  int descriptor() const { return socket_.get(); }

 private:
  UniqueFd socket_;
  std::mutex turn_;
  uint32_t sequence_ = 0;
};

}  // namespace picket::app::agent
