// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "view/frame.h"

namespace picket::view {
namespace {

constexpr std::array<std::string_view, 5> kGroupings{"application", "process", "remote_host",
                                                     "unit", "container"};
constexpr std::array<std::string_view, 4> kGroupOrders{"traffic", "name", "flows", "newest"};
constexpr std::array<std::string_view, 6> kFlowOrders{"newest", "traffic", "state",
                                                      "remote", "local",   "process"};

template <typename Enum, size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& words, std::string_view word) {
  for (size_t i = 0; i < N; ++i)
    if (words[i] == word) return static_cast<Enum>(i);
  return std::nullopt;
}

}  // namespace

std::string_view text(Grouping value) { return kGroupings[static_cast<size_t>(value)]; }
std::string_view text(GroupOrder value) { return kGroupOrders[static_cast<size_t>(value)]; }
std::string_view text(FlowOrder value) { return kFlowOrders[static_cast<size_t>(value)]; }
std::optional<Grouping> parse_grouping(std::string_view word) {
  return parse<Grouping>(kGroupings, word);
}
std::optional<GroupOrder> parse_group_order(std::string_view word) {
  return parse<GroupOrder>(kGroupOrders, word);
}
std::optional<FlowOrder> parse_flow_order(std::string_view word) {
  return parse<FlowOrder>(kFlowOrders, word);
}

}  // namespace picket::view
