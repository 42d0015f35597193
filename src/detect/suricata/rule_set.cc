// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/rule_set.h"

#include <algorithm>
#include <unordered_map>

#include "detect/suricata/rule_reader.h"
#include "detect/suricata/small_file.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata {
namespace {

template <typename Set, typename Parse>
Result<uint16_t> place_in(std::vector<Set>& sets,
                          std::map<std::string, uint16_t, std::less<>>& places,
                          std::string_view text, Set any, Parse parse) {
  if (sets.empty()) {
    sets.push_back(std::move(any));
    places["any"] = 0;
  }
  if (auto found = places.find(text); found != places.end()) return found->second;
  TRY_ASSIGN(Set set, parse(text));
  if (sets.size() > 60'000) return failure("more different lists than an engine may have");
  sets.push_back(std::move(set));
  return places[std::string(text)] = static_cast<uint16_t>(sets.size() - 1);
}

bool same_transforms(std::span<const Transform* const> a, std::span<const Transform* const> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](auto* x, auto* y) { return x->text() == y->text(); });
}

struct Loaded {
  Rule rule;
  int flowbits_rank;
  size_t place;
};

// Setters of flow variables come before who asks for them, so that one packet can do both.
int variable_order(int rank) { return rank == 2 ? 0 : rank == 3 ? 1 : rank == 1 ? 2 : 3; }

class Loader {
 public:
  Loader(RuleSet& set, LoadReport& report) : set_(set), report_(report) {}

  void read(std::string_view content, std::string_view file) {
    ++report_.files;
    auto on_rule = [&](RuleText& text) { take(text, file); };
    auto on_error = [&](RuleError error) {
      error.file = file;
      report_.errors.push_back(std::move(error));
    };
    RuleTextCounts counts = read_rule_texts(content, on_rule, on_error);
    report_.rules += counts.rules + counts.broken;
    report_.disabled += counts.disabled;
  }

  void finish() {
    std::sort(loaded_.begin(), loaded_.end(), [](const Loaded& a, const Loaded& b) {
      auto key = [](const Loaded& l) {
        return std::tuple(static_cast<int>(l.rule.action), variable_order(l.flowbits_rank),
                          l.rule.facts.severity, l.place);
      };
      return key(a) < key(b);
    });
    set_.rules.clear();
    for (Loaded& loaded : loaded_) set_.rules.push_back(loaded.rule);
    report_.loaded = set_.rules.size();
  }

 private:
  void take(const RuleText& text, std::string_view file) {
    auto problem = [&](const RuleFault& fault) {
      RuleError error;
      error.file = file;
      error.position = text.position(fault.offset);
      error.message = fault.message;
      error.sid = parse_number<uint32_t>(text.option("sid")).value_or(0);
      error.rule = text.option("msg");
      return error;
    };
    auto read = read_rule(set_, text);
    if (!read) {
      if (read.error().message.starts_with("requires: skipped"))
        ++report_.skipped;
      else
        report_.errors.push_back(problem(read.error()));
      return;
    }
    Rule& rule = read->rule;
    rule.facts.file = set_.arena.text(file);
    rule.facts.line = text.line();
    uint64_t id = static_cast<uint64_t>(rule.facts.gid) << 32 | rule.facts.sid;
    auto [known, added] = places_.try_emplace(id, loaded_.size());
    if (!added) {
      ++report_.duplicates;
      Loaded& before = loaded_[known->second];
      if (rule.facts.rev > before.rule.facts.rev) {
        report_.warnings.push_back(problem(
            {0, "sid " + std::to_string(rule.facts.sid) + " again: this newer revision counts"}));
        before = {rule, read->flowbits_rank, before.place};
      } else {
        report_.errors.push_back(
            problem({0, "sid " + std::to_string(rule.facts.sid) + " is there already"}));
      }
      return;
    }
    loaded_.push_back({rule, read->flowbits_rank, loaded_.size()});
  }

  RuleSet& set_;
  LoadReport& report_;
  std::vector<Loaded> loaded_;
  std::unordered_map<uint64_t, size_t> places_;
};

