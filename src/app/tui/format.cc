// SPDX-License-Identifier: Apache-2.0
#include "app/tui/format.h"

namespace picket::app::tui {
std::string short_state(const event::FlowFacts& flow) {
  if (flow.closed) return "CLOSED";
  switch (flow.state) {
    case event::FlowState::kUnknown: return "?";
    case event::FlowState::kOpen: return flow.role == event::Role::kListener ? "BOUND" : "OPEN";
    case event::FlowState::kSynSent: return "SYN-S";
    case event::FlowState::kSynReceived: return "SYN-R";
    case event::FlowState::kEstablished: return "ESTAB";
    case event::FlowState::kFinWait1: return "FIN-1";
    case event::FlowState::kFinWait2: return "FIN-2";
    case event::FlowState::kTimeWait: return "TIME-W";
    case event::FlowState::kClosed: return "CLOSED";
    case event::FlowState::kCloseWait: return "CLO-W";
    case event::FlowState::kLastAck: return "LAST-A";
    case event::FlowState::kListen: return "LISTEN";
    case event::FlowState::kClosing: return "CLOSNG";
  }
  return "?";
}

std::string owner_text(const event::FlowFacts& flow) {
  switch (flow.owner_class) {
    case event::OwnerClass::kProcess:
      if (!flow.process.empty()) return flow.process;
      return flow.owner.pid != 0 ? "pid " + std::to_string(flow.owner.pid) : "(unknown)";
    case event::OwnerClass::kKernel: return flow.process.empty() ? "kernel" : flow.process;
    case event::OwnerClass::kNone:
      return flow.role == event::Role::kServer && flow.state == event::FlowState::kEstablished
                 ? "(unclaimed)"
                 : "(closing)";
    case event::OwnerClass::kHidden: return "(hidden)";
    case event::OwnerClass::kLost: return "(lost)";
  }
  return "?";
}

std::string name_text(const event::FlowFacts& flow) {
  if (flow.remote_name.empty()) return {};
  return flow.remote_name + " (" + std::string(event::text(flow.name_source)) + ")";
}

CellText endpoint_cells(const Endpoint& endpoint, size_t width, const Glyphs& glyphs) {
  const bool none = endpoint.address.is_unspecified() && endpoint.port == 0;
  if (none) return CellText(1, U'*').substr(0, width);
  CellText whole = cell_text(endpoint.text(), glyphs.ascii);
  if (cells(whole) <= width) return whole;
  const CellText port =
      cell_text((endpoint.address.is_v6() ? "]:" : ":") + std::to_string(endpoint.port), true);
  if (width <= port.size() + 3) return cut_front(port, width, glyphs.ellipsis);
  whole.resize(whole.size() - port.size());
  return cut(whole, width - port.size(), glyphs.ellipsis) + port;
}

std::string_view title(view::Grouping grouping) {
  switch (grouping) {
    case view::Grouping::kApplication: return "application";
    case view::Grouping::kProcess: return "process";
    case view::Grouping::kRemoteHost: return "remote host";
    case view::Grouping::kUnit: return "unit";
    case view::Grouping::kContainer: return "container";
  }
  return "?";
}

std::string_view plural(view::Grouping grouping) {
  switch (grouping) {
    case view::Grouping::kApplication: return "applications";
    case view::Grouping::kProcess: return "processes";
    case view::Grouping::kRemoteHost: return "remote hosts";
    case view::Grouping::kUnit: return "units";
    case view::Grouping::kContainer: return "containers";
  }
  return "?";
}

std::string_view title(view::GroupOrder order) {
  switch (order) {
    case view::GroupOrder::kTraffic: return "traffic";
    case view::GroupOrder::kName: return "name";
    case view::GroupOrder::kFlows: return "flows";
    case view::GroupOrder::kNewest: return "newest";
  }
  return "?";
}

std::string_view title(view::FlowOrder order) {
  switch (order) {
    case view::FlowOrder::kNewest: return "newest";
    case view::FlowOrder::kTraffic: return "traffic";
    case view::FlowOrder::kState: return "state";
    case view::FlowOrder::kRemote: return "remote";
    case view::FlowOrder::kLocal: return "local";
    case view::FlowOrder::kProcess: return "process";
  }
  return "?";
}

}  // namespace picket::app::tui
