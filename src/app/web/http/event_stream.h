// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

// Server-sent events (WHATWG HTML 9.2) on their way to one reader. Any thread.
namespace picket::app::web::http {

class EventStream {
 public:
  static constexpr size_t kWaitingBytesMax = 4u << 20;

  // `data` is one line. False: too much waits for a reader that does not keep up; the event is
  // dropped and counted, here and in web.events_dropped.
  bool push(std::string_view event, std::string_view data);
  // A comment, so that the way stays open.
  void keep_alive();
  // Says why and ends; what waits is still sent.
  void end(std::string_view reason);

  // How many were dropped since the last call.
  uint64_t take_dropped();

  // The connection's side: what waits, and whether more may come.
  std::string take();
  bool ended() const;
  // Called, on the thread that pushes, when there is something to take or the end has come.
  void on_ready(std::function<void()> wake);
  // The reader has gone; `closed()` tells whoever pushes.
  void close();
  bool closed() const;

 private:
  void append(std::string_view text);

  mutable std::mutex mutex_;
  std::string waiting_;
  uint64_t dropped_ = 0;
  bool ended_ = false, closed_ = false;
  std::function<void()> wake_;
};

}  // namespace picket::app::web::http
