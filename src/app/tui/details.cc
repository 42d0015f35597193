// SPDX-License-Identifier: Apache-2.0
#include "app/tui/details.h"

#include <algorithm>
#include <cstdio>

#include "app/tui/format.h"
#include "app/tui/model.h"
#include "view/units.h"

namespace picket::app::tui {
namespace {

using event::FlowFacts;
using event::ProcessFacts;

// Collects lines: labels once, values wrapped to the room beside them.
class Sheet {
 public:
  Sheet(WallTime now, int width, const Glyphs& glyphs)
      : now_(now), width_(width), glyphs_(glyphs) {}

  // Nothing is said of what is empty.
  void say(std::string_view label, const std::string& value, Tone tone = Tone::kPlain) {
    if (value.empty()) return;
    const auto room = static_cast<size_t>(std::max(width_ - kDetailLabelCells - 2, 10));
    bool first = true;
    for (CellText& line : wrap(cell_text(value, glyphs_.ascii), room)) {
      lines_.push_back({first ? cell_text(label, true) : CellText(), std::move(line), tone});
      first = false;
    }
  }
  std::string when(WallTime time) const {
    if (time.ns == 0) return "unknown";
    return view::rfc3339_seconds(time) + ", " + view::short_age(time, now_) + " ago";
  }
  const Glyphs& glyphs() const { return glyphs_; }
  WallTime now() const { return now_; }
  std::vector<DetailLine> take() { return std::move(lines_); }

