// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "event/activity.h"

// Numbers as people say them, for the sentences of alerts. Pure functions.
namespace picket::detect::behavior {

std::string duration_words(double seconds);  // 40 ms, 12 s, 4 min 9 s, 27.5 h, 3.2 days
std::string bytes_words(double bytes);       // 677 bytes, 1.3 MB
std::string percent_words(double share);     // 9 %
std::string number_words(double value);      // three decimals: 0.979
// Who called: the program and its pid where they are known, else the machine.
std::string caller_words(const event::Actor& actor, std::string_view host);

}  // namespace picket::detect::behavior
