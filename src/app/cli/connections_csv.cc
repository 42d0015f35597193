// SPDX-License-Identifier: Apache-2.0
#include "app/cli/connections_csv.h"

#include <array>
#include <concepts>

#include "app/cli/flow_words.h"
#include "view/text_width.h"

namespace picket::app::cli {
namespace {

using event::FlowFacts;

constexpr std::array<std::string_view, 42> kColumns{"id",
                                                    "transport",
                                                    "protocol",
                                                    "direction",
                                                    "state",
                                                    "local_ip",
                                                    "local_port",
                                                    "remote_ip",
                                                    "remote_port",
                                                    "remote_name",
                                                    "remote_name_source",
                                                    "remote_country",
                                                    "remote_as_number",
                                                    "remote_as_organization",
                                                    "owner",
                                                    "attribution",
                                                    "owner_note",
                                                    "pid",
                                                    "process_start_ns",
                                                    "process",
                                                    "executable",
                                                    "executable_deleted",
                                                    "executable_memfd",
                                                    "uid",
                                                    "user",
                                                    "unit",
                                                    "container",
                                                    "network_namespace",
                                                    "network_namespace_name",
                                                    "shared",
                                                    "bytes_in",
                                                    "bytes_out",
                                                    "packets_in",
                                                    "packets_out",
                                                    "rtt_us",
                                                    "retransmits",
                                                    "opened",
                                                    "opened_before_start",
                                                    "last_seen",
                                                    "closed",
                                                    "bytes_in_per_s",
                                                    "bytes_out_per_s"};

// What spreadsheets take for the beginning of a formula, in ASCII and in its full-width forms, and
// the apostrophe, so that taking one off is always right.
bool needs_guard(std::string_view text) {
  for (std::string_view start : {"=", "+", "-", "@", "'", "＝", "＋", "－", "＠"})
    if (text.starts_with(start)) return true;
  return false;
}

// Fields of one record, with their commas.
class Record {
 public:
  explicit Record(std::string& out) : out_(out) {}

  Record& text(std::string_view value) {
    next();
    append_csv_text(out_, value);
    return *this;
  }
  Record& number(std::unsigned_integral auto value) {
    next();
    out_ += std::to_string(value);
    return *this;
  }
  // A number that is only sometimes known.
  Record& number_if(bool known, std::unsigned_integral auto value) {
    return known ? number(value) : nothing();
  }
  Record& truth(bool value) {
    next();
    out_ += value ? "true" : "false";
    return *this;
  }
  Record& nothing() {
    next();
    return *this;
  }
  void end() { out_ += "\r\n"; }

 private:
  void next() {
    if (!first_) out_ += ',';
    first_ = false;
  }
  std::string& out_;
  bool first_ = true;
};

void append_conversation(Record& record, const FlowFacts& flow) {
  const bool peer = talks(flow);
  record.text(flow.id).text(text(flow.transport)).number(flow.protocol);
  record.text(direction_text(flow.role)).text(text(flow.state));
  record.text(flow.local.address.text()).number(flow.local.port);
  record.text(peer ? flow.remote.address.text() : std::string()).number_if(peer, flow.remote.port);
  record.text(flow.remote_name);
  record.text(flow.remote_name.empty() ? std::string_view() : text(flow.name_source));
  record.text(flow.country)
      .number_if(flow.as_number != 0, flow.as_number)
      .text(flow.as_organization);
}

void append_owner(Record& record, const FlowFacts& flow) {
  const bool process = flow.owner_class == event::OwnerClass::kProcess;
  const bool owned = process || flow.owner_class == event::OwnerClass::kHidden;
  record.text(text(flow.owner_class)).text(text(flow.attribution)).text(flow.owner_note);
  record.number_if(flow.owner.pid != 0, flow.owner.pid)
      .number_if(flow.owner.pid != 0, flow.owner.start_ns);
  record.text(flow.process).text(flow.executable);
  record.truth(flow.executable_deleted).truth(flow.executable_is_memfd);
  record.number_if(owned, flow.uid).text(flow.user).text(flow.unit).text(flow.container);
  record.number_if(flow.network_namespace != 0, flow.network_namespace)
      .text(flow.network_namespace_name);
  record.truth(flow.shared);
}

void append_amounts(Record& record, const FlowFacts& flow) {
  const event::FlowCounters& counters = flow.counters;
  const bool known = counters.known;
  record.number_if(known, counters.bytes_in).number_if(known, counters.bytes_out);
  record.number_if(known, counters.packets_in).number_if(known, counters.packets_out);
  record.number_if(counters.rtt_us != 0, counters.rtt_us).number_if(known, counters.retransmits);
  record.text(rfc3339(flow.opened)).truth(flow.opened_before_start).text(rfc3339(flow.last_seen));
  record.text(flow.closed ? rfc3339(*flow.closed) : std::string());
  const auto whole = [](double rate) {
    return rate > 0 && rate < 1e18 ? static_cast<uint64_t>(rate + 0.5) : uint64_t{0};
  };
  record.number_if(known, whole(flow.bytes_in_per_s)).number_if(known, whole(flow.bytes_out_per_s));
}

}  // namespace

std::span<const std::string_view> csv_columns() { return kColumns; }

void append_csv_text(std::string& out, std::string_view text) {
  std::string safe = view::terminal_text(text);
  if (needs_guard(safe)) safe.insert(safe.begin(), '\'');
  // Blanks at the ends are quoted too: some readers trim what is not.
  const bool quote = safe.find_first_of("\",\r\n") != std::string::npos ||
                     (!safe.empty() && (safe.front() == ' ' || safe.back() == ' '));
  if (!quote) {
    out += safe;
    return;
  }
  out += '"';
  for (char c : safe) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

std::string csv_heading() {
  std::string out;
  Record record(out);
  for (std::string_view column : kColumns) record.text(column);
  record.end();
  return out;
}

void append_csv(std::string& out, const FlowFacts& flow) {
  Record record(out);
  append_conversation(record, flow);
  append_owner(record, flow);
  append_amounts(record, flow);
  record.end();
}

std::string connections_csv(std::span<const FlowFacts> flows) {
  std::string out = csv_heading();
  for (const FlowFacts& flow : flows) append_csv(out, flow);
  return out;
}

}  // namespace picket::app::cli
