// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "inspect/app/transaction.h"

namespace picket::inspect {

// A transaction that is one message of one direction, there at once and as a whole: detection looks
// at it in that direction only, and its record looks that way.
class OneWayTransaction : public Transaction {
 public:
  OneWayTransaction(AppProtocol of, uint64_t number, Direction way)
      : Transaction(of, number), way_(way) {
    complete();
    inspected[index(opposite(way))] = true;
  }
  std::optional<Direction> eve_direction() const override { return way_; }
  Direction way() const { return way_; }

 private:
  const Direction way_;
};

}  // namespace picket::inspect
