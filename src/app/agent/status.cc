// SPDX-License-Identifier: Apache-2.0
#include "app/agent/status.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/counter.h"
#include "base/json_writer.h"

namespace picket::app::agent {
namespace {

// Counters that mean: something happened that no row tells, or a row tells less than there was.
// Any other counter is about work done, or about odd bytes from outside.
constexpr std::array<std::string_view, 17> kLosses{
    "sensor.bpf.lost_process", "sensor.bpf.lost_open",   "sensor.bpf.lost_close",
    "sensor.bpf.no_storage",   "sensor.bpf.no_slot",     "sensor.bpf.no_peer",
    "sensor.bpf.missed_runs",  "sensor.bpf.records_odd", "sensor.bpf.lost_payload",
    "sensor.bpf.peers_unread", "flow.evicted",           "flow.peers_max",
    "process.evicted",         "agent.follow_lost",      "sensor.bpf.peers_evicted",
    "flow.closed_unseen",      "store.dropped"};

std::string host_name() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

void append_history(JsonWriter& json, const store::RecorderStatus& history) {
  json.key("history").begin_object().member("segment", history.segment);
  json.member("bytes", history.bytes).member("written", history.written);
  json.member("waiting", history.waiting).member("dropped", history.dropped);
  json.member_if("trouble", history.trouble);
  json.key("notes").begin_array();
  for (const std::string& note : history.notes) json.value(note);
  json.end_array().end_object();
}

}  // namespace

view::Status make_status(const AgentState& state, Pipeline& pipeline) {
  view::Status status;
  status.version = PICKET_VERSION;
  status.host = host_name();
  status.mode = state.mode;
  status.mode_note = state.mode_note;
  status.ready = state.ready;
  status.self_test = state.self_test;
  status.now = pipeline.clock().wall();
  status.since = state.since;
  const flow::FlowTotals totals = pipeline.flows().totals();
  status.flows_open = totals.open;
  status.listeners = totals.listeners;
  status.processes = pipeline.processes().running();
  status.flows_per_s = totals.opened_per_s;
  status.bytes_in_per_s = totals.bytes_in_per_s;
  status.bytes_out_per_s = totals.bytes_out_per_s;
  status.attributed_ratio =
      totals.seen ? static_cast<double>(totals.certain) / static_cast<double>(totals.seen) : 1;
  status.geo = state.geo;
  Counter::visit_all([&](const Counter& counter) {
    const bool is_loss = std::find(kLosses.begin(), kLosses.end(), counter.name()) != kLosses.end();
    if (!is_loss || counter.value() == 0) return;
    status.lost += counter.value();
    status.losses.push_back(
        {std::string(counter.name()), std::string(counter.meaning()), counter.value()});
  });
  return status;
}

std::string status_json(const AgentState& state, Pipeline& pipeline) {
  const view::Status status = make_status(state, pipeline);
  std::string line;
  JsonWriter json(line);
  json.begin_object()
      .member("type", "status")
      .member("version", status.version)
      .member("host", status.host);
  json.member("mode", status.mode)
      .member_if("mode_note", status.mode_note)
      .member("ready", status.ready);
  json.member("self_test", status.self_test).member_if("sandbox_note", state.sandbox_note);
  json.member("time", rfc3339(status.now)).member("since", rfc3339(status.since));
  json.member("flows_open", status.flows_open).member("listeners", status.listeners);
  json.member("processes", status.processes).member("flows_per_s", status.flows_per_s);
  json.member("attributed_ratio", status.attributed_ratio).member("lost", status.lost);
  json.member("bootstrap_ms", static_cast<double>(state.bootstrap_us) / 1000);
  json.member("found_processes", state.found_processes)
      .member("found_sockets", state.found_sockets);
  json.member_if("geo", status.geo).member_if("history_note", state.history_note);
  if (state.history) append_history(json, state.history->status());
  json.member_if("sigma", state.sigma);
  json.key("losses").begin_object();
  for (const view::Loss& loss : status.losses) json.member(loss.counter, loss.count);
  json.end_object();
  json.key("counters").begin_object();
  Counter::visit_all([&](const Counter& counter) { json.member(counter.name(), counter.value()); });
  json.end_object().end_object();
  line += '\n';
  return line;
}

}  // namespace picket::app::agent
