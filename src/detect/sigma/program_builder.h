// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>

#include "detect/sigma/program.h"

namespace picket::detect::sigma {

// Literals longer than this are looked for by their beginning, then confirmed.
constexpr size_t kNeedleBytesMax = 512;

// Turns a Program's rules into its tables; part of Program::compile(). One use, then gone.
class ProgramBuilder {
 public:
  explicit ProgramBuilder(Program& program) : program_(program) {}
  Result<void> build();

 private:
  using Slot = Program::Slot;
  // Atoms of which one must hold, and how often that is likely to be.
  struct Trigger {
    std::vector<uint32_t> atoms;
    double cost = 0;
  };

  Result<void> build_group(const LogSource& source, const std::vector<uint32_t>& rules);
  Result<void> add_rule(uint32_t rule, Program::Group& group);
  Result<uint32_t> atom_of(const Rule& rule, const Predicate& predicate);
  uint32_t slot_of(const LogSource& source, const std::string& field);
  uint32_t name_id(const std::string& name);
  void index_text(uint32_t atom);
  void index_regex(uint32_t atom);
  Result<void> finish_regexes(Slot& slot);
  Result<void> finish_slot(uint32_t slot);
  uint32_t needle_of(uint32_t slot, std::string_view literal);

  void emit(const Expression& expression);
  std::optional<Trigger> trigger_of(const Expression& expression, bool negated) const;
  std::optional<Trigger> any_child(const Expression& expression, bool negated) const;
  std::optional<Trigger> best_child(const Expression& expression, bool negated) const;
  static double cost_of(const Program::Atom& atom);

  Program& program_;
  // Of the group being built.
  std::map<std::string, uint32_t> slot_by_field_;
  std::map<std::string, std::vector<uint32_t>> atoms_by_key_;  // candidates for being the same test
  std::map<uint32_t, std::map<std::string, uint32_t, std::less<>>> needles_by_slot_;
  std::map<uint32_t, std::vector<uint32_t>> regexes_by_slot_;  // atoms that may be hinted
  // Of the rule being built.
  const Rule* rule_ = nullptr;
  std::vector<uint32_t> atom_by_predicate_;
  std::vector<uint32_t> start_by_selection_;
};

}  // namespace picket::detect::sigma
