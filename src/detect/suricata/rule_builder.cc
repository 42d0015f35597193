// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/rule_builder.h"

#include <algorithm>

#include "detect/suricata/app_protocols.h"
#include "detect/suricata/prefilter_choice.h"
#include "detect/suricata/text.h"
#include "detect/suricata/tx_buffers.h"

namespace picket::detect::suricata {

using inspect::AppProtocol;
using inspect::BufferDirection;
using inspect::Direction;
using Source = BufferSlot::Source;

void RuleBuilder::select(Target target, std::optional<Direction> direction) {
  bool many = target.source == Source::kTransaction &&
              inspect::info(target.buffer).shape == inspect::BufferShape::kMany;
  if (!many) {  // naming a buffer again goes on where it was left, unless something was made of it
    for (size_t i = 0; i < lists_.size(); ++i)
      if (lists_[i].target == target && lists_[i].transforms.empty() &&
          lists_[i].nested_in == nullptr && lists_[i].direction == direction) {
        current_ = i;
        return;
      }
  }
  ListDraft& list = lists_.emplace_back();
  list.target = target;
  list.direction = direction;
  list.selected = true;
  current_ = lists_.size() - 1;
}

void RuleBuilder::select_anew() {
  ListDraft list;
  list.target = current().target;
  list.direction = current().direction;
  list.selected = true;
  lists_.push_back(std::move(list));
  current_ = lists_.size() - 1;
}

void RuleBuilder::select_nested(BufferChecks* parent) {
  for (size_t i = 0; i < lists_.size(); ++i)
    if (lists_[i].nested_in == parent) {
      current_ = i;
      return;
    }
  ListDraft& list = lists_.emplace_back();
  list.nested_in = parent;
  current_ = lists_.size() - 1;
}

RuleBuilder::ListDraft& RuleBuilder::current() {
  if (current_ == kPayload) {
    select({});
    lists_[current_].selected = false;
  }
  return lists_[current_];
}

RuleBuilder::ListDraft& RuleBuilder::list_for(Target target) {
  for (ListDraft& list : lists_)
    if (list.target == target && list.transforms.empty() && list.nested_in == nullptr) return list;
  ListDraft& list = lists_.emplace_back();
  list.target = target;
  return list;
}

// What goes on from a content that a modifier of the old form has moved follows it.
void RuleBuilder::add(BufferCheck* check) {
  const bool unsaid = current_ == kPayload || !lists_[current_].selected;
  const bool follows = check->relative && unsaid && on_payload() && last_content_ != nullptr &&
                       last_content_list_ < lists_.size() &&
                       lists_[last_content_list_].target.source == BufferSlot::Source::kTransaction;
  (follows ? lists_[last_content_list_] : current()).checks.push_back(check);
}
void RuleBuilder::add_to(Target target, BufferCheck* check) {
  list_for(target).checks.push_back(check);
}

void RuleBuilder::add_content(keyword::ContentCheck* content) {
  current().checks.push_back(content);
  last_content_ = content;
  last_content_list_ = current_;
}

Result<void> RuleBuilder::move_last_content(Target target) {
  if (last_content_ == nullptr) return failure("expected a content before this");
  ListDraft& to = list_for(target);
  std::vector<BufferCheck*>& holder = lists_[last_content_list_].checks;
  auto place = std::find(holder.begin(), holder.end(), last_content_);
  if (place == holder.end()) return failure("expected a content before this");
  holder.erase(place);
  to.checks.push_back(last_content_);
  last_content_list_ = static_cast<size_t>(&to - lists_.data());
  return {};
}

void RuleBuilder::add_packet_check(const PacketCheck* check, bool about_this_packet,
                                   bool of_header) {
  packet_checks_.push_back(check);
  if (of_header) ++header_checks_;
  if (about_this_packet) requires_packet_ = true;
}

Result<void> RuleBuilder::require_app(AppProtocol protocol) {
  if (protocol == AppProtocol::kAny || protocol == AppProtocol::kUnknown) return {};
  if (rule_.app == AppProtocol::kUnknown) {
    rule_.app = protocol;
    return {};
  }
  if (!goes_together(rule_.app, protocol))
    return failure("this needs " + std::string(inspect::text(protocol)) +
                   ", but the rule is about " + std::string(inspect::text(rule_.app)));
  return {};
}

Result<uint8_t> RuleBuilder::declare_variable(std::string_view name) {
  if (auto known = find_variable(name)) return *known;
  if (name.empty() || (name[0] >= '0' && name[0] <= '9'))
    return failure("expected a name that begins with a letter");
  if (variables_.size() == MatchScope::kVariablesMax)
    return failure("more variables than a rule may have");
  variables_.emplace_back(name);
  return static_cast<uint8_t>(variables_.size() - 1);
}

std::optional<uint8_t> RuleBuilder::find_variable(std::string_view name) const {
  auto found = std::find(variables_.begin(), variables_.end(), name);
  if (found == variables_.end()) return std::nullopt;
  return static_cast<uint8_t>(found - variables_.begin());
}

Result<keyword::Amount> RuleBuilder::amount(std::string_view text) const {
  keyword::Amount amount;
  text = trimmed(text);
  if (auto number = parse_number<int32_t>(text)) {
    amount.value = *number;
    return amount;
  }
  auto variable = find_variable(text);
  if (!variable)
    return failure("expected a number or the name of an earlier byte_extract, found \"" +
                   std::string(text) + "\"");
  amount.variable = *variable;
  return amount;
}

// Which way the bytes of a list go; nullopt: either.
std::optional<Direction> RuleBuilder::direction_of(const ListDraft& list) const {
  if (list.direction) return list.direction;
  if (list.target.source != Source::kTransaction) return std::nullopt;
  switch (inspect::info(list.target.buffer).direction) {
    case BufferDirection::kToServer: return Direction::kToServer;
    case BufferDirection::kToClient: return Direction::kToClient;
    case BufferDirection::kBoth: break;
  }
  return std::nullopt;
}

Result<void> RuleBuilder::finish_direction() {
  std::optional<Direction> wanted = flow_direction;
  if (rule_.has(kTransactional)) return {};
  auto require = [&](std::optional<Direction> direction, std::string_view name) -> Result<void> {
    if (!direction) return {};
    if (wanted && *wanted != *direction)
      return failure(std::string(name) + " is of the other direction than the rest of the rule");
    wanted = direction;
    return {};
  };
  for (const ListDraft& list : lists_)
    if (list.nested_in == nullptr && list.target.source == Source::kTransaction)
      TRY(require(direction_of(list), inspect::info(list.target.buffer).keyword));
  for (const TxCheck* check : tx_checks_) TRY(require(check->direction, "a keyword"));
  if (wanted) rule_.flags |= *wanted == Direction::kToServer ? kToServer : kToClient;
  return {};
}

void RuleBuilder::link(ListDraft& list) {
  // A place of a repeated check matters to what follows until the next one that stands for itself,
  // and not to a content that may stand anywhere behind: the first place leaves it the most room.
  for (size_t i = 0; i < list.checks.size(); ++i) {
    if (list.checks[i]->kind != BufferCheck::Kind::kRepeated) continue;
    for (size_t j = i + 1; j < list.checks.size(); ++j) {
      if (list.checks[j]->relative) {
        const auto* content = dynamic_cast<const keyword::ContentCheck*>(list.checks[j]);
        list.checks[i]->later_depends = content == nullptr || !content->open_ended();
        break;
      }
      if (list.checks[j]->kind == BufferCheck::Kind::kRepeated) break;
    }
  }
}

Result<void> RuleBuilder::finish_lists() {
  std::vector<BufferList> packet_lists;
  for (ListDraft& list : lists_) {
    if (list.checks.empty() && !list.absent) {
      if (list.selected && list.target.source == Source::kTransaction && list.nested_in == nullptr)
        return failure(std::string(inspect::info(list.target.buffer).keyword) +
                       " is named, but nothing is asked of it");
      continue;
    }
    link(list);
    BufferChecks checks =
        arena().copy(std::vector<const BufferCheck*>(list.checks.begin(), list.checks.end()));
    if (list.nested_in != nullptr) {
      *list.nested_in = checks;
      continue;
    }
    BufferSlot slot;
    slot.source = list.target.source;
    slot.header = list.target.header;
    slot.buffer = list.target.buffer;
    slot.transforms = std::span<const Transform* const>(list.transforms);
    if (slot.source == Source::kTransaction) slot.name = inspect::info(list.target.buffer).keyword;
    BufferList made{set_.slot_place(slot), list.absent && list.absent_or_else,
                    list.absent && !list.absent_or_else, checks};
    if (slot.source == Source::kTransaction) {
      auto* check = arena().make<BufferListCheck>(made);
      if (rule_.has(kTransactional)) check->direction = direction_of(list);
      tx_checks_.push_back(check);
    } else if (slot.source == Source::kPayload && list.transforms.empty()) {
      rule_.payload = checks;
    } else {
      if (slot.source == Source::kPayload || slot.header != 0) requires_packet_ = true;
      packet_lists.push_back(made);
    }
  }
  rule_.packet_buffers = arena().copy(packet_lists);
  return {};
}

// Whether payload checks look at packets, at the stream, or at both.
void RuleBuilder::finish_payload_kind() {
  if (rule_.payload.empty()) return;
  bool tcp = rule_.any_protocol || rule_.protocol == packet::ip_protocol::kTcp;
  if (!tcp) {
    rule_.flags |= kPacketOnly;
    return;
  }
  bool packet = requires_packet_ || rule_.has(kNoStream),
       stream = requires_stream_ || rule_.has(kOnlyStream);
  if (!packet && !stream) {
    stream = true;
    for (const BufferCheck* check : rule_.payload)
      if (auto* content = dynamic_cast<const keyword::ContentCheck*>(check);
          content != nullptr && (content->has_offset || content->has_depth))
        packet = true;
  }
  rule_.flags |= (packet ? kPacketOnly : 0u) | (stream ? kStream : 0u);
}

// Rules that ask nothing of payload or transactions and would match packet after packet.
void RuleBuilder::finish_frequency() {
  if (!tx_checks_.empty() || !rule_.payload.empty() || !rule_.packet_buffers.empty() ||
      rule_.has(kPacketHeaderOnly))
    return;
  if (protocol_checks > 0 && protocol_checks + header_checks_ == packet_checks_.size() &&
      !asks_flow_state)
    rule_.flags |= kOncePerFlow;
  if (rule_.app == AppProtocol::kUnknown && !has_flow_keyword &&
      header_checks_ == packet_checks_.size() && !rule_.has(kFlowStart) && !rule_.has(kNoStream) &&
      !rule_.has(kOnlyStream))
    rule_.flags |= kIpOnly;
}

// What a pass or drop is about: the packet, or the flow.
void RuleBuilder::finish_scope() {
  if (!tx_checks_.empty() || rule_.has(kOncePerFlow) || rule_.has(kIpOnly)) {
    rule_.flags |= kActsOnFlow;
  } else if (!rule_.packet_buffers.empty()) {
    return;
  } else if (!rule_.payload.empty()) {
    rule_.flags |= kActsOnFlowOfStream;
  } else if (rule_.app != AppProtocol::kUnknown && packet_checks_.empty() && !asks_flow_state) {
    rule_.flags |= kActsOnFlow;
  }
}

void RuleBuilder::choose_prefilter() {
  PatternChoice choice;
  for (const ListDraft& list : lists_) {
    if (list.nested_in != nullptr || list.absent) continue;
    bool on_tx = list.target.source == Source::kTransaction;
    if (on_tx != !tx_checks_.empty() || (!on_tx && list.target.source != Source::kPayload))
      continue;
    if (!on_tx && !list.transforms.empty()) continue;
    BufferSlot slot{
        list.target.source, list.target.header, list.target.buffer, list.transforms, {}};
    uint16_t place = set_.slot_place(slot);
    for (const BufferCheck* check : list.checks)
      if (auto* content = dynamic_cast<const keyword::ContentCheck*>(check))
        choice.offer(*content, set_.slots[place], place);
  }
  if (!rule_.has(kTransactional)) rule_.prefilter = choice.best();
}

Result<Rule> RuleBuilder::finish() {
  TRY(finish_direction());
  TRY(finish_lists());
  finish_payload_kind();
  finish_frequency();
  finish_scope();
  choose_prefilter();
  rule_.tx_checks = arena().copy(std::vector<const TxCheck*>(tx_checks_.begin(), tx_checks_.end()));
  rule_.packet_checks = arena().copy(packet_checks_);
  rule_.effects = arena().copy(effects_);
  rule_.thresholds = arena().copy(thresholds_);
  rule_.facts.references = arena().copy(references);
  std::stable_sort(metadata.begin(), metadata.end(),
                   [](auto& a, auto& b) { return a.first < b.first; });
  if (!metadata.empty()) {  // pairs are not trivially copyable
    auto* kept = arena().make<std::vector<std::pair<std::string_view, std::string_view>>>(metadata);
    rule_.facts.metadata = *kept;
  }
  return rule_;
}

}  // namespace picket::detect::suricata
