// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <functional>
#include <set>

#include "enforce/bits.h"
#include "enforce/lists.h"
#include "enforce/tables.h"

namespace picket::enforce {
namespace {

using respond::firewall::Action;
using respond::firewall::Direction;
using respond::firewall::Rule;

using Satisfies = std::function<bool(const Rule&)>;

struct Net {
  pf_prefix prefix;
  uint32_t rule;
};

class Compiler {
 public:
  Compiler(const CompileInput& input, Names& names) : input_(input), names_(names) {}
  Result<Tables> run();

 private:
  // The rules that `satisfied` says.
  pf_bits where(const Satisfies& satisfied) const {
    pf_bits bits{};
    for (uint32_t i = 0; i < input_.rules.size(); ++i)
      if (satisfied(input_.rules[i])) put(bits, i);
    return bits;
  }
  uint32_t class_where(const Satisfies& satisfied) { return classes_.number_of(where(satisfied)); }
  void use(bool used, uint32_t dimension) {
    if (used) tables_.config.uses |= dimension;
  }
  bool some(const Satisfies& satisfied) const {
    return std::ranges::any_of(input_.rules, satisfied);
  }

  void compile_rules();
  void compile_nets();
  void compile_lists();
  void compile_ports();
  void compile_protocols();
  void compile_programs();
  void compile_users();
  void compile_units();
  // One class for each value that some rule names.
  template <typename Value>
  uint32_t compile_keys(uint32_t kind, const std::function<std::optional<Value>(const Rule&)>& of,
                        const Satisfies& anything, const std::function<uint32_t(Value)>& number);

