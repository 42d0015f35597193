// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command_tree.h"

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

namespace picket::app::cli {
namespace {

OptionEntry option_entry(const CLI::Option& option) {
  OptionEntry entry;
  for (const std::string& name : option.get_snames()) entry.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) entry.names.push_back("--" + name);
  const bool takes_value = option.get_expected_max() > 0 && option.get_type_size_max() > 0;
  if (takes_value) entry.value_name = option.get_type_name();
  if (takes_value && entry.value_name.empty()) entry.value_name = "VALUE";
  if (entry.names.empty()) entry.value_name = option.get_name(true);
  entry.help = option.get_description();
  entry.group = option.get_group();
  entry.default_value = option.get_default_str();
  entry.repeatable = option.get_expected_max() > 1;
  return entry;
}

void append_paths(const CommandEntry& command, std::vector<std::string> words,
                  std::vector<CommandPath>& out) {
  words.push_back(command.name);
  out.push_back({words, &command});
  for (const CommandEntry& below : command.commands) append_paths(below, words, out);
}

}  // namespace

CommandEntry command_tree(const CLI::App& app) {
  CommandEntry entry;
  entry.name = app.get_name();
  entry.help = app.get_description();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    OptionEntry described = option_entry(*option);
    (described.names.empty() ? entry.positionals : entry.options).push_back(std::move(described));
  }
  for (const CLI::App* below : app.get_subcommands(nullptr))
    if (!below->get_group().empty()) entry.commands.push_back(command_tree(*below));
  return entry;
}

std::string CommandPath::text(std::string_view separator, size_t from) const {
  std::string out;
  for (size_t i = from; i < words.size(); ++i) {
    if (i > from) out += separator;
    out += words[i];
  }
  return out;
}

std::vector<CommandPath> all_commands(const CommandEntry& root) {
  std::vector<CommandPath> out;
  append_paths(root, {}, out);
  return out;
}

}  // namespace picket::app::cli
