// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "detect/sigma/log_source.h"
#include "detect/sigma/program.h"
#include "detect/sigma/value_check.h"
#include "event/log_record.h"

namespace picket::detect::sigma {

// Matches records against a Program: one per thread, reused from record to record. Memory: a few
// words per atom, rule and field of the program, the folded text of one record, and at most
// kRoutesMax remembered origins (then they are forgotten together and counted). The program must
// outlive it.
class Matcher {
 public:
  static constexpr size_t kRoutesMax = 4096;

  static Result<Matcher> create(const Program& program, SourceTable table = SourceTable::kStandard);

  // Indexes (in program.rules()) of the rules that match, ascending; the span lives until the next
  // call.
  std::span<const uint32_t> evaluate(const event::LogRecord& record);

 private:
  Matcher(const Program& program, SourceTable table);

  struct Memo {  // valid when its generation is the current one
    uint32_t generation = 0;
    bool truth = false;
  };
  struct NameList {
    uint32_t generation = 0;
    uint32_t first = 0, last = 0;  // places in record fields
  };
  struct SlotValues {
    uint32_t generation = 0;
    bool present = false;
    std::vector<TestedValue> values;
  };

  void next_generation();
  void index_fields(const event::LogRecord& record);
  const std::vector<uint32_t>& route(const event::LogOrigin& origin);
  const SlotValues& values_of(uint32_t slot);
  void add_value(SlotValues& into, std::string_view raw, uint32_t field);
  std::string_view fold_into_pool(std::string_view raw);
  void run_group(const Program::Group& group);
  bool scan_slot(uint32_t slot, const TestedValue& value);
  void look_at_hints(const Program::Slot& slot);
  void confirm(uint32_t atom, const TestedValue& value);
  void mark(uint32_t atom, bool truth);
  void consider(uint32_t rule);
  bool atom_holds(uint32_t atom);
  bool compute(const Program::Atom& atom);
  bool code_holds(uint32_t place);

  const Program& program_;
  SourceTable table_;
  ScanScratch scratch_;
  const event::LogRecord* record_ = nullptr;
  uint32_t generation_ = 0;
  bool degraded_ = false;  // a scan failed: in this group nothing is taken as known
  Program::ByText<std::vector<uint32_t>> routes_;
  std::string route_key_;
  std::string name_buffer_;
  std::vector<NameList> names_;       // by name id
  std::vector<uint32_t> next_field_;  // by record field: the next of the same name
  std::vector<uint32_t> folded_at_;   // by record field: 1 + place in pool_, 0 not yet
  std::deque<std::string> pool_;      // deque: views into its strings stay valid as it grows
  size_t pool_used_ = 0;
  std::vector<SlotValues> slot_values_;
  std::vector<Memo> memos_;           // by atom
  std::vector<uint32_t> hinted_;      // by atom: generation in which its literals were seen
  std::vector<uint32_t> considered_;  // by compiled rule: generation
  std::vector<uint32_t> candidates_;
  std::vector<uint32_t> found_;
  std::vector<int> literals_seen_;
  std::vector<int> potentials_;
  std::vector<uint32_t> matched_;
};

}  // namespace picket::detect::sigma
