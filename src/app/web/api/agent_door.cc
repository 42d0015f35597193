// SPDX-License-Identifier: Apache-2.0
#include "app/web/api/agent_door.h"

#include <poll.h>
#include <simdjson.h>
#include <sys/socket.h>

#include <optional>

namespace picket::app::web::api {

Result<void> AgentLines::send_line(std::string request) {
  request += '\n';
  std::string_view rest = request;
  while (!rest.empty()) {
    const ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return system_failure("ask the agent");
    if (sent > 0) rest.remove_prefix(static_cast<size_t>(sent));
  }
  return {};
}

Result<std::optional<std::string>> AgentLines::read_line(int wait_ms) {
  size_t looked_at = 0;
  for (;;) {
    const size_t end = received_.find('\n', looked_at);
    if (end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return std::optional(std::move(line));
    }
    looked_at = received_.size();
    if (looked_at > kLineMax) return failure("the agent's answer does not end");
    pollfd wait{socket_.get(), POLLIN, 0};
    const int ready = ::poll(&wait, 1, wait_ms);
    if (ready == 0) return std::nullopt;
    char chunk[64 * 1024];
    const ssize_t got = ready < 0 ? -1 : ::recv(socket_.get(), chunk, sizeof chunk, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure("read the agent's answer");
    if (got == 0) return failure("the agent has ended");
    received_.append(chunk, static_cast<size_t>(got));
  }
}

void AgentLines::close() { ::shutdown(socket_.get(), SHUT_RDWR); }

std::optional<std::string> AgentLines::error_of(std::string_view line) {
  if (!line.starts_with(R"({"type":"error")")) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  std::string_view message;
  if (parser.parse(line.data(), line.size(), true).get(document) != simdjson::SUCCESS ||
      document["message"].get(message) != simdjson::SUCCESS)
    return "the agent could not do this";
  return std::string(message);
}

AgentDoor::AgentDoor(std::vector<UniqueFd> sockets) {
  for (UniqueFd& socket : sockets) all_.emplace_back(std::move(socket));
  for (AgentLines& lines : all_) free_.push_back(&lines);
}

Result<void> AgentDoor::ask(const std::string& request,
                            const std::function<bool(std::string&&)>& each) {
  AgentLines* lines = nullptr;
  {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [&] { return !free_.empty() || closed_; });
    if (closed_) return failure("picket is ending");
    lines = free_.back();
    free_.pop_back();
  }
  const auto done = [&]() -> Result<void> {
    TRY(lines->send_line(request));
    for (;;) {
      TRY_ASSIGN(auto line, lines->read_line(-1));
      if (const auto message = AgentLines::error_of(*line))
        return std::unexpected(Error{*message, {}, EINVAL});
      if (!each(std::move(*line))) return {};
    }
  }();
  const std::lock_guard lock(mutex_);
  free_.push_back(lines);
  returned_.notify_one();
  return done;
}

Result<std::string> AgentDoor::ask_one(const std::string& request) {
  std::string out;
  TRY(ask(request, [&](std::string&& line) {
    out = std::move(line);
    return false;
  }));
  return out;
}

void AgentDoor::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  for (AgentLines& lines : all_) lines.close();
  returned_.notify_all();
}

}  // namespace picket::app::web::api
