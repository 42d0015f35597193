// SPDX-License-Identifier: Apache-2.0
#include "app/cli/cli_reference.h"

#include <algorithm>

#include "app/cli/option_words.h"

namespace picket::app::cli {
namespace {

// Text inside a table cell.
std::string cell(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '|' || c == '*' || c == '<') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string spelled(const OptionEntry& option) {
  std::string out;
  for (const std::string& name : option.names) {
    if (!out.empty()) out += ", ";
    out += "`" + name +
           (option.value_name.empty() || !name.starts_with("--") ? "" : " " + option.value_name) +
           "`";
  }
  return option.names.empty() ? "`" + option.value_name + "`" : out;
}

std::string meaning(const OptionEntry& option) {
  std::string out = cell(option.help);
  const std::vector<std::string_view> words = words_for(option.value_name);
  for (size_t i = 0; i < words.size(); ++i)
    out.append(i == 0 ? "; one of " : ", ").append("`").append(words[i]).append("`");
  if (!option.default_value.empty()) out += "; default `" + option.default_value + "`";
  return out;
}

void append_table(std::string& out, const std::vector<OptionEntry>& options,
                  std::string_view group) {
  out += "\n**" + std::string(group) + "**\n\n| option | meaning |\n|---|---|\n";
  for (const OptionEntry& option : options)
    if (option.group == group) out += "| " + spelled(option) + " | " + meaning(option) + " |\n";
}

void append_command(std::string& out, const CommandPath& path) {
  const CommandEntry& command = *path.command;
  out += "\n## " + path.text() + "\n\n" + command.help + "\n\n    " + path.text();
  if (!command.options.empty()) out += " [OPTION...]";
  if (!command.commands.empty()) out += " COMMAND";
  for (const OptionEntry& positional : command.positionals)
    out += " " + positional.value_name + (positional.repeatable ? "..." : "");
  out += '\n';
  if (!command.commands.empty()) {
    out += "\n| command | what it does |\n|---|---|\n";
    for (const CommandEntry& below : command.commands)
      out += "| `" + below.name + "` | " + cell(below.help) + " |\n";
  }
  std::vector<std::string> groups;  // in order of first appearance
  for (const OptionEntry& option : command.options)
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  if (!command.positionals.empty()) {
    out += "\n| argument | meaning |\n|---|---|\n";
    for (const OptionEntry& option : command.positionals)
      out += "| " + spelled(option) + " | " + meaning(option) + " |\n";
  }
  for (const std::string& group : groups) append_table(out, command.options, group);
}

}  // namespace

std::string cli_reference(const CommandEntry& root) {
  std::string out = "# Commands and options\n\nWritten by `" + root.name +
                    " help --markdown`; change the program, not this page.\n";
  for (const CommandPath& path : all_commands(root)) append_command(out, path);
  return out;
}

}  // namespace picket::app::cli
