// SPDX-License-Identifier: Apache-2.0
#include "app/agent/warden_client.h"

#include <cstring>

namespace picket::app::agent {

using warden::ReplyHeader;
using warden::Request;

Result<WardenClient::Answer> WardenClient::ask(warden::Ask what, uint64_t a, uint64_t b) {
  std::lock_guard turn(turn_);
  Request request;
  request.ask = what;
  request.sequence = ++sequence_;
  request.a = a;
  request.b = b;
  const Bytes bytes{reinterpret_cast<const uint8_t*>(&request), sizeof request};
  TRY(warden::send_message(socket_.get(), {&bytes, 1}, {}));
  TRY_ASSIGN(warden::Message message, warden::receive_message(socket_.get(), warden::kReplyBytesMax,
                                                              warden::kDescriptorsMax));
  ReplyHeader header;
  if (message.closed || !message.whole || message.bytes.size() < sizeof header)
    return failure("the warden does not answer");
  std::memcpy(&header, message.bytes.data(), sizeof header);
  if (header.magic != warden::kMagic || header.sequence != request.sequence ||
      header.bytes != message.bytes.size() - sizeof header)
    return failure("the warden's answer is not to this question");
  if (header.error != 0) return system_failure("the warden", header.error);
  message.bytes.erase(message.bytes.begin(), message.bytes.begin() + sizeof header);
  return Answer{std::move(message.bytes), std::move(message.descriptors)};
}

Result<UniqueFd> WardenClient::ask_for_descriptor(warden::Ask what, uint64_t a, uint64_t b) {
  TRY_ASSIGN(Answer answer, ask(what, a, b));
  if (answer.descriptors.size() != 1) return failure("the warden's answer carries no descriptor");
  return std::move(answer.descriptors[0]);
}

Result<std::vector<warden::NamespaceAnswer>> WardenClient::namespaces() {
  TRY_ASSIGN(const Answer answer, ask(warden::Ask::kNamespaces));
  std::vector<warden::NamespaceAnswer> spaces(answer.bytes.size() /
                                              sizeof(warden::NamespaceAnswer));
  std::memcpy(spaces.data(), answer.bytes.data(), spaces.size() * sizeof spaces[0]);
  for (warden::NamespaceAnswer& space : spaces) space.name[sizeof space.name - 1] = 0;
  return spaces;
}

}  // namespace picket::app::agent
