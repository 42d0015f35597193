// SPDX-License-Identifier: Apache-2.0
// What each key does. help.cc tells the reader; a test holds the two together.
#include <algorithm>
#include <limits>

#include "app/tui/help.h"
#include "app/tui/model.h"

namespace picket::app::tui {
namespace {

constexpr int kGroupings = 5;
constexpr int kGroupOrders = 4;
constexpr int kFlowOrders = 6;

template <typename Enum>
Enum next_of(Enum value, int count, int step) {
  return static_cast<Enum>((static_cast<int>(value) + step + count) % count);
}

}  // namespace

Action Model::on_key(Key key) {
  message_.clear();
  if (filter_editing_) {
    on_filter_key(key);
    return Action::kNone;
  }
  if (overlay_ != Overlay::kNone && on_overlay_key(key)) return Action::kNone;
  const auto group_before = groups_.cursor();
  const auto flow_before = flows_.cursor();
  if (on_move_key(key)) {
    after_cursor_moved(group_before, flow_before);
    return Action::kNone;
  }
  switch (key.kind) {
    case Key::Kind::kCharacter: return on_command_key(key.character);
    case Key::Kind::kTab: switch_focus(false); break;
    case Key::Kind::kBackTab: switch_focus(true); break;
    case Key::Kind::kEnter: on_enter(); break;
    case Key::Kind::kEscape: on_escape(); break;
    default: return Action::kNone;
  }
  after_cursor_moved(group_before, flow_before);
  return Action::kNone;
}

// True: the key was the overlay's.
bool Model::on_overlay_key(Key key) {
  const bool up = key.kind == Key::Kind::kUp || key.is(U'k');
  const bool down = key.kind == Key::Kind::kDown || key.is(U'j');
  if (key.is(U'q') || key.kind == Key::Kind::kEscape) {
    overlay_ = Overlay::kNone;
    return true;
  }
  if (overlay_ == Overlay::kGroupMenu) {
    if (up || down) menu_choice_ = next_of(menu_choice_, kGroupings, up ? -1 : 1);
    const bool number = key.kind == Key::Kind::kCharacter && key.character >= U'1' &&
                        key.character < U'1' + kGroupings;
    if (number) menu_choice_ = static_cast<view::Grouping>(key.character - U'1');
    if (number || key.kind == Key::Kind::kEnter) {
      overlay_ = Overlay::kNone;
      set_grouping(menu_choice_);
    } else if (key.is(U'G')) {
      overlay_ = Overlay::kNone;
    }
    return true;
  }
  if (key.is(U'?') || key.kind == Key::Kind::kEnter) {
    overlay_ = Overlay::kNone;
    return true;
  }
  const long page = std::max(height_ - 3, 1);
  long scroll = static_cast<long>(overlay_scroll_);
  if (up) --scroll;
  if (down) ++scroll;
  if (key.kind == Key::Kind::kPageUp) scroll -= page;
  if (key.kind == Key::Kind::kPageDown) scroll += page;
  if (key.kind == Key::Kind::kHome) scroll = 0;
  if (key.kind == Key::Kind::kEnd) scroll = std::numeric_limits<int>::max();
  const long last = std::max(static_cast<long>(help_lines(*this).size()) - (height_ - 2), 0L);
  overlay_scroll_ = static_cast<size_t>(std::clamp(scroll, 0L, last));
  return true;
}

bool Model::on_filter_key(Key key) {
  const std::string before = filter_.utf8();
  if (key.kind == Key::Kind::kEnter || key.kind == Key::Kind::kTab) {
    filter_editing_ = false;
  } else if (key.kind == Key::Kind::kEscape) {
    filter_.clear();
    filter_editing_ = false;
  } else {
    filter_.on_key(key);
  }
  // Another list: it starts at its top, but the application chosen stays chosen.
  if (filter_.utf8() != before && !paused_) {
    flows_.clear();
    frame_.filter_error.clear();
  }
  fit();
  return true;
}

bool Model::on_move_key(Key key) {
  const bool up = key.kind == Key::Kind::kUp || key.is(U'k');
  const bool down = key.kind == Key::Kind::kDown || key.is(U'j');
  const bool page_up = key.kind == Key::Kind::kPageUp;
  const bool page_down = key.kind == Key::Kind::kPageDown;
  const bool home = key.kind == Key::Kind::kHome;
  const bool end = key.kind == Key::Kind::kEnd;
  if (!up && !down && !page_up && !page_down && !home && !end) return false;
  if (focus_ == Focus::kDetails) {
    const long page = std::max(layout().details_lines - 1, 1);
    constexpr long kFar = std::numeric_limits<int>::max();
    scroll_details(up ? -1 : down ? 1 : page_up ? -page : page_down ? page : home ? -kFar : kFar);
    return true;
  }
  ListPane& pane = focus_ == Focus::kGroups ? groups_ : flows_;
  const bool reach = !paused_;
  if (up)
    pane.move(-1, reach);
  else if (down)
    pane.move(1, reach);
  else if (page_up)
    pane.page(-1, reach);
  else if (page_down)
    pane.page(1, reach);
  else if (end)
    pane.to_last(reach);
  else if (focus_ == Focus::kGroups)
    pane.release();  // the top of the upper pane is "all"
  else
    pane.to_first(reach);
  return true;
}

Action Model::on_command_key(char32_t key) {
  switch (key) {
    case U'q': return Action::kQuit;
    case U'e': return Action::kExport;
    case U'?':
      overlay_ = Overlay::kHelp;
      overlay_scroll_ = 0;
      break;
    case U'G':
      overlay_ = Overlay::kGroupMenu;
      menu_choice_ = grouping_;
      break;
    case U'p': toggle_pause(); break;
    case U'/':
    case U'g':
    case U's':
    case U'S':
    case U'l':
      if (paused_) {
        say("Paused: the picture does not change. p goes on.", false);
        break;
      }
      if (key == U'/')
        filter_editing_ = true;
      else if (key == U'g')
        set_grouping(next_of(grouping_, kGroupings, 1));
      else if (key == U'l') {
        hide_local_ = !hide_local_;
        say(hide_local_ ? "Loopback, broadcast and multicast are hidden."
                        : "Loopback, broadcast and multicast are shown.",
            false);
      } else
        cycle_order(key == U'S');
      break;
    default: break;
  }
  return Action::kNone;
}

void Model::on_enter() {
  if (focus_ == Focus::kGroups && !paused_) {
    // Into what was chosen: its first connection, with everything about it.
    focus_ = Focus::kFlows;
    details_open_ = true;
    if (!flows_.cursor()) flows_.to_first();
    return;
  }
  details_open_ = !details_open_;
  if (!details_open_ && focus_ == Focus::kDetails) focus_ = Focus::kFlows;
  if (details_open_ && !flows_.cursor()) flows_.to_first(!paused_);
}

// One step back at a time: details, then the filter, then the cursor.
void Model::on_escape() {
  if (details_open_) {
    details_open_ = false;
    if (focus_ == Focus::kDetails) focus_ = Focus::kFlows;
  } else if (!filter_.text().empty() && !paused_) {
    filter_.clear();
    flows_.clear();
  } else if (flows_.cursor()) {
    flows_.release();
  } else {
    groups_.release();
    focus_ = Focus::kGroups;
  }
}

void Model::switch_focus(bool back) {
  const int count = details_open_ ? 3 : 2;
  focus_ = next_of(focus_, count, back ? -1 : 1);
}

void Model::cycle_order(bool back) {
  const int step = back ? -1 : 1;
  if (focus_ == Focus::kGroups)
    group_order_ = next_of(group_order_, kGroupOrders, step);
  else
    flow_order_ = next_of(flow_order_, kFlowOrders, step);
}

void Model::set_grouping(view::Grouping grouping) {
  if (paused_) {
    say("Paused: the picture does not change. p goes on.", false);
    return;
  }
  if (grouping == grouping_) return;
  grouping_ = grouping;
  groups_.clear();
  flows_.clear();
  focus_ = Focus::kGroups;
  take_group_cursor();
  take_flow_cursor();
}

void Model::toggle_pause() {
  if (!paused_ && !has_frame_) return;  // nothing to hold
  paused_ = !paused_;
  if (!paused_ && groups_.cursor().value_or("") != shown_.selected_group) flows_.clear();
}

}  // namespace picket::app::tui
