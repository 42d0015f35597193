// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "base/byte_reader.h"
#include "event/activity.h"
#include "inspect/proto/dns/shown_message.h"

namespace picket::detect::evidence {

// What an answer seen on the wire tells: question, code, answers. nullopt: not an answer to one
// question, or unreadable. `bytes`: the message without a TCP length; `message` is reused between
// calls. `resolver` and `local` stay for the caller. At most kAnswersMax answers are taken over.
constexpr size_t kAnswersMax = 64;
std::optional<event::DnsLookup> dns_answer(Bytes bytes, inspect::dns::ShownMessage& message);
// The same of a message that has been read.
std::optional<event::DnsLookup> dns_answer_of(const inspect::dns::ShownMessage& message);

}  // namespace picket::detect::evidence
