// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "app/tui/filter_line.h"
#include "app/tui/key.h"
#include "app/tui/layout.h"
#include "app/tui/list_pane.h"
#include "view/frame.h"

// The whole of `picket watch` but the terminal: keys, frames and sizes go in, the next question and
// everything to draw come out. Pure: no clock, no I/O; used by one thread.
namespace picket::app::tui {

enum class Focus : uint8_t { kGroups, kFlows, kDetails };
enum class Overlay : uint8_t { kNone, kHelp, kGroupMenu };
enum class Action : uint8_t { kNone, kExport, kQuit };  // for the caller to carry out

struct ModelOptions {
  bool ascii = false;
  view::Grouping grouping = view::Grouping::kApplication;
  std::string filter;
  bool hide_local = false;
};

class Model {
 public:
  explicit Model(const ModelOptions& options);

  void resize(int width, int height);
  Action on_key(Key key);
  // An answer. One to a question that is no longer ours (another grouping, filter...) is dropped:
  // false. While paused nothing is taken either.
  bool on_frame(const view::FrameQuery& asked, view::Frame frame);
  // The source failed, or is late: shown until the next frame. Empty: all is well.
  void on_source_problem(std::string problem) { source_problem_ = std::move(problem); }
  // A line for the reader, until the next key.
  void say(std::string message, bool bad);

  // What to ask next, and whether to ask at all (not while paused).
  view::FrameQuery query() const;
  bool wants_frames() const { return !paused_; }

  // What to draw.
  int width() const { return width_; }
  int height() const { return height_; }
  bool ascii() const { return ascii_; }
  Layout layout() const;
  Focus focus() const { return focus_; }
  Overlay overlay() const { return overlay_; }
  size_t overlay_scroll() const { return overlay_scroll_; }
  view::Grouping menu_choice() const { return menu_choice_; }
  bool details_open() const { return details_open_; }
  size_t details_scroll() const { return details_scroll_; }
  bool paused() const { return paused_; }
  bool filter_editing() const { return filter_editing_; }
  const FilterLine& filter() const { return filter_; }
  const std::string& filter_error() const { return frame_.filter_error; }
  bool hide_local() const { return hide_local_; }
  view::Grouping grouping() const { return grouping_; }
  view::GroupOrder group_order() const { return group_order_; }
  view::FlowOrder flow_order() const { return flow_order_; }
  const ListPane& groups() const { return groups_; }
  const ListPane& flows() const { return flows_; }
  bool has_frame() const { return has_frame_; }
  const view::Frame& frame() const { return frame_; }
  const view::FrameQuery& shown() const { return shown_; }  // what frame() answers
  // The cursor's rows as last seen; gone: no longer there, kept for the reader.
  const std::optional<view::GroupRow>& group() const { return group_; }
  const std::optional<view::FlowRow>& flow() const { return flow_; }
  bool group_gone() const { return group_gone_; }
  bool flow_gone() const { return flow_gone_; }
  const std::optional<view::FlowDetails>& details() const { return details_; }
  const std::string& message() const { return message_; }
  bool message_bad() const { return message_bad_; }
  const std::string& source_problem() const { return source_problem_; }

 private:
  void fit();
  bool on_overlay_key(Key key);
  bool on_filter_key(Key key);
  bool on_move_key(Key key);
  Action on_command_key(char32_t key);
  void on_enter();
  void on_escape();
  void switch_focus(bool back);
  void cycle_order(bool back);
  void set_grouping(view::Grouping grouping);
  void toggle_pause();
  void scroll_details(long lines);
  void after_cursor_moved(const std::optional<std::string>& group_before,
                          const std::optional<std::string>& flow_before);
  void take_group_cursor();
  void take_flow_cursor();

  bool ascii_;
  int width_ = 80, height_ = 24;
  Focus focus_ = Focus::kGroups;
  Overlay overlay_ = Overlay::kNone;
  size_t overlay_scroll_ = 0;
  view::Grouping menu_choice_ = view::Grouping::kApplication;
  bool details_open_ = false;
  size_t details_scroll_ = 0;
  bool paused_ = false, filter_editing_ = false, hide_local_;
  FilterLine filter_;
  view::Grouping grouping_;
  view::GroupOrder group_order_ = view::GroupOrder::kTraffic;
  view::FlowOrder flow_order_ = view::FlowOrder::kNewest;
  ListPane groups_, flows_;
  bool has_frame_ = false;
  view::Frame frame_;
  view::FrameQuery shown_;
  std::optional<view::GroupRow> group_;
  std::optional<view::FlowRow> flow_;
  bool group_gone_ = false, flow_gone_ = false;
  std::optional<view::FlowDetails> details_;
  std::string message_, source_problem_;
  bool message_bad_ = false;
};

}  // namespace picket::app::tui
