// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>

#include "app/tui/key.h"
#include "app/tui/screen.h"
#include "base/result.h"

namespace picket::app::tui {

struct TerminalOptions {
  bool ascii = false;     // even where the locale has UTF-8
  bool no_color = false;  // even where the terminal has colours; NO_COLOR in the environment too
};

// The controlling terminal in full-screen mode, from create() to the destructor, which puts it back
// as it was; so does a signal that kills the program (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT).
// There is at most one at a time, used by one thread. The only file that knows ncurses.
class Terminal {
 public:
  // What may end or disturb the wait for a key; SIGINT, SIGTERM and SIGHUP come as quit.
  struct Events {
    bool keys = false, resized = false, quit = false, suspend = false, other = false;
    bool hung_up = false;  // the terminal itself is gone
  };

  static Result<std::unique_ptr<Terminal>> create(const TerminalOptions& options);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  bool ascii() const { return ascii_; }
  int width() const;
  int height() const;

  // Waits for a key, a signal, or `descriptor` (Events::other), at most `timeout_ms`.
  Events wait(int descriptor, int timeout_ms);
  // The next key that was pressed; none when there are no more.
  std::optional<Key> read_key();
  void follow_size();  // after Events::resized
  void suspend();      // after Events::suspend: gives the terminal back, stops, takes it again
  void paint(const Screen& screen);
  void repaint_all();  // the next paint() trusts nothing that is on the terminal

 private:
  Terminal() = default;
  void catch_signals();
  void prepare(const TerminalOptions& options);

  struct Saved;
  std::unique_ptr<Saved> saved_;
  bool ascii_ = false;
  bool colors_ = false;
  Screen painted_;
};

}  // namespace picket::app::tui
