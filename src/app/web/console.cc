// SPDX-License-Identifier: Apache-2.0
#include "app/web/console.h"

#include <optional>

#include "app/exceptions/exception_set.h"
#include "app/web/access/gate.h"
#include "app/web/api/agent_door.h"
#include "app/web/api/live_feed.h"
#include "app/web/api/site.h"
#include "app/web/http/server.h"
#include "app/web/worker_pool.h"
#include "base/counter.h"

namespace picket::app::web {
namespace {

Counter waiting_max{"web.waiting_max", "requests of browsers turned away: too many waited"};

}  // namespace

struct Console::Parts {
  Parts(ConsoleSettings&& settings, http::Listener&& listener)
      : at(listener.at), sessions(system_clock()), gate(at) {
    api::Behind behind{.folder = settings.folder,
                       .clock = &system_clock(),
                       .rules = std::move(settings.rules),
                       .exceptions = settings.exceptions};
    if (!settings.agent.empty()) {
      UniqueFd alerts = std::move(settings.agent.back());
      settings.agent.pop_back();
      behind.agent = &door.emplace(std::move(settings.agent));
      behind.feed = &feed.emplace(*door, std::move(alerts), sessions, system_clock(),
                                  [set = settings.exceptions] {
                                    if (set) (void)set->write_counts();
                                  });
    }
    site.emplace(behind, sessions, gate);
    server.emplace(
        std::move(listener.socket),
        [this](http::Request&& request, http::Server::Answer answer) {
          hand_over(std::move(request), std::move(answer));
        },
        http::Limits{});
    pool.emplace(kWorkers, kWaitingMax, settings.on_thread_start);
    if (feed) feeding = start_thread(settings.on_thread_start, [this] { feed->run(); });
    serving = start_thread(settings.on_thread_start, [this] { server->run(); });
  }

  // Nobody pushes and nobody answers any more when the server goes.
  ~Parts() {
    server->stop();
    serving.join();
    if (door) door->close();
    if (feed) {
      feed->stop();
      feeding.join();
    }
    pool.reset();
  }

  void hand_over(http::Request&& request, http::Server::Answer&& answer) {
    auto given = std::make_shared<http::Request>(std::move(request));
    const auto work = [this, given, answer] { answer(site->respond(*given)); };
    if (pool->submit(work)) return;
    waiting_max.add();
    auto problem = http::refused(503, "too much is asked at once", "Ask again in a moment.");
    problem.error().retry_after_s = 1;
    answer(http::response_of(problem.error()));
  }

  const Endpoint at;
  access::Sessions sessions;
  const access::Gate gate;
  std::optional<api::AgentDoor> door;
  std::optional<api::LiveFeed> feed;
  std::optional<api::Site> site;
  std::optional<http::Server> server;
  std::optional<WorkerPool> pool;
  std::thread feeding, serving;
};

Console::Console(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Console::~Console() = default;

Result<std::unique_ptr<Console>> Console::start(ConsoleSettings settings) {
  const ConsolePlace& place = settings.place;
  TRY_ASSIGN(http::Listener listener, http::listen_on(place.at, place.next_free));
  return std::unique_ptr<Console>(
      new Console(std::make_unique<Parts>(std::move(settings), std::move(listener))));
}

const Endpoint& Console::at() const { return parts_->at; }
std::string Console::url() const { return parts_->gate.origin() + '/'; }

Result<std::string> Console::sign_in_link() {
  TRY_ASSIGN(const std::string token, parts_->sessions.new_link());
  return url() + "sign-in?token=" + token;
}

}  // namespace picket::app::web
