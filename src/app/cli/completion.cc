// SPDX-License-Identifier: Apache-2.0
#include "app/cli/completion.h"

#include <algorithm>

#include "app/cli/nearest.h"
#include "app/cli/option_words.h"
#include "base/utf8.h"

namespace picket::app::cli {
namespace {

std::string joined(const std::vector<std::string_view>& words, std::string_view separator) {
  std::string out;
  for (std::string_view word : words) {
    if (!out.empty()) out += separator;
    out += word;
  }
  return out;
}

// `text` with a backslash before each of `special`, and line ends as blanks.
std::string escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

// Within single quotes of bash and zsh.
std::string single_quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

bool takes_files(const CommandEntry& command) {
  return std::ranges::any_of(command.positionals, [](const OptionEntry& option) {
    return names_a_path(option.value_name);
  });
}

// ---- bash

std::string bash_value_case(const CommandPath& path, const OptionEntry& option) {
  std::string pattern;
  for (const std::string& name : option.names) {
    if (!pattern.empty()) pattern += '|';
    pattern += single_quoted(path.text(" ", 1) + " " + name);
  }
  std::string action = "COMPREPLY=()";
  const std::vector<std::string_view> words = words_for(option.value_name);
  if (names_a_path(option.value_name))
    action = "compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")";
  else if (!words.empty())
    action = "mapfile -t COMPREPLY < <(compgen -W " + single_quoted(joined(words, " ")) +
             " -- \"$current\")";
  return "    " + pattern + ") " + action + "; return ;;\n";
}

std::string bash_words(const CommandEntry& command) {
  std::vector<std::string_view> words;
  for (const CommandEntry& below : command.commands) words.push_back(below.name);
  for (const OptionEntry& option : command.options)
    words.insert(words.end(), option.names.begin(), option.names.end());
  return single_quoted(joined(words, " "));
}

std::string bash_script(const CommandEntry& root) {
  const std::vector<CommandPath> commands = all_commands(root);
  const std::string& name = root.name;
  std::string steps, values, words;
  for (const CommandPath& path : commands) {
    for (const CommandEntry& below : path.command->commands) {
      const std::string above = path.text(" ", 1);
      steps += "      " + single_quoted(above + " " + below.name) +
               ") command=" + single_quoted((above.empty() ? "" : above + " ") + below.name) +
               " ;;\n";
    }
    for (const OptionEntry& option : path.command->options)
      if (!option.value_name.empty()) values += bash_value_case(path, option);
    words += "    " + single_quoted(path.text(" ", 1)) + ") words=" + bash_words(*path.command) +
             (takes_files(*path.command) ? "; files=1" : "") + " ;;\n";
  }
  return "# bash completion for " + name + "; written by: " + name + " completion bash\n_" + name +
         "() {\n  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local command= words= files= i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case \"$command ${COMP_WORDS[i]}\" in\n" +
         steps + "    esac\n  done\n  case \"$command $previous\" in\n" + values +
         "  esac\n  case \"$command\" in\n" + words +
         "  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\"\n"
         "    if [[ $files && $current != -* ]]; then compgen -f -- \"$current\"; fi)\n"
         "  if [[ $files ]]; then compopt -o filenames; fi\n}\ncomplete -F _" +
         name + " " + name + "\n";
}

// ---- zsh

std::string zsh_option(const OptionEntry& option) {
  const std::string help = "[" + escaped(option.help, "[]\\") + "]";
  std::string value;
  if (!option.value_name.empty()) {
    value = ":" + escaped(option.value_name, ":") + ":";
    const std::vector<std::string_view> words = words_for(option.value_name);
    if (names_a_path(option.value_name))
      value += "_files";
    else if (!words.empty())
      value += "(" + joined(words, " ") + ")";
  }
  std::string out;
  for (const std::string& name : option.names)
    out += " \\\n    " + single_quoted((option.repeatable ? "*" : "") + name + help + value);
  return out;
}

std::string zsh_function(const CommandPath& path) {
  const CommandEntry& command = *path.command;
  std::string out = "_" + path.text("_") + "() {\n";
  std::string options;
  for (const OptionEntry& option : command.options) options += zsh_option(option);
  if (command.commands.empty()) {
    if (takes_files(command)) options += " \\\n    '*:file:_files'";
    return out + "  _arguments -s" + options + "\n}\n";
  }
  std::string list, cases;
  for (const CommandEntry& below : command.commands) {
    list += " \\\n    " + single_quoted(escaped(below.name, ":") + ":" + escaped(below.help, "\\"));
    cases += "    " + below.name + ") _" + path.text("_") + "_" + below.name + " ;;\n";
  }
  return out + "  local line state\n  local -a commands=(" + list + "\n  )\n  _arguments -s -C" +
         options +
         " \\\n    '1:command:->command' '*::argument:->rest'\n"
         "  case $state in\n  command) _describe command commands ;;\n  rest)\n    case $line[1] "
         "in\n" +
         cases + "    esac ;;\n  esac\n}\n";
}

std::string zsh_script(const CommandEntry& root) {
  std::string out = "#compdef " + root.name + "\n# zsh completion for " + root.name +
                    "; written by: " + root.name + " completion zsh\n";
  for (const CommandPath& path : all_commands(root)) out += zsh_function(path);
  // Sourced, it registers itself; found in fpath, it is the body of the function to call.
  return out + "if [[ $funcstack[1] == _" + root.name + " ]]; then _" + root.name +
         " \"$@\"; else compdef _" + root.name + " " + root.name + "; fi\n";
}

// ---- fish

std::string fish_condition(const CommandPath& path) {
  std::string out;
  for (size_t i = 1; i < path.words.size(); ++i)
    out += (i > 1 ? "; and " : "") + std::string("__fish_seen_subcommand_from ") + path.words[i];
  return out;
}

std::string fish_option(const OptionEntry& option) {
  std::string out;
  for (const std::string& name : option.names)
    out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!option.value_name.empty()) {
    const std::vector<std::string_view> words = words_for(option.value_name);
    if (names_a_path(option.value_name))
      out += " -r -F";
    else
      out += words.empty() ? " -x" : " -x -a '" + joined(words, " ") + "'";
  }
  return out + " -d '" + escaped(option.help, "'\\") + "'\n";
}