 private:
  WallTime now_;
  int width_;
  const Glyphs& glyphs_;
  std::vector<DetailLine> lines_;
};

std::string quantity(uint64_t bytes, uint64_t packets) {
  return view::grouped(bytes) + " bytes in " + view::grouped(packets) + " packets";
}

std::string user_text(uint32_t uid, const std::string& user) {
  return user.empty() ? "uid " + std::to_string(uid) : user + " (" + std::to_string(uid) + ")";
}

std::string attribution_text(const FlowFacts& flow) {
  switch (flow.attribution) {
    case event::Attribution::kNone: return {};
    case event::Attribution::kHook: return "seen in the kernel as the process itself acted";
    case event::Attribution::kInherited: return "taken over from its listener; nobody used it yet";
    case event::Attribution::kFound: return "found holding the socket when picket looked";
    case event::Attribution::kPolled: return "read from /proc some time after the fact";
  }
  return {};
}

std::string owner_class_text(const FlowFacts& flow) {
  switch (flow.owner_class) {
    case event::OwnerClass::kProcess: return "a process";
    case event::OwnerClass::kKernel: return "the kernel's own socket";
    case event::OwnerClass::kNone:
      return "no process holds it (closing, or waiting to be accepted)";
    case event::OwnerClass::kHidden: return "a process that this picket may not see";
    case event::OwnerClass::kLost: return "unknown: the record that would have told was lost";
  }
  return {};
}

void say_connection(Sheet& sheet, const FlowFacts& flow) {
  std::string line(event::text(flow.transport));
  if (flow.transport != event::Transport::kTcp && flow.transport != event::Transport::kUdp)
    line += " (protocol " + std::to_string(flow.protocol) + ")";
  line += ", " + std::string(event::direction_text(flow.role)) + ", " +
          std::string(event::text(flow.state));
  sheet.say("Connection", line);
  sheet.say("Local", flow.local.text());
  if (event::has_remote(flow)) {
    sheet.say("Remote", flow.remote.text());
    if (flow.remote_name.empty()) {
      sheet.say("Name", "none was seen for this address", Tone::kDim);
    } else {
      std::string name = name_text(flow);
      if (flow.name_learnt)
        name += ", learnt " + view::short_age(*flow.name_learnt, sheet.now()) + " ago";
      if (flow.name_ttl_s != 0) name += ", valid for " + std::to_string(flow.name_ttl_s) + " s";
      sheet.say("Name", name);
    }
  }
  std::string where = flow.country;
  if (flow.as_number != 0)
    where += (where.empty() ? "AS" : ", AS") + std::to_string(flow.as_number);
  if (!flow.as_organization.empty()) where += (where.empty() ? "" : " ") + flow.as_organization;
  sheet.say("Network", where);
  sheet.say("Opened",
            (flow.opened_before_start ? "before picket looked: " : "") + sheet.when(flow.opened));
  sheet.say("Last packet", flow.last_seen.ns == 0 ? std::string() : sheet.when(flow.last_seen));
  if (flow.closed) sheet.say("Closed", sheet.when(*flow.closed), Tone::kClosed);
  if (!flow.counters.known) {
    sheet.say("Traffic", "not counted", Tone::kDim);
  } else {
    sheet.say("Received", quantity(flow.counters.bytes_in, flow.counters.packets_in) + ", now " +
                              view::short_rate(flow.bytes_in_per_s) + "/s");
    sheet.say("Sent", quantity(flow.counters.bytes_out, flow.counters.packets_out) + ", now " +
                          view::short_rate(flow.bytes_out_per_s) + "/s");
    if (flow.counters.rtt_us != 0) {
      char text[64];
      std::snprintf(text, sizeof text, "%.1f ms, %u segment%s sent again",
                    flow.counters.rtt_us / 1000.0, flow.counters.retransmits,
                    flow.counters.retransmits == 1 ? "" : "s");
      sheet.say("Round trip", text);
    }
  }
  if (!flow.network_namespace_name.empty())
    sheet.say("Namespace",
              flow.network_namespace_name + " (" + std::to_string(flow.network_namespace) + ")");
  if (flow.inode != 0) sheet.say("Socket", "inode " + std::to_string(flow.inode));
}

void say_owner(Sheet& sheet, const FlowFacts& flow) {
  std::string owner = owner_text(flow);
  if (flow.owner.pid != 0) owner += ", pid " + std::to_string(flow.owner.pid);
  if (flow.owner_class != event::OwnerClass::kProcess) owner += ": " + owner_class_text(flow);
  sheet.say("Owner", owner, Tone::kStrong);
  sheet.say("Known by", attribution_text(flow));
  sheet.say("Note", flow.owner_note, Tone::kWarning);
  if (flow.shared) sheet.say("Shared", "several processes use this socket", Tone::kWarning);
}

// The owner's facts that travel with the flow, for when there are none of the process itself.
void say_owner_facts(Sheet& sheet, const FlowFacts& flow) {
  if (flow.owner_class == event::OwnerClass::kProcess ||
      flow.owner_class == event::OwnerClass::kHidden)
    sheet.say("User", user_text(flow.uid, flow.user));
  sheet.say("Program", flow.executable);
  if (flow.executable_deleted)
    sheet.say("Warning", "the program's file has been deleted", Tone::kSuspicious);
  if (flow.executable_is_memfd)
    sheet.say("Warning", "the program runs from memory, from no file", Tone::kSuspicious);
  sheet.say("Unit", flow.unit);
  sheet.say("Container", flow.container);
}

std::string arguments_text(const ProcessFacts& process) {
  std::string line;
  for (const std::string& argument : process.arguments) {
    if (!line.empty()) line += ' ';
    const bool plain =
        !argument.empty() && argument.find_first_of(" \t\n'\"\\$`&|;<>()*?") == std::string::npos;
    if (plain) {
      line += argument;
      continue;
    }
    line += '\'';
    for (char c : argument) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  if (process.arguments_truncated) line += " ... (longer than was kept)";
  return line;
}

std::string package_text(const ProcessFacts& process, Tone& tone) {
  const std::string package = process.package + " " + process.package_version;
  switch (process.package_match) {
    case event::PackageMatch::kUnknown:
      return process.package.empty() ? "" : package + ", not compared yet";
    case event::PackageMatch::kUnpackaged: tone = Tone::kWarning; return "owned by no package";
    case event::PackageMatch::kMatches: return package + ", the file is as it was shipped";
    case event::PackageMatch::kDiffers:
      tone = Tone::kSuspicious;
      return package + ", but the file is not what it shipped";
    case event::PackageMatch::kNoChecksum: return package + ", which ships no checksum for it";
  }
  return {};
}

void say_file(Sheet& sheet, const ProcessFacts& process) {
  sheet.say("Program", process.executable);
  if (process.executable_deleted)
    sheet.say("Warning", "the program's file has been deleted", Tone::kSuspicious);
  if (process.executable_is_memfd)
    sheet.say("Warning", "the program runs from memory, from no file", Tone::kSuspicious);
  if (process.invoked_as != process.executable) sheet.say("Invoked as", process.invoked_as);
  if (process.file.known())
    sheet.say("File", "inode " + std::to_string(process.file.inode) + ", device " +
                          std::to_string(process.file.device) + ", " +
                          view::grouped(process.file.size) + " bytes");
  if (!process.sha256.empty())
    sheet.say("SHA-256", process.sha256);
  else
    sheet.say("SHA-256", process.sha256_note, Tone::kDim);
  Tone tone = Tone::kPlain;
  const std::string package = package_text(process, tone);
  sheet.say("Package", package, tone);
}

void say_process(Sheet& sheet, const ProcessFacts& process) {
  std::string head = process.name + ", pid " + std::to_string(process.key.pid);
  if (process.pid_in_namespace != 0 && process.pid_in_namespace != process.key.pid)
    head += " (" + std::to_string(process.pid_in_namespace) + " in its container)";
  if (process.command != process.name && !process.command.empty())
    head += ", task name " + process.command;
  sheet.say("Process", head, Tone::kStrong);
  sheet.say("Started", sheet.when(process.started));
  if (process.exited) sheet.say("Exited", sheet.when(*process.exited), Tone::kClosed);
  say_file(sheet, process);
  sheet.say("Arguments", arguments_text(process));
  sheet.say("Directory", process.working_directory);
  std::string user = user_text(process.uid, process.user);
  if (process.login_uid)
    user += ", logged in as " + user_text(*process.login_uid, process.login_user);
  sheet.say("User", user);
  std::string session = process.terminal;
  if (process.session_id != 0)
    session += (session.empty() ? "session " : ", session ") + std::to_string(process.session_id);
  sheet.say("Terminal", session);
  sheet.say("Unit", process.unit);
  std::string container = process.container;
  if (!process.container_id.empty() && process.container_id != container)
    container += (container.empty() ? "" : ", ") + process.container_id;
  sheet.say("Container", container);
  sheet.say("Cgroup", process.cgroup);
  std::string label = "Parents";
  for (const auto& parent : process.parents) {
    std::string line = to_utf8(CellText(1, sheet.glyphs().parent)) + " " + parent.name + ", pid " +
                       std::to_string(parent.key.pid) + ", started " + sheet.when(parent.started);
    if (!parent.executable.empty()) line += ", " + parent.executable;
    sheet.say(label, line);
    label.clear();
  }
}

void say_others(Sheet& sheet, const view::FlowDetails& details) {
  if (details.other_flows.empty()) return;
  std::string label = "Also talks to";
  for (const FlowFacts& flow : details.other_flows) {
    std::string line = short_state(flow) + " " + std::string(event::text(flow.transport)) + " " +
                       flow.local.text();
    if (event::has_remote(flow))
      line +=
          " " + to_utf8(CellText(1, arrow(flow.role, sheet.glyphs()))) + " " + flow.remote.text();
    if (const std::string name = name_text(flow); !name.empty()) line += " " + name;
    sheet.say(label, line, flow.closed ? Tone::kFaded : Tone::kPlain);
    label.clear();
  }
  if (details.other_flows_total > details.other_flows.size())
    sheet.say(
        "",
        "and " + view::grouped(details.other_flows_total - details.other_flows.size()) + " more",
        Tone::kDim);
}

}  // namespace

std::vector<DetailLine> describe(const view::FlowDetails& details, WallTime now, int width,
                                 const Glyphs& glyphs) {
  Sheet sheet(now, width, glyphs);
  say_owner(sheet, details.flow);
  say_connection(sheet, details.flow);
  if (details.process)
    say_process(sheet, *details.process);
  else
    say_owner_facts(sheet, details.flow);
  say_others(sheet, details);
  return sheet.take();
}

std::vector<DetailLine> detail_lines(const Model& model) {
  const Glyphs& glyphs = Glyphs::of(model.ascii());
  const WallTime now = model.frame().status.now;
  if (!model.flow() && !model.details()) {
    Sheet sheet(now, model.width(), glyphs);
    if (model.flows().window_around().empty() && model.flows().total() == 0)
      sheet.say("", "There is no connection here to tell about.", Tone::kDim);
    else
      sheet.say("", "Choose a connection (Tab, then the arrow keys) to see everything about it.",
                Tone::kDim);
    return sheet.take();
  }
  std::vector<DetailLine> lines;
  const std::string suspicion = model.flow() ? model.flow()->suspicion : std::string();
  if (!suspicion.empty()) {
    Sheet sheet(now, model.width(), glyphs);
    sheet.say("Why", suspicion, Tone::kSuspicious);
    lines = sheet.take();
  }
  // Until the full answer is here, the row itself tells what it knows.
  view::FlowDetails known;
  if (model.details())
    known = *model.details();
  else
    known.flow = model.flow()->facts;
  auto rest = describe(known, now, model.width(), glyphs);
  std::move(rest.begin(), rest.end(), std::back_inserter(lines));
  return lines;
}

}  // namespace picket::app::tui
