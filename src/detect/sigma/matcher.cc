// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/matcher.h"

#include <re2/filtered_re2.h>

#include <algorithm>

#include "base/counter.h"
#include "detect/sigma/fold.h"

namespace picket::detect::sigma {
namespace {

using Kind = Predicate::Kind;
using Op = Expression::Op;

Counter records_seen{"detect.sigma.records", "records matched against Sigma rules"};
Counter rules_matched{"detect.sigma.matches", "Sigma rules that matched a record"};
Counter routes_full{"detect.sigma.routes_full",
                    "times that the table of record origins was full and emptied"};
Counter scans_failed{"detect.sigma.scans_failed",
                     "literal scans that failed; the rules were tried one by one"};

}  // namespace

Matcher::Matcher(const Program& program, SourceTable table)
    : program_(program),
      table_(table),
      names_(program.name_ids_.size()),
      slot_values_(program.slots_.size()),
      memos_(program.atoms_.size()),
      hinted_(program.atoms_.size()),
      considered_(program.rules_.size()) {}

Result<Matcher> Matcher::create(const Program& program, SourceTable table) {
  Matcher matcher(program, table);
  for (const Program::Slot& slot : program.slots_) TRY(slot.index.prepare(matcher.scratch_));
  return matcher;
}

void Matcher::next_generation() {
  if (++generation_ != 0) return;
  // Wrapped: forget everything that could look current.
  for (NameList& list : names_) list.generation = 0;
  for (SlotValues& values : slot_values_) values.generation = 0;
  for (Memo& memo : memos_) memo.generation = 0;
  std::ranges::fill(hinted_, 0);
  std::ranges::fill(considered_, 0);
  generation_ = 1;
}

void Matcher::index_fields(const event::LogRecord& record) {
  auto fields = record.fields();
  next_field_.assign(fields.size(), Program::kNone);
  folded_at_.assign(fields.size(), 0);
  for (uint32_t i = 0; i < fields.size(); ++i) {
    auto found = program_.name_ids_.find(without_spaces(fields[i].name, name_buffer_));
    if (found == program_.name_ids_.end()) continue;
    NameList& list = names_[found->second];
    if (list.generation == generation_) {
      next_field_[list.last] = i;
      list.last = i;
    } else {
      list = {generation_, i, i};
    }
  }
}

const std::vector<uint32_t>& Matcher::route(const event::LogOrigin& origin) {
  route_key_.clear();
  for (std::string_view part : {origin.product, origin.channel, origin.provider, origin.category}) {
    route_key_ += part;
    route_key_ += '\0';
  }
  route_key_.append(reinterpret_cast<const char*>(&origin.event_id), sizeof origin.event_id);
  auto known = routes_.find(route_key_);
  if (known != routes_.end()) return known->second;
  if (routes_.size() >= kRoutesMax) {
    routes_full.add();
    routes_.clear();
  }
  std::vector<uint32_t> groups;
  for (uint32_t i = 0; i < program_.groups_.size(); ++i) {
    if (belongs(origin, program_.groups_[i].source, table_)) groups.push_back(i);
  }
  return routes_.emplace(route_key_, std::move(groups)).first->second;
}

std::string_view Matcher::fold_into_pool(std::string_view raw) {
  if (pool_used_ == pool_.size()) pool_.emplace_back();
  std::string& text = pool_[pool_used_++];
  text.clear();
  append_folded(text, raw);
  return text;
}

void Matcher::add_value(SlotValues& into, std::string_view raw, uint32_t field) {
  if (record_->fields()[field].value.data() != raw.data()) {  // translated
    into.values.push_back({raw, fold_into_pool(raw)});
    return;
  }
  if (folded_at_[field] == 0) {
    fold_into_pool(raw);
    folded_at_[field] = static_cast<uint32_t>(pool_used_);
  }
  into.values.push_back({raw, pool_[folded_at_[field] - 1]});
}

const Matcher::SlotValues& Matcher::values_of(uint32_t number) {
  SlotValues& known = slot_values_[number];
  if (known.generation == generation_) return known;
  known.generation = generation_;
  known.present = false;
  known.values.clear();
  auto fields = record_->fields();
  const Program::Slot& slot = program_.slots_[number];
  if (slot.field.empty()) {
    for (uint32_t i = 0; i < fields.size(); ++i) {
      if (fields[i].type != event::LogField::Type::kNull) add_value(known, fields[i].value, i);
    }
    return known;
  }
  for (const Program::SlotName& name : slot.names) {
    const NameList& list = names_[name.id];
    if (list.generation != generation_) continue;
    known.present = true;
    for (uint32_t i = list.first; i != Program::kNone; i = next_field_[i]) {
      if (fields[i].type == event::LogField::Type::kNull) continue;
      std::string_view raw = fields[i].value;
      for (const auto& [from, to] : name.values) {
        if (fields[i].value == from) raw = to;
      }
      add_value(known, raw, i);
    }
    return known;
  }
  auto told = origin_value(*record_, slot.field, name_buffer_);
  if (!told) return known;
  known.present = true;
  std::string_view folded = fold_into_pool(*told);
  // A number stands in a buffer that others use; digits are their own folded form.
  known.values.push_back({told->data() == name_buffer_.data() ? folded : *told, folded});
  return known;
}

void Matcher::consider(uint32_t rule) {
  if (considered_[rule] == generation_) return;
  considered_[rule] = generation_;
  candidates_.push_back(rule);
}

void Matcher::mark(uint32_t atom, bool truth) {
  memos_[atom] = {generation_, truth};
  if (!truth) return;
  for (uint32_t rule : program_.atoms_[atom].triggers) consider(rule);
}

void Matcher::confirm(uint32_t number, const TestedValue& value) {
  const Program::Atom& atom = program_.atoms_[number];
  if (memos_[number].generation == generation_ && memos_[number].truth) return;
  if (atom.sure || passes(*atom.predicate, value, nullptr)) mark(number, true);
}

void Matcher::look_at_hints(const Program::Slot& slot) {
  if (literals_seen_.empty()) return;
  slot.hints->AllPotentials(literals_seen_, &potentials_);
  for (int potential : potentials_) {
    uint32_t atom = slot.hinted_atoms[static_cast<size_t>(potential)];
    hinted_[atom] = generation_;
    for (uint32_t rule : program_.atoms_[atom].triggers) consider(rule);
  }
}

bool Matcher::scan_slot(uint32_t number, const TestedValue& value) {
  const Program::Slot& slot = program_.slots_[number];
  if (!slot.whole.empty()) {
    auto equal = slot.whole.find(value.folded);
    if (equal != slot.whole.end()) {
      for (uint32_t atom : equal->second) confirm(atom, value);
    }
  }
  if (slot.index.empty()) return true;
  found_.clear();
  literals_seen_.clear();
  if (!slot.index.scan(value.folded, scratch_, found_)) return false;
  for (uint32_t needle : found_) {
    for (uint32_t atom : slot.needles[needle].atoms) confirm(atom, value);
    if (slot.needles[needle].regex_literal != Program::kNone) {
      literals_seen_.push_back(static_cast<int>(slot.needles[needle].regex_literal));
    }
  }
  look_at_hints(slot);
  return true;
}

bool Matcher::compute(const Program::Atom& atom) {
  const Predicate& predicate = *atom.predicate;
  const SlotValues& slot = values_of(atom.slot);
  if (predicate.kind == Kind::kExists) return slot.present == predicate.want;
  if (predicate.kind == Kind::kNull) return slot.values.empty();
  if (predicate.kind == Kind::kFieldRef) {
    const SlotValues& other = values_of(atom.other_slot);
    return std::ranges::any_of(slot.values, [&](const TestedValue& value) {
      return std::ranges::any_of(other.values, [&](const TestedValue& second) {
        return passes_reference(predicate, value, second);
      });
    });
  }
  return std::ranges::any_of(
      slot.values, [&](const TestedValue& value) { return passes(predicate, value, atom.regex); });
}

bool Matcher::atom_holds(uint32_t number) {
  const Program::Atom& atom = program_.atoms_[number];
  Memo& memo = memos_[number];
  if (memo.generation == generation_) return memo.truth;
  if (!degraded_) {
    if (atom.access == Program::Access::kIndexed) return false;
    if (atom.access == Program::Access::kHinted && hinted_[number] != generation_) return false;
  }
  bool truth = compute(atom);
  memo = {generation_, truth};
  return truth;
}

bool Matcher::code_holds(uint32_t place) {
  const Program::Node& node = program_.code_[place];
  switch (node.op) {
    case Op::kPredicate: return atom_holds(node.operand);
    case Op::kSelection: return code_holds(node.operand);
    case Op::kNot: return !code_holds(place + 1);
    case Op::kAnd:
    case Op::kOr: {
      bool stop = node.op == Op::kOr;
      for (uint32_t child = place + 1; child < node.end; child = program_.code_[child].end) {
        if (code_holds(child) == stop) return stop;
      }
      return !stop;
    }
  }
  return false;
}

void Matcher::run_group(const Program::Group& group) {
  candidates_.clear();
  degraded_ = false;
  for (uint32_t slot = group.slot_first; slot < group.slot_end; ++slot) {
    if (!program_.slots_[slot].has_index()) continue;
    for (const TestedValue& value : values_of(slot).values) degraded_ |= !scan_slot(slot, value);
  }
  if (degraded_) {
    scans_failed.add();
    for (uint32_t rule = group.rule_first; rule < group.rule_end; ++rule) consider(rule);
  }
  for (uint32_t rule : group.always) consider(rule);
  for (uint32_t rule : candidates_) {
    if (code_holds(program_.rules_[rule].start)) matched_.push_back(program_.rules_[rule].rule);
  }
}

std::span<const uint32_t> Matcher::evaluate(const event::LogRecord& record) {
  record_ = &record;
  matched_.clear();
  pool_used_ = 0;
  next_generation();
  records_seen.add();
  const std::vector<uint32_t>& groups = route(record.origin);
  if (groups.empty()) return {};
  index_fields(record);
  for (uint32_t group : groups) run_group(program_.groups_[group]);
  std::ranges::sort(matched_);
  rules_matched.add(matched_.size());
  return matched_;
}

}  // namespace picket::detect::sigma
