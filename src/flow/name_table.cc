// SPDX-License-Identifier: Apache-2.0
#include "flow/name_table.h"

#include <cstring>

#include "base/counter.h"

namespace picket::flow {
namespace {

Counter names_evicted{"name.evicted", "answers forgotten because the table of names was full"};
Counter per_address{"name.per_address_max",
                    "answers forgotten because their address has too many names"};
Counter refused{"name.refused", "names not learnt: empty, too long, or with too many addresses"};

uint64_t hash_of(uint32_t network_namespace, const IpAddress& address) {
  uint64_t high, low;
  std::memcpy(&high, address.bytes().data(), 8);
  std::memcpy(&low, address.bytes().data() + 8, 8);
  return seeded_hash(high, low, network_namespace);
}

}  // namespace

NameTable::~NameTable() {
  for (uint32_t slot = oldest_; slot != kNoSlot; slot = answers_[slot].newer)
    texts_.release(answers_[slot].name);
}

uint32_t NameTable::head_of(uint32_t network_namespace, const IpAddress& address) const {
  return index_.find(hash_of(network_namespace, address), [&](uint32_t slot) {
    const Answer& answer = answers_[slot];
    return answer.network_namespace == network_namespace && answer.address == address;
  });
}

void NameTable::unlink_use(uint32_t slot) {
  Answer& answer = answers_[slot];
  (answer.older == kNoSlot ? oldest_ : answers_[answer.older].newer) = answer.newer;
  (answer.newer == kNoSlot ? newest_ : answers_[answer.newer].older) = answer.older;
}

void NameTable::link_newest(uint32_t slot) {
  Answer& answer = answers_[slot];
  answer.older = newest_;
  answer.newer = kNoSlot;
  (newest_ == kNoSlot ? oldest_ : answers_[newest_].newer) = slot;
  newest_ = slot;
}

uint32_t NameTable::take_slot() {
  if (used_ >= answers_max_) {
    names_evicted.add();
    drop(oldest_);
  }
  ++used_;
  if (free_.empty()) {
    answers_.emplace_back();
    return static_cast<uint32_t>(answers_.size() - 1);
  }
  const uint32_t slot = free_.back();
  free_.pop_back();
  return slot;
}

void NameTable::drop(uint32_t slot) {
  Answer& answer = answers_[slot];
  const uint64_t hash = hash_of(answer.network_namespace, answer.address);
  const uint32_t head = head_of(answer.network_namespace, answer.address);
  if (head == slot) {
    if (answer.next == kNoSlot)
      index_.erase(hash, slot);
    else
      index_.replace(hash, slot, answer.next);
  } else {
    uint32_t before = head;
    while (answers_[before].next != slot) before = answers_[before].next;
    answers_[before].next = answer.next;
  }
  unlink_use(slot);
  texts_.release(answer.name);
  answer = Answer{};
  free_.push_back(slot);
  --used_;
}

void NameTable::learn(const event::NameSeen& seen) {
  if (seen.name.empty() || seen.name.size() > kNameLengthMax) {
    refused.add();
    return;
  }
  if (seen.addresses.size() > kAddressesPerAnswerMax) refused.add();
  const TextId name = texts_.acquire(seen.name);
  for (size_t i = 0; i < seen.addresses.size() && i < kAddressesPerAnswerMax; ++i)
    if (!seen.addresses[i].is_unspecified()) learn_one(seen, seen.addresses[i], name);
  texts_.release(name);
}

// The same answer again: its time moves on and it becomes the newest of its address.
bool NameTable::refresh(uint32_t head, const event::NameSeen& seen, const IpAddress& address,
                        TextId name) {
  uint32_t before = kNoSlot;
  for (uint32_t slot = head; slot != kNoSlot; before = slot, slot = answers_[slot].next) {
    Answer& answer = answers_[slot];
    if (answer.name != name || answer.asker != seen.asker || answer.source != seen.source) continue;
    if (answer.learnt < seen.at) {
      answer.learnt = seen.at;
      answer.ttl_s = seen.ttl_s;
    }
    if (before != kNoSlot) {
      answers_[before].next = answer.next;
      answer.next = head;
      index_.replace(hash_of(seen.network_namespace, address), head, slot);
    }
    touch(slot);
    return true;
  }
  return false;
}

void NameTable::learn_one(const event::NameSeen& seen, const IpAddress& address, TextId name) {
  uint32_t head = head_of(seen.network_namespace, address);
  if (refresh(head, seen, address, name)) return;
  size_t count = 0;
  uint32_t last = kNoSlot;
  for (uint32_t at = head; at != kNoSlot; at = answers_[at].next, ++count) last = at;
  if (count >= kAnswersPerAddressMax) {
    per_address.add();
    drop(last);
  }
  const uint32_t slot = take_slot();  // may have evicted the head itself
  head = head_of(seen.network_namespace, address);
  Answer& answer = answers_[slot];
  answer.address = address;
  answer.source = seen.source;
  answer.network_namespace = seen.network_namespace;
  answer.ttl_s = seen.ttl_s;
  answer.name = texts_.hold(name);
  answer.asker = seen.asker;
  answer.first_learnt = answer.learnt = seen.at;
  answer.next = head;
  const uint64_t hash = hash_of(seen.network_namespace, address);
  if (head == kNoSlot)
    index_.insert(hash, slot);
  else
    index_.replace(hash, head, slot);
  link_newest(slot);
}

std::optional<NameTag> NameTable::find(uint32_t network_namespace, const IpAddress& address,
                                       const event::ProcessKey& process, MonoTime opened) {
  uint32_t by_anyone = kNoSlot, chosen = kNoSlot;
  for (uint32_t slot = head_of(network_namespace, address); slot != kNoSlot;
       slot = answers_[slot].next) {
    const Answer& answer = answers_[slot];
    if (answer.first_learnt.ns > opened.ns + kNameLateNs) continue;
    if (answer.learnt.ns + answer.ttl_s * kNsPerSecond + kNameGraceNs < opened.ns) continue;
    if (process.pid != 0 && event::same_process(answer.asker, process)) {
      chosen = slot;
      break;
    }
    if (by_anyone == kNoSlot) by_anyone = slot;
  }
  if (chosen == kNoSlot) chosen = by_anyone;
  if (chosen == kNoSlot) return std::nullopt;
  touch(chosen);
  const Answer& answer = answers_[chosen];
  const MonoTime learnt =
      answer.learnt.ns > opened.ns + kNameLateNs ? answer.first_learnt : answer.learnt;
  return NameTag{answer.name, answer.ttl_s, learnt, answer.source};
}

}  // namespace picket::flow
