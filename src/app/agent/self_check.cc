// SPDX-License-Identifier: Apache-2.0
#include "app/agent/self_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace picket::app::agent {
namespace {

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

uint16_t port_of(int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

Result<void> SelfCheck::begin(const Clock& clock) {
  begun_ = clock.mono();
  listener_.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);
  if (!listener_ || bind(listener_.get(), where, sizeof address) != 0 ||
      listen(listener_.get(), 1) != 0)
    return system_failure("self-test: listen on loopback");
  server_port_ = port_of(listener_.get());
  address = loopback(server_port_);
  client_.reset(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!client_ || connect(client_.get(), where, sizeof address) != 0)
    return system_failure("self-test: connect over loopback");
  client_port_ = port_of(client_.get());
  server_.reset(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  char byte = 'p';
  if (!server_ || send(client_.get(), &byte, 1, 0) != 1 || recv(server_.get(), &byte, 1, 0) != 1)
    return system_failure("self-test: pass a byte over loopback");
  return {};
}

std::string SelfCheck::verdict(Pipeline& pipeline, bool polled) {
  if (!settled_.empty()) return settled_;
  const auto me = static_cast<uint32_t>(getpid());
  bool client_seen = false, server_seen = false;
  std::string wrong;
  pipeline.flows().visit([&](const flow::Flow& flow) {
    const event::FlowFacts facts = pipeline.facts(flow);
    const bool client = facts.local.port == client_port_ && facts.remote.port == server_port_;
    const bool server = facts.local.port == server_port_ && facts.remote.port == client_port_;
    if (facts.transport != event::Transport::kTcp || (!client && !server)) return;
    const bool certain = polled || facts.attribution == event::Attribution::kHook;
    if (facts.owner.pid != me || !certain || facts.executable.empty()) {
      wrong = "own connection credited to pid " + std::to_string(facts.owner.pid) + " (" +
              facts.executable + ", " + std::string(text(facts.attribution)) + ") instead of " +
              std::to_string(me);
      return;
    }
    (client ? client_seen : server_seen) = true;
  });
  const bool patient = ns_between(begun_, pipeline.clock().mono()) < kSelfTestPatienceNs;
  if (client_seen && server_seen)
    settled_ = "passed";
  else if (patient)
    return "pending";
  else
    settled_ = wrong.empty() ? "the agent's own connection was not seen" : wrong;
  listener_.reset();
  client_.reset();
  server_.reset();
  return settled_;
}

}  // namespace picket::app::agent
