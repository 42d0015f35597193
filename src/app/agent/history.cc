// SPDX-License-Identifier: Apache-2.0
#include "app/agent/history.h"

#include <algorithm>

#include "app/agent/sandbox.h"
#include "store/reader.h"

namespace picket::app::agent {

constexpr int64_t kDayNs = int64_t{86'400} * 1'000'000'000;

Result<std::unique_ptr<History>> History::start(const HistorySettings& settings) {
  std::unique_ptr<History> history(new History);
  TRY_ASSIGN(store::Reader before, store::Reader::open(settings.folder));
  history->incidents_.remember(before, system_clock().wall());
  store::RecorderSettings recorder;
  recorder.folder = settings.folder;
  recorder.keep_bytes = settings.keep_mb << 20;
  // Small enough that limits take away little at once.
  recorder.segment_bytes =
      std::clamp<uint64_t>(recorder.keep_bytes / 16, uint64_t{4} << 20, recorder.segment_bytes);
  recorder.keep_ns = static_cast<int64_t>(settings.keep_days) * kDayNs;
  recorder.incidents = &history->incidents_;
  recorder.on_thread_start = [folder = settings.folder] { (void)confine_writer(folder); };
  TRY_ASSIGN(history->recorder_, store::Recorder::start(std::move(recorder)));
  return history;
}

}  // namespace picket::app::agent
