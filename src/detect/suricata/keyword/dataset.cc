// SPDX-License-Identifier: Apache-2.0
// dataset and datarep: values kept beyond a flow, from files or seen in traffic.
#include "detect/suricata/dataset.h"

#include "detect/suricata/keyword/keyword.h"
#include "detect/suricata/number_condition.h"
#include "detect/suricata/small_file.h"
#include "detect/suricata/text.h"

namespace picket::detect::suricata::keyword {
namespace {

enum class Command : uint8_t { kIsSet, kIsNotSet, kSet, kUnset };

class DatasetCheck final : public BufferCheck {
 public:
  DatasetCheck(Dataset& set, Command command, std::string_view context_key)
      : BufferCheck(Kind::kOnce), set_(set), command_(command), context_key_(context_key) {}
  bool matches(BufferWalk& walk) const override {
    auto member = set_.member_of(walk.bytes);
    if (!member) return command_ == Command::kIsNotSet;
    switch (command_) {
      case Command::kIsSet: {
        auto value = set_.find(*member);
        if (value && !context_key_.empty()) note(walk.scope, value->context);
        return value.has_value();
      }
      case Command::kIsNotSet: return !set_.contains(*member);
      case Command::kSet: return set_.add(*member);
      case Command::kUnset: {
        bool there = set_.contains(*member);
        set_.remove(*member);
        return there;
      }
    }
    return false;
  }

