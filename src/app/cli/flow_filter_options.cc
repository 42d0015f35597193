// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flow_filter_options.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include "app/cli/nearest.h"
#include "app/cli/option_words.h"
#include "base/address.h"
#include "base/ascii.h"
#include "base/utf8.h"

namespace picket::app::cli {
namespace {

constexpr uint32_t kPidMax = 4'194'304;  // the kernel's PID_MAX_LIMIT

// The checked value, spelled as the filter language has it.
using Checked = Result<std::string>;

std::optional<uint32_t> number(std::string_view digits, uint32_t most) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value > most)
    return std::nullopt;
  return value;
}

// Text that a filter term takes as it stands, or in quotes. The language has no way to write a
// quote inside quotes, so that one becomes a wildcard for any one character.
std::string as_term_value(std::string_view value) {
  const bool plain = std::ranges::all_of(value, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c >= 0x80 ||
           std::string_view("._-/@*?+%=~:()\\").find(static_cast<char>(c)) !=
               std::string_view::npos;
  });
  if (plain) return std::string(value);
  std::string out = "\"";
  for (char c : value) out += c == '"' ? '?' : c;
  return out + "\"";
}

Checked check_text(std::string_view option, std::string_view value) {
  if (printable(value) != value)
    return failure(std::string(option) + ": " + in_quotes(value) + " holds a control character",
                   "leave it out, or write ? for any one character");
  return as_term_value(value);
}

Checked check_pid(std::string_view option, std::string_view value) {
  const auto pid = number(value, kPidMax);
  if (pid && *pid != 0) return std::to_string(*pid);
  return failure(std::string(option) + ": " + in_quotes(value) + " is not a process id",
                 "write a number from 1 to " + std::to_string(kPidMax) + "; for a name: --process");
}

// The services people think of by name.
std::string_view known_port(std::string_view service) {
  static constexpr std::pair<std::string_view, std::string_view> kServices[] = {
      {"ssh", "22"},   {"smtp", "25"},    {"dns", "53"},          {"domain", "53"}, {"http", "80"},
      {"ntp", "123"},  {"imap", "143"},   {"ldap", "389"},        {"https", "443"}, {"smb", "445"},
      {"rdp", "3389"}, {"mysql", "3306"}, {"postgresql", "5432"}, {"redis", "6379"}};
  const auto* found =
      std::ranges::find(kServices, service, &std::pair<std::string_view, std::string_view>::first);
  return found == std::end(kServices) ? std::string_view() : found->second;
}

Checked check_port(std::string_view option, std::string_view value) {
  const std::string what = std::string(option) + ": " + in_quotes(value);
  const size_t dash = value.find('-', value.empty() ? 0 : 1);
  const auto low = number(value.substr(0, dash), 65535);
  const auto high = dash == std::string_view::npos ? low : number(value.substr(dash + 1), 65535);
  if (low && high) {
    if (*low <= *high) return std::string(value);
    return failure(what + " runs backwards",
                   "did you mean " + std::to_string(*high) + "-" + std::to_string(*low) + "?");
  }
  const std::string_view port = known_port(ascii_lowered(value));
  if (!port.empty())
    return failure(what + " is a name, not a port number",
                   "did you mean " + std::string(port) + "?");
  return failure(what + " is not a port",
                 "write a number from 0 to 65535, or a range such as 1-1024");
}

Checked check_address(std::string_view option, std::string_view value) {
  if (const auto prefix = Prefix::parse(value)) return as_term_value(value);
  const std::string what =
      std::string(option) + ": " + in_quotes(value) + " is not an address or prefix";
  const bool letters = std::ranges::any_of(
      value, [](unsigned char c) { return (c | 32) >= 'g' && (c | 32) <= 'z'; });
  if (letters) return failure(what, "for a host name: --name " + printable(value));
  const size_t colon = value.rfind(':');
  if (colon != std::string_view::npos && IpAddress::parse(value.substr(0, colon)))
    return failure(what, "give the port apart: --addr " + std::string(value.substr(0, colon)) +
                             " --port " + printable(value.substr(colon + 1)));
  return failure(what, "write it as 10.0.0.7, 10.0.0.0/8, fd00::1 or 2001:db8::/32");
}

// One of the words of `value_name`, `noun` being what a person calls it.
Checked check_word(std::string_view option, std::string_view value, std::string_view value_name,
                   std::string_view noun) {
  const std::vector<std::string_view> words = words_for(value_name);
  std::string word = ascii_lowered(value);
  if (std::ranges::find(words, word) != words.end()) return word;
  std::string next;
  if (const std::string_view near = nearest(word, words); !near.empty())
    next = "did you mean " + std::string(near) + "? ";
  const std::string_view article =
      std::string_view("aeiou").find(noun.front()) == std::string_view::npos ? "a " : "an ";
  return failure(std::string(option) + ": " + in_quotes(value) + " is not " + std::string(article) +
                     std::string(noun),
                 next + "There are " + listed(words));
}

Checked check_protocol(std::string_view option, std::string_view value) {
  const std::string word = ascii_lowered(value);
  if (word == "tcp4" || word == "tcp6" || word == "udp4" || word == "udp6")
    return failure(std::string(option) + ": " + in_quotes(value) + " says two things at once",
                   "write --proto " + word.substr(0, 3) + " --addr " +
                       (word[3] == '4' ? "0.0.0.0/0" : "::/0"));
  if (number(value, 65535)) return std::string(value);  // of the IP header, or an EtherType
  return check_word(option, value == "icmp6" ? "icmp" : value, "PROTO", "protocol");
}

