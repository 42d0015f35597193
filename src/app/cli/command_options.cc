// SPDX-License-Identifier: Apache-2.0
#include "app/cli/command_options.h"

#include <sys/un.h>

#include <CLI/App.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <charconv>

#include "app/cli/nearest.h"
#include "app/cli/option_groups.h"
#include "app/cli/option_words.h"
#include "app/web/console_place.h"
#include "base/utf8.h"

namespace picket::app::cli {
namespace {

constexpr const char* kDetectionGroup = "Detection";
constexpr const char* kHistoryGroup = "History";
constexpr const char* kFirewallGroup = "Firewall";

// `value` is none of the words of `value_name`.
std::unexpected<Error> unknown_word(std::string_view option, std::string_view value,
                                    std::string_view value_name, std::string_view noun) {
  const std::vector<std::string_view> words = words_for(value_name);
  std::string next;
  if (const std::string_view near = nearest(value, words); !near.empty())
    next = "did you mean " + std::string(near) + "? ";
  return failure(std::string(option) + ": " + in_quotes(value) + " is not " + std::string(noun),
                 next + "There are " + listed(words));
}

void add_session_options(CLI::App& command, SessionOptions& options) {
  command
      .add_flag("--no-color", options.no_color, "no colours (as the environment variable NO_COLOR)")
      ->group(kOutputGroup);
  command.add_flag("--ascii", options.ascii, "only ASCII for lines, arrows and marks")
      ->group(kOutputGroup);
  command
      .add_option("--socket", options.socket, "the agent's socket, where it is not the usual one")
      ->type_name("PATH")
      ->group(kWhereGroup);
}

void add_geo_option(CLI::App& command, std::vector<std::string>& files) {
  command
      .add_option("--geo", files,
                  "country or AS database in MaxMind format; may be given several times")
      ->type_name("FILE")
      ->allow_extra_args(false)
      ->group(kWhereGroup);
}

Result<void> check_session(const SessionOptions& options) {
  constexpr size_t kPathMax = sizeof(sockaddr_un::sun_path) - 1;
  if (options.socket.size() > kPathMax)
    return failure("--socket: the path has " + std::to_string(options.socket.size()) +
                       " bytes, a socket's may have " + std::to_string(kPathMax),
                   "choose a shorter one");
  return {};
}

Result<void> check_geo(const std::vector<std::string>& files) {
  if (std::ranges::any_of(files, &std::string::empty))
    return failure("--geo: the file name is empty",
                   "name a database file, or leave the option out");
  return {};
}

Result<std::vector<Column>> resolve_columns(const std::vector<std::string>& given) {
  std::vector<Column> columns;
  for (const std::string& list : given) {
    for (size_t from = 0; from <= list.size();) {
      const size_t comma = std::min(list.find(',', from), list.size());
      const std::string_view word = std::string_view(list).substr(from, comma - from);
      const auto column = parse_column(word);
      if (!column) return unknown_word("--columns", word, "COLUMNS", "a column");
      if (std::ranges::find(columns, *column) != columns.end())
        return failure("--columns: " + std::string(word) + " is there twice",
                       "name each column once");
      columns.push_back(*column);
      from = comma + 1;
    }
  }
  return columns;
}

Result<std::optional<size_t>> resolve_width(std::string_view given) {
  if (given.empty()) return std::optional<size_t>();
  size_t width = 0;
  const auto [end, error] = std::from_chars(given.data(), given.data() + given.size(), width);
  const bool good = error == std::errc() && end == given.data() + given.size() &&
                    (width == 0 || (width >= kTableWidthMin && width <= kTableWidthMax));
  if (good) return std::optional<size_t>(width);
  return failure("--width: " + in_quotes(given) + " is not a width",
                 "write a number of columns from " + std::to_string(kTableWidthMin) + " to " +
                     std::to_string(kTableWidthMax) + ", or 0 for no limit");
}

// Which kinds of output go together.
Result<void> check_output(const ConnectionsOptions& options) {
  if (options.json && options.csv)
    return failure("--json and --csv are two forms of the same output", "choose one of them");
  if (options.follow && !options.json)
    return failure("--follow writes JSON lines and needs --json",
                   "write --follow --json; for a live table: picket watch");
  if (options.status && options.csv)
    return failure("--status is not to be had as CSV", "write --status --json");
  if (options.status && options.follow)
    return failure("--status and --follow exclude each other",
                   "the lines of --follow include the status");
  return {};
}

void add_history_options(CLI::App& command, RunOptions& options) {
  command
      .add_option("--state", options.state,
                  "the folder to keep alerts, incidents and connections in (/var/lib/picket)")
      ->type_name("DIR")
      ->group(kHistoryGroup);
  command.add_flag("--no-history", options.no_history, "keep nothing")->group(kHistoryGroup);
  command.add_option("--keep-days", options.keep_days, "how long it is kept")
      ->type_name("NUMBER")
      ->capture_default_str()
      ->group(kHistoryGroup);
  command.add_option("--keep-mb", options.keep_mb, "how much is kept at most, in MiB")
      ->type_name("NUMBER")
      ->capture_default_str()
      ->group(kHistoryGroup);
}

// How much history there is to be.
Result<void> check_history(const RunOptions& options) {
  if (options.no_history && !options.state.empty())
    return failure("--no-history keeps nothing in the folder of --state",
                   "leave one of the two out");
  if (options.keep_days < 1 || options.keep_days > kKeepDaysMax)
    return failure("--keep-days: " + std::to_string(options.keep_days) + " is out of range",
                   "write 1 to " + std::to_string(kKeepDaysMax));
  if (options.keep_mb < kKeepMbMin || options.keep_mb > kKeepMbMax)
    return failure("--keep-mb: " + std::to_string(options.keep_mb) + " is out of range",
                   "write " + std::to_string(kKeepMbMin) + " to " + std::to_string(kKeepMbMax));
  return {};
}

}  // namespace

void add_connections_options(CLI::App& command, ConnectionsOptions& options) {
  command.add_flag("--json", options.json, "JSON, one object a line")->group(kOutputGroup);
  command.add_flag("--csv", options.csv, "CSV with a heading")->group(kOutputGroup);
  command
      .add_flag("-f,--follow", options.follow,
                "with --json: a line for each change from now on, until interrupted")
      ->group(kOutputGroup);
  command.add_flag("--status", options.status, "mode, counters and losses instead of connections")
      ->group(kOutputGroup);
  command.add_option("--sort", options.sort, "order within connections and within listeners")
      ->type_name("KEY")
      ->capture_default_str()
      ->group(kOutputGroup);
  command.add_flag("-r,--reverse", options.reverse, "the other way round")->group(kOutputGroup);
  command
      .add_option("--columns", options.columns,
                  "these columns, separated by commas, instead of those that fit")
      ->type_name("COLUMNS")
      ->allow_extra_args(false)
      ->group(kOutputGroup);
  command
      .add_option("--width", options.width,
                  "width of the table instead of the terminal's; 0: no limit")
      ->type_name("NUMBER")
      ->group(kOutputGroup);
  add_session_options(command, options.session);
  add_geo_option(command, options.geo);
  add_flow_filter_options(command, options.filter);
}

void add_watch_options(CLI::App& command, WatchOptions& options) {
  command.add_option("--group", options.group, "what the upper table lists")
      ->type_name("GROUP")
      ->group(kOutputGroup);
  command
      .add_flag("--hide-local", options.hide_local, "leave out loopback, broadcast and multicast")
      ->group(kOutputGroup);
  add_session_options(command, options.session);
  add_flow_filter_options(command, options.filter);
}

void add_run_options(CLI::App& command, RunOptions& options) {
  command.add_flag("--headless", options.headless, "no screen: serve others until stopped")
      ->group(kOutputGroup);
  add_session_options(command, options.session);
  command
      .add_option("--cgroup", options.cgroup, "look only at what runs below this cgroup directory")
      ->type_name("DIR")
      ->group(kWhereGroup);
  command.add_option("--rules", options.rules, "the firewall's rules (/etc/picket/firewall.rules)")
      ->type_name("FILE")
      ->group(kFirewallGroup);
  command
      .add_option("--pins", options.pins, "where its kernel part is pinned (/sys/fs/bpf/picket)")
      ->type_name("DIR")
      ->group(kFirewallGroup);
  command.add_option("--user", options.user, "the user that the unprivileged part becomes")
      ->type_name("USER")
      ->group(kWhereGroup);
  command
      .add_flag("--fallback", options.fallback, "use /proc and sock_diag even where BPF would work")
      ->group(kWhereGroup);
  add_geo_option(command, options.geo);
  command
      .add_flag("--no-detection", options.no_detection, "only watch: look for nothing suspicious")
      ->group(kDetectionGroup);
  command
      .add_option("--detection", options.detection,
                  "thresholds and exceptions of the detectors (TOML)")
      ->type_name("FILE")
      ->group(kDetectionGroup);
  command
      .add_option("--indicators", options.indicators,
                  "what is known to be bad: plain, CSV, STIX 2.1 or MISP (may be given again)")
      ->type_name("FILE")
      ->group(kDetectionGroup);
  add_history_options(command, options);
  command
      .add_option("--sigma", options.sigma, "Sigma rules: a file or a folder (may be given again)")
      ->type_name("PATH")
      ->allow_extra_args(false)
      ->group(kDetectionGroup);
  command
      .add_option("--sigma-placeholders", options.sigma_placeholders,
                  "values for %placeholders% of rules: a YAML file, or a folder of NAME.txt")
      ->type_name("PATH")
      ->group(kDetectionGroup);
  command
      .add_option("--console", options.console,
                  "where the web console is served: a loopback address and port, or off; "
                  "127.0.0.1:7480 or the next free port unless said")
      ->type_name("PLACE")
      ->group(kOutputGroup);
}

void add_alerts_options(CLI::App& command, AlertsOptions& options) {
  command.add_flag("--json", options.json, "one JSON object a line")->group(kOutputGroup);
  command.add_flag("-f,--follow", options.follow, "go on with those to come, until interrupted")
      ->group(kOutputGroup);
  command.add_option("--min-severity", options.min_severity, "the least severe to show")
      ->type_name("SEVERITY")
      ->capture_default_str()
      ->group(kOutputGroup);
  add_session_options(command, options.session);
}

Result<AlertsRequest> resolve(const AlertsOptions& options) {
  TRY(check_session(options.session));
  const auto severity = event::parse_severity(options.min_severity);
  if (!severity)
    return failure("--min-severity: " + in_quotes(options.min_severity) + " is no severity",
                   "write informational, low, medium, high or critical");
  return AlertsRequest{options.session, options.json, options.follow, *severity};
}

Result<ConnectionsRequest> resolve(const ConnectionsOptions& options) {
  TRY(check_session(options.session));
  TRY(check_geo(options.geo));
  TRY(check_output(options));
  ConnectionsRequest request;
  request.output = options.json ? Output::kJson : options.csv ? Output::kCsv : Output::kTable;
  request.follow = options.follow;
  request.status = options.status;
  TRY_ASSIGN(request.filter, filter_expression(options.filter));
  const auto sort = parse_sort_key(options.sort);
  if (!sort) return unknown_word("--sort", options.sort, "KEY", "something to sort by");
  request.sort = *sort;
  request.reverse = options.reverse;
  TRY_ASSIGN(request.columns, resolve_columns(options.columns));
  TRY_ASSIGN(request.width, resolve_width(options.width));
  request.session = options.session;
  request.geo = options.geo;
  return request;
}

Result<WatchRequest> resolve(const WatchOptions& options) {
  TRY(check_session(options.session));
  WatchRequest request;
  TRY_ASSIGN(request.filter, filter_expression(options.filter));
  if (!options.group.empty()) {
    const auto grouping = view::parse_grouping(options.group);
    if (!grouping) return unknown_word("--group", options.group, "GROUP", "a grouping");
    request.grouping = *grouping;
  }
  request.hide_local = options.hide_local;
  request.session = options.session;
  return request;
}

Result<RunOptions> resolve(const RunOptions& options) {
  TRY(check_session(options.session));
  TRY(check_history(options));
  TRY(check_geo(options.geo));
  TRY(web::parse_console_place(options.console));
  if (!options.cgroup.empty() && !options.cgroup.starts_with('/'))
    return failure(
        "--cgroup: " + in_quotes(options.cgroup) + " is not a full path",
        "write the directory of the cgroup from the root, such as /sys/fs/cgroup/system.slice");
  if (options.no_detection &&
      (!options.detection.empty() || !options.indicators.empty() || !options.sigma.empty()))
    return failure("--no-detection switches off what --detection, --indicators and --sigma are for",
                   "leave one of the two out");
  if (options.cgroup.empty() || !options.fallback) return options;
  return failure("--cgroup needs BPF, which --fallback leaves aside", "leave one of the two out");
}

}  // namespace picket::app::cli
