// SPDX-License-Identifier: Apache-2.0
// Reads the input as a DNS message and looks at everything it offers. Views must stay inside the
// input, names inside their bound, and a second parse must say the same.
#include <cstdlib>
#include <string>

#include "inspect/proto/dns/message.h"
#include "inspect/proto/dns/rdata.h"

using namespace picket;
using namespace picket::inspect::dns;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

size_t look_at_name(const NameView& name) {
  const std::string text = name.text();
  require(!text.empty() && text.size() <= 4 * kNameBytesMax);
  for (const char c : text) require(c > 0x20 && c < 0x7f && !(c >= 'A' && c <= 'Z'));
  require(name.equals(name));
  return text.size();
}

size_t look_at_record(const Record& record) {
  size_t sum = look_at_name(record.owner);
  if (const auto found = address(record)) sum += found->text().size();
  if (const auto found = target(record)) sum += look_at_name(*found);
  if (const auto found = mx(record)) sum += look_at_name(found->exchange);
  if (const auto found = srv(record)) sum += look_at_name(found->target);
  if (const auto found = soa(record))
    sum += look_at_name(found->primary) + look_at_name(found->mailbox);
  if (const auto found = svcb(record)) {
    sum += look_at_name(found->target);
    for (size_t i = 0; i < found->hints(); ++i) sum += found->hint(i).text().size();
  }
  TxtStrings strings(record);
  for (Bytes text; strings.next(text);) sum += text.size();
  for (const uint8_t byte : record.rdata) sum += byte;
  return sum;
}

size_t look_at_message(const Message& message) {
  require(message.questions().size() <= kQuestionsMax && message.records().size() <= kRecordsMax);
  size_t sum = message.rcode() + static_cast<size_t>(message.status());
  for (const Question& question : message.questions()) sum += look_at_name(question.name);
  for (const Record& record : message.records()) sum += look_at_record(record);
  if (message.edns()) sum += message.edns()->options.size();
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Message message;
  const Bytes bytes(data, size);
  message.parse(bytes);
  const size_t first = look_at_message(message);
  message.parse(bytes);
  require(look_at_message(message) == first);
  TcpMessages messages(bytes);
  size_t seen = 0;
  for (Bytes one; messages.next(one);) seen += one.size() + 2;
  require(seen + messages.rest().size() == size);
  return 0;
}
