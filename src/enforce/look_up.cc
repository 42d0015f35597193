// SPDX-License-Identifier: Apache-2.0
// The kernel's search (bpf/tables.bpf.h), over the same tables in user space.
#include <algorithm>
#include <bit>
#include <cstring>

#include "base/address.h"
#include "enforce/tables.h"

namespace picket::enforce {
namespace {

bool holds(const pf_prefix& prefix, const uint8_t* address) {
  for (uint32_t bit = 0; bit < prefix.length; ++bit)
    if ((prefix.address[bit / 8] ^ address[bit / 8]) & 0x80u >> bit % 8) return false;
  return true;
}

uint32_t class_of_net(const Tables& tables, const uint8_t* address) {
  const std::pair<pf_prefix, uint32_t>* longest = nullptr;
  for (const auto& net : tables.nets)
    if ((!longest || net.first.length > longest->first.length) && holds(net.first, address))
      longest = &net;
  return longest ? longest->second : tables.config.other_net;
}

uint32_t class_of_key(const Tables& tables, uint32_t kind, uint32_t value, uint32_t other) {
  if (value == 0 && kind != PF_KEY_USER) return other;
  const auto found = std::ranges::find_if(tables.keys, [&](const auto& entry) {
    return entry.first.kind == kind && entry.first.value == value;
  });
  return found == tables.keys.end() ? other : found->second;
}

uint32_t class_of_scalar(const Tables& tables, uint32_t index) {
  return tables.scalars[index / PF_SCALARS_ROW].classes[index % PF_SCALARS_ROW];
}

// The sets of one question, cut with each other word by word.
struct Cut {
  const pf_bits *net, *list, *port, *protocol, *path, *digest, *user, *unit, *outer;
  template <typename Part>
  uint64_t at(Part part, uint32_t index) const {
    return ((net->*part)[index] | (list->*part)[index]) & (port->*part)[index] &
           (protocol->*part)[index] & ((path->*part)[index] | (digest->*part)[index]) &
           (user->*part)[index] & ((unit->*part)[index] | (outer->*part)[index]);
  }
};

Cut classify(const Tables& tables, const pf_question& q, const Known& known) {
  const auto set = [&](uint32_t number) { return &tables.classes[number]; };
  const pf_config& config = tables.config;
  const pf_bits* all = set(PF_CLASS_ALL);
  Cut cut{all, all, all, all, all, all, all, all, all};
  if (config.uses & PF_USES_NET) cut.net = cut.list = set(class_of_net(tables, q.remote.address));
  if (config.uses & PF_USES_LISTS) {
    cut.list = set(class_of_key(tables, PF_KEY_LISTS, known.list_mask, config.other_lists));
    if (!(config.uses & PF_USES_NET)) cut.net = cut.list;
  }
  if (config.uses & PF_USES_PORT) cut.port = set(class_of_scalar(tables, q.port));
  if (config.uses & PF_USES_PROTOCOL)
    cut.protocol = set(class_of_scalar(
        tables, PF_SCALAR_PROTOCOLS + (q.direction == PF_IN ? 256 : 0) + q.protocol));
  if (config.uses & PF_USES_PROGRAM) {
    cut.path = set(class_of_key(tables, PF_KEY_PATH, known.path, config.other_program));
    cut.digest = set(class_of_key(tables, PF_KEY_DIGEST, known.digest, config.other_program));
  }
  if (config.uses & PF_USES_USER)
    cut.user = set(class_of_key(tables, PF_KEY_USER, q.user, config.other_user));
  if (config.uses & PF_USES_UNIT) {
    cut.unit = set(class_of_key(tables, PF_KEY_UNIT, known.unit[0], config.other_unit));
    cut.outer = set(class_of_key(tables, PF_KEY_UNIT, known.unit[1], config.other_unit));
  }
  return cut;
}

}  // namespace

Looked look_up(const Tables& tables, const pf_question& q, const Known& known,
               uint64_t now_boot_ns) {
  Looked looked{};
  pf_answer& answer = looked.answer;
  answer.valid_until = PF_NEVER;
  const bool loopback = IpAddress::v6_bytes(q.remote.address).is_loopback();
  if (tables.rules.empty() || (loopback && !(tables.config.uses & PF_USES_LOOPBACK))) return looked;
  const Cut cut = classify(tables, q, known);
  for (uint32_t group = 0; group < PF_SUMMARY_WORDS; ++group)
    for (uint64_t words = cut.at(&pf_bits::summary, group); words; words &= words - 1) {
      const uint32_t word = group * 64 + static_cast<uint32_t>(std::countr_zero(words));
      ++looked.steps;
      for (uint64_t left = cut.at(&pf_bits::words, word); left; left &= left - 1) {
        ++looked.steps;
        const auto bit = static_cast<uint32_t>(std::countr_zero(left));
        const pf_rule& rule = tables.rules[word * 64 + bit];
        if (loopback && !(rule.flags & PF_RULE_LOOPBACK)) continue;
        if (rule.expires <= now_boot_ns) continue;
        answer.valid_until = std::min<uint64_t>(answer.valid_until, rule.expires);
        if (rule.action == PF_LOG) {
          if (!answer.logged) answer.logged = rule.id;
          continue;
        }
        answer.rule = rule.id;
        answer.action = rule.action;
        answer.flags = rule.flags;
        answer.enforced = tables.config.enforce != 0;
        return looked;
      }
    }
  return looked;
}

}  // namespace picket::enforce
