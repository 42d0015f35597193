// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/program_builder.h"

#include <re2/filtered_re2.h>

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "detect/sigma/fold.h"

namespace picket::detect::sigma {
namespace {

using Kind = Predicate::Kind;
using Op = Expression::Op;

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    size_t length = utf8_sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Equal predicates have equal keys; the reverse is checked by ==.
std::string key_of(const Predicate& predicate) {
  std::string key =
      predicate.field + '\0' + static_cast<char>('a' + static_cast<int>(predicate.kind));
  key += predicate.text.needle();
  return key + '\0' + predicate.regex + predicate.other;
}

}  // namespace

uint32_t ProgramBuilder::name_id(const std::string& name) {
  return program_.name_ids_.try_emplace(name, static_cast<uint32_t>(program_.name_ids_.size()))
      .first->second;
}

uint32_t ProgramBuilder::slot_of(const LogSource& source, const std::string& field) {
  auto [entry, fresh] =
      slot_by_field_.try_emplace(field, static_cast<uint32_t>(program_.slots_.size()));
  if (!fresh) return entry->second;
  Slot& slot = program_.slots_.emplace_back();
  slot.field = field;
  if (!field.empty()) {
    for (const FieldName& name : field_names(source, field))
      slot.names.push_back({name_id(name.name), name.values});
  }
  return entry->second;
}

uint32_t ProgramBuilder::needle_of(uint32_t slot, std::string_view literal) {
  auto& numbers = needles_by_slot_[slot];
  auto number = static_cast<uint32_t>(numbers.size());
  auto [entry, fresh] = numbers.try_emplace(std::string(literal), number);
  if (fresh) program_.slots_[slot].needles.emplace_back();
  return entry->second;
}

void ProgramBuilder::index_text(uint32_t number) {
  Program::Atom& atom = program_.atoms_[number];
  const TextPattern& text = atom.predicate->text;
  std::string needle = folded(text.needle());
  if (atom.predicate->cased && !is_utf8(text.needle())) return;  // folding could change it unseen
  if (!text.has_wildcards()) {
    program_.slots_[atom.slot].whole[needle].push_back(number);
  } else if (!needle.empty()) {
    bool cut = needle.size() > kNeedleBytesMax;
    if (cut) needle.resize(kNeedleBytesMax);
    atom.sure = !cut && !atom.predicate->cased && text.is_contains();
    program_.slots_[atom.slot].needles[needle_of(atom.slot, needle)].atoms.push_back(number);
  } else {
    return;  // only wildcards: nothing to look for
  }
  atom.access = Program::Access::kIndexed;
}

Result<uint32_t> ProgramBuilder::atom_of(const Rule& rule, const Predicate& predicate) {
  std::vector<uint32_t>& same_key = atoms_by_key_[key_of(predicate)];
  for (uint32_t atom : same_key) {
    if (*program_.atoms_[atom].predicate == predicate) return atom;
  }
  auto number = static_cast<uint32_t>(program_.atoms_.size());
  same_key.push_back(number);
  program_.atoms_.emplace_back();
  uint32_t slot = slot_of(rule.source, predicate.field);
  Program::Atom& atom = program_.atoms_[number];
  atom.predicate = &predicate;
  atom.slot = slot;
  if (predicate.kind == Kind::kFieldRef) atom.other_slot = slot_of(rule.source, predicate.other);
  if (predicate.kind == Kind::kText) index_text(number);
  if (predicate.kind != Kind::kRegex) return number;
  if (is_ascii(predicate.regex)) {
    regexes_by_slot_[slot].push_back(number);
    atom.access = Program::Access::kHinted;  // unless finish_regexes() finds no literal in it
    return number;
  }
  TRY_ASSIGN(auto regex, compile_regex(predicate.regex));
  atom.regex = regex.get();
  program_.lazy_regexes_.push_back(std::move(regex));
  return number;
}

// The literals that each regular expression needs join the field's one pass.
Result<void> ProgramBuilder::finish_regexes(Slot& slot) {
  constexpr int kHintBytesMin = 3;
  auto slot_number = static_cast<uint32_t>(&slot - program_.slots_.data());
  const std::vector<uint32_t>& atoms = regexes_by_slot_[slot_number];
  if (atoms.empty()) return {};
  slot.hints = std::make_unique<re2::FilteredRE2>(kHintBytesMin);
  for (uint32_t atom : atoms) {
    int id = -1;
    const std::string& source = program_.atoms_[atom].predicate->regex;
    if (slot.hints->Add(source, regex_options(), &id) != re2::RE2::NoError)
      return failure("regular expression not supported: " + source);
    slot.hinted_atoms.push_back(atom);
  }
  std::vector<std::string> literals;
  slot.hints->Compile(&literals);
  for (uint32_t i = 0; i < literals.size(); ++i)
    slot.needles[needle_of(slot_number, literals[i])].regex_literal = i;
  for (size_t i = 0; i < atoms.size(); ++i)
    program_.atoms_[atoms[i]].regex = &slot.hints->GetRE2(static_cast<int>(i));
  // What is a candidate when no literal was seen has no literal that must be there.
  std::vector<int> unhinted;
  slot.hints->AllPotentials({}, &unhinted);
  for (int i : unhinted)
    program_.atoms_[slot.hinted_atoms[static_cast<size_t>(i)]].access = Program::Access::kLazy;
  return {};
}

Result<void> ProgramBuilder::finish_slot(uint32_t number) {
  std::vector<std::string> needles(program_.slots_[number].needles.size());
  for (const auto& [text, place] : needles_by_slot_[number]) needles[place] = text;
  TRY_ASSIGN(program_.slots_[number].index, NeedleIndex::create(std::move(needles)));
  return {};
}

// A guess at how many records an atom holds for. Only speed depends on it.
double ProgramBuilder::cost_of(const Program::Atom& atom) {
  if (atom.access == Program::Access::kHinted) return 0.05;
  const TextPattern& text = atom.predicate->text;
  auto size = static_cast<double>(text.needle().size());
  if (!text.has_wildcards()) return size <= 5 ? 0.2 : 0.05;
  // The end of a path is shorter on surprise than a phrase of the same length.
  return std::pow(0.6, size) + (text.is_contains() ? 0.0005 : 0.01);
}

std::optional<ProgramBuilder::Trigger> ProgramBuilder::any_child(const Expression& expression,
                                                                 bool negated) const {
  Trigger all;
  for (const Expression& child : expression.children) {
    auto one = trigger_of(child, negated);
    if (!one) return std::nullopt;
    all.cost += one->cost;
    all.atoms.insert(all.atoms.end(), one->atoms.begin(), one->atoms.end());
  }
  return all;
}

std::optional<ProgramBuilder::Trigger> ProgramBuilder::best_child(const Expression& expression,
                                                                  bool negated) const {
  std::optional<Trigger> best;
  for (const Expression& child : expression.children) {
    auto one = trigger_of(child, negated);
    if (one && (!best || one->cost < best->cost)) best = std::move(one);
  }
  return best;
}

std::optional<ProgramBuilder::Trigger> ProgramBuilder::trigger_of(const Expression& expression,
                                                                  bool negated) const {
  switch (expression.op) {
    case Op::kAnd:
      return negated ? any_child(expression, negated) : best_child(expression, negated);
    case Op::kOr: return negated ? best_child(expression, negated) : any_child(expression, negated);
    case Op::kNot: return trigger_of(expression.children.front(), !negated);
    case Op::kSelection: return trigger_of(rule_->selections[expression.index].expression, negated);
    case Op::kPredicate: {
      uint32_t atom = atom_by_predicate_[expression.index];
      if (negated || program_.atoms_[atom].access == Program::Access::kLazy) return std::nullopt;
      return Trigger{{atom}, cost_of(program_.atoms_[atom])};
    }
  }
  return std::nullopt;
}

void ProgramBuilder::emit(const Expression& expression) {
  size_t place = program_.code_.size();
  program_.code_.push_back({expression.op, 0, 0});
  if (expression.op == Op::kPredicate)
    program_.code_[place].operand = atom_by_predicate_[expression.index];
  if (expression.op == Op::kSelection)
    program_.code_[place].operand = start_by_selection_[expression.index];
  for (const Expression& child : expression.children) emit(child);
  program_.code_[place].end = static_cast<uint32_t>(program_.code_.size());
}

Result<void> ProgramBuilder::add_rule(uint32_t number, Program::Group& group) {
  rule_ = &program_.set_.rules[number];
  atom_by_predicate_.clear();
  start_by_selection_.clear();
  for (const Predicate& predicate : rule_->predicates) {
    TRY_ASSIGN(uint32_t atom, atom_of(*rule_, predicate));
    atom_by_predicate_.push_back(atom);
  }
  for (const Selection& selection : rule_->selections) {
    start_by_selection_.push_back(static_cast<uint32_t>(program_.code_.size()));
    emit(selection.expression);
  }
  auto place = static_cast<uint32_t>(program_.rules_.size());
  program_.rules_.push_back({number, static_cast<uint32_t>(program_.code_.size())});
  emit(rule_->condition);
  auto trigger = trigger_of(rule_->condition, false);
  if (!trigger) {
    group.always.push_back(place);
    return {};
  }
  std::ranges::sort(trigger->atoms);
  auto repeats = std::ranges::unique(trigger->atoms);
  trigger->atoms.erase(repeats.begin(), repeats.end());
  for (uint32_t atom : trigger->atoms) program_.atoms_[atom].triggers.push_back(place);
  return {};
}

Result<void> ProgramBuilder::build_group(const LogSource& source,
                                         const std::vector<uint32_t>& rules) {
  slot_by_field_.clear();
  atoms_by_key_.clear();
  needles_by_slot_.clear();
  regexes_by_slot_.clear();
  Program::Group group;
  group.source = source;
  group.slot_first = static_cast<uint32_t>(program_.slots_.size());
  group.atom_first = static_cast<uint32_t>(program_.atoms_.size());
  group.rule_first = static_cast<uint32_t>(program_.rules_.size());
  // Which regular expressions can be hinted must be known before triggers are chosen.
  for (uint32_t rule : rules) {
    for (const Predicate& predicate : program_.set_.rules[rule].predicates) {
      TRY(atom_of(program_.set_.rules[rule], predicate));
    }
  }
  auto slot_end = static_cast<uint32_t>(program_.slots_.size());
  for (uint32_t slot = group.slot_first; slot < slot_end; ++slot)
    TRY(finish_regexes(program_.slots_[slot]));
  for (uint32_t rule : rules) TRY(add_rule(rule, group));
  for (uint32_t slot = group.slot_first; slot < slot_end; ++slot) TRY(finish_slot(slot));
  group.slot_end = slot_end;
  group.atom_end = static_cast<uint32_t>(program_.atoms_.size());
  group.rule_end = static_cast<uint32_t>(program_.rules_.size());
  program_.groups_.push_back(std::move(group));
  return {};
}

Result<void> ProgramBuilder::build() {
  std::map<LogSource, std::vector<uint32_t>> rules_by_source;
  for (uint32_t i = 0; i < program_.set_.rules.size(); ++i) {
    rules_by_source[program_.set_.rules[i].source].push_back(i);
  }
  for (const auto& [source, rules] : rules_by_source) TRY(build_group(source, rules));
  return {};
}

}  // namespace picket::detect::sigma
