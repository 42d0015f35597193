// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/outputs.h"

#include <algorithm>

#include "app/analyze/eve_alert.h"
#include "app/client/terminal_facts.h"
#include "base/json_writer.h"
#include "incident/incident_set.h"

namespace picket::app::analyze {
namespace {

std::string alert_line(const event::Alert& alert) {
  std::string line;
  JsonWriter json(line);
  event::append_json(json, alert);
  return line + '\n';
}

void append_problems(JsonWriter& json, const sensor::replay::ReadOutcome& total) {
  json.key("problems").begin_array();
  for (const sensor::replay::ReadProblem& problem : total.listed) {
    json.begin_object().member("input", problem.input).member("offset", problem.offset);
    json.member("what", problem.what).end_object();
  }
  json.end_array();
}

// The last line of --json: what was read.
std::string summary_line(const Account& account, bool found) {
  const sensor::replay::ReadOutcome& total = account.result.total;
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("type", "summary").member("found", found);
  json.member("inputs", account.inputs).member("records", total.records);
  json.member("bytes", total.bytes).member("seconds", account.seconds);
  json.member("damaged", total.damaged).member("skipped", total.skipped);
  json.member("problem_count", total.problems).member("stopped", account.result.stopped);
  json.key("alerts").begin_object();
  for (int i = 0; i <= static_cast<int>(event::Severity::kCritical); ++i) {
    const auto severity = static_cast<event::Severity>(i);
    json.member(text(severity), account.result.alerts.count(severity));
  }
  json.end_object();
  append_problems(json, total);
  json.end_object();
  return line + '\n';
}

}  // namespace

bool is_broken(const sensor::replay::ReadOutcome& outcome) {
  // A wrong checksum loses nothing: logs copied while in use have them. A capture whose writer was
  // stopped in the middle of a packet is read to there. A file of a kind that nobody reads is only
  // broken when it was all there was.
  return outcome.problems > outcome.bad_checksums + outcome.unknown + outcome.cut_short ||
         (outcome.unknown != 0 && outcome.unknown == outcome.inputs);
}

Result<void> Outputs::open(const std::string& path, std::unique_ptr<OutputFile>& into) {
  if (path.empty()) return {};
  TRY_ASSIGN(OutputFile file, OutputFile::create(path));
  into = std::make_unique<OutputFile>(std::move(file));
  return {};
}

Result<Outputs> Outputs::create(const cli::AnalyzeRequest& request) {
  Outputs outputs(request);
  TRY(outputs.open("-", outputs.standard_output_));
  TRY(outputs.open(request.events, outputs.events_));
  TRY(outputs.open(request.incidents, outputs.incidents_));
  TRY(outputs.open(request.eve, outputs.eve_));
  if (!request.store.empty()) {
    TRY_ASSIGN(StoreOutput store, StoreOutput::create(request.store));
    outputs.store_.emplace(std::move(store));
  }
  for (const std::string& report : request.reports)
    TRY(outputs.open(report, outputs.reports_.emplace_back()));
  return outputs;
}

std::vector<OutputFile*> Outputs::all() {
  std::vector<OutputFile*> files;
  for (const auto* file : {&events_, &incidents_, &eve_, &standard_output_})
    if (*file) files.push_back(file->get());
  for (const auto& report : reports_) files.push_back(report.get());
  return files;
}

void Outputs::leave_to_other() {
  for (OutputFile* file : all()) file->leave_to_other();
  if (store_) store_->leave_to_other();
}

Result<void> Outputs::commit() {
  for (OutputFile* file : all()) TRY(file->commit());
  return store_ ? store_->commit() : Result<void>();
}

bool Outputs::standard_output_taken() const {
  return request_->events == "-" || request_->eve == "-" || request_->incidents == "-";
}

void Outputs::write_alerts(const Account& account) {
  if (!events_ && !eve_) return;
  // Of captures EVE is the account of what signatures and protocols show, and nothing else: its
  // readers compare it with that of other engines. Signatures' alerts stand in it already.
  const bool logs_to_eve = eve_ && account.result.captures == 0;
  account.result.alerts.visit([&](const event::Alert& alert) {
    if (events_) events_->write(alert_line(alert));
    if (logs_to_eve && alert.detector != event::Detector::kSignature)
      eve_->write(eve_alert_line(alert));
  });
}

Result<void> Outputs::write_store(const Account& account,
                                  const std::vector<incident::Incident>& incidents) {
  if (!store_) return {};
  account.result.alerts.visit([this](const event::Alert& alert) { store_->alert(alert); });
  store_->incidents(incidents);
  return store_->finish();
}

void Outputs::write_incidents(const std::vector<incident::Incident>& incidents) {
  if (!incidents_) return;
  for (const incident::Incident& one : incidents) {
    std::string line;
    JsonWriter json(line);
    incident::append_json(json, one);
    incidents_->write(line + '\n');
  }
}

void Outputs::write_reports(const ReportContent& content) {
  for (size_t i = 0; i < reports_.size(); ++i) {
    const WriteText write = [&](std::string_view text) { reports_[i]->write(text); };
    if (request_->reports[i].ends_with(".md"))
      write_markdown(content, write);
    else
      write_html(content, write);
  }
}

void Outputs::write_standard_output(const ReportContent& content) {
  const Account& account = content.account;
  const client::TerminalFacts terminal = client::look_at_terminal();
  const TextStyle style{terminal.color && !request_->no_color, request_->ascii || !terminal.utf8};
  if (request_->json || request_->timeline)
    account.result.alerts.visit([&](const event::Alert& alert) {
      if (alert.severity < account.min_severity) return;
      standard_output_->write(request_->json ? alert_line(alert) : timeline_line(alert, style));
    });
  if (request_->json)
    standard_output_->write(summary_line(account, content.summary.shown() != 0));
  else if (!request_->timeline && !request_->quiet && !standard_output_taken())
    standard_output_->write(incidents_text(content.incidents, style) +
                            findings_text(content.summary, account, style) + "\n" +
                            account_text(account, style));
}

Result<bool> Outputs::write(const Account& account) {
  const Summary summary(account.result.alerts, account.min_severity);
  incident::IncidentSet set(account.result.lineage);
  account.result.alerts.visit([&set](const event::Alert& alert) { set.add(alert); });
  const std::vector<incident::Incident> incidents = set.incidents();
  const ReportContent content{account, summary, incidents};
  write_alerts(account);
  write_incidents(incidents);
  write_reports(content);
  TRY(write_store(account, incidents));
  write_standard_output(content);
  for (OutputFile* file : all()) TRY(file->flush());
  return summary.shown() != 0;
}

}  // namespace picket::app::analyze
