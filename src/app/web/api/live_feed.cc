// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/live_feed.h"

#include "app/web/api/frame_query.h"
#include "app/web/http/event_stream.h"
#include "base/counter.h"

namespace picket::app::web::api {
namespace {

Counter listeners_max{"web.listeners_max", "browsers that got no live data: too many at once"};

// How long a new listener may wait for its first frame.
constexpr int kLookMs = 100;

}  // namespace

bool LiveFeed::add(Listener&& listener) {
  const std::lock_guard lock(mutex_);
  if (listeners_ >= kListenersMax) {
    listeners_max.add();
    return false;
  }
  ++listeners_;
  new_.push_back(std::move(listener));
  return true;
}

void LiveFeed::take_new() {
  const std::lock_guard lock(mutex_);
  for (Listener& one : new_) {
    served_.push_back(std::make_unique<Served>());
    served_.back()->listener = std::move(one);
    served_.back()->next_comment = MonoTime{clock_.mono().ns + kKeepAliveNs};
  }
  new_.clear();
  listeners_ = served_.size();
}

void LiveFeed::serve(Served& served, MonoTime now) {
  http::EventStream& stream = *served.listener.stream;
  if (!sessions_.alive(served.listener.session)) return stream.end("the session is over");
  if (now >= served.next_comment) {
    served.next_comment = MonoTime{now.ns + kKeepAliveNs};
    stream.keep_alive();
  }
  if (now < served.next) return;
  served.next = MonoTime{now.ns + kNsPerSecond / served.listener.per_s};
  const auto frame = door_.ask_one(frame_request(served.listener.query));
  if (!frame) return stream.end(frame.error().message);
  if (const uint64_t dropped = stream.take_dropped(); dropped > 0) {
    served.delta.forget();
    stream.push("lost", "{\"events\":" + std::to_string(dropped) + "}");
  }
  const auto delta = served.delta.next(*frame);
  if (!stream.push(delta ? "delta" : "frame", delta ? *delta : *frame)) served.delta.forget();
}

Result<void> LiveFeed::wait_for_alerts() {
  TRY_ASSIGN(const auto line, alerts_.read_line(kLookMs));
  if (line && line->starts_with(R"({"type":"alert")"))
    for (const auto& served : served_) served->listener.stream->push("alert", *line);
  return {};
}

void LiveFeed::run() {
  Result<void> alive = alerts_.send_line(R"({"ask":"alerts","follow":true,"kept":false})");
  MonoTime next_chores{clock_.mono().ns + kChoresNs};
  while (alive && !stop_) {
    alive = wait_for_alerts();
    take_new();
    const MonoTime now = clock_.mono();
    if (now >= next_chores) {
      next_chores = MonoTime{now.ns + kChoresNs};
      chores_();
    }
    for (const auto& one : served_) serve(*one, now);
    std::erase_if(served_, [](const auto& one) {
      return one->listener.stream->closed() || one->listener.stream->ended();
    });
  }
  chores_();
  take_new();
  for (const auto& one : served_) one->listener.stream->end("picket is ending");
}

void LiveFeed::stop() {
  stop_ = true;
  alerts_.close();
}

}  // namespace picket::app::web::api
