// SPDX-License-Identifier: Apache-2.0
#include "app/agent/client_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstdlib>

#include "base/counter.h"
#include "base/json_writer.h"

namespace picket::app::agent {
namespace {

Counter clients_max{"agent.clients_max", "readers turned away: too many at once"};
Counter requests_bad{"agent.requests_bad", "requests of readers that could not be understood"};
Counter follow_lost{"agent.follow_lost", "lines a slow reader did not get"};

std::string json_line(
    std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string line;
  JsonWriter json(line);
  json.begin_object();
  for (const auto& [name, text] : members) json.member(name, text);
  json.end_object();
  line += '\n';
  return line;
}

}  // namespace

struct ClientServer::Client {
  UniqueFd socket;
  std::string received;  // not answered yet
  std::string unsent;    // of which `sent` bytes are gone already
  size_t sent = 0;
  bool ended = false;  // it will ask no more
  bool done = false;   // close once everything is sent
  bool gone = false;
  bool following = false;
  bool alerts_wanted = false;
  uint64_t lost = 0;  // lines not sent since the last that was
  std::optional<view::Filter> filter;

  size_t waiting() const { return unsent.size() - sent; }
  bool has_request() const { return received.find('\n') != std::string::npos; }
  bool listened_to() const { return !ended && !done && !has_request(); }
};

ClientServer::ClientServer(UniqueFd listener, Pipeline& pipeline, const AgentState& state,
                           Suspicion* suspicion)
    : listener_(std::move(listener)),
      pipeline_(pipeline),
      state_(state),
      suspicion_(suspicion),
      live_(pipeline.flows(), pipeline.clock(), suspicion) {
  if (suspicion_) suspicion_->set_listener(this);
}

ClientServer::~ClientServer() {
  pipeline_.set_listener(nullptr);
  if (suspicion_) suspicion_->set_listener(nullptr);
}

void ClientServer::add_waits(std::vector<pollfd>& waits) const {
  waits.push_back({listener_.get(), POLLIN, 0});
  for (const auto& client : clients_) {
    const int wanted = (client->listened_to() ? POLLIN : 0) | (client->waiting() > 0 ? POLLOUT : 0);
    waits.push_back({client->socket.get(), static_cast<short>(wanted), 0});
  }
}

void ClientServer::serve(const std::vector<pollfd>& waits, size_t from) {
  const size_t known = std::min(clients_.size(), waits.size() - from - 1);
  for (size_t i = 0; i < known; ++i) {
    Client& client = *clients_[i];
    const short events = waits[from + 1 + i].revents;
    if (events & POLLIN)
      read_requests(client);
    else if (events & (POLLERR | POLLHUP))
      client.gone = true;
    if (client.waiting() > 0) flush(client);
    answer_waiting(client);
    const bool asks_no_more = client.done || (client.ended && !client.following &&
                                              !client.alerts_wanted && !client.has_request());
    if (asks_no_more && client.waiting() == 0) client.gone = true;
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
      const std::string told =
          json_line({{"type", "error"}, {"message", "too many readers at once"}});
      (void)::send(socket.get(), told.data(), told.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      continue;
    }
    clients_.push_back(std::make_unique<Client>());
    clients_.back()->socket = std::move(socket);
  }
}

void ClientServer::read_requests(Client& client) {
  char chunk[16 * 1024];
  const ssize_t got = recv(client.socket.get(), chunk, sizeof chunk, 0);
  if (got > 0)
    client.received.append(chunk, static_cast<size_t>(got));
  else if (got == 0)
    client.ended = true;
  else if (errno != EAGAIN && errno != EINTR)
    client.gone = true;
}

// One request after the other, each once the answer to the last is sent.
void ClientServer::answer_waiting(Client& client) {
  size_t begin = 0;
  while (client.waiting() == 0 && !client.gone) {
    const size_t end = client.received.find('\n', begin);
    if (end == std::string::npos) break;
    answer(client, std::string_view(client.received).substr(begin, end - begin));
    begin = end + 1;
    flush(client);
  }
  client.received.erase(0, begin);
  if (client.has_request() || client.received.size() <= kRequestBytesMax) return;
  refuse(client, "a request is one line of at most " + std::to_string(kRequestBytesMax) + " bytes");
  client.received.clear();
  client.done = true;
}

void ClientServer::answer(Client& client, std::string_view line) {
  auto request = parse_client_request(line);
  if (!request) return refuse(client, request.error().text());
  switch (request->ask) {
    case ClientRequest::Ask::kFrame:
      return send(
          client,
          view::to_json(live_.frame(request->query, make_status(state_, pipeline_))) + "\n");
    case ClientRequest::Ask::kFlows: return answer_flows(client, *request);
    case ClientRequest::Ask::kProcess: return answer_process(client, request->pid);
    case ClientRequest::Ask::kFollow: return begin_following(client, std::move(request->filter));
    case ClientRequest::Ask::kStatus: return send(client, status_json(state_, pipeline_));
    case ClientRequest::Ask::kAlerts: return answer_alerts(client, *request);
    case ClientRequest::Ask::kSignIn: return answer_sign_in(client);
  }
}

void ClientServer::refuse(Client& client, const std::string& why) {
  requests_bad.add();
  send(client, json_line({{"type", "error"}, {"message", why}}));
}

void ClientServer::answer_flows(Client& client, const ClientRequest& request) {
  uint64_t count = 0;
  const flow::FlowTable& flows = pipeline_.flows();
  flows.visit([&](const flow::Flow& flow) {
    if (!flow.open() && !request.with_closed) return;
    if (!request.filter.matches(view::subject_of(flows, flow, request.filter.wants_place())))
      return;
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

void ClientServer::adopt(UniqueFd socket) {
  clients_.push_back(std::make_unique<Client>());
  clients_.back()->socket = std::move(socket);
}

// Who may read may not decide: root may, and the person behind the sudo that started this.
void ClientServer::answer_sign_in(Client& client) {
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool known = ::getsockopt(client.socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  const char* behind_sudo = std::getenv("SUDO_UID");
  const bool owner =
      known && (peer.uid == 0 || (behind_sudo && std::to_string(peer.uid) == behind_sudo));
  if (!owner) return refuse(client, "only root may sign in to the console this way");
  if (!sign_in_link_) return refuse(client, "this agent serves no console (--console off)");
  const auto link = sign_in_link_();
  if (!link) return refuse(client, link.error().message);
  send(client, json_line({{"type", "sign_in"}, {"url", *link}}));
}

void ClientServer::answer_alerts(Client& client, const ClientRequest& request) {
  const bool go_on = request.go_on;
  uint64_t count = 0;
  if (suspicion_ && request.kept)
    for (const event::Alert& alert : suspicion_->alerts()) {
      line_.clear();
      JsonWriter json(line_);
      event::append_json(json, alert);
      line_ += '\n';
      client.unsent += line_;  // bounded by kAlertsKept
      ++count;
    }
  client.alerts_wanted = go_on;
  if (go_on) return;
  line_.clear();
  JsonWriter json(line_);
  json.begin_object().member("type", "end").member("count", count).end_object();
  line_ += '\n';
  client.unsent += line_;
}

void ClientServer::alert_raised(const event::Alert& alert) {
  line_.clear();
  for (const auto& client : clients_) {
    if (!client->alerts_wanted) continue;
    if (line_.empty()) {
      JsonWriter json(line_);
      event::append_json(json, alert);
      line_ += '\n';
    }
    send(*client, line_);
  }
}

void ClientServer::begin_following(Client& client, view::Filter&& filter) {
  client.filter.emplace(std::move(filter));
  send(client, status_json(state_, pipeline_));
  // What is open now, so that a follower needs no snapshot beside it.
  const flow::FlowTable& flows = pipeline_.flows();
  flows.visit([&](const flow::Flow& flow) {
    if (!flow.open() ||
        !client.filter->matches(view::subject_of(flows, flow, client.filter->wants_place())))
      return;
    line_.clear();
    JsonWriter json(line_);
    event::append_json(json, pipeline_.facts(flow), event::FlowEvent::kFound);
    line_ += '\n';
    client.unsent += line_;
  });
  client.following = true;
  update_listener();
}

void ClientServer::update_listener() {
  const bool anyone = std::any_of(clients_.begin(), clients_.end(), [](const auto& client) {
    return client->following && !client->gone;
  });
  pipeline_.set_listener(anyone ? this : nullptr);
}

void ClientServer::flow_changed(event::FlowEvent what, const flow::Flow& flow) {
  line_.clear();
  const flow::FlowTable& flows = pipeline_.flows();
  for (const auto& client : clients_) {
    if (!client->following) continue;
    if (!client->filter->matches(view::subject_of(flows, flow, client->filter->wants_place())))
      continue;
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

size_t ClientServer::unsent_bytes() const {
  size_t bytes = 0;
  for (const auto& client : clients_) bytes += client->waiting();
  return bytes;
}

void ClientServer::send(Client& client, std::string_view line) {
  if (client.waiting() + line.size() > kUnsentBytesMax) {
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
  while (client.waiting() > 0) {
    const ssize_t sent = ::send(client.socket.get(), client.unsent.data() + client.sent,
                                client.waiting(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      if (errno != EAGAIN) client.gone = true;
      break;
    }
    client.sent += static_cast<size_t>(sent);
  }
  if (client.waiting() == 0) {
    std::string().swap(client.unsent);  // a snapshot may have been large
    client.sent = 0;
  } else if (client.sent > client.unsent.size() / 2) {
    client.unsent.erase(0, client.sent);
    client.sent = 0;
  }
}

}  // namespace picket::app::agent
