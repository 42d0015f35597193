// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "detect/suricata/rule.h"

namespace picket::detect::suricata {

// The buffers of one transaction as rules see them, transformed once however many rules ask.
// Belongs to an Engine; begin() forgets the transaction before. Views live until the next begin().
class TxBuffers {
 public:
  static constexpr size_t kInstancesMax = 1024;  // looked at of one buffer

  struct View {
    Bytes bytes;
    uint64_t base = 0;      // bytes of the body that were let go before these
    bool ends_here = true;  // no more will come
  };

  void begin(const RuleSet& rules, inspect::Transaction& transaction);
  inspect::Transaction& transaction() { return *transaction_; }

  // nullopt: no such instance, for now or for good (settled() tells).
  std::optional<View> get(uint16_t slot, inspect::Direction direction, size_t index);
  // Nothing will be added to this buffer any more.
  bool settled(uint16_t slot, inspect::Direction direction) const;

 private:
  struct Cached {
    uint16_t slot;
    inspect::Direction direction;
    size_t index;
    std::optional<View> view;
  };
  std::optional<View> raw(const BufferSlot& slot, inspect::Direction direction, size_t index) const;
  std::vector<uint8_t>& next_storage();

  const RuleSet* rules_ = nullptr;
  inspect::Transaction* transaction_ = nullptr;
  std::vector<Cached> cache_;
  std::vector<std::unique_ptr<std::vector<uint8_t>>> storage_;
  size_t storage_used_ = 0;
};

// Runs the transforms of a slot. The result is `in` itself or borrows from `to`; nullopt: a
// transform says that there is no buffer.
std::optional<Bytes> transformed(std::span<const Transform* const> transforms, Bytes in,
                                 std::vector<uint8_t>& spare, std::vector<uint8_t>& to);

// All checks of a rule on one buffer of a transaction: they hold in one of its instances.
class BufferListCheck final : public TxCheck {
 public:
  explicit BufferListCheck(const BufferList& list) : list_(list) {}
  TxOutcome evaluate(MatchScope& scope, TxBuffers& buffers) const override;
  const BufferList& list() const { return list_; }

 private:
  BufferList list_;
};

}  // namespace picket::detect::suricata
