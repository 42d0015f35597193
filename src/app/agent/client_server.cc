// SPDX-License-Identifier: Apache-2.0
#include "app/agent/client_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/counter.h"
#include "base/json_writer.h"

namespace picket::app::agent {
namespace {

Counter clients_max{"agent.clients_max", "readers turned away: too many at once"};
Counter requests_bad{"agent.requests_bad", "requests of readers that could not be understood"};
Counter follow_lost{"agent.follow_lost", "lines a slow reader did not get"};

std::string json_line(std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string line;
  JsonWriter json(line);
  json.begin_object();
  for (const auto& [name, text] : members) json.member(name, text);
  json.end_object();
  line += '\n';
  return line;
}

}  // namespace

bool asks_for_closed(std::string_view filter) { return filter.find("closed") != std::string_view::npos; }

struct ClientServer::Client {
  UniqueFd socket;
  std::string received;
  std::string unsent;
  bool done = false;          // close once everything is sent
  bool gone = false;
  bool following = false;
  uint64_t lost = 0;          // lines not sent since the last that was
  std::optional<view::Filter> filter;
};

ClientServer::ClientServer(UniqueFd listener, Pipeline& pipeline, const AgentState& state)
    : listener_(std::move(listener)), pipeline_(pipeline), state_(state),
      live_(pipeline.flows(), pipeline.clock()) {}

ClientServer::~ClientServer() { pipeline_.set_listener(nullptr); }

void ClientServer::add_waits(std::vector<pollfd>& waits) const {
  waits.push_back({listener_.get(), POLLIN, 0});
  for (const auto& client : clients_) {
    const short wanted = client->unsent.empty() ? POLLIN : POLLIN | POLLOUT;
    waits.push_back({client->socket.get(), wanted, 0});
  }
}

void ClientServer::serve(const std::vector<pollfd>& waits, size_t from) {
  const size_t known = std::min(clients_.size(), waits.size() - from - 1);
  for (size_t i = 0; i < known; ++i) {
    Client& client = *clients_[i];
    const short events = waits[from + 1 + i].revents;
    if (events & POLLIN) read_requests(client);
    else if (events & (POLLERR | POLLHUP)) client.gone = true;
    if (!client.unsent.empty()) flush(client);
    if (client.done && client.unsent.empty()) client.gone = true;
  }
  const size_t removed = std::erase_if(clients_, [](const auto& client) { return client->gone; });
  if (removed > 0) update_listener();
  if (waits[from].revents & POLLIN) accept_clients();
}

void ClientServer::accept_clients() {
  for (;;) {
    UniqueFd socket(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) return;
    if (clients_.size() >= kClientsMax) {
      clients_max.add();
      continue;
    }
    clients_.push_back(std::make_unique<Client>());
    clients_.back()->socket = std::move(socket);
  }
}

void ClientServer::read_requests(Client& client) {
  char chunk[16 * 1024];
  const ssize_t got = recv(client.socket.get(), chunk, sizeof chunk, 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
    client.gone = true;
    return;
  }
  if (got > 0) client.received.append(chunk, static_cast<size_t>(got));
  size_t begin = 0;
  for (size_t end; (end = client.received.find('\n', begin)) != std::string::npos; begin = end + 1)
    answer(client, std::string_view(client.received).substr(begin, end - begin));
  client.received.erase(0, begin);
  if (client.received.size() > kRequestBytesMax) {
    refuse(client, "a request is one line of at most " + std::to_string(kRequestBytesMax) + " bytes");
    client.received.clear();
    client.done = true;
  }
}

void ClientServer::answer(Client& client, std::string_view line) {
  const nlohmann::json request = nlohmann::json::parse(line, nullptr, false);
  const auto text = [&](const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!request.is_object()) return refuse(client, "a request is a JSON object");
  const std::string what = text("ask");
  if (what == "frame") return answer_frame(client, request.contains("query") ? request["query"].dump() : "{}");
  if (what == "flows") return answer_flows(client, text("filter"));
  if (what == "follow") return begin_following(client, text("filter"));
  if (what == "status") return send(client, status_json(state_, pipeline_));
  if (what == "process" && request.contains("pid") && request["pid"].is_number_unsigned())
    return answer_process(client, request["pid"].get<uint32_t>());
  refuse(client, "ask for frame, flows, process, follow or status");
}

void ClientServer::refuse(Client& client, const std::string& why) {
  requests_bad.add();
  send(client, json_line({{"type", "error"}, {"message", why}}));
}

void ClientServer::answer_frame(Client& client, std::string_view query_text) {
  const auto query = view::parse_frame_query(query_text);
  if (!query) return refuse(client, "the query of this frame cannot be understood");
  send(client, view::to_json(live_.frame(*query, make_status(state_, pipeline_))) + "\n");
}

void ClientServer::answer_flows(Client& client, const std::string& expression) {
  const auto filter = view::Filter::parse(expression);
  if (!filter) return refuse(client, filter.error().text());
  uint64_t count = 0;
  const flow::FlowTable& flows = pipeline_.flows();
  const bool with_closed = asks_for_closed(expression);
  flows.visit([&](const flow::Flow& flow) {
    if (!flow.open() && !with_closed) return;
    if (!filter->matches(view::subject_of(flows, flow, filter->wants_place()))) return;
    line_.clear();
    JsonWriter json(line_);
    event::append_json(json, pipeline_.facts(flow));
    line_ += '\n';
    // A snapshot is asked for whole: it is bounded by the flow table, not by kUnsentBytesMax.
    client.unsent += line_;
    ++count;
  });
  line_.clear();
  JsonWriter json(line_);
  json.begin_object().member("type", "end").member("count", count).end_object();
  line_ += '\n';
  client.unsent += line_;
  client.unsent += status_json(state_, pipeline_);
  flush(client);
}

void ClientServer::answer_process(Client& client, uint32_t pid) {
  std::vector<event::ProcessKey> lives;
  pipeline_.processes().visit_all([&](const process::Process& process) {
    if (process.key.pid == pid) lives.push_back(process.key);
  });
  for (const event::ProcessKey& key : lives) {
    line_.clear();
    JsonWriter json(line_);
    event::append_json(json, pipeline_.processes().facts(key));
    line_ += '\n';
    send(client, line_);
  }
  send(client, json_line({{"type", "end"}}));
}

void ClientServer::begin_following(Client& client, const std::string& expression) {
  auto filter = view::Filter::parse(expression);
  if (!filter) return refuse(client, filter.error().text());
  client.filter.emplace(std::move(*filter));
  send(client, status_json(state_, pipeline_));
  // What is open now, so that a follower needs no snapshot beside it.
  const flow::FlowTable& flows = pipeline_.flows();
  flows.visit([&](const flow::Flow& flow) {
    if (!flow.open() || !client.filter->matches(view::subject_of(flows, flow, client.filter->wants_place()))) return;
    line_.clear();
    JsonWriter json(line_);
    event::append_json(json, pipeline_.facts(flow), event::FlowEvent::kFound);
    line_ += '\n';
    client.unsent += line_;
  });
  client.following = true;
  update_listener();
  flush(client);
}

void ClientServer::update_listener() {
  const bool anyone = std::any_of(clients_.begin(), clients_.end(),
                                  [](const auto& client) { return client->following && !client->gone; });
  pipeline_.set_listener(anyone ? this : nullptr);
}

void ClientServer::flow_changed(event::FlowEvent what, const flow::Flow& flow) {
  line_.clear();
  const flow::FlowTable& flows = pipeline_.flows();
  for (const auto& client : clients_) {
    if (!client->following) continue;
    if (!client->filter->matches(view::subject_of(flows, flow, client->filter->wants_place()))) continue;
    if (line_.empty()) {
      JsonWriter json(line_);
      event::append_json(json, pipeline_.facts(flow), what);
      line_ += '\n';
    }
    send(*client, line_);
  }
}

void ClientServer::process_changed(const process::ProcessChange& change) {
  using What = process::ProcessChange::What;
  event::ProcessEvent what = event::ProcessEvent::kStarted;
  if (change.what == What::kExited) what = event::ProcessEvent::kExited;
  if (change.what == What::kFound) what = event::ProcessEvent::kFound;
  line_.clear();
  for (const auto& client : clients_) {
    if (!client->following || !client->filter->matches_all()) continue;
    if (line_.empty()) {
      JsonWriter json(line_);
      event::append_json(json, pipeline_.processes().facts(change.process.key), what);
      line_ += '\n';
    }
    send(*client, line_);
  }
}

void ClientServer::tell_status() {
  for (const auto& client : clients_)
    if (client->following) send(*client, status_json(state_, pipeline_));
}

void ClientServer::send(Client& client, std::string_view line) {
  if (client.unsent.size() + line.size() > kUnsentBytesMax) {
    ++client.lost;
    follow_lost.add();
    return;
  }
  if (client.lost > 0) {
    std::string told;
    JsonWriter json(told);
    json.begin_object().member("type", "lost").member("lines", client.lost).end_object();
    client.unsent += told + '\n';
    client.lost = 0;
  }
  client.unsent += line;
}

void ClientServer::flush(Client& client) {
  size_t sent_all = 0;
  while (sent_all < client.unsent.size()) {
    const ssize_t sent = ::send(client.socket.get(), client.unsent.data() + sent_all,
                                client.unsent.size() - sent_all, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      if (errno != EAGAIN) client.gone = true;
      break;
    }
    sent_all += static_cast<size_t>(sent);
  }
  client.unsent.erase(0, sent_all);
}

}  // namespace picket::app::agent
