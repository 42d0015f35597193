// SPDX-License-Identifier: Apache-2.0
#include "respond/firewall/rule_line.h"

#include <algorithm>
#include <charconv>

#include "base/utf8.h"
#include "respond/firewall/rule_text.h"

namespace picket::respond::firewall {
namespace {

// Operands of other firewalls, and of plans, that the kernel's tables do not hold: a rule must not
// look as if it did what it does not.
struct Instead {
  std::string_view word, next;
};
constexpr Instead kNotEnforced[] = {
    {"name", "name the addresses (picket search dns.name:NAME tells them), or put them in a list"},
    {"country", "make a list of the country's prefixes and name it with list"},
    {"as", "make a list of the network's prefixes and name it with list"},
    {"interface", "name the prefix behind the interface with remote"},
    {"container", "name the container's cgroup with unit"},
    {"parent", "name the program itself, or the unit that both run in"},
    {"ancestor", "name the program itself, or the unit that both run in"},
    {"schedule", "give the rule an end with until, and block again"},
    {"group", "name each user with user"},
};

std::unexpected<Error> not_a(const std::string& value, std::string_view what,
                             std::string next = {}) {
  return failure("\"" + printable(value) + "\" is no " + std::string(what), std::move(next));
}

// A block of one address is written as the address.
std::string prefix_text(const Prefix& prefix) {
  const bool one = prefix.length == (prefix.address.is_v4() ? 32 : 128);
  return one ? prefix.address.text() : prefix.text();
}

bool is_bare(char character) {
  return character > ' ' && character < 127 && character != '"' && character != '#' &&
         character != '\\';
}

}  // namespace

std::string as_word(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_bare)) return std::string(text);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (size_t i = 0; i < text.size();) {
    const char character = text[i];
    const size_t length = utf8_sequence_length(text.substr(i));
    if (character == '"' || character == '\\') {
      out += '\\';
      out += character;
      ++i;
    } else if (length == 0 || static_cast<uint8_t>(character) < ' ' || character == 127) {
      const auto byte = static_cast<uint8_t>(character);
      out += "\\x";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
      ++i;
    } else {
      out += text.substr(i, length);
      i += length;
    }
  }
  return out + '"';
}

void LineReader::skip_space() {
  while (at_ < line_.size() && (line_[at_] == ' ' || line_[at_] == '\t' || line_[at_] == '\r'))
    ++at_;
}

bool LineReader::at_end() {
  skip_space();
  return at_ >= line_.size() || line_[at_] == '#';
}

Result<void> LineReader::expect_end() {
  if (at_end()) return {};
  began_ = at_;
  return failure("nothing more was expected here", "begin a new line");
}

Result<std::string> LineReader::word(std::string_view what) {
  const bool end = at_end();
  began_ = at_;
  if (end) return failure(std::string(what) + " is missing");
  std::string out;
  if (line_[at_] == '"') {
    TRY(quoted_word(out));
  } else {
    while (at_ < line_.size() && is_bare(line_[at_])) out += line_[at_++];
  }
  if (at_ < line_.size() && line_[at_] != ' ' && line_[at_] != '\t' && line_[at_] != '\r') {
    began_ = at_;
    return failure("a space was expected here", "put words with other characters in \"quotes\"");
  }
  return out;
}

Result<void> LineReader::quoted_word(std::string& out) {
  for (++at_; at_ < line_.size() && line_[at_] != '"'; ++at_) {
    if (line_[at_] != '\\') {
      out += line_[at_];
      continue;
    }
    const std::string_view rest = line_.substr(at_ + 1);
    if (rest.starts_with('"') || rest.starts_with('\\')) {
      out += rest[0];
      ++at_;
      continue;
    }
    uint8_t byte = 0;
    const bool hex =
        rest.starts_with('x') && rest.size() >= 3 &&
        std::from_chars(rest.data() + 1, rest.data() + 3, byte, 16).ptr == rest.data() + 3;
    if (!hex) {
      began_ = at_;
      return failure("after \\ there is \\, \" or xNN", "write \\\\ for the character itself");
    }
    out += static_cast<char>(byte);
    at_ += 3;
  }
  if (at_ >= line_.size()) return failure("the quotes are not closed", "end the word with \"");
  ++at_;
  return {};
}

Result<uint32_t> LineReader::number(std::string_view what, uint32_t least, uint32_t most) {
  TRY_ASSIGN(const std::string text, word(what));
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= least && value <= most)
    return value;
  return not_a(text, what,
               "write a number from " + std::to_string(least) + " to " + std::to_string(most));
}

Result<Rule> LineReader::operands(Action action) {
  Rule rule;
  rule.action = action;
  if (action != Action::kBlock && action != Action::kReject) rule.priority = 500;
  std::vector<std::string> seen;
  while (!at_end()) {
    TRY_ASSIGN(const std::string name, word("an operand"));
    if (std::ranges::find(seen, name) != seen.end())
      return failure("\"" + printable(name) + "\" is there twice", "write another rule");
    seen.push_back(name);
    TRY(operand(name, rule));
  }
  return rule;
}

