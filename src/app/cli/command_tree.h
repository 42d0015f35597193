// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

// The commands and options of a program as plain values, read off the parser itself, so that what
// is generated from them (completions, the reference) cannot tell another story than the program.
// Values; any thread.
namespace picket::app::cli {

struct OptionEntry {
  std::vector<std::string> names;  // with their dashes, short ones first; empty: positional
  std::string value_name;          // STATE; empty: a flag
  std::string help;
  std::string group;  // heading in the help text
  std::string default_value;
  bool repeatable = false;
};

struct CommandEntry {
  std::string name;
  std::string help;
  std::vector<OptionEntry> options;  // in the order in which they were added
  std::vector<OptionEntry> positionals;
  std::vector<CommandEntry> commands;
};

// What `app` takes; options and commands without a group are hidden and left out.
CommandEntry command_tree(const CLI::App& app);

// One command with the words that lead to it: {"picket", "incidents", "list"}.
struct CommandPath {
  std::vector<std::string> words;
  const CommandEntry* command = nullptr;  // borrowed from the tree
  std::string text(std::string_view separator = " ", size_t from = 0) const;
};
// The root and all commands below it, each before its own. Borrows from `root`.
std::vector<CommandPath> all_commands(const CommandEntry& root);

}  // namespace picket::app::cli
