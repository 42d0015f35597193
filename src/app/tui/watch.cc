// SPDX-License-Identifier: Apache-2.0
#include "app/tui/watch.h"

#include <algorithm>

#include "app/tui/asker.h"
#include "app/tui/draw.h"
#include "app/tui/export.h"
#include "app/tui/model.h"
#include "app/tui/terminal.h"
#include "base/clock.h"

namespace picket::app::tui {
namespace {

class Watch {
 public:
  Watch(Terminal& terminal, Asker& asker, const WatchOptions& options)
      : terminal_(terminal),
        asker_(asker),
        options_(options),
        model_({terminal.ascii(), options.grouping, options.filter, options.hide_local}) {
    model_.resize(terminal.width(), terminal.height());
  }

  int run() {
    terminal_.paint(draw(model_));  // the frame at once, its content when it comes
    ask();
    while (true) {
      const auto events = terminal_.wait(asker_.descriptor(), wait_ms());
      if (events.quit || events.hung_up) return 0;
      bool changed = false;
      if (events.suspend) terminal_.suspend();
      if (events.suspend || events.resized) {
        terminal_.follow_size();
        model_.resize(terminal_.width(), terminal_.height());
        changed = true;
      }
      if (events.keys) {
        if (!take_keys()) return 0;
        changed = true;
      }
      if (events.other) changed |= take_answer();
      changed |= tell_if_late();
      ask_if_due(events.keys || events.resized);
      if (changed) terminal_.paint(draw(model_));
    }
  }

 private:
  static uint64_t now_ms() { return system_clock().mono().ns / kNsPerMs; }

  // False: quit.
  bool take_keys() {
    while (const auto key = terminal_.read_key()) {
      if (key->kind == Key::Kind::kRedraw) terminal_.repaint_all();
      switch (model_.on_key(*key)) {
        case Action::kQuit: return false;
        case Action::kExport: export_now(); break;
        case Action::kNone: break;
      }
    }
    return true;
  }

  void export_now() {
    const auto exported = export_screen(model_, options_.export_directory);
    if (exported)
      model_.say("Written: " + exported->text_path + " and " + exported->json_path, false);
    else
      model_.say("Not exported: " + exported.error().message, true);
  }

  bool take_answer() {
    auto answer = asker_.take();
    if (!answer) return false;
    if (answer->result) {
      due_ms_ = std::max(asked_ms_ + kFrameIntervalMs, now_ms() + kFrameIntervalMs / 5);
      late_ = false;
      if (asker_.busy()) asked_ms_ = now_ms();  // the one that waited is under way now
      return model_.on_frame(answer->asked, std::move(*answer->result));
    }
    due_ms_ = now_ms() + kRetryIntervalMs;
    const Error& error = answer->result.error();
    model_.on_source_problem(error.message + "; trying again" +
                             (error.next.empty() ? "" : ". " + error.next));
    return true;
  }

  // A picture that stands still must say so.
  bool tell_if_late() {
    if (!asker_.busy() || now_ms() < asked_ms_ + kLateMs) return false;
    const uint64_t seconds = (now_ms() - asked_ms_) / 1000;
    if (late_ && seconds == late_s_) return false;
    late_ = true;
    late_s_ = seconds;
    model_.on_source_problem("No answer from the agent for " + std::to_string(seconds) +
                             " s; still waiting.");
    return true;
  }

  void ask_if_due(bool input) {
    if (!model_.wants_frames()) return;
    if (input && model_.query() != last_) return ask();
    if (!asker_.busy() && now_ms() >= due_ms_) ask();
  }

  void ask() {
    if (!asker_.busy()) asked_ms_ = now_ms();
    last_ = model_.query();
    asker_.ask(last_);
  }

  int wait_ms() const {
    if (asker_.busy()) return kFrameIntervalMs;
    if (!model_.wants_frames()) return -1;
    const uint64_t now = now_ms();
    return due_ms_ > now ? static_cast<int>(due_ms_ - now) : 0;
  }

  Terminal& terminal_;
  Asker& asker_;
  const WatchOptions& options_;
  Model model_;
  view::FrameQuery last_;
  uint64_t asked_ms_ = 0, due_ms_ = 0, late_s_ = 0;
  bool late_ = false;
};

}  // namespace

Result<int> run_watch(FrameSource& source, const WatchOptions& options) {
  // The asker goes first: its thread is waited for when the terminal is the reader's again.
  TRY_ASSIGN(const auto asker, Asker::create(source));
  TRY_ASSIGN(const auto terminal, Terminal::create({options.ascii, options.no_color}));
  return Watch(*terminal, *asker, options).run();
}

}  // namespace picket::app::tui
