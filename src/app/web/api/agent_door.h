// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace picket::app::web::api {

// A reader's end of the agent's line protocol (docs/formats/agent_socket.md) over a descriptor that
// is there already. One thread at a time, but for close().
class AgentLines {
 public:
  static constexpr size_t kLineMax = 64u << 20;
  explicit AgentLines(UniqueFd socket) : socket_(std::move(socket)) {}

  Result<void> send_line(std::string request);
  // The next line without its end, waiting at most `wait_ms` (-1: as long as it takes); nullopt:
  // none came in time.
  Result<std::optional<std::string>> read_line(int wait_ms);
  void close();  // reads under way fail; any thread
  // What the agent says is wrong with a request; nullopt: the line says no such thing.
  static std::optional<std::string> error_of(std::string_view line);

 private:
  UniqueFd socket_;
  std::string received_;
};

// The way from the console's workers to the agent's own thread: a few connections that take turns.
// Any thread.
class AgentDoor {
 public:
  explicit AgentDoor(std::vector<UniqueFd> sockets);

  // Sends a request and gives each line of the answer to `each` until it returns false, which it
  // must at the last one. An Error with code EINVAL is what the agent said of the request.
  Result<void> ask(const std::string& request, const std::function<bool(std::string&&)>& each);
  // An answer of one line.
  Result<std::string> ask_one(const std::string& request);
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<AgentLines> all_;
  std::vector<AgentLines*> free_;
  bool closed_ = false;
};

}  // namespace picket::app::web::api
