// SPDX-License-Identifier: Apache-2.0
#include "case_runner/wire_words.h"

#include <charconv>
#include <sstream>

#include "base/address.h"
#include "inspect/proto/dns/message_for_tests.h"
#include "inspect/proto/tls/client_hello_for_tests.h"

namespace picket::case_runner {
namespace {

namespace dns = inspect::dns;
using Wire = std::vector<uint8_t>;
using Words = std::vector<std::string>;

constexpr uint16_t kNameErrorFlags = 0x8183;  // NXDOMAIN
constexpr uint16_t kQuestionFlags = 0x0100;
constexpr uint16_t kMulticastFlags = 0x8400;
constexpr uint32_t kTtlS = 60;
constexpr size_t kLabelBytesMax = 63;

Words split(std::string_view text) {
  std::istringstream stream{std::string(text)};
  Words words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool is_wire_name(std::string_view name) {
  while (!name.empty()) {
    const size_t label = std::min(name.find('.'), name.size());
    if (label == 0 || label > kLabelBytesMax) return false;
    name.remove_prefix(std::min(label + 1, name.size()));
  }
  return true;
}

struct Answer {
  struct Record {
    std::string owner;
    uint16_t type;
    Wire data;
  };
  std::vector<Record> records;
  uint32_t ttl_s = kTtlS;
  bool error = false;
};

uint16_t address_type(std::string_view word) {
  if (word == "A") return dns::kTypeA;
  return dns::kTypeAaaa;
}

Result<Wire> address_data(const std::string& type, const std::string& text) {
  const auto address = IpAddress::parse(text);
  if (!address || address->is_v4() != (type == "A"))
    return failure(text + " is no address for " + type);
  const auto& bytes = address->bytes();
  return Wire(bytes.begin() + (address->is_v4() ? 12 : 0), bytes.end());
}

Result<Answer> read_answer(const Words& words) {
  Answer answer;
  std::string owner = words[2];
  for (size_t i = 3; i < words.size(); ++i) {
    const std::string& key = words[i];
    if (key == "error") {
      answer.error = true;
      continue;
    }
    if (++i == words.size()) return failure("something is missing after " + key);
    const std::string& value = words[i];
    if (key == "ttl") {
      const auto [end, error] =
          std::from_chars(value.data(), value.data() + value.size(), answer.ttl_s);
      if (error != std::errc() || end != value.data() + value.size())
        return failure(value + " is no ttl");
    } else if (key == "CNAME") {
      if (!is_wire_name(value)) return failure(value + " is no name");
      answer.records.push_back({owner, dns::kTypeCname, dns::wire_name(value)});
      owner = value;
    } else if (key == "A" || key == "AAAA") {
      TRY_ASSIGN(Wire data, address_data(key, value));
      answer.records.push_back({owner, address_type(key), std::move(data)});
    } else {
      return failure("expected A, AAAA, CNAME, ttl or error, found " + key);
    }
  }
  return answer;
}

Result<Wire> dns_message(const Words& words) {
  if (!is_wire_name(words[2])) return failure(words[2] + " is no name");
  if (words[0] == "dns" && words[1] == "question") {
    if (words.size() != 4 || (words[3] != "A" && words[3] != "AAAA"))
      return failure("expected: dns question NAME A|AAAA");
    return dns::MessageBuilder(kQuestionFlags).question(words[2], address_type(words[3])).bytes();
  }
  TRY_ASSIGN(const Answer answer, read_answer(words));
  const bool multicast = words[0] == "mdns";
  dns::MessageBuilder message(multicast ? kMulticastFlags
                                        : (answer.error ? kNameErrorFlags : dns::kResponseFlags));
  const uint16_t asked = answer.records.empty() ? address_type("A") : answer.records.back().type;
  if (!multicast) message.question(words[2], asked);
  for (const Answer::Record& record : answer.records)
    message.answer(record.owner, record.type, answer.ttl_s, record.data);
  return message.bytes();
}

}  // namespace

Result<Wire> wire_from_words(std::string_view text) {
  const Words words = split(text);
  if (words.size() >= 3) {
    const std::string what = words[0] + " " + words[1];
    if (what == "dns answer" || what == "dns question" || what == "mdns answer")
      return dns_message(words);
    if (what == "tls hello" && words.size() == 3)
      return inspect::tls::browser_hello(words[2]).records();
    if (what == "http get" && words.size() <= 4) {
      const std::string request = "GET " + (words.size() == 4 ? words[3] : std::string("/")) +
                                  " HTTP/1.1\r\nHost: " + words[2] + "\r\n\r\n";
      return Wire(request.begin(), request.end());
    }
  }
  return failure(
      "expected words as in \"dns answer www.example.org A 10.0.0.9 ttl 60\" or "
      "\"tls hello www.example.org\"");
}

Result<Wire> wire_from_hex(std::string_view hex) {
  std::string digits;
  for (const char c : hex)
    if (c != ' ' && c != '\n') digits += c;
  Wire wire;
  for (size_t i = 0; i < digits.size(); i += 2) {
    uint8_t byte = 0;
    const char* const first = digits.data() + i;
    if (i + 2 > digits.size()) return failure("a digit is missing at the end");
    const auto [end, error] = std::from_chars(first, first + 2, byte, 16);
    if (error != std::errc() || end != first + 2) return failure("not hexadecimal digits");
    wire.push_back(byte);
  }
  return wire;
}

}  // namespace picket::case_runner
