// SPDX-License-Identifier: Apache-2.0
// The fallback looking at real sockets of this very process (and of its children), on loopback
// only.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstring>
#include <future>
#include <thread>

#include "sensor/fallback/live_fixture.h"

namespace picket::sensor::fallback {
namespace {

using event::Attribution;
using event::FlowState;
using event::OwnerClass;
using event::Role;
using event::SocketSeen;
using event::Transport;
using What = event::SocketSeen::What;

struct TcpPair {
  UniqueFd listener, client, server;
};
TcpPair tcp_pair(int family, const char* bind_to, int client_family, const char* connect) {
  TcpPair pair;
  pair.listener = bound_socket(family, SOCK_STREAM, bind_to);
  ::listen(pair.listener.get(), 5);
  pair.client = UniqueFd(::socket(client_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect_to(pair.client, connect, local_end(pair.listener).port)) {
    pair.server = UniqueFd(::accept4(pair.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  }
  return pair;
}

TEST_F(Live, Tcp) {
  TcpPair pair = tcp_pair(AF_INET, "127.0.0.1", AF_INET, "127.0.0.1");
  ASSERT_TRUE(pair.server);
  char bytes[700] = {};
  ASSERT_EQ(::send(pair.client.get(), bytes, sizeof bytes, 0), 700);
  ASSERT_EQ(::recv(pair.server.get(), bytes, sizeof bytes, MSG_WAITALL), 700);
  look();
  expect_mine(watcher_.of(pair.listener), Role::kListener, FlowState::kListen);
  expect_mine(watcher_.of(pair.client), Role::kClient, FlowState::kEstablished);
  expect_mine(watcher_.of(pair.server), Role::kServer, FlowState::kEstablished);
  const SocketSeen* client = watcher_.of(pair.client);
  EXPECT_EQ(client->what, What::kFound);
  EXPECT_EQ(client->local, local_end(pair.client));
  EXPECT_EQ(client->remote, local_end(pair.listener));
  EXPECT_FALSE(client->shared);
  EXPECT_TRUE(client->counters.known);
  EXPECT_EQ(client->counters.bytes_out, 700u);
  EXPECT_EQ(watcher_.of(pair.server)->counters.bytes_in, 700u);
  EXPECT_EQ(watcher_.of(pair.listener)->remote, Endpoint{});
}

TEST_F(Live, TcpOpenedAndClosedBetweenLooks) {
  look();
  TcpPair pair = tcp_pair(AF_INET, "127.0.0.1", AF_INET, "127.0.0.1");
  ASSERT_TRUE(pair.server);
  look();
  ASSERT_TRUE(watcher_.of(pair.client));
  EXPECT_EQ(watcher_.of(pair.client)->what, What::kOpened);
  uint64_t client = cookie_of(pair.client), server = cookie_of(pair.server);
  pair.client.reset();  // the first to close waits; the other side is gone at once
  char byte;
  ASSERT_EQ(::recv(pair.server.get(), &byte, 1, 0), 0);
  look();
  // The other side's answer to the FIN may take its time.
  EXPECT_THAT(watcher_.sockets[client].state,
              testing::AnyOf(FlowState::kFinWait1, FlowState::kFinWait2));
  EXPECT_EQ(watcher_.sockets[server].state, FlowState::kCloseWait);
  pair.server.reset();
  look();
  EXPECT_EQ(watcher_.sockets[server].what, What::kClosed);
  EXPECT_EQ(watcher_.sockets[client].what, What::kUpdated);
  EXPECT_EQ(event::text(watcher_.sockets[client].state), event::text(FlowState::kTimeWait));
  EXPECT_EQ(watcher_.sockets[client].owner.pid, static_cast<uint32_t>(::getpid()));
}

TEST_F(Live, TcpOverIpv6AndMapped) {
  TcpPair pair = tcp_pair(AF_INET6, "::1", AF_INET6, "::1");
  TcpPair mapped = tcp_pair(AF_INET6, "::", AF_INET, "127.0.0.1");
  if (!pair.server || !mapped.server) GTEST_SKIP() << "no IPv6 on loopback here";
  look();
  expect_mine(watcher_.of(pair.client), Role::kClient, FlowState::kEstablished);
  expect_mine(watcher_.of(pair.server), Role::kServer, FlowState::kEstablished);
  EXPECT_EQ(watcher_.of(pair.client)->remote.address.text(), "::1");
  EXPECT_TRUE(watcher_.of(pair.client)->v6_socket);
  expect_mine(watcher_.of(mapped.server), Role::kServer, FlowState::kEstablished);
  EXPECT_TRUE(watcher_.of(mapped.server)->v6_socket);
  EXPECT_EQ(watcher_.of(mapped.server)->remote, local_end(mapped.client));
  EXPECT_TRUE(watcher_.of(mapped.server)->remote.address.is_v4());
}

TEST_F(Live, QueuedConnectionHasNoOwnerUntilAccepted) {
  UniqueFd listener = bound_socket(AF_INET, SOCK_STREAM, "127.0.0.1");
  ASSERT_EQ(::listen(listener.get(), 5), 0);
  UniqueFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_TRUE(connect_to(client, "127.0.0.1", local_end(listener).port));
  look();
  const SocketSeen* queued = nullptr;
  for (const auto& [cookie, seen] : watcher_.sockets) {
    if (seen.remote == local_end(client) && seen.local == local_end(listener)) queued = &seen;
  }
  ASSERT_TRUE(queued);
  EXPECT_EQ(queued->owner_class, OwnerClass::kNone);
  EXPECT_EQ(queued->role, Role::kServer);
  UniqueFd accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  ASSERT_EQ(cookie_of(accepted), queued->cookie);
  look();
  expect_mine(watcher_.of(accepted), Role::kServer, FlowState::kEstablished);
}

TEST_F(Live, Udp) {
  UniqueFd open = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  UniqueFd connected = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  ASSERT_TRUE(connect_to(connected, "127.0.0.1", local_end(open).port));
  look();
  expect_mine(watcher_.of(open), Role::kListener, FlowState::kOpen);
  expect_mine(watcher_.of(connected), Role::kClient, FlowState::kOpen);
  EXPECT_EQ(watcher_.of(connected)->remote, local_end(open));
  EXPECT_FALSE(watcher_.of(open)->counters.known);
  UniqueFd six = bound_socket(AF_INET6, SOCK_DGRAM, "::1");
  if (!six) GTEST_SKIP() << "no IPv6 on loopback here";
  look();
  expect_mine(watcher_.of(six), Role::kListener, FlowState::kOpen);
}

TEST_F(Live, RawAndPacket) {
  UniqueFd raw(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 89));
  UniqueFd packet(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ARP)));
  if (!raw || !packet) GTEST_SKIP() << "raw and packet sockets need CAP_NET_RAW";
  look();
  // Found by inode: where raw sockets come from /proc/net they have no cookie.
  auto by_inode = [&](const UniqueFd& opened) -> const SocketSeen* {
    struct stat file {};
    ::fstat(opened.get(), &file);
    for (const auto& [cookie, seen] : watcher_.sockets) {
      if (seen.inode == file.st_ino) return &seen;
    }
    return nullptr;
  };
  expect_mine(by_inode(raw), Role::kListener, FlowState::kOpen);
  EXPECT_EQ(by_inode(raw)->transport, Transport::kRaw);
  EXPECT_EQ(by_inode(raw)->protocol, 89);
  expect_mine(by_inode(packet), Role::kListener, FlowState::kOpen);
  EXPECT_EQ(by_inode(packet)->transport, Transport::kPacket);
  EXPECT_EQ(by_inode(packet)->protocol, ETH_P_ARP);
}

TEST_F(Live, OwnersAndAncestorsComeBeforeTheirSockets) {
  UniqueFd open = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  look();
  auto self = static_cast<uint32_t>(::getpid());
  auto position = [&](auto matches) {
    auto where = std::ranges::find_if(watcher_.log, matches);
    return where - watcher_.log.begin();
  };
  auto process_at = [&](uint32_t pid) {
    return position([pid](const event::Observation& seen) {
      auto* process = std::get_if<event::ProcessSeen>(&seen);
      return process && process->key.pid == pid;
    });
  };
  auto socket_at = position([&](const event::Observation& seen) {
    auto* socket = std::get_if<SocketSeen>(&seen);
    return socket && socket->cookie == cookie_of(open);
  });
  ASSERT_TRUE(watcher_.processes.contains(self));
  const event::ProcessSeen& me = watcher_.processes[self];
  EXPECT_LT(process_at(static_cast<uint32_t>(::getppid())), process_at(self));
  EXPECT_LT(process_at(self), socket_at);
  EXPECT_EQ(me.parent.pid, static_cast<uint32_t>(::getppid()));
  EXPECT_NE(me.parent.start_ns, 0u);
  EXPECT_EQ(me.uid, ::geteuid());
  EXPECT_THAT(me.executable, testing::HasSubstr("sensor_test"));
  EXPECT_TRUE(me.file.known());
  EXPECT_FALSE(me.arguments.empty());
  EXPECT_EQ(me.key, watcher_.of(open)->owner);
  EXPECT_NE(me.network_namespace, 0u);
}

// A forked child that runs `body`, whose text is empty when all was well.
class Child {
 public:
  explicit Child(const std::function<std::string()>& body) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    pid_ = ::fork();
    if (pid_ == 0) {
      std::string text = body();
      (void)!::write(ends[1], text.data(), text.size());
      ::_exit(0);
    }
    ::close(ends[1]);
    answer_ = UniqueFd(ends[0]);
  }
  std::string finish() {
    std::string text;
    char part[512];
    for (ssize_t got; (got = ::read(answer_.get(), part, sizeof part)) > 0;) {
      text.append(part, static_cast<size_t>(got));
    }
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : text + " (child died)";
  }

