// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "app/capture/capture_run.h"
#include "app/cli/exit_code.h"
#include "app/content/content_command.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "detect/suricata/engine.h"
#include "detect/suricata/rule_cost.h"

namespace picket::app::content {
namespace {

using detect::suricata::RuleCost;

// Records nothing: only what rules cost is wanted.
class Nobody final : public inspect::RecordSink {
 public:
  void on_packet(const inspect::PacketContext&, inspect::Verdict) override {}
  void on_transaction(const inspect::PacketFlow&, inspect::Transaction&,
                      const packet::Packet&) override {}
  void on_file(const inspect::PacketFlow&, const inspect::Transaction&, inspect::Direction,
               inspect::FileBody&, const packet::Packet&) override {}
  void on_flow(const inspect::PacketFlow&, WallTime) override {}
};

struct Line {
  const inspect::RuleFacts* rule;
  RuleCost cost;
};

struct Measured {
  uint64_t packets = 0, total_ns = 0;
  std::vector<Line> lines;  // of rules that were evaluated, the dearest first
};

Result<uint64_t> read_capture(const std::string& path, detect::suricata::Engine& engine,
                              const capture::CaptureSettings& settings) {
  TRY_ASSIGN(const auto source, sensor::replay::FileSource::open(path));
  Nobody nobody;
  capture::CaptureRun run({.settings = settings,
                           .sink = nobody,
                           .inspector = &engine,
                           .on_link_type = {},
                           .on_progress = {}});
  TRY_ASSIGN(const capture::CaptureOutcome outcome, run.read(*source));
  if (outcome.problem)
    std::fprintf(stderr, "picket: %s: %s\n", printable(path).c_str(),
                 printable(*outcome.problem).c_str());
  return outcome.packets;
}

Result<Measured> measure(const cli::ContentProfileOptions& options,
                         const std::shared_ptr<const detect::suricata::LoadedRules>& rules,
                         const capture::CaptureSettings& settings) {
  Measured measured;
  const auto& all = rules->set.rules;
  detect::suricata::RuleCosts costs(all.size(), system_clock());
  for (const std::string& path : options.captures) {
    // Each capture is a world of its own: no flow or host of one is known in the next.
    TRY_ASSIGN(const auto engine, detect::suricata::Engine::create(rules, settings.settings));
    engine->measure(&costs);
    TRY_ASSIGN(const uint64_t packets, read_capture(path, *engine, settings));
    measured.packets += packets;
  }
  for (size_t i = 0; i < all.size(); ++i) {
    if (costs.of(i).evaluated == 0) continue;
    measured.lines.push_back({&all[i].facts, costs.of(i)});
    measured.total_ns += costs.of(i).ns;
  }
  std::sort(measured.lines.begin(), measured.lines.end(), [](const Line& a, const Line& b) {
    return a.cost.ns != b.cost.ns ? a.cost.ns > b.cost.ns : a.rule->sid < b.rule->sid;
  });
  return measured;
}

void print_json(const Measured& measured, size_t shown) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("type", "content_profile").member("packets", measured.packets);
  json.member("rules_evaluated", measured.lines.size()).member("total_ns", measured.total_ns);
  json.key("rules").begin_array();
  for (size_t i = 0; i < shown; ++i) {
    const Line& line = measured.lines[i];
    json.begin_object().member("gid", line.rule->gid).member("sid", line.rule->sid);
    json.member("rev", line.rule->rev).member("signature", line.rule->message);
    json.member("file", line.rule->file).member("line", line.rule->line);
    json.member("evaluated", line.cost.evaluated).member("matched", line.cost.matched);
    json.member("ns", line.cost.ns).end_object();
  }
  json.end_array().end_object();
  std::printf("%s\n", out.c_str());
}

void print_table(const Measured& measured, size_t shown) {
  std::printf("%10s %6s %10s %9s %9s  %s\n", "time", "share", "evaluated", "matched", "ns each",
              "rule");
  for (size_t i = 0; i < shown; ++i) {
    const auto& [rule, cost] = measured.lines[i];
    const double share = measured.total_ns == 0 ? 0
                                                : 100.0 * static_cast<double>(cost.ns) /
                                                      static_cast<double>(measured.total_ns);
    std::printf("%7.2f ms %5.1f%% %10llu %9llu %9llu  %u %s\n", static_cast<double>(cost.ns) / 1e6,
                share, static_cast<unsigned long long>(cost.evaluated),
                static_cast<unsigned long long>(cost.matched),
                static_cast<unsigned long long>(cost.ns / cost.evaluated), rule->sid,
                printable(rule->message).c_str());
  }
  std::printf("\n%zu rules were evaluated in %llu packets, %.2f ms in all.\n",
              measured.lines.size(), static_cast<unsigned long long>(measured.packets),
              static_cast<double>(measured.total_ns) / 1e6);
}

}  // namespace

Result<int> run_profile(const cli::ContentProfileOptions& options) {
  TRY_ASSIGN(const auto settings, capture::CaptureSettings::create(options.capture.assignments,
                                                                   options.capture.checksums,
                                                                   options.capture.simulate_ips));
  detect::suricata::LoadReport report;
  TRY_ASSIGN(const auto rules,
             detect::suricata::load(options.capture.rules, settings->settings, {}, report));
  for (const auto& error : report.errors)
    std::fprintf(stderr, "picket: %s\n", printable(error.text()).c_str());
  TRY_ASSIGN(const Measured measured, measure(options, rules, *settings));
  const size_t shown = options.top == 0 ? measured.lines.size()
                                        : std::min<size_t>(options.top, measured.lines.size());
  options.json ? print_json(measured, shown) : print_table(measured, shown);
  return cli::kExitDone;
}

}  // namespace picket::app::content
