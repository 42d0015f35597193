// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <poll.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/agent/client_request.h"
#include "app/agent/pipeline.h"
#include "app/agent/status.h"
#include "app/agent/suspicion.h"
#include "base/unique_fd.h"
#include "view/filter.h"
#include "view/live_view.h"

namespace picket::app::agent {

constexpr size_t kClientsMax = 64;
// What waits for a reader that does not keep up; beyond it lines are dropped, counted, and told to
// that reader.
constexpr size_t kUnsentBytesMax = 32u << 20;

// Serves `picket connections`, `picket watch` and whoever else speaks the line protocol on the
// agent's UNIX socket (docs/formats/agent_socket.md): one JSON request a line, JSON lines back.
//   {"ask":"frame","query":{...}}   one view::Frame
//   {"ask":"flows","filter":"..."}  a line per flow, then {"type":"end",...}
//   {"ask":"process","pid":N}       a line per life of that pid, then the end
//   {"ask":"follow","filter":"..."} a line per change until the client goes
//   {"ask":"status"}                one status line
//   {"ask":"alerts","follow":false} a line per alert, then the end (or what comes, until it goes)
//   {"ask":"sign_in"}               a link to the console, for root and who called sudo
// A request that is too long, no JSON or of no known kind gets {"type":"error",...}. A reader's
// next request is taken up when it has read the answer to the last, so asking without reading costs
// no memory. One thread.
class ClientServer final : public ChangeListener, public AlertListener {
 public:
  // `suspicion`: null where nothing is detected; it outlives this.
  ClientServer(UniqueFd listener, Pipeline& pipeline, const AgentState& state,
               Suspicion* suspicion = nullptr);
  ~ClientServer() override;

  // The descriptors to wait for are appended to `waits`; after poll(), serve() takes the same
  // range.
  void add_waits(std::vector<pollfd>& waits) const;
  void serve(const std::vector<pollfd>& waits, size_t from);
  // Another reader, over a socket that is connected already.
  void adopt(UniqueFd socket);
  // Who may sign in to the console as its admin, and how; `link` is called on this thread.
  void set_sign_in(std::function<Result<std::string>()> link) { sign_in_link_ = std::move(link); }
  // Once a window: followers also get the status.
  void tell_status();
  // What waits to be sent, over all readers.
  size_t unsent_bytes() const;

  void flow_changed(event::FlowEvent what, const flow::Flow& flow) override;
  void process_changed(const process::ProcessChange& change) override;
  void alert_raised(const event::Alert& alert) override;

 private:
  struct Client;
  void accept_clients();
  void read_requests(Client& client);
  void answer_waiting(Client& client);
  void answer(Client& client, std::string_view line);
  void answer_flows(Client& client, const ClientRequest& request);
  void answer_process(Client& client, uint32_t pid);
  void answer_alerts(Client& client, const ClientRequest& request);
  void answer_sign_in(Client& client);
  void begin_following(Client& client, view::Filter&& filter);
  void refuse(Client& client, const std::string& why);
  void send(Client& client, std::string_view line);
  void flush(Client& client);
  void update_listener();

  UniqueFd listener_;
  Pipeline& pipeline_;
  const AgentState& state_;
  Suspicion* suspicion_;
  view::LiveView live_;
  std::function<Result<std::string>()> sign_in_link_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::string line_;  // reused
};

}  // namespace picket::app::agent
