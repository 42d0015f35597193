// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/tx_memo.h"

#include <algorithm>

#include "detect/suricata/flow_memo.h"

namespace picket::detect::suricata {

void TxMemo::renumber(const std::vector<uint32_t>* place_now) {
  const auto now = [place_now](uint32_t rule) {
    return place_now && rule < place_now->size() ? (*place_now)[rule] : FlowMemo::kGone;
  };
  std::vector<uint32_t> fired;
  for (const uint32_t rule : fired_both_ways)
    if (now(rule) != FlowMemo::kGone) fired.push_back(now(rule));
  fired_both_ways = std::move(fired);
  for (Side& side : sides) {
    std::vector<Pending> kept;
    for (Pending& pending : side.pending) {
      pending.rule = now(pending.rule);
      if (pending.finished && pending.rule != FlowMemo::kGone) kept.push_back(pending);
    }
    std::sort(kept.begin(), kept.end(),
              [](const Pending& a, const Pending& b) { return a.rule < b.rule; });
    side.pending = std::move(kept);
    side.progress = -1;
    side.searched.clear();
  }
}

}  // namespace picket::detect::suricata
