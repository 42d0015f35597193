// SPDX-License-Identifier: Apache-2.0
#include "detect/evidence/dns_evidence.h"

#include <algorithm>

#include "base/ascii.h"

namespace picket::detect::evidence {
namespace {

using inspect::dns::ShownMessage;
using inspect::dns::ShownRecord;

std::string name_key(std::string_view name) {
  std::string out = ascii_lowered(name);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

void add_answer(const ShownMessage& message, const ShownRecord& record, event::DnsLookup& lookup) {
  const bool named = record.form == ShownRecord::Form::kName ||
                     record.form == ShownRecord::Form::kSrv ||
                     record.form == ShownRecord::Form::kSoa;
  std::string text(message.text_of(named ? record.name.text : record.text));
  if (record.form == ShownRecord::Form::kAddress)
    if (const auto address = IpAddress::parse(text)) lookup.addresses.push_back(*address);
  lookup.ttl_s = std::min(lookup.ttl_s.value_or(record.ttl_s), record.ttl_s);
  lookup.answers.push_back(std::move(text));
}

}  // namespace

std::optional<event::DnsLookup> dns_answer(Bytes bytes, ShownMessage& message) {
  if (!message.read(bytes)) return std::nullopt;
  auto lookup = dns_answer_of(message);
  if (lookup) lookup->answer_bytes = static_cast<uint32_t>(bytes.size());
  return lookup;
}

std::optional<event::DnsLookup> dns_answer_of(const ShownMessage& message) {
  if (!message.header().response || message.queries().size() != 1) return std::nullopt;
  const inspect::dns::ShownQuery& question = message.queries().front();
  event::DnsLookup lookup;
  lookup.name = name_key(message.text_of(question.name.text));
  lookup.type = inspect::dns::type_text(question.type);
  lookup.response_code = inspect::dns::rcode_text(message.header().rcode);
  for (const ShownRecord& record : message.records(inspect::dns::Section::kAnswer))
    if (lookup.answers.size() < kAnswersMax) add_answer(message, record, lookup);
  return lookup;
}

}  // namespace picket::detect::evidence
