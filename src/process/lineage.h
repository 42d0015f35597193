// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "event/vocabulary.h"
#include "process/text_pool.h"

namespace picket::process {

// Who started whom, kept apart from the processes themselves: a few words per process that stay as
// long as a descendant is known, so that the chain of a process survives the exit of every one
// above it. Each member counts its uses: one for its process' entry, one for each known child.
// Chains are walked and given back step by step, never by recursion: a process can make its chain
// as long as it likes. An exited member kDepthMax or more above a new one loses what is above it,
// and at `members_max` new members get no parent; both are counted (`process.lineage_cut`).
// Not thread-safe.
class Lineage {
 public:
  using Member = uint32_t;
  static constexpr Member kNone = UINT32_MAX;
  static constexpr size_t kDepthMax = 32;

  struct Ancestor {
    event::ProcessKey key;
    PooledText name, executable;
    Member parent = kNone;
    uint32_t uses = 0;
    bool alive = false;  // its process is in the table and has not exited
  };

  explicit Lineage(size_t members_max) : members_max_(members_max) {}

  // A new member with one use, the caller's. `parent` may be kNone.
  Member add(const event::ProcessKey& key, Member parent);
  // Gives a member its parent, if it has none and no circle would come of it.
  void link(Member member, Member parent);
  void release(Member member);

  Ancestor& at(Member member) { return members_[member]; }
  const Ancestor& at(Member member) const { return members_[member]; }
  size_t size() const { return members_.size() - free_.size(); }

 private:
  void cut_above(Member member);

  size_t members_max_;
  std::vector<Ancestor> members_;
  std::vector<Member> free_;
};

}  // namespace picket::process