 private:
  pid_t pid_ = -1;
  UniqueFd answer_;
};

TEST_F(Live, SharedSocketGoesToWhoOpenedItAndExitIsTold) {
  int go[2];
  ASSERT_EQ(::pipe2(go, O_CLOEXEC), 0);
  UniqueFd listener = bound_socket(AF_INET, SOCK_STREAM, "127.0.0.1");
  ASSERT_EQ(::listen(listener.get(), 5), 0);
  UniqueFd client;
  uint16_t port = local_end(listener).port;
  pid_t child = ::fork();
  if (child == 0) {  // holds the listener and a socket of its own until told to go
    UniqueFd own(::socket(AF_INET, SOCK_STREAM, 0));
    connect_to(own, "127.0.0.1", port);
    char byte;
    ::close(go[1]);
    (void)!::read(go[0], &byte, 1);
    ::_exit(3);
  }
  UniqueFd accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));  // it has connected
  look();
  expect_mine(watcher_.of(listener), Role::kListener, FlowState::kListen);
  EXPECT_TRUE(watcher_.of(listener)->shared);
  EXPECT_FALSE(watcher_.of(accepted)->shared);
  ASSERT_TRUE(watcher_.processes.contains(static_cast<uint32_t>(child)));
  event::ProcessKey key = watcher_.processes[static_cast<uint32_t>(child)].key;
  ::close(go[1]);
  ::close(go[0]);
  ::waitpid(child, nullptr, 0);
  look();
  auto exited = std::ranges::find_if(watcher_.log, [&](const event::Observation& seen) {
    auto* exit = std::get_if<event::ProcessExited>(&seen);
    return exit && exit->key == key;
  });
  EXPECT_NE(exited, watcher_.log.end());
}

