// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/sigma/field_map.h"
#include "detect/sigma/needle_index.h"
#include "detect/sigma/regex.h"
#include "detect/sigma/rule_set.h"

namespace re2 {
class FilteredRE2;
}

namespace picket::detect::sigma {

// A set of rules compiled for speed: rules grouped by log source, and in each group
// - every distinct test once (an atom), however many rules share it;
// - for each field one hash look-up for whole values and one multi-pattern pass for all literals of
//   all its tests (those of regular expressions included), see needle_index.h;
// - for each rule a trigger: a small set of atoms of which one must hold for the rule to match. A
// rule
//   none of whose triggers showed up is never looked at.
// Immutable after compile(): any number of threads may match with it, each through its own Matcher.
class Program {
 public:
  static Result<std::unique_ptr<Program>> compile(RuleSet set);
  ~Program();

  const std::vector<Rule>& rules() const { return set_.rules; }
  const RuleSet& set() const { return set_; }

  struct Size {  // for reports
    size_t groups = 0, atoms = 0, fields = 0, rules_without_trigger = 0, literal_bytes = 0;
  };
  Size size() const;

 private:
  friend class Matcher;
  friend class ProgramBuilder;

  static constexpr uint32_t kNone = UINT32_MAX;
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <typename T>
  using ByText = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

  // How the truth of an atom is come by.
  enum class Access : uint8_t {
    kIndexed,  // known after the field's pass: true if found and confirmed, else false
    kHinted,   // (regular expression) false unless the pass found what it needs; then it is run
    kLazy      // computed when a rule asks
  };
  struct Atom {
    const Predicate* predicate = nullptr;
    uint32_t slot = 0;
    uint32_t other_slot = kNone;  // of a field reference
    Access access = Access::kLazy;
    bool sure = false;  // the needle's presence says it all
    const re2::RE2* regex = nullptr;
    std::vector<uint32_t> triggers;  // places in rules_
  };
  struct Needle {
    std::vector<uint32_t> atoms;
    uint32_t regex_literal = kNone;  // number among the slot's `hints`
  };
  struct SlotName {
    uint32_t id = 0;
    std::span<const std::pair<std::string_view, std::string_view>> values;
  };
  struct Slot {         // one field of one group
    std::string field;  // empty: keywords, every value of the record
    std::vector<SlotName> names;
    ByText<std::vector<uint32_t>> whole;  // folded value -> atoms
    NeedleIndex index;
    std::vector<Needle> needles;
    std::unique_ptr<re2::FilteredRE2> hints;
    std::vector<uint32_t> hinted_atoms;  // by number in `hints`
    bool has_index() const { return !whole.empty() || !index.empty(); }
  };
  // A condition in prefix order: a node's children follow it, up to `end`.
  struct Node {
    Expression::Op op;
    uint32_t operand = 0;  // atom, or where a selection's code starts
    uint32_t end = 0;
  };
  struct CompiledRule {
    uint32_t rule = 0;   // place in rules()
    uint32_t start = 0;  // of its condition in code_
  };
  struct Group {
    LogSource source;
    uint32_t slot_first = 0, slot_end = 0;
    uint32_t atom_first = 0, atom_end = 0;
    uint32_t rule_first = 0, rule_end = 0;
    std::vector<uint32_t> always;  // rules without a trigger
  };

  Program() = default;

  RuleSet set_;
  ByText<uint32_t> name_ids_;
  std::vector<Group> groups_;
  std::vector<Slot> slots_;
  std::vector<Atom> atoms_;
  std::vector<CompiledRule> rules_;
  std::vector<Node> code_;
  std::vector<std::unique_ptr<re2::RE2>> lazy_regexes_;
};

}  // namespace picket::detect::sigma
