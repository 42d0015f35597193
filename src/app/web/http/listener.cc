// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "app/web/http/server.h"

namespace picket::app::web::http {
namespace {

constexpr int kBacklog = 64;

Result<UniqueFd> bind_to(const Endpoint& at) {
  sockaddr_storage address{};
  socklen_t size = sizeof(sockaddr_in);
  if (at.address.is_v4()) {
    auto* v4 = reinterpret_cast<sockaddr_in*>(&address);
    v4->sin_family = AF_INET;
    v4->sin_port = htons(at.port);
    v4->sin_addr.s_addr = htonl(at.address.v4_host_order());
  } else {
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&address);
    size = sizeof *v6;
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(at.port);
    std::memcpy(&v6->sin6_addr, at.address.bytes().data(), sizeof v6->sin6_addr);
  }
  UniqueFd made(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (!made || ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(made.get(), kBacklog) != 0)
    return system_failure("listen on " + at.text(), errno,
                          "Give another place with --console ADDRESS:PORT, or --console off.");
  return made;
}

}  // namespace

Result<Listener> listen_on(Endpoint at, bool next_free) {
  Endpoint tried = at;
  Result<UniqueFd> made = bind_to(tried);
  while (!made && next_free && made.error().code == EADDRINUSE &&
         tried.port < at.port + kPortsTried - 1) {
    ++tried.port;
    made = bind_to(tried);
  }
  if (!made) return std::unexpected(made.error());
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (tried.port == 0 &&
      ::getsockname(made->get(), reinterpret_cast<sockaddr*>(&bound), &size) == 0)
    tried.port = ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
  return Listener{std::move(*made), tried};
}

}  // namespace picket::app::web::http
