// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "flow/surroundings.h"
#include "process/process_table.h"
#include "process/user_names.h"

namespace picket::flow {

// Answers the flow table's questions from the process table. Borrows both, which must outlive it
// and the flow table; same thread as they.
class ProcessTableLookup final : public ProcessLookup {
 public:
  ProcessTableLookup(process::ProcessTable& processes, process::UserNames& users,
                     const Clock& clock)
      : processes_(processes), users_(users), clock_(clock) {}

  bool describe(const event::ProcessKey&, ProcessBrief&) const override;
  std::optional<event::ProcessFacts> facts(const event::ProcessKey&) const override;
  std::string_view user_name(uint32_t uid) const override;
  bool hold(const event::ProcessKey& key) override { return processes_.hold(key); }
  void release(const event::ProcessKey& key) override { processes_.release(key); }

 private:
  process::ProcessTable& processes_;
  process::UserNames& users_;
  const Clock& clock_;
  mutable std::string user_, unit_, container_;  // what the last brief borrows
};

}  // namespace picket::flow
