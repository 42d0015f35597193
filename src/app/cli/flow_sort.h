// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "event/facts.h"

// The orders that `picket connections --sort` offers. Each is a total order: flows that agree in
// the key are told apart by protocol, addresses, process and id, so the same flows always come out
// in the same sequence whatever sequence they went in. Pure functions; any thread.
namespace picket::app::cli {

// The order of the words is that of sort_key_words().
enum class SortKey : uint8_t {
  kAge,
  kIn,
  kOut,
  kProcess,
  kPid,
  kUser,
  kRemote,
  kLocal,
  kName,
  kState,
  kProto
};

std::string_view text(SortKey);
std::optional<SortKey> parse_sort_key(std::string_view);
// All of them, for messages and completion.
std::vector<std::string_view> sort_key_words();

// Age: newest first. In and out: most first, what was not counted last. Text and addresses:
// upwards, letters without regard to case, what is unknown last. `reverse` turns the key's order
// round, not that of the ties.
void sort_flows(std::vector<event::FlowFacts>& flows, SortKey key, bool reverse = false);

}  // namespace picket::app::cli
