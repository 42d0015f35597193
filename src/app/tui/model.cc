// SPDX-License-Identifier: Apache-2.0
#include "app/tui/model.h"

#include <algorithm>

#include "app/tui/banner.h"
#include "app/tui/details.h"
#include "app/tui/help.h"

namespace picket::app::tui {
namespace {

// Whether an answer to `asked` is one to `wanted`, window and details aside.
bool same_list(const view::FrameQuery& asked, const view::FrameQuery& wanted) {
  return asked.grouping == wanted.grouping && asked.group_order == wanted.group_order &&
         asked.flow_order == wanted.flow_order && asked.filter == wanted.filter &&
         asked.hide_local == wanted.hide_local && asked.selected_group == wanted.selected_group;
}

template <typename Rows, typename KeyOf>
std::vector<std::string> keys_of(const Rows& rows, KeyOf key_of) {
  std::vector<std::string> keys;
  keys.reserve(rows.size());
  for (const auto& row : rows) keys.push_back(key_of(row));
  return keys;
}

}  // namespace

Model::Model(const ModelOptions& options)
    : ascii_(options.ascii), hide_local_(options.hide_local), grouping_(options.grouping) {
  filter_.set(options.filter);
  fit();
}

void Model::resize(int width, int height) {
  width_ = width;
  height_ = height;
  fit();
}

Layout Model::layout() const {
  const int banners =
      static_cast<int>(banner_lines(frame_.status, has_frame_, width_, ascii_).size());
  return Layout::of(width_, height_, banners, details_open_);
}

void Model::fit() {
  const Layout lines = layout();
  // The first line of the upper pane is "all" and does not scroll.
  groups_.set_height(static_cast<size_t>(std::max(lines.groups_lines - 1, 0)));
  flows_.set_height(static_cast<size_t>(std::max(lines.flows_lines, 0)));
  scroll_details(0);
}

view::FrameQuery Model::query() const {
  view::FrameQuery query;
  query.grouping = grouping_;
  query.group_order = group_order_;
  query.flow_order = flow_order_;
  query.filter = filter_.utf8();
  query.hide_local = hide_local_;
  query.selected_group = groups_.cursor().value_or("");
  query.selected_flow = flows_.cursor().value_or("");
  query.groups_from = static_cast<uint32_t>(groups_.window_from());
  query.groups_max = static_cast<uint32_t>(groups_.window_count());
  query.groups_around = groups_.window_around();
  query.flows_from = static_cast<uint32_t>(flows_.window_from());
  query.flows_max = static_cast<uint32_t>(flows_.window_count());
  query.flows_around = flows_.window_around();
  return query;
}

bool Model::on_frame(const view::FrameQuery& asked, view::Frame frame) {
  if (paused_) return false;
  if (!same_list(asked, query())) return false;
  source_problem_.clear();
  frame_ = std::move(frame);
  shown_ = asked;
  has_frame_ = true;
  fit();  // banners may have come or gone
  groups_.set_rows(keys_of(frame_.groups, [](const auto& row) { return row.key; }),
                   frame_.groups_from.value_or(asked.groups_from), frame_.groups_total);
  flows_.set_rows(keys_of(frame_.flows, [](const auto& row) { return row.facts.id; }),
                  frame_.flows_from.value_or(asked.flows_from), frame_.flows_total);
  take_group_cursor();
  take_flow_cursor();
  fit();  // the details may have grown or shrunk
  return true;
}

void Model::take_group_cursor() {
  const auto& key = groups_.cursor();
  if (!key) {
    group_.reset();
    group_gone_ = false;
    return;
  }
  const auto row = std::find_if(frame_.groups.begin(), frame_.groups.end(),
                                [&](const auto& group) { return group.key == *key; });
  if (row != frame_.groups.end()) {
    group_ = *row;
    group_gone_ = false;
    return;
  }
  if (group_ && group_->key != *key) group_.reset();
  // Not among the rows sent: gone if those are all there are, or if nothing is in it any more.
  const bool all_sent = frame_.groups.size() >= frame_.groups_total;
  group_gone_ = all_sent || (shown_.selected_group == *key && frame_.flows_total == 0);
}

void Model::take_flow_cursor() {
  const auto& id = flows_.cursor();
  if (!id) {
    flow_.reset();
    details_.reset();
    flow_gone_ = false;
    return;
  }
  const bool answered = frame_.details && frame_.details->flow.id == *id;
  if (answered)
    details_ = frame_.details;
  else if (details_ && details_->flow.id != *id)
    details_.reset();

  const auto row = std::find_if(frame_.flows.begin(), frame_.flows.end(),
                                [&](const auto& flow) { return flow.facts.id == *id; });
  if (row != frame_.flows.end()) {
    flow_ = *row;
    flow_gone_ = false;
    return;
  }
  if (flow_ && flow_->facts.id != *id) flow_.reset();
  if (answered) {
    // Out of the window, but there: the row goes on living under the cursor.
    if (!flow_) flow_.emplace();
    flow_->facts = details_->flow;
    flow_->age = details_->flow.closed ? view::RowAge::kClosed : view::RowAge::kSteady;
    flow_gone_ = false;
    return;
  }
  flow_gone_ = shown_.selected_flow == *id;
}

void Model::say(std::string message, bool bad) {
  message_ = std::move(message);
  message_bad_ = bad;
}

void Model::scroll_details(long lines) {
  if (!details_open_) return;
  const size_t seen = static_cast<size_t>(layout().details_lines);
  const size_t count = detail_lines(*this).size();
  const size_t last = count > seen ? count - seen : 0;
  const long wanted = static_cast<long>(details_scroll_) + lines;
  details_scroll_ = std::min(static_cast<size_t>(std::max(wanted, 0L)), last);
}

void Model::after_cursor_moved(const std::optional<std::string>& group_before,
                               const std::optional<std::string>& flow_before) {
  if (groups_.cursor() != group_before && !paused_) flows_.clear();
  if (flows_.cursor() != flow_before) details_scroll_ = 0;
  if (has_frame_) {
    take_group_cursor();
    take_flow_cursor();
  }
  fit();
}

}  // namespace picket::app::tui
