// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "event/observation.h"
#include "flow/surroundings.h"
#include "flow/text_pool.h"
#include "flow/traffic.h"

namespace picket::flow {

using OwnerId = uint32_t;
constexpr size_t kGroupsMax = 16'384;  // applications, units, containers: histories of each kind

// Who flows belong to: a process, or one of the classes that are none (kernel, nobody, hidden,
// lost). Its texts are copies, so they outlast the process as long as it has flows in the table.
struct Owner {
  event::ProcessKey key;
  event::OwnerClass owner_class = event::OwnerClass::kProcess;
  bool resolved = false;  // the process table knew it when last asked
  bool held = false;      // by ProcessLookup::hold()
  bool executable_deleted = false, executable_is_memfd = false;
  uint32_t flows = 0;     // that hold it; 0: free
  TextId name = kNoText;  // what to show
  TextId executable = kNoText;
  TextId user = kNoText;
  TextId unit = kNoText;
  TextId container = kNoText;
  TextId application = kNoText;  // which application: executable, and the script where it runs one
  uint32_t application_group = kNoSlot, unit_group = kNoSlot, container_group = kNoSlot;
  Carried pending;
  TrafficRing ring;
};

// OwnerTable holds one Owner for each process that has flows and sums their traffic by process,
// application, unit and container. A process may become known after its flows, or change by exec:
// it is asked for again when resolve() is called and, some at a time, every window. Not
// thread-safe. Bounded by the flows that hold owners. Counter: flow.groups_max.
class OwnerTable {
 public:
  OwnerTable(TextPool& texts, const Surroundings& around);
  ~OwnerTable();
  OwnerTable(const OwnerTable&) = delete;
  OwnerTable& operator=(const OwnerTable&) = delete;

  // `command` names a process that is not known (yet).
  OwnerId hold(event::OwnerClass, const event::ProcessKey&, std::string_view command);
  void release(OwnerId);
  const Owner& at(OwnerId id) const { return owners_[id]; }
  size_t ids_end() const { return owners_.size(); }
  // By key; kNoSlot when it has no flows. Tolerates clock-tick starts as same_process() does.
  OwnerId find(const event::ProcessKey&) const;

  void resolve(const event::ProcessKey&);  // something about the process is news
  void carry(OwnerId, const Carried&);
  void roll(uint64_t window, double seconds);

  using TextGroups = TrafficGroups<TextId>;
  const TextGroups& applications() const { return applications_; }
  const TextGroups& units() const { return units_; }
  const TextGroups& containers() const { return containers_; }

 private:
  struct KeyHash {
    size_t operator()(const std::pair<event::OwnerClass, event::ProcessKey>& key) const;
  };
  struct KeyEqual {
    bool operator()(const std::pair<event::OwnerClass, event::ProcessKey>& a,
                    const std::pair<event::OwnerClass, event::ProcessKey>& b) const {
      return a.first == b.first && event::same_process(a.second, b.second);
    }
  };
  void resolve(Owner&);
  void name_class(Owner&);
  void assign_group(TextGroups&, uint32_t& group, TextId text);
  void release_group(TextGroups&, uint32_t& group);
  void flush(Owner&);

  TextPool& texts_;
  const Surroundings around_;
  std::deque<Owner> owners_;
  std::vector<OwnerId> free_;
  std::vector<OwnerId> touched_;
  std::unordered_map<std::pair<event::OwnerClass, event::ProcessKey>, OwnerId, KeyHash, KeyEqual>
      by_key_;
  TextGroups applications_{kGroupsMax}, units_{kGroupsMax}, containers_{kGroupsMax};
  OwnerId refresh_next_ = 0;
};

}  // namespace picket::flow
