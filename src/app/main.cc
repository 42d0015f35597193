// SPDX-License-Identifier: Apache-2.0
// The one program of picket: understands the command line and calls the command.
#include <CLI/CLI.hpp>
#include <clocale>
#include <cstdio>
#include <functional>

#include "app/agent/agent.h"
#include "app/analyze/analyze_command.h"
#include "app/cli/analyze_options.h"
#include "app/cli/cli_reference.h"
#include "app/cli/command_tree.h"
#include "app/cli/completion.h"
#include "app/cli/console_options.h"
#include "app/cli/exchange_options.h"
#include "app/cli/exit_code.h"
#include "app/cli/firewall_options.h"
#include "app/cli/history_options.h"
#include "app/cli/response_options.h"
#include "app/cli/wrong_use.h"
#include "app/client/commands.h"
#include "app/content/content_command.h"
#include "app/firewall/firewall_commands.h"
#include "app/history/history_commands.h"
#include "app/response/response_commands.h"

namespace picket::app {
namespace {

// Everything the command line can say.
struct CommandLine {
  cli::RunOptions run;
  cli::ConnectionsOptions connections;
  cli::WatchOptions watch;
  cli::AlertsOptions alerts;
  cli::ConsoleOptions console;
  cli::UserOptions user;
  cli::SearchOptions search;
  cli::IncidentsOptions incidents;
  cli::ExportOptions exporting;
  cli::ImportOptions importing;
  cli::HuntOptions hunt;
  cli::ProcessActOptions process_act;
  cli::AuditOptions audit;
  cli::ScanOptions scan;
  cli::SampleOptions sample;
  cli::GuardOptions guard;
  cli::QuarantineAddOptions quarantine_add;
  cli::QuarantineListOptions quarantine_list;
  cli::QuarantineRestoreOptions quarantine_restore;
  cli::QuarantineRemoveOptions quarantine_remove;
  cli::BlockOptions block, allow;
  cli::UnblockOptions unblock;
  cli::RulesOptions rules;
  cli::AnalyzeOptions analyze;
  cli::ContentCheckOptions content_check;
  cli::ContentListOptions content_list;
  cli::ContentTestOptions content_test;
  cli::ContentKeywordsOptions content_keywords;
  cli::ContentProfileOptions content_profile;
  bool doctor_json = false, doctor_no_color = false, doctor_ascii = false;
  std::string shell;
  bool reference = false;
  agent::AgentOptions agent;
};

using Command = std::function<Result<int>()>;

int complain(const Error& error, int code) {
  const std::string text = error.text();
  std::fprintf(stderr, "%s%s\n", text.starts_with("picket: ") ? "" : "picket: ", text.c_str());
  return code;
}

// Options that are understood but do not make sense are wrong use, like those that are not.
template <typename Options, typename Go>
Command resolved(const Options& options, Go go) {
  return [&options, go]() -> Result<int> {
    auto request = cli::resolve(options);
    if (!request) return complain(request.error(), cli::kExitWrongUse);
    return go(*request);
  };
}

void print_text(const std::string& text) { std::fputs(text.c_str(), stdout); }

void add_user_commands(CLI::App& app, CommandLine& line, Command& chosen) {
  CLI::App* run =
      app.add_subcommand("run", "Watch this machine: agent and live view, in the foreground");
  cli::add_run_options(*run, line.run);
  run->callback([&] { chosen = resolved(line.run, client::run_run); });
  CLI::App* connections = app.add_subcommand("connections", "Who talks and who listens, now");
  cli::add_connections_options(*connections, line.connections);
  connections->callback([&] { chosen = resolved(line.connections, client::run_connections); });
  CLI::App* watch = app.add_subcommand("watch", "The same, live, in the terminal");
  cli::add_watch_options(*watch, line.watch);
  watch->callback([&] { chosen = resolved(line.watch, client::run_watch_command); });
  CLI::App* alerts =
      app.add_subcommand("alerts", "What the running picket found suspicious, and why");
  cli::add_alerts_options(*alerts, line.alerts);
  alerts->callback([&] { chosen = resolved(line.alerts, client::run_alerts); });
  CLI::App* doctor =
      app.add_subcommand("doctor", "What works on this machine, what does not, and why");
  doctor->add_flag("--json", line.doctor_json, "As one JSON line");
  doctor->add_flag("--no-color", line.doctor_no_color, "Without colours");
  doctor->add_flag("--ascii", line.doctor_ascii, "With ASCII characters only");
  doctor->callback([&] {
    chosen = [&] {
      return client::run_doctor(line.doctor_json, line.doctor_no_color, line.doctor_ascii);
    };
  });
}

void add_console_commands(CLI::App& app, CommandLine& line, Command& chosen) {
  CLI::App* console =
      app.add_subcommand("console", "A link that signs you in to the web console; or serves one");
  cli::add_console_options(*console, line.console);
  console->callback([&] { chosen = resolved(line.console, client::run_console); });
  CLI::App* user = app.add_subcommand("user", "Who may sign in to the web console");
  user->require_subcommand(1);
  using What = cli::UserOptions::What;
  for (const auto& [what, name, help] :
       {std::tuple(What::kAdd, "add", "Adds a user; the password is asked for"),
        std::tuple(What::kList, "list", "Who there is"),
        std::tuple(What::kRemove, "remove", "Removes a user"),
        std::tuple(What::kPassword, "password", "Gives a user another password")}) {
    CLI::App* command = user->add_subcommand(name, help);
    cli::add_user_options(*command, what, line.user);
    command->callback([&line, &chosen, what = what] {
      line.user.what = what;
      chosen = resolved(line.user, client::run_user);
    });
  }
}

void add_history_commands(CLI::App& app, CommandLine& line, Command& chosen) {
  CLI::App* search = app.add_subcommand("search", "What was kept: alerts, connections, processes");
  cli::add_search_options(*search, line.search);
  search->callback([&] { chosen = resolved(line.search, history::run_search); });
  CLI::App* incidents =
      app.add_subcommand("incidents", "What was found, put together, and what to do about it");
  cli::add_incidents_options(*incidents, line.incidents);
  incidents->callback([&] { chosen = resolved(line.incidents, history::run_incidents); });
  CLI::App* exporting =
      app.add_subcommand("export", "What was kept, in the words of other products");
  cli::add_export_options(*exporting, line.exporting);
  exporting->callback([&] { chosen = resolved(line.exporting, history::run_export); });
  CLI::App* importing = app.add_subcommand("import", "Detections of other products, to be kept");
  cli::add_import_options(*importing, line.importing);
  importing->callback([&] { chosen = resolved(line.importing, history::run_import); });
  CLI::App* hunt =
      app.add_subcommand("hunt", "Looks at what was kept again, with what is known by now");
  cli::add_hunt_options(*hunt, line.hunt);
  hunt->callback([&] { chosen = resolved(line.hunt, history::run_hunt); });
}

void add_process_act(CLI::App& app, CommandLine& line, Command& chosen, respond::ProcessAct act,
                     const char* help) {
  CLI::App* command = app.add_subcommand(std::string(respond::text(act)), help);
  cli::add_process_act_options(*command, line.process_act);
  command->callback([&chosen, &line, act] {
    chosen = resolved(line.process_act, [act](const cli::ProcessActOptions& options) {
      return response::run_process_act(options, act);
    });
  });
}

void add_quarantine_commands(CLI::App& app, CommandLine& line, Command& chosen) {
  CLI::App* quarantine =
      app.add_subcommand("quarantine", "Takes files away, keeps them encrypted, gives them back");
  quarantine->require_subcommand(1);
  CLI::App* add = quarantine->add_subcommand("add", "Takes a file away from where it does harm");
  cli::add_quarantine_add_options(*add, line.quarantine_add);
  add->callback([&] { chosen = resolved(line.quarantine_add, response::run_quarantine_add); });
  CLI::App* list = quarantine->add_subcommand("list", "What was taken, from where and why");
  cli::add_quarantine_list_options(*list, line.quarantine_list);
  list->callback([&] { chosen = resolved(line.quarantine_list, response::run_quarantine_list); });
  CLI::App* restore = quarantine->add_subcommand("restore", "Gives a file back exactly as it was");
  cli::add_quarantine_restore_options(*restore, line.quarantine_restore);
  restore->callback(
      [&] { chosen = resolved(line.quarantine_restore, response::run_quarantine_restore); });
  CLI::App* remove = quarantine->add_subcommand("remove", "Deletes files from it for good");
  cli::add_quarantine_remove_options(*remove, line.quarantine_remove);
  remove->callback(
      [&] { chosen = resolved(line.quarantine_remove, response::run_quarantine_remove); });
}

void add_response_commands(CLI::App& app, CommandLine& line, Command& chosen) {
  using respond::ProcessAct;
  add_process_act(app, line, chosen, ProcessAct::kKill,
                  "Ends a process, or one and everything that it started");
  add_process_act(app, line, chosen, ProcessAct::kSuspend, "Stops a process until it is resumed");
  add_process_act(app, line, chosen, ProcessAct::kResume, "Lets a suspended process go on");
  add_quarantine_commands(app, line, chosen);
  CLI::App* guard = app.add_subcommand("guard", "Certain programs are not started while it runs");
  cli::add_guard_options(*guard, line.guard);
  guard->callback([&] { chosen = resolved(line.guard, response::run_guard); });
  CLI::App* sample =
      app.add_subcommand("sample", "Packs one suspect, with all about it, for a laboratory");
  cli::add_sample_options(*sample, line.sample);
  sample->callback([&] { chosen = resolved(line.sample, response::run_sample); });
  CLI::App* scan =
      app.add_subcommand("scan", "What speaks against files, and what else is like them");
  cli::add_scan_options(*scan, line.scan);
  scan->callback([&] { chosen = resolved(line.scan, response::run_scan); });
  CLI::App* audit = app.add_subcommand("audit", "What was done on this machine, by whom and why");
  cli::add_audit_options(*audit, line.audit);
  audit->callback([&] { chosen = resolved(line.audit, response::run_audit); });
}

void add_block_command(CLI::App& app, const char* name, const char* help,
                       cli::BlockOptions& options, bool blocks, Command& chosen) {
  CLI::App* command = app.add_subcommand(name, help);
  cli::add_block_options(*command, options, blocks);
  command->callback([&options, &chosen, blocks] {
    chosen = [&options, blocks]() -> Result<int> {
      const auto request = cli::resolve_block(options, blocks, system_clock().wall());
      if (!request) return complain(request.error(), cli::kExitWrongUse);
      return firewall::run_block(*request);
    };
  });
}

// A command below `picket rules` whose words `resolve` understands.
template <typename Resolve, typename Go>
void add_worded(CLI::App* command, const cli::RulesOptions& options, Command& chosen,
                Resolve resolve, Go go) {
  command->callback([&options, &chosen, resolve, go] {
    chosen = [&options, resolve, go]() -> Result<int> {
      const auto understood = resolve(options);
      if (!understood) return complain(understood.error(), cli::kExitWrongUse);
      return go(options, *understood);
    };
  });
}

void add_rules_commands(CLI::App& app, cli::RulesOptions& options, Command& chosen) {
  CLI::App* rules = app.add_subcommand("rules", "The firewall's rules");
  rules->require_subcommand(1);
  const auto add = [&](const char* name, const char* help, auto add_options, auto go) {
    CLI::App* command = rules->add_subcommand(name, help);
    add_options(*command, options);
    command->callback([&options, &chosen, go] { chosen = [&options, go] { return go(options); }; });
  };
  add("list", "What is blocked and allowed, and how often that applied",
      cli::add_rules_list_options, firewall::run_rules_list);
  add("export", "The rules as text, for another machine or to keep", cli::add_rules_export_options,
      firewall::run_rules_export);
  add("import", "Rules as text, in the place of those there are", cli::add_rules_import_options,
      firewall::run_rules_import);
  add("log", "Which rule decided what, why, for whom", cli::add_rules_log_options,
      firewall::run_rules_log);
  CLI::App* test =
      rules->add_subcommand("test", "What a rule would have blocked, of what was kept");
  cli::add_rules_test_options(*test, options);
  add_worded(test, options, chosen, cli::resolve_rule, firewall::run_rules_test);
  add("reload", "Puts the rule file and its lists in force as they are now",
      cli::add_rules_reload_options, firewall::run_rules_reload);
  CLI::App* mode = rules->add_subcommand("mode", "Whether rules only tell, or block");
  cli::add_rules_mode_options(*mode, options);
  add_worded(mode, options, chosen, cli::resolve_mode, firewall::run_rules_mode);
  CLI::App* confirm = rules->add_subcommand("confirm", "Keeps rules given with --confirm-within");
  cli::add_rules_confirm_options(*confirm, options);
  add_worded(confirm, options, chosen, cli::resolve_ids, firewall::run_rules_confirm);
}

void add_firewall_commands(CLI::App& app, CommandLine& line, Command& chosen) {
  add_block_command(app, "block", "Ends and forbids talk with an address, of a program, at a port",
                    line.block, true, chosen);
  add_block_command(app, "allow", "An exception from what is blocked", line.allow, false, chosen);
  CLI::App* unblock = app.add_subcommand("unblock", "Takes rules back");
  cli::add_unblock_options(*unblock, line.unblock);
  unblock->callback([&] { chosen = resolved(line.unblock, firewall::run_unblock); });
  add_rules_commands(app, line.rules, chosen);
}

void add_analysis_commands(CLI::App& app, CommandLine& line, Command& chosen) {
  CLI::App* analyze =
      app.add_subcommand("analyze", "What is suspicious in logs and captures that others recorded");
  cli::add_analyze_options(*analyze, line.analyze);
  analyze->callback([&] {
    chosen = resolved(line.analyze, [](const cli::AnalyzeRequest& request) {
      return analyze::run_analyze(request);
    });
  });
  CLI::App* content = app.add_subcommand("content", "What picket detects with");
  content->require_subcommand(1);
  CLI::App* check =
      content->add_subcommand("check", "Which rules load, which do not, where and why");
  cli::add_content_check_options(*check, line.content_check);
  check->callback([&] { chosen = resolved(line.content_check, content::run_check); });
  CLI::App* list = content->add_subcommand("list", "Behaviours built in, and rules");
  cli::add_content_list_options(*list, line.content_list);
  list->callback([&] { chosen = resolved(line.content_list, content::run_list); });
  CLI::App* test =
      content->add_subcommand("test", "Whether samples of event logs fire the rules they must");
  cli::add_content_test_options(*test, line.content_test);
  test->callback([&] { chosen = resolved(line.content_test, content::run_test); });
  CLI::App* keywords =
      content->add_subcommand("keywords", "The signature language's keywords, and their state");
  cli::add_content_keywords_options(*keywords, line.content_keywords);
  keywords->callback([&] { chosen = resolved(line.content_keywords, content::run_keywords); });
  CLI::App* profile = content->add_subcommand("profile", "What each signature costs over captures");
  cli::add_content_profile_options(*profile, line.content_profile);
  profile->callback([&] { chosen = resolved(line.content_profile, content::run_profile); });
}

void add_other_commands(CLI::App& app, CommandLine& line, Command& chosen) {
  CLI::App* completion = app.add_subcommand("completion", "A completion script for your shell");
  completion->add_option("shell", line.shell, "bash, zsh or fish")->required();
  completion->callback([&] {
    chosen = [&]() -> Result<int> {
      const auto script = cli::completion_script(cli::command_tree(app), line.shell);
      if (!script) return complain(script.error(), cli::kExitWrongUse);
      print_text(*script);
      return cli::kExitDone;
    };
  });
  CLI::App* help = app.add_subcommand("help", "How picket is used");
  help->add_flag("--markdown", line.reference, "The whole reference, as docs/reference/cli.md");
  help->callback([&] {
    chosen = [&]() -> Result<int> {
      print_text(line.reference ? cli::cli_reference(cli::command_tree(app)) : app.help());
      return cli::kExitDone;
    };
  });
  // Started by the warden only; hidden from people by its empty group.
  CLI::App* agent = app.add_subcommand("agent", "The unprivileged part")->group("");
  agent->add_option("--warden-fd", line.agent.warden_fd)->required();
  agent->add_option("--geo", line.agent.geo);
  agent->add_flag("--announce", line.agent.announce);
  agent->add_flag("!--no-detection", line.agent.detect);
  agent->add_option("--detection", line.agent.detection);
  agent->add_option("--indicators", line.agent.indicators);
  agent->add_option("--state", line.agent.state);
  agent->add_flag("--state-wanted", line.agent.state_wanted);
  agent->add_option("--keep-days", line.agent.keep_days);
  agent->add_option("--keep-mb", line.agent.keep_mb);
  agent->add_option("--sigma", line.agent.sigma);
  agent->add_option("--sigma-placeholders", line.agent.sigma_placeholders);
  agent->add_option("--console", line.agent.console);
  agent->callback([&] { chosen = [&] { return agent::run_agent(line.agent); }; });
}

int run(int argc, char** argv) {
  CommandLine line;
  Command chosen;
  CLI::App app("Which process talks to whom, which should not, and what to do about it", "picket");
  app.set_version_flag("--version", "picket " PICKET_VERSION);
  app.require_subcommand(1);
  add_user_commands(app, line, chosen);
  add_console_commands(app, line, chosen);
  add_history_commands(app, line, chosen);
  add_response_commands(app, line, chosen);
  add_firewall_commands(app, line, chosen);
  add_analysis_commands(app, line, chosen);
  add_other_commands(app, line, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
    return complain(cli::explain_wrong_use(app, error), cli::kExitWrongUse);
  }
  const Result<int> code = chosen();
  return code ? *code : complain(code.error(), cli::kExitCouldNot);
}

}  // namespace
}  // namespace picket::app

int main(int argc, char** argv) {
  std::setlocale(LC_ALL, "");
  return picket::app::run(argc, argv);
}
