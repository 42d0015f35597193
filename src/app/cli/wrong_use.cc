// SPDX-License-Identifier: Apache-2.0
#include "app/cli/wrong_use.h"

#include <CLI/App.hpp>
#include <CLI/Error.hpp>
#include <CLI/Option.hpp>

#include "app/cli/command_tree.h"
#include "app/cli/nearest.h"
#include "base/utf8.h"

namespace picket::app::cli {
namespace {

// The command that was being parsed, and the words that lead to it.
struct Place {
  const CLI::App* command;
  std::string words;
};

Place place_of(const CLI::App& root) {
  Place place{&root, root.get_name()};
  for (;;) {
    const auto parsed = place.command->get_subcommands();
    if (parsed.empty()) return place;
    place.command = parsed.back();
    place.words += " " + place.command->get_name();
  }
}

std::string_view nearest_of(std::string_view word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  return nearest(word, views);
}

std::vector<std::string> option_names(const CommandEntry& command) {
  std::vector<std::string> names;
  for (const OptionEntry& option : command.options)
    for (const std::string& name : option.names)
      if (name.starts_with("--")) names.push_back(name);
  return names;
}

std::vector<std::string> command_names(const CommandEntry& command) {
  std::vector<std::string> names;
  for (const CommandEntry& below : command.commands) names.push_back(below.name);
  return names;
}

std::string did_you_mean(std::string_view near, std::string_view see) {
  return near.empty() ? std::string(see)
                      : "did you mean " + std::string(near) + "? " + std::string(see);
}

Error unexpected_word(const Place& place, const CommandEntry& command, std::string_view word) {
  const std::string see = "see " + place.words + " --help";
  Error error;
  if (word.starts_with('-') && word.size() > 1) {
    const std::string_view name = word.substr(0, word.find('='));
    error.message = place.words + ": there is no option " + printable(name);
    error.next = did_you_mean(nearest_of(name, option_names(command)), see);
  } else if (!command.commands.empty()) {
    error.message = place.words + ": there is no command \"" + printable(word) + "\"";
    error.next = did_you_mean(nearest_of(word, command_names(command)), see);
  } else {
    error.message = place.words + ": nothing to do with \"" + printable(word) + "\"";
    // A word without its option is most often half of one.
    error.next = did_you_mean(nearest_of("--" + std::string(word), option_names(command)), see);
  }
  return error;
}

}  // namespace

Error explain_wrong_use(const CLI::App& root, const CLI::ParseError& error) {
  const Place place = place_of(root);
  const CommandEntry command = command_tree(*place.command);
  const auto left = root.remaining(true);
  const bool extra = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  // A mistyped command leaves the required one missing, and that is what the parser reports.
  if ((extra || required) && !left.empty()) return unexpected_word(place, command, left.front());
  const std::string see = "see " + place.words + " --help";
  if (required && !command.commands.empty()) {
    const std::vector<std::string> names = command_names(command);
    const std::vector<std::string_view> views(names.begin(), names.end());
    return Error{place.words + ": what should it do?",
                 "the commands are " + listed(views) + "; " + see};
  }
  return Error{place.words + ": " + printable(error.what()), see};
}

}  // namespace picket::app::cli