// What the settings say before any rule is read.
Result<void> read_settings(RuleSet& set, const inspect::Settings& settings, LoadReport& report) {
  settings.visit("vars.address-groups.", [&](std::string_view key, std::string_view value) {
    set.variables.set_address(std::string(key.substr(key.rfind('.') + 1)), std::string(value));
  });
  settings.visit("vars.port-groups.", [&](std::string_view key, std::string_view value) {
    set.variables.set_port(std::string(key.substr(key.rfind('.') + 1)), std::string(value));
  });
  if (std::string path = settings.text("classification-file"); !path.empty())
    if (auto content = read_small_file(path)) set.classifications.read(*content);
  if (std::string path = settings.text("reputation-categories-file"); !path.empty()) {
    TRY_ASSIGN(std::string content, read_small_file(path));
    set.reputation.read_categories(content);
    std::string folder = settings.text("default-reputation-path", ".");
    const std::string names = settings.text("reputation-files");
    for (std::string_view name : split(names, ',')) {
      if (name.empty()) continue;
      std::string file = name[0] == '/' ? std::string(name) : folder + "/" + std::string(name);
      TRY_ASSIGN(std::string scores, read_small_file(file));
      if (auto read = set.reputation.read_scores(scores); !read)
        return failure(file + ": " + read.error().message);
    }
  }
  if (std::string path = settings.text("threshold-file"); !path.empty()) {
    TRY_ASSIGN(std::string content, read_small_file(path));
    for (std::string& problem : set.thresholds.read(content, set.variables)) {
      RuleError error;
      error.file = path;
      error.message = std::move(problem);
      report.warnings.push_back(std::move(error));
    }
  }
  return {};
}

}  // namespace

Result<uint16_t> RuleSet::address_place(std::string_view text) {
  return place_in(addresses, address_places_, text, AddressSet(),
                  [&](std::string_view t) { return parse_addresses(t, variables); });
}

Result<uint16_t> RuleSet::port_place(std::string_view text) {
  return place_in(ports, port_places_, text, PortSet::all(),
                  [&](std::string_view t) { return parse_ports(t, variables); });
}

uint16_t RuleSet::slot_place(const BufferSlot& slot) {
  for (size_t i = 0; i < slots.size(); ++i)
    if (slots[i].source == slot.source && slots[i].header == slot.header &&
        slots[i].buffer == slot.buffer && same_transforms(slots[i].transforms, slot.transforms))
      return static_cast<uint16_t>(i);
  BufferSlot kept = slot;
  kept.transforms =
      arena.copy(std::vector<const Transform*>(slot.transforms.begin(), slot.transforms.end()));
  if (slot.source == BufferSlot::Source::kPayload) kept.name = "payload";
  if (slot.source == BufferSlot::Source::kTransaction)
    kept.name = inspect::info(slot.buffer).keyword;
  if (slot.source == BufferSlot::Source::kPacketHeader) kept.name = "packet header";
  slots.push_back(kept);
  return static_cast<uint16_t>(slots.size() - 1);
}

void RuleSet::follow(const RuleSet& before) {
  flowbits = before.flowbits;
  flowints = before.flowints;
  xbits = before.xbits;
  hostbits = before.hostbits;
  datasets.keep_from(before.datasets);
}

std::string RuleSet::path_of(std::string_view name) const {
  if (name.starts_with("/") || directory.empty()) return std::string(name);
  return directory + "/" + std::string(name);
}

void RuleSet::seal() {
  arena.seal();
  address_places_.clear();
  port_places_.clear();
  rules.shrink_to_fit();
  settings = nullptr;
}

Result<LoadReport> load_rules(RuleSet& set, const std::vector<std::string>& files,
                              const inspect::Settings& settings) {
  LoadReport report;
  set.settings = &settings;
  TRY(read_settings(set, settings, report));
  Loader loader(set, report);
  for (const std::string& file : files) {
    TRY_ASSIGN(std::string content, read_small_file(file));
    size_t slash = file.rfind('/');
    set.directory = slash == std::string::npos ? std::string(".") : file.substr(0, slash);
    loader.read(content, file);
  }
  loader.finish();
  set.seal();
  return report;
}

LoadReport load_rule_text(RuleSet& set, std::string_view content, std::string_view file,
                          const inspect::Settings& settings) {
  LoadReport report;
  set.settings = &settings;
  if (auto read = read_settings(set, settings, report); !read) {
    RuleError error;
    error.message = read.error().message;
    report.errors.push_back(std::move(error));
  }
  Loader loader(set, report);
  loader.read(content, file);
  loader.finish();
  set.seal();
  return report;
}

}  // namespace picket::detect::suricata