// The spellings of ss and netstat too.
Checked check_state(std::string_view option, std::string_view value) {
  std::string word = ascii_lowered(value);
  std::ranges::replace(word, '-', '_');
  if (word == "estab") word = "established";
  if (word == "listening") word = "listen";
  if (word == "fin_wait_1") word = "fin_wait1";
  if (word == "fin_wait_2") word = "fin_wait2";
  if (word == "syn_received") word = "syn_recv";
  const auto checked = check_word(option, word, "STATE", "state");
  // The message shows what was written.
  return checked ? checked : check_word(option, value, "STATE", "state");
}

Checked check_direction(std::string_view option, std::string_view value) {
  const std::string word = ascii_lowered(value);
  if (word == "in" || word == "incoming") return "inbound";
  if (word == "out" || word == "outgoing") return "outbound";
  return check_word(option, value, "DIRECTION", "direction");
}

Checked check_name(std::string_view option, std::string_view value) {
  if (IpAddress::parse(value))
    return failure(std::string(option) + ": " + in_quotes(value) + " is an address",
                   "write --addr " + std::string(value));
  return check_text(option, value);
}

struct FilterOption {
  const char* flag;
  const char* term;  // of the filter language
  const char* value_name;
  std::vector<std::string> FlowFilterOptions::*values;
  Checked (*check)(std::string_view option, std::string_view value);
  const char* help;
};

constexpr FilterOption kOptions[] = {
    {"--process", "process", "NAME", &FlowFilterOptions::process, check_text,
     "of programs whose name or path holds NAME (* and ? match)"},
    {"--pid", "pid", "PID", &FlowFilterOptions::pid, check_pid, "of the process PID"},
    {"--user", "user", "USER", &FlowFilterOptions::user, check_text,
     "of processes of USER (name or number)"},
    {"-p,--port", "port", "PORT", &FlowFilterOptions::port, check_port,
     "with PORT at either end; a range: 1-1024"},
    {"--addr", "addr", "ADDRESS", &FlowFilterOptions::addr, check_address,
     "with ADDRESS or prefix at either end: 10.0.0.7, 10.0.0.0/8"},
    {"--proto", "proto", "PROTO", &FlowFilterOptions::proto, check_protocol, "of this protocol"},
    {"--state", "state", "STATE", &FlowFilterOptions::state, check_state, "in this state"},
    {"--direction", "dir", "DIRECTION", &FlowFilterOptions::direction, check_direction,
     "opened by this machine (outbound), by the peer (inbound), or listening"},
    {"--unit", "unit", "UNIT", &FlowFilterOptions::unit, check_text, "of the systemd unit UNIT"},
    {"--container", "container", "CONTAINER", &FlowFilterOptions::container, check_text,
     "of the container (id, or name where known)"},
    {"--name", "name", "HOST", &FlowFilterOptions::name, check_name,
     "whose peer is called HOST: *.example.com"},
};

std::string_view long_flag(std::string_view flag) {
  const size_t at = flag.find("--");
  return flag.substr(at);
}

// "port:80,443"; empty when the option was not given.
Result<std::string> term_of(const FilterOption& option, const FlowFilterOptions& given) {
  const std::string_view flag = long_flag(option.flag);
  std::string values;
  for (const std::string& argument : given.*option.values) {
    for (size_t from = 0; from <= argument.size();) {
      const size_t comma = std::min(argument.find(',', from), argument.size());
      const std::string_view value = std::string_view(argument).substr(from, comma - from);
      if (value.empty())
        return failure(std::string(flag) + ": there is an empty value in " + in_quotes(argument),
                       "write values with one comma between them, or leave the option out");
      TRY_ASSIGN(const std::string checked, option.check(flag, value));
      if (!values.empty()) values += ',';
      values += checked;
      from = comma + 1;
    }
  }
  return values.empty() ? values : std::string(option.term) + ":" + values;
}

}  // namespace

void add_flow_filter_options(CLI::App& command, FlowFilterOptions& options) {
  for (const FilterOption& option : kOptions)
    command.add_option(option.flag, options.*option.values, option.help)
        ->type_name(option.value_name)
        ->allow_extra_args(false)
        ->group("Which connections");
  command.add_flag("-l,--listening", options.listening, "only sockets that wait for others")
      ->group("Which connections");
  command
      .add_option("--filter", options.filter,
                  "an expression of the filter language: 'port:443 -process:curl'")
      ->type_name("EXPR")
      ->allow_extra_args(false)
      ->group("Which connections");
}

Result<std::string> filter_expression(const FlowFilterOptions& options) {
  std::string expression;
  const auto add = [&expression](std::string_view term) {
    if (term.empty()) return;
    if (!expression.empty()) expression += ' ';
    expression += term;
  };
  for (const FilterOption& option : kOptions) {
    TRY_ASSIGN(const std::string term, term_of(option, options));
    add(term);
  }
  if (options.listening) add("listening");
  for (const std::string& filter : options.filter) add(filter);
  return expression;
}

}  // namespace picket::app::cli