Result<void> LineReader::operand(const std::string& name, Rule& rule) {
  const auto take = [&]() { return word("the value of " + name); };
  if (name == "direction") {
    TRY_ASSIGN(const std::string value, take());
    const auto direction = parse_direction(value);
    if (!direction) return not_a(value, "direction", "write in, out or both");
    rule.direction = *direction;
  } else if (name == "protocol") {
    TRY_ASSIGN(const std::string value, take());
    rule.protocol = parse_protocol(value);
    if (!rule.protocol) return not_a(value, "protocol", "write tcp, udp, icmp, icmpv6 or a number");
  } else if (name == "remote") {
    TRY_ASSIGN(const std::string value, take());
    rule.remote = Prefix::parse(value);
    if (!rule.remote) return not_a(value, "address or prefix", "for example 203.0.113.0/24");
  } else if (name == "port") {
    TRY_ASSIGN(const std::string value, take());
    const auto port = PortRange::parse(value);
    if (!port) return not_a(value, "port or range", "for example 443 or 6000-6063");
    rule.port = *port;
  } else if (name == "list") {
    TRY_ASSIGN(rule.list, take());
  } else if (name == "program") {
    TRY_ASSIGN(rule.program, take());
  } else if (name == "sha256") {
    TRY_ASSIGN(const std::string value, take());
    rule.digest = parse_digest(value);
    if (!rule.digest) return not_a(value, "SHA-256", "write its 64 hexadecimal digits");
  } else if (name == "user") {
    TRY_ASSIGN(rule.user, number("user id", 0, UINT32_MAX - 1));
  } else if (name == "unit") {
    TRY_ASSIGN(rule.unit, take());
  } else {
    return setting(name, rule);
  }
  return {};
}

Result<void> LineReader::setting(const std::string& name, Rule& rule) {
  const auto time = [&](std::optional<WallTime>& to) -> Result<void> {
    TRY_ASSIGN(const std::string value, word("the time of " + name));
    to = parse_rfc3339(value);
    if (!to) return not_a(value, "time", "for example 2026-01-31T18:00:00Z");
    return {};
  };
  if (name == "until") return time(rule.until);
  if (name == "confirm-by") return time(rule.confirm_by);
  if (name == "made") return time(rule.made);
  if (name == "loopback") {
    rule.loopback = true;
  } else if (name == "log") {
    rule.logs = true;
  } else if (name == "priority") {
    TRY_ASSIGN(const uint32_t priority, number("priority", 0, kPriorityMax));
    rule.priority = static_cast<uint16_t>(priority);
  } else if (name == "reason") {
    TRY_ASSIGN(rule.reason, word("the reason"));
  } else if (name == "author") {
    TRY_ASSIGN(rule.author, word("the author"));
  } else {
    for (const Instead& known : kNotEnforced)
      if (known.word == name)
        return failure("rules by " + name + " are not enforced", std::string(known.next));
    return failure("\"" + printable(name) + "\" is no operand of a rule",
                   "there are: direction, protocol, remote, list, port, program, sha256, user, "
                   "unit; priority, until, loopback, log, reason");
  }
  return {};
}

Result<void> check_rule(const Rule& rule) {
  if (!rule.has_operand())
    return failure("the rule would apply to everything",
                   "name an address, a port, a program, a user or a unit");
  if (rule.remote && !rule.list.empty())
    return failure("remote and list are in one rule", "make two rules of it");
  if (!rule.program.empty() && rule.digest)
    return failure("program and sha256 are in one rule", "make two rules of it");
  if (!rule.program.empty() && (rule.program[0] != '/' || rule.program.size() < 2 ||
                                rule.program.find('\0') != rule.program.npos))
    return failure("program: \"" + printable(rule.program) + "\" is no absolute path",
                   "write the whole path, as in /usr/bin/curl");
  if (rule.program.size() > kProgramBytesMax)
    return failure("program: a path of more than " + std::to_string(kProgramBytesMax) + " bytes",
                   "name the program by its sha256");
  if (rule.unit.size() > kUnitBytesMax || rule.unit.find('/') != rule.unit.npos ||
      rule.unit.find('\0') != rule.unit.npos)
    return failure("unit: \"" + printable(rule.unit) + "\" is no name of a cgroup",
                   "write the last part of its path, as in nginx.service");
  if (rule.port.any() == false && rule.protocol && *rule.protocol != 6 && *rule.protocol != 17 &&
      *rule.protocol != 132)
    return failure(protocol_text(*rule.protocol) + " has no ports", "leave port out");
  if (rule.list.size() > kListNameMax || rule.reason.size() > kTextMax ||
      rule.author.size() > kTextMax)
    return failure("a text of the rule is longer than " + std::to_string(kTextMax) + " bytes",
                   "say it shorter");
  return {};
}

std::string write_rule(const Rule& rule) {
  std::string out = "rule " + std::to_string(rule.id) + ' ' + std::string(action_text(rule.action));
  const auto put = [&](std::string_view name, std::string_view value) {
    out += ' ' + std::string(name) + ' ' + as_word(value);
  };
  put("priority", std::to_string(rule.priority));
  if (rule.direction != Direction::kBoth) put("direction", direction_text(rule.direction));
  if (rule.protocol) put("protocol", protocol_text(*rule.protocol));
  if (rule.remote) put("remote", prefix_text(*rule.remote));
  if (!rule.list.empty()) put("list", rule.list);
  if (!rule.port.any()) put("port", rule.port.text());
  if (!rule.program.empty()) put("program", rule.program);
  if (rule.digest) put("sha256", digest_text(*rule.digest));
  if (rule.user) put("user", std::to_string(*rule.user));
  if (!rule.unit.empty()) put("unit", rule.unit);
  if (rule.loopback) out += " loopback";
  if (rule.logs) out += " log";
  if (rule.until) put("until", rfc3339(*rule.until));
  if (rule.confirm_by) put("confirm-by", rfc3339(*rule.confirm_by));
  if (!rule.reason.empty()) put("reason", rule.reason);
  if (!rule.author.empty()) put("author", rule.author);
  if (rule.made) put("made", rfc3339(*rule.made));
  return out;
}

}  // namespace picket::respond::firewall