  const CompileInput& input_;
  Names& names_;
  ClassTable classes_;
  Tables tables_;
};

Result<Tables> Compiler::run() {
  if (input_.rules.size() > PF_RULES_MAX)
    return failure("more than " + std::to_string(PF_RULES_MAX) + " rules");
  class_where([](const Rule&) { return true; });  // PF_CLASS_ALL
  tables_.scalars.assign(PF_SCALARS / PF_SCALARS_ROW, pf_scalars{});
  compile_rules();
  compile_nets();
  compile_lists();
  compile_ports();
  compile_protocols();
  compile_programs();
  compile_users();
  compile_units();
  if (classes_.size() > PF_CLASSES_MAX)
    return failure("the rules differ in more than " + std::to_string(PF_CLASSES_MAX) + " ways",
                   "put addresses of one kind into a list");
  tables_.classes = classes_.take_all();
  return std::move(tables_);
}

void Compiler::compile_rules() {
  tables_.config.rules = static_cast<uint32_t>(input_.rules.size());
  tables_.config.enforce = input_.enforce;
  for (const Rule& rule : input_.rules) {
    pf_rule entry{};
    entry.id = rule.id;
    entry.action = static_cast<uint8_t>(rule.action);
    entry.flags = static_cast<uint8_t>((rule.logs ? PF_RULE_LOGS : 0) |
                                       (rule.loopback ? PF_RULE_LOOPBACK : 0));
    entry.expires = PF_NEVER;
    if (const auto ends = rule.ends()) {
      const int64_t at = ends->ns + input_.boot_minus_wall_ns;
      entry.expires = at > 0 ? static_cast<uint64_t>(at) : 1;
    }
    tables_.rules.push_back(entry);
  }
  use(some([](const Rule& rule) { return rule.loopback; }), PF_USES_LOOPBACK);
}

// A prefix's set holds the rules of all prefixes around it, so that the longest match tells all.
void Compiler::compile_nets() {
  std::vector<Net> nets;
  for (uint32_t i = 0; i < input_.rules.size(); ++i)
    if (input_.rules[i].remote)
      for (const pf_prefix& key : keys_of(*input_.rules[i].remote)) nets.push_back({key, i});
  if (nets.empty()) return;
  use(true, PF_USES_NET);
  std::ranges::sort(nets, [](const Net& a, const Net& b) { return before(a.prefix, b.prefix); });
  const pf_bits other = where([](const Rule& rule) { return !rule.remote && rule.list.empty(); });
  tables_.config.other_net = classes_.number_of(other);
  std::vector<std::pair<pf_prefix, pf_bits>> around;
  for (size_t i = 0; i < nets.size();) {
    const pf_prefix& prefix = nets[i].prefix;
    while (!around.empty() && !contains(around.back().first, prefix)) around.pop_back();
    pf_bits bits = around.empty() ? other : around.back().second;
    size_t end = i;
    for (; end < nets.size() && same(nets[end].prefix, prefix); ++end) put(bits, nets[end].rule);
    tables_.nets.emplace_back(prefix, classes_.number_of(bits));
    around.emplace_back(prefix, bits);
    i = end;
  }
}

void Compiler::compile_lists() {
  if (!some([](const Rule& rule) { return !rule.list.empty(); })) return;
  use(true, PF_USES_LISTS);
  const auto with = [](uint32_t mask) {
    return [mask](const Rule& rule) {
      if (rule.list.empty()) return !rule.remote;
      return (mask >> std::strtoul(rule.list.c_str(), nullptr, 10) & 1) != 0;
    };
  };
  tables_.config.other_lists = class_where(with(0));
  for (const uint32_t mask : input_.list_masks)
    tables_.keys.push_back({{PF_KEY_LISTS, mask}, class_where(with(mask))});
}

void Compiler::compile_ports() {
  // Where a range begins or is over; between two such places the set stays the same.
  std::multimap<uint32_t, std::pair<uint32_t, bool>> changes;
  pf_bits now = where([](const Rule& rule) { return rule.port.any(); });
  for (uint32_t i = 0; i < input_.rules.size(); ++i) {
    const auto& port = input_.rules[i].port;
    if (port.any()) continue;
    changes.insert({port.first, {i, true}});
    changes.insert({port.last + 1u, {i, false}});
  }
  if (changes.empty()) return;
  use(true, PF_USES_PORT);
  uint32_t number = classes_.number_of(now);
  auto change = changes.begin();
  for (uint32_t port = 0; port < PF_SCALAR_PROTOCOLS; ++port) {
    bool changed = false;
    for (; change != changes.end() && change->first == port; ++change, changed = true)
      change->second.second ? put(now, change->second.first) : take(now, change->second.first);
    if (changed) number = classes_.number_of(now);
    tables_.scalars[port / PF_SCALARS_ROW].classes[port % PF_SCALARS_ROW] = number;
  }
}

void Compiler::compile_protocols() {
  std::set<uint32_t> named;
  bool directed = false;
  for (const Rule& rule : input_.rules) {
    if (rule.protocol) named.insert(*rule.protocol);
    if (!rule.port.any()) named.insert({6, 17, 132, 136, 33});
    directed |= rule.direction != Direction::kBoth;
  }
  if (named.empty() && !directed) return;
  use(true, PF_USES_PROTOCOL);
  const auto classify = [&](bool in, std::optional<uint32_t> protocol) {
    return class_where([&](const Rule& rule) {
      if (rule.direction != Direction::kBoth && (rule.direction == Direction::kIn) != in)
        return false;
      return !rule.protocol || (protocol && *rule.protocol == *protocol);
    });
  };
  for (const bool in : {false, true}) {
    const uint32_t other = classify(in, std::nullopt);
    for (uint32_t protocol = 0; protocol < 256; ++protocol) {
      const uint32_t index = PF_SCALAR_PROTOCOLS + (in ? 256 : 0) + protocol;
      tables_.scalars[index / PF_SCALARS_ROW].classes[index % PF_SCALARS_ROW] =
          named.contains(protocol) ? classify(in, protocol) : other;
    }
  }
}

template <typename Value>
uint32_t Compiler::compile_keys(uint32_t kind,
                                const std::function<std::optional<Value>(const Rule&)>& of,
                                const Satisfies& anything,
                                const std::function<uint32_t(Value)>& number) {
  std::map<Value, std::vector<uint32_t>> rules_of;
  for (uint32_t i = 0; i < input_.rules.size(); ++i)
    if (auto value = of(input_.rules[i])) rules_of[std::move(*value)].push_back(i);
  const pf_bits other = where(anything);
  for (const auto& [value, rules] : rules_of) {
    pf_bits bits = other;
    for (const uint32_t rule : rules) put(bits, rule);
    tables_.keys.push_back({{kind, number(value)}, classes_.number_of(bits)});
  }
  return classes_.number_of(other);
}

void Compiler::compile_programs() {
  use(some([](const Rule& rule) { return !rule.program.empty() || rule.digest; }), PF_USES_PROGRAM);
  if (!(tables_.config.uses & PF_USES_PROGRAM)) return;
  const Satisfies anything = [](const Rule& rule) { return rule.program.empty() && !rule.digest; };
  using respond::firewall::Sha256;
  compile_keys<std::string>(
      PF_KEY_PATH,
      [](const Rule& rule) {
        return rule.program.empty() ? std::nullopt : std::optional(rule.program);
      },
      anything, [&](const std::string& path) { return names_.number_of_path(path); });
  tables_.config.other_program = compile_keys<Sha256>(
      PF_KEY_DIGEST, [](const Rule& rule) { return rule.digest; }, anything,
      [&](const Sha256& digest) { return names_.number_of_digest(digest); });
}

void Compiler::compile_users() {
  use(some([](const Rule& rule) { return rule.user.has_value(); }), PF_USES_USER);
  if (!(tables_.config.uses & PF_USES_USER)) return;
  tables_.config.other_user = compile_keys<uint32_t>(
      PF_KEY_USER, [](const Rule& rule) { return rule.user; },
      [](const Rule& rule) { return !rule.user; }, [](uint32_t user) { return user; });
}

void Compiler::compile_units() {
  use(some([](const Rule& rule) { return !rule.unit.empty(); }), PF_USES_UNIT);
  if (!(tables_.config.uses & PF_USES_UNIT)) return;
  tables_.config.other_unit = compile_keys<std::string>(
      PF_KEY_UNIT,
      [](const Rule& rule) { return rule.unit.empty() ? std::nullopt : std::optional(rule.unit); },
      [](const Rule& rule) { return rule.unit.empty(); },
      [&](const std::string& unit) { return names_.number_of_unit(unit); });
}

}  // namespace

Result<Tables> compile(const CompileInput& input, Names& names) {
  return Compiler(input, names).run();
}

pf_prefix key_of(const Prefix& prefix) {
  pf_prefix key{};
  key.length = prefix.length + (prefix.address.is_v4() ? 96u : 0u);
  std::memcpy(key.address, prefix.address.bytes().data(), sizeof key.address);
  for (uint32_t bit = key.length; bit < 128; ++bit)
    key.address[bit / 8] &= static_cast<uint8_t>(~(0x80u >> bit % 8));
  return key;
}

std::vector<pf_prefix> keys_of(const Prefix& prefix) {
  const pf_prefix whole = key_of(prefix);
  const pf_prefix v4 = key_of({IpAddress(), 0});
  if (prefix.address.is_v4() || !contains(whole, v4)) return {whole};
  std::vector<pf_prefix> parts;
  for (uint32_t bit = whole.length; bit < v4.length; ++bit) {
    pf_prefix part = v4;
    part.length = bit + 1;
    part.address[bit / 8] ^= static_cast<uint8_t>(0x80u >> bit % 8);
    for (uint32_t below = part.length; below < 128; ++below)
      part.address[below / 8] &= static_cast<uint8_t>(~(0x80u >> below % 8));
    parts.push_back(part);
  }
  return parts;
}

pf_path path_key(const std::string& path) {
  pf_path key{};
  size_t at = 0;
  for (size_t end = path.size(); end > 0;) {
    const size_t slash = path.rfind('/', end - 1);
    const size_t begin = slash == path.npos ? 0 : slash + 1;
    const size_t length = end - begin;
    if (length > 0 && at + length < sizeof key.text) {
      std::memcpy(key.text + at, path.data() + begin, length);
      at += length + 1;
    }
    end = slash == path.npos ? 0 : slash;
  }
  return key;
}

std::string path_text(const pf_path& key) {
  std::string text;
  for (size_t at = 0; at < sizeof key.text && key.text[at] != 0;) {
    const std::string part(key.text + at, strnlen(key.text + at, sizeof key.text - at));
    text.insert(0, "/" + part);
    at += part.size() + 1;
  }
  return text;
}

}  // namespace picket::enforce
