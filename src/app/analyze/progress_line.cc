// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/progress_line.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "view/units.h"

namespace picket::app::analyze {
namespace {

constexpr size_t kBarCells = 24;

void show(const std::string& text) {
  const std::string line = "\r\x1b[K" + text;
  const ssize_t ignored = ::write(STDERR_FILENO, line.data(), line.size());
  (void)ignored;  // a progress line that cannot be shown is no loss
}

}  // namespace

std::string progress_text(uint64_t bytes, uint64_t bytes_total, uint64_t inputs_done,
                          size_t inputs_total, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(bytes) / seconds : 0;
  std::string text;
  if (bytes_total != 0) {
    // A file may have grown since it was measured.
    const double share =
        std::min(1.0, static_cast<double>(bytes) / static_cast<double>(bytes_total));
    const auto full = static_cast<size_t>(share * static_cast<double>(kBarCells));
    text = "[" + std::string(full, '#') + std::string(kBarCells - full, '.') + "] " +
           std::to_string(static_cast<int>(share * 100)) + "%  ";
  }
  text += view::grouped(inputs_done) + " of " + view::grouped(inputs_total) + " inputs, " +
          view::short_bytes(bytes) + "B, " + view::short_rate(rate) + "B/s";
  if (bytes_total > bytes && rate > 0) {
    const double left_s = static_cast<double>(bytes_total - bytes) / rate;
    text += ", " + view::short_age(static_cast<uint64_t>(left_s * 1e9)) + " left";
  }
  return text;
}

void ProgressLine::start() {
  if (::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { run(); });
}

void ProgressLine::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ProgressLine::run() {
  const MonoTime started = system_clock().mono();
  bool shown = false;
  std::unique_lock lock(mutex_);
  int wait_ms = kFirstAfterMs;
  while (!stopping_.wait_for(lock, std::chrono::milliseconds(wait_ms), [this] { return stop_; })) {
    const double seconds = static_cast<double>(ns_between(started, system_clock().mono())) / 1e9;
    show(progress_text(progress_.bytes, bytes_total_, progress_.inputs_done, inputs_total_,
                       seconds));
    shown = true;
    wait_ms = kEveryMs;
  }
  if (shown) show("");
}

}  // namespace picket::app::analyze
