// SPDX-License-Identifier: Apache-2.0
// run_watch() on a pseudo terminal: what reaches a real terminal, and that it is given back.
#include "app/tui/watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>

#include "app/tui/sample_frames.h"
#include "base/unique_fd.h"

namespace picket::app::tui {
namespace {

using testing::HasSubstr;

class FixedSource : public FrameSource {
 public:
  Result<view::Frame> ask(const view::FrameQuery& query) override {
    if (query.filter == "fail") return failure("the agent is gone");
    if (query.filter == "abort") std::abort();
    return sample::frame();
  }
  void cancel() override {}
};

// Runs the view in a child on a terminal of its own; the parent is the reader.
class Session {
 public:
  explicit Session(const char* term, int width = 100, int height = 30) {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(width);
    size.ws_row = static_cast<unsigned short>(height);
    int terminal = -1;
    child_ = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (child_ == 0) run_child(term);
    terminal_.reset(terminal);
  }
  ~Session() {
    if (child_ <= 0 || waited_) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  void type(std::string_view keys) {
    ASSERT_EQ(::write(terminal_.get(), keys.data(), keys.size()),
              static_cast<ssize_t>(keys.size()));
  }
  void resize(int width, int height) {
    winsize size{};
    size.ws_col = static_cast<unsigned short>(width);
    size.ws_row = static_cast<unsigned short>(height);
    ::ioctl(terminal_.get(), TIOCSWINSZ, &size);
  }
  void signal(int number) { ::kill(child_, number); }
  // Reads on until `text` was written since the last call; false at the end or after half a minute.
  bool until(std::string_view text, int patience_ms = 30'000) {
    while (true) {
      if (const size_t at = seen_.find(text, from_); at != std::string::npos) {
        from_ = at + text.size();
        return true;
      }
      if (!read_more(patience_ms)) return false;
    }
  }
  int wait_for_end() {
    while (read_more()) {
    }
    int status = 0;
    ::waitpid(child_, &status, 0);
    waited_ = true;
    return status;
  }
  const std::string& seen() const { return seen_; }

 private:
  [[noreturn]] static void run_child(const char* term) {
    ::setenv("TERM", term, 1);
    ::setenv("LC_ALL", "C.UTF-8", 1);
    ::unsetenv("NO_COLOR");
    FixedSource source;
    const auto result = run_watch(source, {});
    if (!result) ::dprintf(STDOUT_FILENO, "%s", result.error().text().c_str());
    termios modes{};
    ::tcgetattr(STDIN_FILENO, &modes);
    const bool given_back = (modes.c_lflag & ECHO) != 0 && (modes.c_lflag & ICANON) != 0;
    ::_exit(!result ? 3 : given_back ? *result : 9);
  }
  bool read_more(int patience_ms = 30'000) {
    pollfd polled{terminal_.get(), POLLIN, 0};
    if (::poll(&polled, 1, patience_ms) != 1) return false;
    char buffer[8192];
    const ssize_t count = ::read(terminal_.get(), buffer, sizeof buffer);
    if (count <= 0) return false;
    seen_.append(buffer, static_cast<size_t>(count));
    return true;
  }

  pid_t child_ = -1;
  bool waited_ = false;
  UniqueFd terminal_;
  std::string seen_;
  size_t from_ = 0;
};

constexpr char kEnterScreen[] = "\x1b[?1049h", kLeaveScreen[] = "\x1b[?1049l";

TEST(Watch, ShowsAndQuitsAndGivesTheTerminalBack) {
  Session session("xterm-256color");
  ASSERT_TRUE(session.until(kEnterScreen));
  ASSERT_TRUE(session.until("csrcs"));
  session.type("?");
  ASSERT_TRUE(session.until("Columns"));
  session.type("?q");
  const int status = session.wait_for_end();
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(session.until(kLeaveScreen));
}

TEST(Watch, SignalsEndItTidily) {
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    Session session("xterm-256color");
    ASSERT_TRUE(session.until("csrcs"));
    session.signal(number);
    const int status = session.wait_for_end();
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << number;
    EXPECT_TRUE(session.until(kLeaveScreen));
  }
}

TEST(Watch, ACrashGivesTheTerminalBackToo) {
  Session session("xterm-256color");
  ASSERT_TRUE(session.until("csrcs"));
  session.type("/abort");
  const int status = session.wait_for_end();
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(session.until(kLeaveScreen));
}

TEST(Watch, StopsAndGoesOnWithTheShell) {
  Session session("xterm-256color");
  ASSERT_TRUE(session.until("csrcs"));
  session.signal(SIGTSTP);
  ASSERT_TRUE(session.until(kLeaveScreen));
  // It leaves the screen before it stops, so the first SIGCONT may come too early to wake it.
  bool back = false;
  for (int tries = 0; tries < 300 && !back; ++tries) {
    session.signal(SIGCONT);
    back = session.until(kEnterScreen, 100);
  }
  ASSERT_TRUE(back);
  ASSERT_TRUE(session.until("csrcs"));
  session.type("q");
  EXPECT_EQ(session.wait_for_end(), 0);
}

// Each stop is asked for while the screen is being painted.
TEST(Watch, AStopWhileItPaintsIsNotLost) {
  Session session("xterm-256color");
  ASSERT_TRUE(session.until(kEnterScreen));
  for (int times = 0; times < 30; ++times) {
    session.signal(SIGTSTP);
    ASSERT_TRUE(session.until(kLeaveScreen)) << times;
    for (int tries = 0; tries < 300; ++tries) {
      session.signal(SIGCONT);
      if (session.until(kEnterScreen, 100)) break;
    }
  }
  session.type("q");
  EXPECT_EQ(session.wait_for_end(), 0);
}

TEST(Watch, FollowsTheWindowsSize) {
  Session session("xterm-256color");
  ASSERT_TRUE(session.until("csrcs"));
  session.resize(40, 10);
  ASSERT_TRUE(session.until("This window is 40 by 10"));
  session.resize(200, 50);
  ASSERT_TRUE(session.until("WHERE"));
  session.type("q");
  EXPECT_EQ(session.wait_for_end(), 0);
}

TEST(Watch, AFailingSourceIsToldAndTheKeyboardLives) {
  Session session("xterm-256color");
  ASSERT_TRUE(session.until("csrcs"));
  session.type("/fail\r");
  ASSERT_TRUE(session.until("the agent is gone; trying again"));
  session.type("\x1b");
  ASSERT_TRUE(session.until("live"));
  session.type("q");
  EXPECT_EQ(session.wait_for_end(), 0);
}

TEST(Watch, ColoursOnlyWhereThereAreSome) {
  Session plain("vt100");
  ASSERT_TRUE(plain.until("csrcs"));
  plain.type("q");
  EXPECT_EQ(plain.wait_for_end(), 0);
  EXPECT_EQ(plain.seen().find("\x1b[32m"), std::string::npos);
  Session coloured("xterm");
  ASSERT_TRUE(coloured.until("\x1b[32m"));
  coloured.type("q");
  EXPECT_EQ(coloured.wait_for_end(), 0);
}

TEST(Watch, TerminalsThatCannotAreRefusedInWords) {
  Session dumb("dumb");
  EXPECT_TRUE(dumb.until("cannot place the cursor"));
  EXPECT_EQ(WEXITSTATUS(dumb.wait_for_end()), 3);
  Session unknown("no-such-terminal");
  EXPECT_TRUE(unknown.until("not in the terminal database"));
  EXPECT_TRUE(unknown.until("picket connections"));
  EXPECT_EQ(WEXITSTATUS(unknown.wait_for_end()), 3);
}

}  // namespace
}  // namespace picket::app::tui