std::string fish_script(const CommandEntry& root) {
  const std::string start = "complete -c " + root.name;
  std::string out = "# fish completion for " + root.name + "; written by: " + root.name +
                    " completion fish\n" + start + " -f\n";
  for (const CommandPath& path : all_commands(root)) {
    const std::string here = fish_condition(path);
    std::vector<std::string_view> names;
    for (const CommandEntry& below : path.command->commands) names.push_back(below.name);
    const std::string none_yet = "not __fish_seen_subcommand_from " + joined(names, " ");
    for (const CommandEntry& below : path.command->commands)
      out += start + " -n '" + (here.empty() ? "" : here + "; and ") + none_yet + "' -a " +
             below.name + " -d '" + escaped(below.help, "'\\") + "'\n";
    const std::string condition = !here.empty() ? here : names.empty() ? "" : none_yet;
    for (const OptionEntry& option : path.command->options)
      out += start + (condition.empty() ? "" : " -n '" + condition + "'") + fish_option(option);
    if (takes_files(*path.command))
      out += start + (condition.empty() ? "" : " -n '" + condition + "'") + " -F\n";
  }
  return out;
}

}  // namespace

std::vector<std::string_view> completion_shells() { return {"bash", "zsh", "fish"}; }

Result<std::string> completion_script(const CommandEntry& root, std::string_view shell) {
  if (shell == "bash") return bash_script(root);
  if (shell == "zsh") return zsh_script(root);
  if (shell == "fish") return fish_script(root);
  const std::vector<std::string_view> shells = completion_shells();
  const std::string_view near = nearest(shell, shells);
  return failure("there is no completion for the shell \"" + printable(shell) + "\"",
                 (near.empty() ? std::string() : "did you mean " + std::string(near) + "? ") +
                     "There is one for " + listed(shells));
}

}  // namespace picket::app::cli
