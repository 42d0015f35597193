// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>

#include "app/tui/frame_source.h"

namespace picket::app::tui {

struct SyntheticOptions {
  size_t flows = 20'000;
  double changes_per_s = 5'000;  // so many flows end and as many begin
  int delay_ms = 0;              // before every answer
  bool fallback = false;         // shows the warnings of a poor mode
  bool failing = false;          // every second answer is an error
};

// A made-up machine for trying the view without an agent: the same seed, the same machine.
// Understands a filter as text that the process or the remote address contains.
class SyntheticSource : public FrameSource {
 public:
  explicit SyntheticSource(const SyntheticOptions& options);
  Result<view::Frame> ask(const view::FrameQuery& query) override;
  void cancel() override;

 private:
  struct Life {
    uint64_t number;
    WallTime opened;
  };
  void advance();
  view::FlowRow row_of(const Life& life) const;
  void fill_groups(const view::FrameQuery& query, view::Frame& frame) const;
  void fill_flows(const view::FrameQuery& query, view::Frame& frame) const;
  void fill_details(const view::FrameQuery& query, view::Frame& frame) const;

  SyntheticOptions options_;
  std::deque<Life> flows_;  // newest first
  uint64_t next_ = 0, asked_ = 0;
  double owed_ = 0;
  WallTime now_, last_;
  std::mutex mutex_;
  std::condition_variable cancelled_signal_;
  bool cancelled_ = false;
};

}  // namespace picket::app::tui
