// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/analysis.h"

#include <algorithm>
#include <latch>
#include <optional>
#include <thread>

#include "app/analyze/conclusions.h"
#include "app/analyze/lane.h"
#include "app/analyze/record_judge.h"
#include "sensor/replay/replay.h"

namespace picket::app::analyze {
namespace {

namespace replay = sensor::replay;

// What the threads share. Immutable but for the counters.
struct Run {
  const AnalysisRequest& request;
  std::vector<std::unique_ptr<Lane>> lanes;
  std::atomic<size_t> next{0};
  std::latch ready;
  std::latch go{1};
  std::atomic<bool> cancelled{false};
  std::atomic<uint64_t> captures{0};
};

// One reading thread.
class Reader {
 public:
  static Result<std::unique_ptr<Reader>> create(const AnalysisRequest& request) {
    auto reader = std::make_unique<Reader>(request);
    TRY_ASSIGN(reader->judge_, RecordJudge::create(request.content));
    if (request.make_capture_engine) {
      TRY_ASSIGN(reader->captures_, request.make_capture_engine());
    }
    return reader;
  }
  explicit Reader(const AnalysisRequest& request) : request_(request) {}

  void run(Run& run) {
    run.ready.arrive_and_wait();
    run.go.wait();
    for (size_t i = run.next++; i < run.lanes.size(); i = run.next++) {
      Lane& lane = *run.lanes[i];
      lane.close(run.cancelled ? replay::ReadOutcome{} : read(request_.inputs[i], lane, run));
      ++request_.progress.inputs_done;
    }
  }

 private:
  replay::ReadOutcome read(Input& input, Lane& lane, Run& run);
  replay::ReadOutcome read_bytes(replay::ByteSource& source, const std::string& name, Lane& lane,
                                 Run& run);

  const AnalysisRequest& request_;
  std::unique_ptr<RecordJudge> judge_;
  std::unique_ptr<CaptureEngine> captures_;
};

replay::ReadOutcome Reader::read(Input& input, Lane& lane, Run& run) {
  replay::ReadOutcome outcome;
  if (!input.error.empty()) {
    outcome.problem(input.name, 0, input.error);
    return outcome;
  }
  std::unique_ptr<replay::FileSource> file;
  if (input.fd) {
    file = std::make_unique<replay::FileSource>(std::move(input.fd));
  } else {
    auto opened = replay::FileSource::open(input.name);
    if (!opened) {
      outcome.problem(input.name, 0, opened.error().message);
      return outcome;
    }
    file = std::move(*opened);
  }
  replay::CountedSource counted(*file, [&](uint64_t bytes) { request_.progress.bytes += bytes; });
  return read_bytes(counted, input.name, lane, run);
}

replay::ReadOutcome Reader::read_bytes(replay::ByteSource& source, const std::string& name,
                                       Lane& lane, Run& run) {
  const Content& content = request_.content;
  LaneWriter writer(lane, static_cast<bool>(request_.on_eve), content.allow,
                    content.behaviors.has_value() || content.indicators != nullptr);
  replay::ReadOutcome of_captures;
  replay::ReadRequest read;
  read.stop = &request_.progress.stop;
  read.on_record = [&](const event::LogRecord& record, const replay::RecordPlace& place) {
    judge_->judge(record, place, writer);
  };
  if (captures_)
    read.on_capture = [&](const replay::CaptureInput& capture) {
      ++run.captures;
      captures_->run(capture, writer, of_captures);
    };
  judge_->begin_input();
  replay::ReadOutcome outcome = replay::for_each_record(source, name, read);
  writer.flush();
  merge(outcome, std::move(of_captures));
  return outcome;
}

// Puts the lanes together, in their order; the calling thread.
void put_together(Run& run, Conclusions& conclusions, AnalysisResult& result) {
  for (std::unique_ptr<Lane>& lane : run.lanes) {
    while (const std::optional<Batch> batch = lane->pop())
      for (const Item& item : batch->items) {
        if (item.kind == Item::Kind::kEve)
          run.request.on_eve(batch->of(item));
        else
          conclusions.take(*batch, item);
        if (item.kind == Item::Kind::kActivity && run.request.on_activity)
          run.request.on_activity(batch->of(item));
      }
    merge(result.total, replay::ReadOutcome(lane->outcome()));
    lane.reset();
  }
}

}  // namespace

void merge(replay::ReadOutcome& into, replay::ReadOutcome&& from) {
  into.records += from.records;
  into.damaged += from.damaged;
  into.bad_checksums += from.bad_checksums;
  into.inputs += from.inputs;
  into.skipped += from.skipped;
  into.unknown += from.unknown;
  into.bytes += from.bytes;
  into.problems += from.problems;
  into.cut_short += from.cut_short;
  for (replay::ReadProblem& problem : from.listed)
    if (into.listed.size() < replay::kProblemsMax) into.listed.push_back(std::move(problem));
}

Result<AnalysisResult> analyze(const AnalysisRequest& request) {
  const size_t threads = std::clamp<size_t>(request.threads, 1, kThreadsMax);
  AnalysisResult result;
  TRY_ASSIGN(auto conclusions, Conclusions::create(request.content, result.alerts, result.lineage));
  std::vector<std::unique_ptr<Reader>> readers;
  for (size_t i = 0; i < threads; ++i) {
    TRY_ASSIGN(auto reader, Reader::create(request));
    readers.push_back(std::move(reader));
  }
  Run run{request, {}, {}, std::latch(static_cast<ptrdiff_t>(threads))};
  for (size_t i = 0; i < request.inputs.size(); ++i) run.lanes.push_back(std::make_unique<Lane>());
  std::vector<std::jthread> workers;
  for (const std::unique_ptr<Reader>& reader : readers)
    workers.emplace_back([&run, &reader] { reader->run(run); });
  run.ready.wait();
  const Result<void> may = request.on_threads_ready ? request.on_threads_ready() : Result<void>();
  run.cancelled = !may;
  run.go.count_down();
  put_together(run, *conclusions, result);
  workers.clear();
  TRY(may);
  result.captures = run.captures;
  result.activities = conclusions->finish();
  result.alerts.finish();
  result.stopped = request.progress.stop;
  return result;
}

}  // namespace picket::app::analyze
