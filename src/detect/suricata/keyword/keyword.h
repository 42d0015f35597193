// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "detect/suricata/rule_builder.h"

// Keywords of the rule language. Each file of this folder holds a few that belong together: what
// reads them, what matches, what the reference says of them, and the table that registers them.
namespace picket::detect::suricata::keyword {

enum class State : uint8_t {
  kFull,
  kPartial,  // `note` says what is missing
  kRefused,  // rules with it do not load; `note` says why
};

struct Keyword {
  std::string_view name;
  std::string_view also;  // other spellings, parted by spaces
  State state = State::kFull;
  std::string_view summary;  // a sentence for the reference
  std::string_view example;
  std::string_view note;
  // Reads one option of a rule. The error's message says what was expected.
  Result<void> (*parse)(RuleBuilder& rule, const RuleOption& option) = nullptr;
};

using Keywords = std::span<const Keyword>;
Keywords meta_keywords();
Keywords content_keywords();
Keywords legacy_buffer_keywords();
Keywords pcre_keywords();
Keywords byte_keywords();
Keywords base64_keywords();
Keywords flow_keywords();
Keywords flow_count_keywords();
Keywords bits_keywords();
Keywords threshold_keywords();
Keywords ip_keywords();
Keywords tcp_keywords();
Keywords icmp_keywords();
Keywords event_keywords();
Keywords file_keywords();
Keywords dataset_keywords();
Keywords iprep_keywords();
Keywords transform_keywords();
Keywords packet_buffer_keywords();
Keywords asn1_keywords();
Keywords misc_keywords();
Keywords refused_keywords();
Keywords protocol_keywords();
Keywords exchange_keywords();

// The keyword of that name or other spelling; null: none. Buffers and numbers that protocols
// declare (inspect/app/buffer.h) are keywords too, without an entry: read_option() knows them.
const Keyword* find_keyword(std::string_view name);
// All entries, in order of name.
std::vector<const Keyword*> all_keywords();

// Reads one option, whatever it is.
Result<void> read_option(RuleBuilder& rule, const RuleOption& written);
// Today's name of a buffer that had another ("dns_query": dns.query); the name itself otherwise.
std::string_view todays_name(std::string_view name);

// The reference, from the tables: for people, for programs.
std::string keyword_reference_markdown();
std::string keyword_reference_json();
std::string keyword_reference_text();

}  // namespace picket::detect::suricata::keyword
