// SPDX-License-Identifier: Apache-2.0
#include "app/cli/flow_words.h"

#include "view/text_width.h"

namespace picket::app::cli {
namespace {

using event::FlowFacts;
using event::OwnerClass;
using view::terminal_text;

std::string base_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

// On its way out: what closed it need not be there any more.
bool closing(event::FlowState state) {
  using enum event::FlowState;
  return state >= kFinWait1 && state != kListen;
}

std::string process_marks(const FlowFacts& flow) {
  std::string marks;
  if (flow.executable_is_memfd)
    marks += " (memfd)";
  else if (flow.executable_deleted)
    marks += " (deleted)";
  if (flow.attribution == event::Attribution::kInherited) marks += " (via listener)";
  return marks;
}

Phrase process_phrase(const FlowFacts& flow) {
  std::string name = flow.process.empty() ? base_name(flow.executable) : flow.process;
  if (name.empty()) name = "(unnamed)";
  std::string marks = process_marks(flow);
  // The display name may say it already.
  for (std::string_view mark : {" (memfd)", " (deleted)"})
    if (marks.starts_with(mark) && name.ends_with(mark)) name.resize(name.size() - mark.size());
  return {terminal_text(name), marks};
}

}  // namespace

bool talks(const FlowFacts& flow) {
  return flow.remote.port != 0 || !flow.remote.address.is_unspecified();
}

bool listens(const FlowFacts& flow) {
  return flow.role == event::Role::kListener || flow.state == event::FlowState::kListen;
}

Phrase owner_phrase(const FlowFacts& flow) {
  switch (flow.owner_class) {
    case OwnerClass::kProcess: return process_phrase(flow);
    case OwnerClass::kKernel: return {"kernel", ""};
    case OwnerClass::kNone:
      return {closing(flow.state) ? "(no process: closing" : "(no process", ")"};
    case OwnerClass::kHidden: return {"(hidden: other user", ")"};
    case OwnerClass::kLost: return {"(unknown: record lost", ")"};
  }
  return {"(unknown", ")"};
}

std::string user_text(const FlowFacts& flow) {
  if (flow.owner_class != OwnerClass::kProcess && flow.owner_class != OwnerClass::kHidden)
    return "-";
  return flow.user.empty() ? std::to_string(flow.uid) : terminal_text(flow.user);
}

std::string protocol_text(const FlowFacts& flow) {
  switch (flow.transport) {
    case event::Transport::kIcmp: return flow.protocol == 58 ? "icmp6" : "icmp";
    case event::Transport::kRaw: return "raw/" + std::to_string(flow.protocol);
    case event::Transport::kOther:
      switch (flow.protocol) {
        case 33: return "dccp";
        case 132: return "sctp";
        case 136: return "udplite";
        default: return "ip/" + std::to_string(flow.protocol);
      }
    default: return std::string(event::text(flow.transport));
  }
}

std::string_view state_text(event::FlowState state) {
  using enum event::FlowState;
  switch (state) {
    case kOpen: return "OPEN";
    case kSynSent: return "SYN-SENT";
    case kSynReceived: return "SYN-RECV";
    case kEstablished: return "ESTAB";
    case kFinWait1: return "FIN-WAIT-1";
    case kFinWait2: return "FIN-WAIT-2";
    case kTimeWait: return "TIME-WAIT";
    case kClosed: return "CLOSED";
    case kCloseWait: return "CLOSE-WAIT";
    case kLastAck: return "LAST-ACK";
    case kListen: return "LISTEN";
    case kClosing: return "CLOSING";
    case kUnknown: break;
  }
  return "?";
}

std::string endpoint_text(const Endpoint& endpoint) {
  return endpoint.port == 0 ? endpoint.address.text() : endpoint.text();
}

std::string remote_text(const FlowFacts& flow) {
  return talks(flow) ? endpoint_text(flow.remote) : "*";
}

Phrase name_phrase(const FlowFacts& flow) {
  if (flow.remote_name.empty()) return {};
  std::string how = flow.name_source == event::NameSource::kNone
                        ? std::string()
                        : " (" + std::string(event::text(flow.name_source)) + ")";
  return {terminal_text(flow.remote_name), std::move(how)};
}

std::string_view home_of(const FlowFacts& flow) {
  return flow.container.empty() ? std::string_view(flow.unit) : std::string_view(flow.container);
}

std::string place_text(const FlowFacts& flow) {
  std::string place = terminal_text(flow.country);
  const auto add = [&place](std::string_view more) {
    if (!place.empty()) place += ' ';
    place += more;
  };
  if (flow.as_number != 0) add("AS" + std::to_string(flow.as_number));
  if (!flow.as_organization.empty()) add(terminal_text(flow.as_organization));
  return place;
}

std::string attribution_text(const FlowFacts& flow) {
  std::string how;
  if (flow.owner_class == OwnerClass::kProcess) how = event::text(flow.attribution);
  if (!flow.owner_note.empty())
    return how + (how.empty() ? "" : ": ") + terminal_text(flow.owner_note);
  if (flow.shared) how += ", shared";
  return how.empty() ? "-" : how;
}

}  // namespace picket::app::cli
