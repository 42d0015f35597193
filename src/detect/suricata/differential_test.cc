// SPDX-License-Identifier: Apache-2.0
// The prefilter may leave out no rule that would match: the engine with it and the plain engine,
// which evaluates every rule, must agree on anything.
#include <gtest/gtest.h>

#include <random>

#include "detect/suricata/engine_for_tests.h"

namespace picket::detect::suricata {
namespace {

using for_tests::Feed;
using inspect::AppProtocol;
using inspect::Direction;

// A small alphabet, so that patterns meet traffic often.
std::string some_text(std::mt19937& random, size_t most) {
  constexpr char kLetters[] = {'a', 'b', 'A', '.', '/', 0};
  std::string text;
  for (size_t i = 0, size = 1 + random() % most; i < size; ++i)
    text += kLetters[random() % sizeof kLetters];
  return text;
}

std::string as_content(const std::string& text) {
  std::string out = "\"|";
  for (char c : text) {
    char hex[4];
    std::snprintf(hex, sizeof hex, "%02x ", static_cast<unsigned char>(c));
    out += hex;
  }
  return out + "|\";";
}

std::string some_contents(std::mt19937& random) {
  std::string options;
  for (size_t i = 0, count = 1 + random() % 3; i < count; ++i) {
    std::string text = some_text(random, 4);
    options += "content:" + std::string(random() % 5 == 0 ? "!" : "") + as_content(text);
    if (random() % 3 == 0) options += " nocase;";
    switch (random() % 5) {
      case 0: options += " offset:" + std::to_string(random() % 4) + ";"; break;
      case 1: options += " depth:" + std::to_string(text.size() + random() % 6) + ";"; break;
      case 2:
        if (i > 0) options += " distance:" + std::to_string(random() % 3) + ";";
        break;
      case 3:
        if (i > 0) options += " within:" + std::to_string(text.size() + random() % 6) + ";";
        break;
      default: break;
    }
    options += " ";
  }
  return options;
}

std::string some_rules(std::mt19937& random) {
  constexpr const char* kHeads[] = {"tcp any any -> any any (",
                                    "http any any -> any any (http.uri; ",
                                    "http any any -> any any (http.uri; dotprefix; ",
                                    "http any any -> any any (http.request_body; ",
                                    "tcp-pkt any any -> any any (",
                                    "tcp any any -> any any (flow:to_server; "};
  std::string rules;
  for (int sid = 1; sid <= 60; ++sid) {
    rules += "alert " + std::string(kHeads[random() % std::size(kHeads)]) + some_contents(random);
    if (random() % 8 == 0) rules += "flowbits:set,b; ";
    if (random() % 8 == 0) rules += "flowbits:isset,b; ";
    rules += "sid:" + std::to_string(sid) + ";)\n";
  }
  return rules;
}

TEST(SuricataPrefilter, LeavesOutNothingThatWouldMatch) {
  size_t matched = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    std::string rules = some_rules(random);
    Feed fast(rules, {"packet-alert-max=1000"}),
        plain(rules, {"packet-alert-max=1000"}, Engine::Candidates::kAll);
    for (int i = 0; i < 30; ++i) {
      std::string text = some_text(random, 24), body = some_text(random, 24);
      Direction direction = random() % 2 == 0 ? Direction::kToServer : Direction::kToClient;
      unsigned what = static_cast<unsigned>(random() % 3);
      auto feed = [&](Feed& to) {
        if (what == 0) return to.packet(text, direction);
        if (what == 1) {
          to.streams[inspect::index(direction)] =
              {};  // all of it is new: what was seen is not searched again
          return to.stream(text, direction);
        }
        to.transaction(AppProtocol::kHttp)
            .put("http.uri", text)
            .put("http.request_body", body)
            .done();
        return to.look();
      };
      Feed::Sids a = feed(fast), b = feed(plain);
      ASSERT_EQ(a, b) << "seed " << seed << " step " << i << "\n" << rules;
      matched += a.size();
    }
  }
  EXPECT_GT(matched, 1000u);  // or it says nothing
}

}  // namespace
}  // namespace picket::detect::suricata
