// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_reader.h"
#include "inspect/app/inspection.h"

namespace picket::detect::suricata {

class FlowMemo;
class HostState;
class RuleSet;
struct Rule;

// What one evaluation may look at, and where checks leave what later checks and the alert need.
// Belongs to one Engine and is used again from rule to rule.
struct MatchScope {
  static constexpr size_t kVariablesMax = 16;    // byte_extract and byte_math results of one rule
  static constexpr uint32_t kStepsMax = 20'000;  // attempts of one list over one buffer

  inspect::PacketContext* context = nullptr;
  inspect::Direction direction = inspect::Direction::kToServer;
  inspect::Transaction* transaction = nullptr;
  FlowMemo* flow_memo = nullptr;  // nullptr: packet without a flow
  HostState* hosts = nullptr;
  const RuleSet* rules = nullptr;
  const Rule* rule = nullptr;  // in work

  std::array<uint64_t, kVariablesMax> variables{};
  uint32_t steps = 0;

  // Evidence of the rule in work: where its last content or pcre matched.
  std::string_view evidence_buffer;
  uint64_t evidence_offset = 0;
  Bytes evidence;
  std::string context_json;  // members of the alert's context, from datasets
  // Of the packet in work, shown under the alert's metadata; bounded by kNotesMax.
  static constexpr size_t kNotesMax = 16;
  std::vector<std::pair<std::string_view, std::string>> packet_captures;
  std::vector<std::pair<std::string_view, double>> entropies;  // by buffer

  const packet::Packet& packet() const { return context->packet; }
  inspect::PacketFlow* flow() const { return context->flow; }
};

}  // namespace picket::detect::suricata
