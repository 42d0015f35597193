// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

// What a domain name looks like, by itself. Names are lower case without trailing dot. Pure
// functions; views are parts of the name given.
namespace picket::detect::behavior {

// The part somebody registered: evil.co.uk of a.b.evil.co.uk. The suffixes under which the public
// registers are a shipped part of the public suffix list (publicsuffix.org), hosters included; an
// unknown one is taken to be a single label. Empty: the name is itself a suffix, or one label.
std::string_view registered_domain(std::string_view name);
// What precedes it, without the dot; empty: nothing.
std::string_view below_registered(std::string_view name);

// Bits per character of the characters' own distribution (Shannon).
double entropy(std::string_view text);
// How unlike a word: mean bits per letter under the letter model (name_model_table.h). Words and
// brands have 3.3 to 5.2, letters rolled by a program mostly more than 5.2. 0: no letters.
double letter_cost(std::string_view label);

// Whether a program rolled the first label of `registered` (random letters, letters mixed with
// digits, long hexadecimal). Wrong for some names of either kind: to be counted, not believed
// alone.
bool looks_generated(std::string_view registered);

// Addresses written as names (in-addr.arpa, ip6.arpa), names of the own network (.local, .lan...),
// service discovery; names with one label.
bool local_or_reverse(std::string_view name);

}  // namespace picket::detect::behavior
