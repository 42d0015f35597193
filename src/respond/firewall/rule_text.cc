// SPDX-License-Identifier: Apache-2.0
#include "respond/firewall/rule_text.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include "base/utf8.h"
#include "respond/firewall/rule_line.h"

namespace picket::respond::firewall {
namespace {

std::unexpected<Error> at(size_t line, size_t column, Error error) {
  error.message =
      std::to_string(line) + ":" + std::to_string(column) + ": " + std::move(error.message);
  return std::unexpected(std::move(error));
}

// The statements of a file, one after the other.
class RuleFile {
 public:
  Result<void> read_line(std::string_view line);
  Result<RuleSet> finish();
  LineReader& reader() { return reader_; }

 private:
  Result<void> read_version();
  Result<void> read_mode();
  Result<void> read_list();
  Result<void> read_rule();

  RuleSet rules_;
  std::unordered_set<uint32_t> ids_;
  std::string comments_;
  bool has_version_ = false;
  LineReader reader_{""};
};

Result<void> RuleFile::read_line(std::string_view line) {
  reader_ = LineReader(line);
  if (line.size() > kRuleLineMax)
    return failure("a line of more than " + std::to_string(kRuleLineMax) + " bytes");
  const size_t text = line.find_first_not_of(" \t\r");
  if (text == line.npos) return {};
  if (line[text] == '#') {
    comments_ += std::string(line.substr(text)) + '\n';
    return {};
  }
  TRY_ASSIGN(const std::string statement, reader_.word("a statement"));
  if (!has_version_ && statement != "version")
    return failure("the first statement is not the version",
                   "begin with: version " + std::to_string(kRuleFileVersion));
  if (statement == "version") return read_version();
  if (statement == "mode") return read_mode();
  if (statement == "list") return read_list();
  if (statement == "rule") return read_rule();
  return failure("\"" + printable(statement) + "\" is no statement",
                 "there are: version, mode, list, rule");
}

Result<void> RuleFile::read_version() {
  if (has_version_) return failure("the version is there twice", "keep one");
  TRY_ASSIGN(const std::string version, reader_.word("a version"));
  if (version != std::to_string(kRuleFileVersion))
    return failure("version \"" + printable(version) + "\" is not known here",
                   "this picket reads version " + std::to_string(kRuleFileVersion));
  has_version_ = true;
  if (!comments_.empty()) rules_.comments.emplace_back(0, std::exchange(comments_, {}));
  // `next` keeps the ids of removed rules from being used again.
  if (!reader_.at_end()) {
    TRY_ASSIGN(const std::string word, reader_.word("next"));
    if (word != "next") return failure("\"" + printable(word) + "\" is not expected here");
    TRY_ASSIGN(rules_.next_id, reader_.number("the next id", 1, UINT32_MAX));
  }
  return reader_.expect_end();
}

Result<void> RuleFile::read_mode() {
  TRY_ASSIGN(const std::string word, reader_.word("a mode"));
  const auto mode = parse_mode(word);
  if (!mode) return failure("\"" + printable(word) + "\" is no mode", "write observe or enforce");
  rules_.mode = *mode;
  return reader_.expect_end();
}

Result<void> RuleFile::read_list() {
  if (rules_.lists.size() >= kListsMax)
    return failure("more than " + std::to_string(kListsMax) + " lists", "put some together");
  List list;
  TRY_ASSIGN(list.name, reader_.word("the list's name"));
  TRY_ASSIGN(list.path, reader_.word("the list's file"));
  if (list.name.size() > kListNameMax)
    return failure("a list's name of more than " + std::to_string(kListNameMax) + " bytes");
  if (!list.path.starts_with('/'))
    return failure("\"" + printable(list.path) + "\" is no absolute path",
                   "write the file's whole path");
  if (rules_.find_list(list.name))
    return failure("there is a list " + printable(list.name) + " already", "choose another name");
  rules_.lists.push_back(std::move(list));
  return reader_.expect_end();
}

Result<void> RuleFile::read_rule() {
  if (rules_.rules.size() >= kRulesMax)
    return failure("more than " + std::to_string(kRulesMax) + " rules",
                   "put addresses of one kind into a list");
  TRY_ASSIGN(const uint32_t id, reader_.number("the rule's id", 1, UINT32_MAX - 1));
  if (!ids_.insert(id).second)
    return failure("there is a rule " + std::to_string(id) + " already", "number it otherwise");
  TRY_ASSIGN(const std::string word, reader_.word("an action"));
  const auto action = parse_action(word);
  if (!action)
    return failure("\"" + printable(word) + "\" is no action", "write allow, block, reject or log");
  TRY_ASSIGN(Rule rule, reader_.operands(*action));
  rule.id = id;
  TRY(check_rule(rule));
  if (!rule.list.empty() && !rules_.find_list(rule.list))
    return failure("there is no list " + printable(rule.list),
                   "say where it is before the rule: list NAME \"/path\"");
  rules_.next_id = std::max(rules_.next_id, id + 1);
  if (!comments_.empty()) rules_.comments.emplace_back(id, std::exchange(comments_, {}));
  rules_.rules.push_back(std::move(rule));
  return {};
}

Result<RuleSet> RuleFile::finish() {
  if (!has_version_)
    return failure("there is no version",
                   "begin with: version " + std::to_string(kRuleFileVersion));
  if (!comments_.empty()) rules_.comments.emplace_back(UINT32_MAX, comments_);
  rules_.sort();
  return std::move(rules_);
}

}  // namespace

Result<RuleSet> parse_rules(std::string_view text) {
  if (text.size() > kRuleFileMax)
    return at(1, 1, Error{"more than " + std::to_string(kRuleFileMax) + " bytes", {}, 0});
  RuleFile file;
  size_t number = 0;
  while (!text.empty()) {
    ++number;
    const size_t end = std::min(text.find('\n'), text.size());
    if (auto read = file.read_line(text.substr(0, end)); !read)
      return at(number, file.reader().column(), std::move(read.error()));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  auto rules = file.finish();
  if (!rules) return at(number + 1, 1, std::move(rules.error()));
  return rules;
}

std::string write_rules(const RuleSet& rules) {
  std::string out;
  const auto comment = [&](uint32_t id) {
    for (const auto& [of, text] : rules.comments)
      if (of == id) out += text;
  };
  comment(0);
  out += "version " + std::to_string(kRuleFileVersion) + " next " + std::to_string(rules.next_id);
  out += "\nmode " + std::string(mode_text(rules.mode)) + '\n';
  for (const List& list : rules.lists)
    out += "list " + as_word(list.name) + ' ' + as_word(list.path) + '\n';
  for (const Rule& rule : rules.rules) {
    comment(rule.id);
    out += write_rule(rule) + '\n';
  }
  comment(UINT32_MAX);
  return out;
}

Result<Rule> parse_rule(Action action, std::string_view operands) {
  LineReader reader(operands);
  TRY_ASSIGN(Rule rule, reader.operands(action));
  TRY(check_rule(rule));
  return rule;
}

}  // namespace picket::respond::firewall
