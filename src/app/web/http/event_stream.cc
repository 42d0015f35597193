// SPDX-License-Identifier: Apache-2.0
#include "app/web/http/event_stream.h"

#include <algorithm>
#include <utility>

#include "base/counter.h"
#include "base/json_writer.h"

namespace picket::app::web::http {
namespace {

Counter events_dropped{"web.events_dropped", "live events a slow browser did not get"};

}  // namespace

void EventStream::append(std::string_view text) {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    waiting_ += text;
    wake = wake_;
  }
  if (wake) wake();
}

bool EventStream::push(std::string_view event, std::string_view data) {
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || closed_) return false;
    if (waiting_.size() + event.size() + data.size() > kWaitingBytesMax) {
      ++dropped_;
      events_dropped.add();
      return false;
    }
  }
  std::string text;
  text.reserve(event.size() + data.size() + 16);
  text.append("event: ").append(event).append("\ndata: ").append(data);
  std::ranges::replace(text.begin() + static_cast<ptrdiff_t>(event.size() + 8), text.end(), '\r',
                       ' ');
  append(text.append("\n\n"));
  return true;
}

void EventStream::keep_alive() {
  {
    const std::lock_guard lock(mutex_);
    if (ended_ || !waiting_.empty()) return;
  }
  append(":\n\n");
}

void EventStream::end(std::string_view reason) {
  std::string data;
  JsonWriter(data).begin_object().member("reason", reason).end_object();
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true)) return;
  }
  append("event: end\ndata: " + data + "\n\n");
}

uint64_t EventStream::take_dropped() {
  const std::lock_guard lock(mutex_);
  return std::exchange(dropped_, 0);
}

std::string EventStream::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

bool EventStream::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_ && waiting_.empty();
}

void EventStream::on_ready(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void EventStream::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  waiting_.clear();
  wake_ = nullptr;
}

bool EventStream::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace picket::app::web::http
