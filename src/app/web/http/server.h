// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <functional>
#include <memory>

#include "app/web/http/message.h"
#include "base/result.h"
#include "base/unique_fd.h"

// HTTP/1.1 (RFC 9112) over a listening socket: reads requests within bounds, hands each to the
// handler, writes what it answers. One thread calls run(); everything of the network happens there.
namespace picket::app::web::http {

// Beyond each the client is told (431, 413, 503) or closed, and it is counted (web.*).
struct Limits {
  size_t connections_max = 128;
  size_t header_bytes_max = 16 * 1024;
  size_t body_bytes_max = 256 * 1024;
  unsigned request_s = 30;  // from the end of the last answer to the end of the next request
  unsigned write_s = 30;    // for what waits to be taken by the client
};

class Server {
 public:
  using Answer = std::function<void(Response&&)>;
  // Called on the server's thread and must not wait; `answer` is called once, on any thread.
  using Handler = std::function<void(Request&&, Answer)>;

  Server(UniqueFd listener, Handler handler, const Limits& limits);
  // After run() has returned and every answer was given; streams are pushed to no more.
  ~Server();
  void run();
  void stop();  // any thread

  struct Core;

 private:
  std::unique_ptr<Core> core_;
};

// Listens on `at`; with `next_free`, on the first free port of kPortsTried from there.
constexpr uint16_t kPortsTried = 20;
struct Listener {
  UniqueFd socket;
  Endpoint at;
};
Result<Listener> listen_on(Endpoint at, bool next_free);

// The status line and header fields of a response whose body has `length` bytes; SIZE_MAX: it ends
// with the connection. Pure.
std::string head_of(const Response& response, size_t length, bool keep_alive);

}  // namespace picket::app::web::http
