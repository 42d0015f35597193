// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "app/tui/frame_source.h"
#include "base/unique_fd.h"

namespace picket::app::tui {

// Asks a FrameSource on a thread of its own, so that a slow one never holds up the keyboard. Holds
// at most one question under way and one waiting (a newer one replaces it) and one answer not yet
// taken. ask(), take() and busy() belong to the thread that made it; the source must outlive it.
class Asker {
 public:
  struct Answer {
    view::FrameQuery asked;
    Result<view::Frame> result;
  };

  static Result<std::unique_ptr<Asker>> create(FrameSource& source);
  ~Asker();  // cancels the source and waits for the thread
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  void ask(view::FrameQuery query);
  bool busy() const;                              // a question is under way or waiting
  std::optional<Answer> take();                   // the answer that arrived, if one did
  int descriptor() const { return wake_.get(); }  // readable (poll) when take() has something

 private:
  explicit Asker(FrameSource& source, UniqueFd wake) : source_(source), wake_(std::move(wake)) {}
  void run();

  FrameSource& source_;
  UniqueFd wake_;
  mutable std::mutex mutex_;
  std::condition_variable asked_;
  std::optional<view::FrameQuery> waiting_;  // guarded by mutex_, as all below
  std::optional<Answer> answer_;
  bool under_way_ = false;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace picket::app::tui
