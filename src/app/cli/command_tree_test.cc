// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/cli/cli_reference.h"
#include "app/cli/completion.h"
#include "app/cli/test_command.h"

// The tree and what is made from it.
namespace picket::app::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A small program: an option of each kind, a nested command, a hidden one.
CommandEntry small_tree() {
  static bool flag = false;
  static std::string word, file;
  static std::vector<std::string> inputs, states;
  CLI::App app{"It's a [tool]: try | it", "tool"};
  app.set_help_flag("");
  CLI::App* analyze = app.add_subcommand("analyze", "read files");
  analyze->set_help_flag("");
  analyze->add_option("FILE", inputs, "what to read")->type_name("FILE");
  analyze->add_flag("-q,--quiet", flag, "say 'less' | nothing");
  CLI::App* rules = app.add_subcommand("rules", "the rules");
  rules->set_help_flag("");
  CLI::App* list = rules->add_subcommand("list", "show them");
  list->set_help_flag("");
  list->add_option("--state", states, "in this state")->type_name("STATE");
  list->add_option("--out", file, "write here")->type_name("PATH")->default_val("-");
  list->add_option("--secret", word, "not for you")->group("");
  app.add_subcommand("hidden", "not for you")->group("");
  return command_tree(app);
}

TEST(CommandTree, HasWhatTheParserHas) {
  const CommandEntry tree = small_tree();
  std::vector<std::string> paths;
  for (const CommandPath& path : all_commands(tree)) paths.push_back(path.text());
  EXPECT_THAT(paths, ElementsAre("tool", "tool analyze", "tool rules", "tool rules list"));
  const CommandEntry& analyze = tree.commands[0];
  ASSERT_EQ(analyze.positionals.size(), 1u);
  EXPECT_EQ(analyze.positionals[0].value_name, "FILE");
  EXPECT_TRUE(analyze.positionals[0].repeatable);
  ASSERT_EQ(analyze.options.size(), 1u);
  EXPECT_THAT(analyze.options[0].names, ElementsAre("-q", "--quiet"));
  EXPECT_EQ(analyze.options[0].value_name, "");
  const CommandEntry& list = tree.commands[1].commands[0];
  ASSERT_EQ(list.options.size(), 2u);
  EXPECT_EQ(list.options[1].default_value, "-");
}

TEST(CliReference, Golden) {
  const std::string page = cli_reference(small_tree());
  EXPECT_TRUE(
      page.starts_with("# Commands and options\n\nWritten by `tool help --markdown`; change the "
                       "program, not this page.\n"
                       "\n## tool\n\nIt's a [tool]: try | it\n\n    tool COMMAND\n"
                       "\n| command | what it does |\n|---|---|\n| `analyze` | read files |\n| "
                       "`rules` | the rules |\n"));
  EXPECT_THAT(page,
              HasSubstr("\n## tool analyze\n\nread files\n\n    tool analyze [OPTION...] FILE...\n"
                        "\n| argument | meaning |\n|---|---|\n| `FILE` | what to read |\n"
                        "\n**Options**\n\n| option | meaning |\n|---|---|\n| `-q`, `--quiet` | say "
                        "'less' \\| nothing |\n"));
  EXPECT_THAT(page, HasSubstr("| `--state STATE` | in this state; one of `unknown`, `open`, "));
  EXPECT_THAT(page, HasSubstr("| `--out PATH` | write here; default `-` |\n"));
  EXPECT_EQ(page.find("not for you"), std::string::npos);
}

TEST(CliReference, NamesEveryOptionOfTheProgram) {
  test::TestCommand command;
  const CommandEntry tree = command_tree(command.app);
  const std::string page = cli_reference(tree);
  for (const CommandPath& path : all_commands(tree)) {
    EXPECT_THAT(page, HasSubstr("\n## " + path.text() + "\n"));
    for (const OptionEntry& option : path.command->options) {
      EXPECT_THAT(page, HasSubstr(option.names.back()));
      EXPECT_FALSE(option.help.empty()) << option.names.back();
    }
  }
}

TEST(Completion, Bash) {
  const std::string script = completion_script(small_tree(), "bash").value();
  EXPECT_THAT(
      script,
      HasSubstr(
          "      ' rules') command='rules' ;;\n      'rules list') command='rules list' ;;\n"));
  EXPECT_THAT(
      script,
      HasSubstr("    'rules list --state') mapfile -t COMPREPLY < <(compgen -W 'unknown open "));
  EXPECT_THAT(script, HasSubstr("    'rules list --out') compopt -o filenames; "));
  EXPECT_THAT(script, HasSubstr("    'analyze') words='-q --quiet'; files=1 ;;\n"));
  EXPECT_THAT(script, HasSubstr("    '') words='analyze rules' ;;\n"));
  EXPECT_TRUE(script.ends_with("complete -F _tool tool\n"));
}

TEST(Completion, Zsh) {
  const std::string script = completion_script(small_tree(), "zsh").value();
  EXPECT_TRUE(script.starts_with("#compdef tool\n"));
  EXPECT_THAT(
      script,
      HasSubstr("_tool_analyze() {\n  _arguments -s \\\n    '-q[say '\\''less'\\'' | nothing]'"));
  EXPECT_THAT(script, HasSubstr("    '*--state[in this state]:STATE:(unknown open "));
  EXPECT_THAT(script, HasSubstr("    list) _tool_rules_list ;;\n"));
}

TEST(Completion, Fish) {
  const std::string script = completion_script(small_tree(), "fish").value();
  EXPECT_THAT(script, HasSubstr("complete -c tool -n 'not __fish_seen_subcommand_from analyze "
                                "rules' -a analyze -d 'read files'\n"));
  EXPECT_THAT(script, HasSubstr("-n '__fish_seen_subcommand_from rules; and not "
                                "__fish_seen_subcommand_from list' -a list"));
  EXPECT_THAT(script, HasSubstr("-n '__fish_seen_subcommand_from analyze' -s q -l quiet -d 'say "
                                "\\'less\\' | nothing'\n"));
  EXPECT_THAT(script, HasSubstr("-n '__fish_seen_subcommand_from analyze' -F\n"));
  EXPECT_THAT(script, HasSubstr(" -l out -r -F -d 'write here'\n"));
}

TEST(Completion, AnotherShellIsAnError) {
  const auto script = completion_script(small_tree(), "bsh");
  ASSERT_FALSE(script);
  EXPECT_EQ(script.error().text(),
            "there is no completion for the shell \"bsh\"\n  did you mean bash? There is one for "
            "bash, zsh and fish");
}

}  // namespace
}  // namespace picket::app::cli