// What user nobody is told of its own socket and of root's, which listens on the port read from
// `port_of_root`.
std::string look_as_nobody(int port_of_root) {
  if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) return "setuid";
  ::prctl(PR_SET_DUMPABLE, 1);  // as after exec: may look at itself
  uint16_t port = 0;
  if (::read(port_of_root, &port, sizeof port) != sizeof port) return "no port came";
  UniqueFd mine = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1");
  auto source = FallbackSource::create();
  if (!source) return source.error().text();
  Watcher watcher;
  watcher.drain(**source);
  const SocketSeen* own = watcher.of(mine);
  const SocketSeen* other =
      watcher.bound_to(Transport::kTcp, {*IpAddress::parse("127.0.0.1"), port});
  if (!own || own->owner.pid != static_cast<uint32_t>(::getpid())) return "own socket not credited";
  if (own->uid != 65534) return "own uid wrong";
  if (!other) return "root's socket not listed";
  if (other->owner_class != OwnerClass::kHidden || other->owner.pid != 0) return "not hidden";
  if (other->uid != 0 || other->attribution != Attribution::kNone) return "root's uid wrong";
  std::string note = (*source)->mode_note();
  if (note.find("owners of") == std::string::npos) return "note does not tell: " + note;
  if (note.find("shorter") == std::string::npos) return "note does not warn: " + note;
  return "";
}

TEST(LiveUnprivileged, OthersAreHiddenAndOwnAreNot) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to have a socket of another user to hide";
  int port_of_root[2];
  ASSERT_EQ(::pipe2(port_of_root, O_CLOEXEC), 0);
  Child child([&] { return look_as_nobody(port_of_root[0]); });
  // Made after the fork, so that the child does not hold it too.
  UniqueFd listener = bound_socket(AF_INET, SOCK_STREAM, "127.0.0.1");
  ::listen(listener.get(), 1);
  uint16_t port = local_end(listener).port;
  ASSERT_EQ(::write(port_of_root[1], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  EXPECT_EQ(child.finish(), "");
  ::close(port_of_root[0]);
  ::close(port_of_root[1]);
}

}  // namespace
}  // namespace picket::sensor::fallback
