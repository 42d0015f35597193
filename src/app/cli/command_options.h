// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/flow_filter_options.h"
#include "app/cli/flow_sort.h"
#include "app/cli/table_columns.h"
#include "base/result.h"
#include "event/alert.h"
#include "view/frame.h"

namespace CLI {
class App;
}

// The options of the commands about live connections. For each command: XOptions, filled by CLI11
// as they were given; add_x_options() to register them (the options must outlive the command); and
// resolve(), which checks them and says what is asked for, or what is wrong and what to write
// instead (exit code 2).
namespace picket::app::cli {

// Where the agent answers, and how to draw: shared by the commands.
struct SessionOptions {
  std::string socket;  // empty: the usual one
  bool no_color = false;
  bool ascii = false;
};

struct ConnectionsOptions {
  SessionOptions session;
  FlowFilterOptions filter;
  bool json = false, csv = false, follow = false, status = false;
  std::string sort = "age";
  bool reverse = false;
  std::vector<std::string> columns;
  std::string width;  // columns of the table; empty: the terminal's
  std::vector<std::string> geo;
};

enum class Output : uint8_t { kTable, kJson, kCsv };

struct ConnectionsRequest {
  Output output = Output::kTable;
  bool follow = false;  // JSON lines as things happen, until interrupted
  bool status = false;  // mode, counters and losses instead of connections
  std::string filter;   // of the filter language; empty: everything
  SortKey sort = SortKey::kAge;
  bool reverse = false;
  std::vector<Column> columns;  // empty: those that fit
  std::optional<size_t> width;  // nullopt: the terminal's; 0: no limit
  SessionOptions session;
  std::vector<std::string> geo;  // database files
};

struct WatchOptions {
  SessionOptions session;
  FlowFilterOptions filter;
  std::string group;
  bool hide_local = false;
};

struct WatchRequest {
  std::string filter;
  view::Grouping grouping = view::Grouping::kApplication;
  bool hide_local = false;
  SessionOptions session;
};

constexpr uint64_t kKeepDays = 30, kKeepDaysMax = 3650;
constexpr uint64_t kKeepMb = 4096, kKeepMbMin = 64, kKeepMbMax = 64u << 20;

struct RunOptions {
  SessionOptions session;
  bool headless = false;  // no screen: serve until stopped
  std::string cgroup;     // directory of the cgroup to look at; empty: the whole machine
  std::string user;       // whom the parsing process becomes; empty: picket, else a uid of nobody's
  std::vector<std::string> geo;
  bool fallback = false;  // do not try BPF
  bool no_detection = false;
  std::string detection;  // settings of the detectors; empty: theirs
  std::vector<std::string> indicators;
  std::string state;  // folder of the history; empty: the usual one
  bool no_history = false;
  uint64_t keep_days = kKeepDays, keep_mb = kKeepMb;
  std::vector<std::string> sigma;  // files and folders of rules
  std::string sigma_placeholders;
  std::string console;  // where the web console is served; empty: the usual place
  std::string rules, pins;  // of the firewall; empty: the usual ones
};

struct AlertsOptions {
  SessionOptions session;
  bool json = false, follow = false;
  std::string min_severity = "low";
};

struct AlertsRequest {
  SessionOptions session;
  bool json = false;
  bool follow = false;  // go on with those to come, until interrupted
  event::Severity min_severity = event::Severity::kLow;
};

constexpr size_t kTableWidthMin = 20;
constexpr size_t kTableWidthMax = 10'000;

void add_connections_options(CLI::App& command, ConnectionsOptions& options);
void add_watch_options(CLI::App& command, WatchOptions& options);
void add_run_options(CLI::App& command, RunOptions& options);
void add_alerts_options(CLI::App& command, AlertsOptions& options);

Result<ConnectionsRequest> resolve(const ConnectionsOptions& options);
Result<WatchRequest> resolve(const WatchOptions& options);
Result<RunOptions> resolve(const RunOptions& options);
Result<AlertsRequest> resolve(const AlertsOptions& options);

}  // namespace picket::app::cli
