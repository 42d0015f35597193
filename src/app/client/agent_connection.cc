// SPDX-License-Identifier: Apache-2.0
#include "app/client/agent_connection.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "base/json_writer.h"
#include "event/facts_json.h"

namespace picket::app::client {
namespace {

std::string request(std::string_view ask, std::string_view filter) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("ask", ask).member_if("filter", filter).end_object();
  return line;
}

}  // namespace

Result<AgentConnection> AgentConnection::connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return failure("the socket's path is too long: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return system_failure("make a socket");
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    const int error = errno;
    return system_failure("connect to the agent at " + path, error,
                          error == EACCES ? "Use sudo, or join the group picket."
                                          : "Start it with `sudo picket run`.");
  }
  return AgentConnection(std::move(socket));
}

Result<void> AgentConnection::send_line(const std::string& request) {
  const std::string line = request + "\n";
  size_t sent_all = 0;
  while (sent_all < line.size()) {
    const ssize_t sent =
        send(socket_.get(), line.data() + sent_all, line.size() - sent_all, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return system_failure("ask the agent");
    sent_all += static_cast<size_t>(sent);
  }
  return {};
}

Result<std::string> AgentConnection::read_line() {
  size_t looked = begin_;
  for (;;) {
    const size_t end = received_.find('\n', looked);
    if (end != std::string::npos) {
      std::string line = received_.substr(begin_, end - begin_);
      begin_ = end + 1;
      return line;
    }
    received_.erase(0, begin_);
    begin_ = 0;
    looked = received_.size();
    if (received_.size() > kAnswerLineMax) return failure("the agent's answer has no end");
    const size_t before = received_.size();
    constexpr size_t kChunk = 256 * 1024;
    received_.resize(before + kChunk);
    ssize_t got;
    do got = recv(socket_.get(), received_.data() + before, kChunk, 0);
    while (got < 0 && errno == EINTR);
    received_.resize(before + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0) return system_failure("read the agent's answer");
    if (got == 0) return failure("the agent is gone", "Start it again with `sudo picket run`.");
  }
}

void AgentConnection::cancel() { shutdown(socket_.get(), SHUT_RDWR); }

std::optional<std::string> error_of(std::string_view line) {
  if (!line.starts_with(R"({"type":"error")")) return std::nullopt;
  std::string message;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(line.data(), line.size(), true).get(document) == simdjson::SUCCESS)
    event::MemberReader(document).read("message", message);
  return message.empty() ? std::string(line) : message;
}

Result<Snapshot> ask_flows(AgentConnection& agent, const std::string& filter) {
  TRY(agent.send_line(request("flows", filter)));
  Snapshot snapshot;
  for (;;) {
    TRY_ASSIGN(const std::string line, agent.read_line());
    if (const auto error = error_of(line)) return failure(*error);
    if (line.starts_with(R"({"type":"end")")) break;
    if (auto facts = event::parse_flow_facts(line))
      snapshot.flows.push_back(std::move(*facts));
    else
      return failure("the agent speaks another version of the protocol",
                     "Restart it with this version of picket.");
  }
  TRY_ASSIGN(snapshot.status, agent.read_line());
  return snapshot;
}

Result<std::string> ask_status(AgentConnection& agent) {
  TRY(agent.send_line(request("status", "")));
  return agent.read_line();
}

Result<void> follow(AgentConnection& agent, const std::string& filter,
                    const std::function<bool(const std::string&)>& on_line) {
  TRY(agent.send_line(request("follow", filter)));
  for (;;) {
    TRY_ASSIGN(const std::string line, agent.read_line());
    if (const auto error = error_of(line)) return failure(*error);
    if (!on_line(line)) return {};
  }
}

}  // namespace picket::app::client
