// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "inspect/app/transaction.h"

namespace picket::detect::suricata {

// What the engine remembers of a transaction between two looks: the rules that may still match,
// what of each has matched, and how far buffers were searched. By direction. Belongs to the
// transaction.
class TxMemo final : public inspect::DetectionMemo {
 public:
  static constexpr size_t kPendingMax =
      4096;  // rules of one direction (counter suricata.pending_max)

  struct Pending {
    uint32_t rule = 0;
    uint64_t matched = 0;   // bit n: check n holds for good
    bool finished = false;  // fired, or can never match
    bool header_holds = false;
  };
  struct Searched {  // how much of a growing buffer
    uint16_t slot = 0;
    uint32_t index = 0;
    uint64_t up_to = 0;
  };
  struct Side {
    int progress = -1;  // at the last look; -1: none yet
    bool any_settled = false;
    std::vector<Pending> pending;  // in the order of rules
    std::vector<Searched> searched;
  };
  Side sides[2];
  std::vector<uint32_t> fired_both_ways;  // rules of kTransactional
  uint32_t generation = 0;                // of the rules that the places are of

  Searched& searched(Side& side, uint16_t slot, uint32_t index) {
    for (Searched& known : side.searched)
      if (known.slot == slot && known.index == index) return known;
    side.searched.push_back({slot, index, 0});
    return side.searched.back();
  }
  // Other rules are evaluated from here on (as FlowMemo::renumber): everything is looked at again,
  // but rules that are still there and have had their say do not speak twice.
  void renumber(const std::vector<uint32_t>* place_now);
  void clear() {
    fired_both_ways.clear();
    for (Side& side : sides) {
      side.progress = -1;
      side.pending.clear();
      side.searched.clear();
    }
  }
};

}  // namespace picket::detect::suricata
