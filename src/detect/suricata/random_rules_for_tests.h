// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <iterator>
#include <string>

#include "detect/suricata/engine_for_tests.h"

// For tests only: rules and traffic made of choices, so that patterns meet traffic often. `Choices`
// is a random number generator, or bytes that a fuzzer chose.
namespace picket::detect::suricata::for_tests {

// From a small alphabet, at least one byte.
template <typename Choices>
std::string some_text(Choices& choices, size_t most) {
  constexpr char kLetters[] = {'a', 'b', 'A', '.', '/', 0};
  std::string text;
  for (size_t i = 0, size = 1 + choices() % most; i < size; ++i)
    text += kLetters[choices() % sizeof kLetters];
  return text;
}

inline std::string as_content(const std::string& text) {
  std::string out = "\"|";
  for (char c : text) {
    char hex[4];
    std::snprintf(hex, sizeof hex, "%02x ", static_cast<unsigned char>(c));
    out += hex;
  }
  return out + "|\";";
}

template <typename Choices>
std::string some_contents(Choices& choices) {
  std::string options;
  for (size_t i = 0, count = 1 + choices() % 3; i < count; ++i) {
    std::string text = some_text(choices, 4);
    options += "content:" + std::string(choices() % 5 == 0 ? "!" : "") + as_content(text);
    if (choices() % 3 == 0) options += " nocase;";
    switch (choices() % 5) {
      case 0: options += " offset:" + std::to_string(choices() % 4) + ";"; break;
      case 1: options += " depth:" + std::to_string(text.size() + choices() % 6) + ";"; break;
      case 2:
        if (i > 0) options += " distance:" + std::to_string(choices() % 3) + ";";
        break;
      case 3:
        if (i > 0) options += " within:" + std::to_string(text.size() + choices() % 6) + ";";
        break;
      default: break;
    }
    options += " ";
  }
  return options;
}

// `count` rules with the sids 1 to `count`. Some may not load; those are left out everywhere.
template <typename Choices>
std::string some_rules(Choices& choices, int count) {
  constexpr const char* kHeads[] = {"tcp any any -> any any (",
                                    "http any any -> any any (http.uri; ",
                                    "http any any -> any any (http.uri; dotprefix; ",
                                    "http any any -> any any (http.request_body; ",
                                    "tcp-pkt any any -> any any (",
                                    "tcp any any -> any any (flow:to_server; "};
  std::string rules;
  for (int sid = 1; sid <= count; ++sid) {
    rules += "alert " + std::string(kHeads[choices() % std::size(kHeads)]) + some_contents(choices);
    if (choices() % 8 == 0) rules += "flowbits:set,b; ";
    if (choices() % 8 == 0) rules += "flowbits:isset,b; ";
    rules += "sid:" + std::to_string(sid) + ";)\n";
  }
  return rules;
}

// A packet, a stretch of stream or a transaction, the same to both; what each found in it.
template <typename Choices>
std::pair<Feed::Sids, Feed::Sids> some_traffic(Choices& choices, Feed& one, Feed& other) {
  const std::string text = some_text(choices, 24), body = some_text(choices, 24);
  const auto direction =
      choices() % 2 == 0 ? inspect::Direction::kToServer : inspect::Direction::kToClient;
  const auto what = choices() % 3;
  const auto show = [&](Feed& to) {
    if (what == 0) return to.packet(text, direction);
    if (what == 1) {
      // All of it is new: what was seen is not searched again.
      to.streams[inspect::index(direction)] = {};
      return to.stream(text, direction);
    }
    to.transaction(inspect::AppProtocol::kHttp)
        .put("http.uri", text)
        .put("http.request_body", body)
        .done();
    return to.look();
  };
  return {show(one), show(other)};
}

}  // namespace picket::detect::suricata::for_tests