 private:
  void note(MatchScope& scope, const std::string& context) const {
    if (context.empty()) return;
    if (!scope.context_json.empty()) scope.context_json += ',';
    scope.context_json += '"' + std::string(context_key_) + "\":" + context;
  }
  Dataset& set_;
  Command command_;
  std::string_view context_key_;
};

struct Options {
  std::optional<Dataset::Type> type;
  std::string load, save;
  Dataset::Format format = Dataset::Format::kCsv;
  std::string context_key, value_key, array_key;
  bool remove_key = false;
  size_t entries_max = 1'000'000;
};

Result<Dataset::Type> read_type(std::string_view text) {
  constexpr std::pair<std::string_view, Dataset::Type> kTypes[] = {
      {"string", Dataset::Type::kString}, {"md5", Dataset::Type::kMd5},
      {"sha256", Dataset::Type::kSha256}, {"ipv4", Dataset::Type::kIpv4},
      {"ip", Dataset::Type::kIp},         {"ipv6", Dataset::Type::kIp}};
  for (auto& [name, type] : kTypes)
    if (name == text) return type;
  return failure("expected the type string, md5, sha256, ipv4 or ip, found \"" + std::string(text) +
                 "\"");
}

Result<void> read_word(RuleBuilder& rule, Options& options, std::string_view word) {
  size_t space = word.find_first_of(" \t");
  std::string_view name = word.substr(0, space), value = space == std::string_view::npos
                                                             ? std::string_view()
                                                             : trimmed(word.substr(space));
  if (name == "type") {
    TRY_ASSIGN(options.type, read_type(value));
  } else if (name == "load") {
    options.load = rule.set().path_of(value);
  } else if (name == "save") {
    options.save = rule.set().path_of(value);
  } else if (name == "state") {
    options.load = options.save = rule.set().path_of(value);
  } else if (name == "format") {
    if (value != "csv" && value != "json" && value != "ndjson" && value != "jsonline")
      return failure("expected the format csv, json or ndjson");
    options.format = value == "csv"    ? Dataset::Format::kCsv
                     : value == "json" ? Dataset::Format::kJson
                                       : Dataset::Format::kNdjson;
  } else if (name == "context_key" || name == "enrichment_key") {
    options.context_key = value;
  } else if (name == "value_key") {
    options.value_key = value;
  } else if (name == "array_key") {
    options.array_key = value;
  } else if (name == "remove_key") {
    options.remove_key = true;
  } else if (name == "memcap" || name == "hashsize") {
    if (!parse_size(value)) return failure("expected a number after " + std::string(name));
  } else {
    return failure("unknown word \"" + std::string(word) + "\"");
  }
  return {};
}

Result<Dataset*> open_set(RuleBuilder& rule, std::string_view name, const Options& options) {
  TRY_ASSIGN(Dataset * set, rule.set().datasets.open(name, options.type, Dataset::kEntriesMax));
  if (!options.load.empty() && !set->load_path_given) {
    auto content = read_small_file(options.load);
    // A set that is also saved may have no file yet.
    if (!content && options.save.empty()) return std::unexpected(content.error());
    if (content) {
      if (options.format == Dataset::Format::kCsv) {
        TRY(set->load_lines(*content));
      } else {
        TRY(set->load_json(*content, options.format == Dataset::Format::kNdjson, options.array_key,
                           options.value_key, options.remove_key));
      }
    }
    set->load_path_given = true;
  }
  if (!options.save.empty()) set->save_path = options.save;
  return set;
}

Result<void> parse_dataset(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words.size() < 2) return failure("expected command,name");
  constexpr std::pair<std::string_view, Command> kCommands[] = {{"isset", Command::kIsSet},
                                                                {"isnotset", Command::kIsNotSet},
                                                                {"set", Command::kSet},
                                                                {"unset", Command::kUnset}};
  std::optional<Command> command;
  for (auto& [name, meant] : kCommands)
    if (name == words[0]) command = meant;
  if (!command)
    return failure("expected isset, isnotset, set or unset, found \"" + std::string(words[0]) +
                   "\"");
  if (rule.on_payload()) return failure("dataset needs a sticky buffer before it");
  Options options;
  for (size_t i = 2; i < words.size(); ++i) TRY(read_word(rule, options, words[i]));
  if (options.format != Dataset::Format::kCsv && options.value_key.empty())
    return failure("expected value_key with JSON");
  TRY_ASSIGN(Dataset * set, open_set(rule, words[1], options));
  if (*command == Command::kSet || *command == Command::kUnset) set->filled_by_rules = true;
  rule.add(rule.arena().make<DatasetCheck>(*set, *command, rule.arena().text(options.context_key)));
  return {};
}

class DatarepCheck final : public BufferCheck {
 public:
  DatarepCheck(Dataset& set, NumberCondition test)
      : BufferCheck(Kind::kOnce), set_(set), test_(test) {}
  bool matches(BufferWalk& walk) const override {
    auto member = set_.member_of(walk.bytes);
    auto value = member ? set_.find(*member) : std::nullopt;
    return value && test_.matches(value->score);
  }

 private:
  Dataset& set_;
  NumberCondition test_;
};

Result<void> parse_datarep(RuleBuilder& rule, const RuleOption& option) {
  auto words = split(option.value, ',');
  if (words.size() < 3) return failure("expected name,operator,score");
  if (rule.on_payload()) return failure("datarep needs a sticky buffer before it");
  std::string_view operation = words[1] == "==" ? "=" : words[1];
  TRY_ASSIGN(NumberCondition test,
             NumberCondition::parse(std::string(operation) + std::string(words[2])));
  Options options;
  for (size_t i = 3; i < words.size(); ++i) TRY(read_word(rule, options, words[i]));
  TRY_ASSIGN(Dataset * set, open_set(rule, words[0], options));
  rule.add(rule.arena().make<DatarepCheck>(*set, test));
  return {};
}

constexpr Keyword kKeywords[] = {
    {"dataset", "", State::kFull, "The buffer is in a set of values, or is added to it.",
     "dns.query; dataset:isset,bad,type string,load bad.lst;", "", parse_dataset},
    {"datarep", "", State::kFull, "The buffer has a score in a set.",
     "dns.query; datarep:bad,>,200,load bad.rep,type string;", "", parse_datarep},
};

}  // namespace

Keywords dataset_keywords() { return kKeywords; }

}  // namespace picket::detect::suricata::keyword
