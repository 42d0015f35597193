// SPDX-License-Identifier: Apache-2.0
#include "app/tui/terminal.h"

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/unique_fd.h"

#undef tone  // <term.h> names every capability by a macro

namespace picket::app::tui {
namespace {

constexpr int kEscapeDelayMs = 25;
constexpr std::array kCaught{SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH};
constexpr std::array kFatal{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// Written by the signal handlers, hence global; set up before they are installed.
std::atomic<int> signal_pipe{-1};
std::atomic<bool> in_use{false};
termios shell_modes{};
char restore_sequence[128];
std::atomic<size_t> restore_length{0};

void note_signal(int number) {
  const int error = errno;
  const auto byte = static_cast<unsigned char>(number);
  [[maybe_unused]] const ssize_t written = ::write(signal_pipe.load(), &byte, 1);
  errno = error;
}

// Only what may be called in a signal handler; SA_RESETHAND makes the second raise() the last.
void restore_and_die(int number) {
  [[maybe_unused]] const ssize_t written =
      ::write(STDOUT_FILENO, restore_sequence, restore_length.load());
  ::tcsetattr(STDIN_FILENO, TCSANOW, &shell_modes);
  ::raise(number);
}

void append_capability(const char* name) {
  // tigetstr() takes a non-const pointer but does not write through it.
  const char* sequence = ::tigetstr(const_cast<char*>(name));
  if (sequence == nullptr || sequence == reinterpret_cast<const char*>(-1)) return;
  const size_t length = std::strlen(sequence);
  if (restore_length + length > sizeof restore_sequence) return;
  std::memcpy(restore_sequence + restore_length, sequence, length);
  restore_length += length;
}

short color_pair_of(Tone tone) {
  switch (tone) {
    case Tone::kAccent: return 1;
    case Tone::kNew: return 2;
    case Tone::kClosed:
    case Tone::kFaded: return 3;
    case Tone::kWarning: return 4;
    case Tone::kAlarm: return 5;
    case Tone::kSuspicious: return 6;
    default: return 0;
  }
}

attr_t attributes_of(Style style, bool colors) {
  attr_t attributes = A_NORMAL;
  switch (style.tone) {
    case Tone::kDim:
    case Tone::kFaded: attributes = A_DIM; break;
    case Tone::kStrong:
    case Tone::kSuspicious: attributes = A_BOLD; break;
    case Tone::kHeading: attributes = A_DIM; break;
    case Tone::kWarning: attributes = A_BOLD; break;
    case Tone::kAlarm: attributes = colors ? A_BOLD : A_BOLD | A_REVERSE; break;
    case Tone::kAccent: attributes = colors ? A_NORMAL : A_BOLD; break;
    case Tone::kPlain:
    case Tone::kNew:
    case Tone::kClosed: break;
  }
  if (style.cursor == CursorMark::kActive)
    attributes = (attributes & ~static_cast<attr_t>(A_DIM)) | A_REVERSE;
  if (style.cursor == CursorMark::kIdle) attributes |= A_BOLD | A_UNDERLINE;
  return attributes;
}

bool utf8_locale() { return std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0; }

std::optional<Key> key_of(wint_t code) {
  using Kind = Key::Kind;
  switch (code) {
    case KEY_UP: return Key::of(Kind::kUp);
    case KEY_DOWN: return Key::of(Kind::kDown);
    case KEY_LEFT: return Key::of(Kind::kLeft);
    case KEY_RIGHT: return Key::of(Kind::kRight);
    case KEY_PPAGE: return Key::of(Kind::kPageUp);
    case KEY_NPAGE: return Key::of(Kind::kPageDown);
    case KEY_HOME: return Key::of(Kind::kHome);
    case KEY_END: return Key::of(Kind::kEnd);
    case KEY_ENTER: return Key::of(Kind::kEnter);
    case KEY_BACKSPACE: return Key::of(Kind::kBackspace);
    case KEY_DC: return Key::of(Kind::kDelete);
    case KEY_BTAB: return Key::of(Kind::kBackTab);
    default: return std::nullopt;
  }
}

Key key_of_character(wint_t character) {
  using Kind = Key::Kind;
  switch (character) {
    case '\r':
    case '\n': return Key::of(Kind::kEnter);
    case '\t': return Key::of(Kind::kTab);
    case 0x1b: return Key::of(Kind::kEscape);
    case 0x7f:
    case 0x08: return Key::of(Kind::kBackspace);
    case 0x15: return Key::of(Kind::kClearLine);
    case 0x17: return Key::of(Kind::kClearWord);
    case 0x0c: return Key::of(Kind::kRedraw);
    default: return character < 0x20 ? Key{} : Key::of(static_cast<char32_t>(character));
  }
}

Error unusable(const char* term, const char* why) {
  return Error{
      std::string("picket watch cannot use this terminal (TERM=") + term + "): " + why,
      "Use picket connections, or picket connections --follow --json, which need no terminal.", 0};
}

}  // namespace

struct Terminal::Saved {
  UniqueFd pipe_read, pipe_write;
  std::array<struct sigaction, kCaught.size()> caught{};
  std::array<struct sigaction, kFatal.size()> fatal{};
  std::string locale;
  SCREEN* screen = nullptr;
  bool catching = false;
};

Result<std::unique_ptr<Terminal>> Terminal::create(const TerminalOptions& options) {
  const char* term = std::getenv("TERM");
  if (!::isatty(STDIN_FILENO) || !::isatty(STDOUT_FILENO))
    return failure("picket watch needs a terminal for its input and output",
                   "Use picket connections, or picket connections --follow --json, to write to a "
                   "file or pipe.");
  if (term == nullptr || *term == '\0') return std::unexpected(unusable("", "TERM is not set"));
  if (in_use.exchange(true))
    return failure("the terminal is in use by another view of this program");

  std::unique_ptr<Terminal> terminal(new Terminal);
  terminal->saved_ = std::make_unique<Saved>();
  Saved& saved = *terminal->saved_;
  const char* locale = ::setlocale(LC_CTYPE, nullptr);
  saved.locale = locale == nullptr ? "C" : locale;
  ::setlocale(LC_CTYPE, "");
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return system_failure("make a pipe");
  saved.pipe_read.reset(ends[0]);
  saved.pipe_write.reset(ends[1]);
  ::tcgetattr(STDIN_FILENO, &shell_modes);

  int found = 0;
  if (::setupterm(term, STDOUT_FILENO, &found) != OK)
    return std::unexpected(unusable(term, "it is not in the terminal database"));
  const char* move = ::tigetstr(const_cast<char*>("cup"));
  if (move == nullptr || move == reinterpret_cast<const char*>(-1))
    return std::unexpected(unusable(term, "it cannot place the cursor"));
  terminal->catch_signals();
  saved.screen = ::newterm(term, stdout, stdin);
  if (saved.screen == nullptr) return std::unexpected(unusable(term, "ncurses does not know how"));
  terminal->prepare(options);
  return terminal;
}

// Before newterm(): ncurses leaves SIGTSTP alone only when it finds it taken. Else it ignores the
// signal while it paints, and a stop asked for in that moment would be lost.
void Terminal::catch_signals() {
  signal_pipe = saved_->pipe_write.get();
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  for (size_t i = 0; i < kCaught.size(); ++i) ::sigaction(kCaught[i], &action, &saved_->caught[i]);
  saved_->catching = true;
}

void Terminal::prepare(const TerminalOptions& options) {
  ascii_ = options.ascii || !utf8_locale();
  const char* no_color = std::getenv("NO_COLOR");
  colors_ = !options.no_color && (no_color == nullptr || *no_color == '\0') && ::has_colors();
  if (colors_) {
    ::start_color();
    const short background = ::use_default_colors() == OK ? -1 : COLOR_BLACK;
    ::init_pair(1, COLOR_CYAN, background);
    ::init_pair(2, COLOR_GREEN, background);
    ::init_pair(3, COLOR_RED, background);
    ::init_pair(4, COLOR_YELLOW, background);
    ::init_pair(5, COLOR_WHITE, COLOR_RED);
    ::init_pair(6, COLOR_MAGENTA, background);
  }
  ::cbreak();
  ::noecho();
  ::nonl();
  ::keypad(stdscr, TRUE);
  ::nodelay(stdscr, TRUE);
  ::set_escdelay(kEscapeDelayMs);
  ::curs_set(0);

  restore_length = 0;
  for (const char* capability : {"sgr0", "op", "rmkx", "cnorm", "rmcup"})
    append_capability(capability);
  struct sigaction action {};
  action.sa_handler = restore_and_die;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (size_t i = 0; i < kFatal.size(); ++i) ::sigaction(kFatal[i], &action, &saved_->fatal[i]);
}

Terminal::~Terminal() {
  if (saved_->screen != nullptr) {
    ::endwin();
    ::delscreen(saved_->screen);
    for (size_t i = 0; i < kFatal.size(); ++i) ::sigaction(kFatal[i], &saved_->fatal[i], nullptr);
  }
  if (saved_->catching) {
    for (size_t i = 0; i < kCaught.size(); ++i)
      ::sigaction(kCaught[i], &saved_->caught[i], nullptr);
    signal_pipe = -1;
  }
  ::setlocale(LC_CTYPE, saved_->locale.c_str());
  in_use = false;
}

int Terminal::width() const { return ::getmaxx(stdscr); }
int Terminal::height() const { return ::getmaxy(stdscr); }

Terminal::Events Terminal::wait(int descriptor, int timeout_ms) {
  std::array<pollfd, 3> polled{
      {{STDIN_FILENO, POLLIN, 0}, {saved_->pipe_read.get(), POLLIN, 0}, {descriptor, POLLIN, 0}}};
  Events events;
  if (::poll(polled.data(), polled.size(), timeout_ms) <= 0 && errno != EINTR) return events;
  events.keys = (polled[0].revents & POLLIN) != 0;
  events.hung_up = (polled[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
  events.other = polled[2].revents != 0;
  unsigned char number = 0;
  while (::read(saved_->pipe_read.get(), &number, 1) == 1) {
    if (number == SIGWINCH)
      events.resized = true;
    else if (number == SIGTSTP)
      events.suspend = true;
    else
      events.quit = true;
  }
  return events;
}

std::optional<Key> Terminal::read_key() {
  while (true) {
    wint_t code = 0;
    const int kind = ::get_wch(&code);
    if (kind == ERR) return std::nullopt;
    if (kind != KEY_CODE_YES) return key_of_character(code);
    if (const auto key = key_of(code)) return key;
  }
}

void Terminal::follow_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return;
  ::resizeterm(size.ws_row, size.ws_col);
  repaint_all();
}

void Terminal::suspend() {
  ::endwin();
  struct sigaction by_default {
  }, ours{};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(SIGTSTP, &by_default, &ours);
  ::raise(SIGTSTP);  // stops here until the shell continues us
  ::sigaction(SIGTSTP, &ours, nullptr);
  ::refresh();
  follow_size();
  repaint_all();
}

void Terminal::repaint_all() {
  painted_ = Screen();
  ::clearok(stdscr, TRUE);
}

void Terminal::paint(const Screen& screen) {
  const bool same_size = painted_.width() == screen.width() && painted_.height() == screen.height();
  if (!same_size) ::erase();
  std::wstring run;
  for (int y = 0; y < screen.height(); ++y) {
    // Whole lines: a line in parts could cut a wide character in two.
    if (same_size && screen.same_line(y, painted_)) continue;
    for (int x = 0; x < screen.width();) {
      const Style style = screen.at(x, y).style;
      const int start = x;
      run.clear();
      for (; x < screen.width() && screen.at(x, y).style == style; ++x)
        if (screen.at(x, y).code_point != 0)
          run += static_cast<wchar_t>(screen.at(x, y).code_point);
      ::attr_set(attributes_of(style, colors_),
                 colors_ ? color_pair_of(style.tone) : static_cast<short>(0), nullptr);
      ::mvaddnwstr(y, start, run.c_str(), static_cast<int>(run.size()));
    }
  }
  ::refresh();
  painted_ = screen;
}

}  // namespace picket::app::tui
