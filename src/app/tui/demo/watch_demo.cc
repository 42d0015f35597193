// SPDX-License-Identifier: Apache-2.0
// `picket watch` over a made-up machine, to look at it and to measure it without an agent:
//   watch_demo [--flows N] [--changes N] [--delay MS] [--fallback] [--failing] [--ascii]
//   [--no-color]
// Says at the end how much of a core drawing took.
#include <time.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "app/tui/demo/synthetic_source.h"
#include "app/tui/watch.h"

namespace {

double seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace

int main(int argc, char** argv) {
  picket::app::tui::SyntheticOptions synthetic;
  picket::app::tui::WatchOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (word == "--flows" && value != nullptr)
      synthetic.flows = std::strtoull(argv[++i], nullptr, 10);
    else if (word == "--changes" && value != nullptr)
      synthetic.changes_per_s = std::strtod(argv[++i], nullptr);
    else if (word == "--delay" && value != nullptr)
      synthetic.delay_ms = static_cast<int>(std::strtol(argv[++i], nullptr, 10));
    else if (word == "--fallback")
      synthetic.fallback = true;
    else if (word == "--failing")
      synthetic.failing = true;
    else if (word == "--ascii")
      options.ascii = true;
    else if (word == "--no-color")
      options.no_color = true;
    else {
      std::fprintf(stderr, "watch_demo: unknown option %s\n", argv[i]);
      return 2;
    }
  }
  picket::app::tui::SyntheticSource source(synthetic);
  const double wall = seconds_of(CLOCK_MONOTONIC), thread = seconds_of(CLOCK_THREAD_CPUTIME_ID);
  const auto result = picket::app::tui::run_watch(source, options);
  const double elapsed = seconds_of(CLOCK_MONOTONIC) - wall;
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().text().c_str());
    return 3;
  }
  std::fprintf(stderr,
               "%.1f s; drawing thread %.2f %% of a core, with the made-up machine %.2f %%\n",
               elapsed, 100 * (seconds_of(CLOCK_THREAD_CPUTIME_ID) - thread) / elapsed,
               100 * seconds_of(CLOCK_PROCESS_CPUTIME_ID) / elapsed);
  return *result;
}
