// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "event/observation.h"
#include "flow/slot_index.h"
#include "flow/text_pool.h"

namespace picket::flow {

constexpr size_t kAnswersMax = 65'536;        // in the table; the one used longest ago gives way
constexpr size_t kAnswersPerAddressMax = 32;  // a shared front has many names: the oldest gives way
constexpr size_t kAddressesPerAnswerMax = 256;  // of one NameSeen; further ones are not learnt
constexpr size_t kNameLengthMax = 255;
// Programs use an address somewhat past its answer's TTL: they hold it from when they asked.
constexpr uint64_t kNameGraceNs = 600 * kNsPerSecond;
// The record of an answer may be handled a little after that of the flow it led to.
constexpr uint64_t kNameLateNs = 2 * kNsPerSecond;

// A name as it is attached to a flow. `text` is held by whoever keeps the tag.
struct NameTag {
  TextId text = kNoText;
  uint32_t ttl_s = 0;
  MonoTime learnt;
  event::NameSource source = event::NameSource::kNone;
};

// NameTable remembers which names were answered for which addresses, per network namespace, and
// who asked. Only what was seen on the wire gets in: nothing is looked up, backwards least of all.
// Not thread-safe. Counters: name.evicted, name.per_address_max, name.refused.
class NameTable {
 public:
  explicit NameTable(TextPool& texts, size_t answers_max = kAnswersMax)
      : texts_(texts), answers_max_(answers_max) {}
  ~NameTable();
  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;

  void learn(const event::NameSeen&);
  // The name by which `address` was most likely meant in a flow that `process` opened at `opened`:
  // the newest answer that the same process asked for, else the newest in the same namespace
  // (resolvers ask for others). Answers count from when they were learnt (or kNameLateNs before)
  // until their TTL and kNameGraceNs are over. The tag's text is not held for the caller.
  std::optional<NameTag> find(uint32_t network_namespace, const IpAddress& address,
                              const event::ProcessKey& process, MonoTime opened);
  size_t size() const { return used_; }
  size_t memory_bytes() const {
    return answers_.capacity() * sizeof(Answer) + index_.memory_bytes();
  }

 private:
  struct Answer {
    IpAddress address;
    event::NameSource source = event::NameSource::kNone;
    uint32_t network_namespace = 0;
    uint32_t ttl_s = 0;
    TextId name = kNoText;
    event::ProcessKey asker;
    MonoTime first_learnt, learnt;
    uint32_t next = kNoSlot;                    // of the same address, newest first
    uint32_t older = kNoSlot, newer = kNoSlot;  // by use
  };

  uint32_t head_of(uint32_t network_namespace, const IpAddress&) const;
  void learn_one(const event::NameSeen&, const IpAddress&, TextId name);
  bool refresh(uint32_t head, const event::NameSeen&, const IpAddress&, TextId name);
  uint32_t take_slot();
  void drop(uint32_t slot);
  void unlink_use(uint32_t slot);
  void link_newest(uint32_t slot);
  void touch(uint32_t slot) {
    unlink_use(slot);
    link_newest(slot);
  }

  TextPool& texts_;
  const size_t answers_max_;
  std::vector<Answer> answers_;
  std::vector<uint32_t> free_;
  SlotIndex index_;  // (namespace, address) -> newest answer
  uint32_t oldest_ = kNoSlot, newest_ = kNoSlot;
  size_t used_ = 0;
};

}  // namespace picket::flow
