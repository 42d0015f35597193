// SPDX-License-Identifier: Apache-2.0
// The fallback looking at real sockets of this very process (and of its children), on loopback only.
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

#include "sensor/fallback/live_sockets.h"

namespace picket::sensor::fallback {
namespace {

using event::Attribution;
using event::FlowState;
using event::OwnerClass;
using event::Role;
using event::SocketSeen;
using event::Transport;
using What = event::SocketSeen::What;

class Live : public testing::Test {
 protected:
  void SetUp() override {
    auto created = FallbackSource::create({.clock = &clock_});
    ASSERT_TRUE(created) << created.error().text();
    source_ = std::move(*created);
  }
  void look() {
    watcher_.drain(*source_);
    clock_.now.ns += static_cast<uint64_t>(kIntervalMaxMs) * kNsPerMs;
  }
  void expect_mine(const SocketSeen* seen, Role role, FlowState state) {
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->owner.pid, static_cast<uint32_t>(::getpid()));
    EXPECT_EQ(seen->owner_class, OwnerClass::kProcess);
    EXPECT_EQ(seen->attribution, Attribution::kPolled);
    EXPECT_EQ(event::text(seen->role), event::text(role));
    EXPECT_EQ(event::text(seen->state), event::text(state));
    EXPECT_EQ(seen->uid, ::getuid());
    EXPECT_NE(seen->network_namespace, 0u);
    EXPECT_NE(seen->inode, 0u);
  }
  ManualClock clock_;
  std::unique_ptr<FallbackSource> source_;
  Watcher watcher_;
};

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
  const SocketSeen* other = watcher.bound_to(Transport::kTcp, {*IpAddress::parse("127.0.0.1"), port});
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

// A thread that lives in a network namespace of its own, loopback up, until it is let go.
class NamespaceThread {
 public:
  using Body = std::function<void()>;
  explicit NamespaceThread(const Body& body) {
    std::promise<bool> ready;
    auto is_ready = ready.get_future();
    thread_ = std::thread([this, &body, &ready] {
      bool inside = ::unshare(CLONE_NEWNET) == 0;
      if (inside) {
        raise_loopback();
        proc_net = "/proc/self/task/" + std::to_string(::syscall(SYS_gettid)) + "/net";
        struct stat own {};
        ::stat("/proc/thread-self/ns/net", &own);
        inode = static_cast<uint32_t>(own.st_ino);
        if (auto opened = open_diag_socket()) diag = std::move(*opened);
        body();
      }
      ready.set_value(inside);
      leave_.get_future().wait();
    });
    entered = is_ready.get();
  }
  ~NamespaceThread() {
    leave_.set_value();
    thread_.join();
  }
  bool entered = false;
  uint32_t inode = 0;
  std::string proc_net;
  UniqueFd diag;

 private:
  static void raise_loopback() {
    UniqueFd any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    ::ioctl(any.get(), SIOCSIFFLAGS, &request);
  }
  std::promise<void> leave_;
  std::thread thread_;
};

TEST_F(Live, SocketsOfAnotherNamespaceAndPing) {
  UniqueFd listener, ping, ping6;
  NamespaceThread place([&] {
    UniqueFd range(::open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY | O_CLOEXEC));
    (void)!::write(range.get(), "0 2147483647", 12);
    listener = bound_socket(AF_INET, SOCK_STREAM, "127.0.0.1");
    ::listen(listener.get(), 1);
    ping = bound_socket(AF_INET, SOCK_DGRAM, "127.0.0.1", IPPROTO_ICMP);
    ping6 = UniqueFd(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMPV6));
    connect_to(ping6, "::1", 0);
  });
  if (!place.entered) GTEST_SKIP() << "a network namespace of one's own needs root";
  look();
  EXPECT_FALSE(watcher_.of(listener));
  ASSERT_TRUE(source_->add_namespace(std::move(place.diag), place.inode, place.proc_net));
  EXPECT_FALSE(source_->add_namespace(UniqueFd(), place.inode, ""));
  look();
  expect_mine(watcher_.of(listener), Role::kListener, FlowState::kListen);
  EXPECT_EQ(watcher_.of(listener)->network_namespace, place.inode);
  EXPECT_EQ(watcher_.of(listener)->what, What::kFound);
  ASSERT_TRUE(ping);
  const SocketSeen* echo = watcher_.bound_to(Transport::kIcmp, local_end(ping));
  expect_mine(echo, Role::kListener, FlowState::kOpen);
  EXPECT_EQ(echo->protocol, IPPROTO_ICMP);
  const SocketSeen* echo6 = watcher_.bound_to(Transport::kIcmp, local_end(ping6));
  expect_mine(echo6, Role::kClient, FlowState::kOpen);
  EXPECT_EQ(echo6->protocol, IPPROTO_ICMPV6);

  source_->remove_namespace(place.inode);
  look();
  EXPECT_EQ(watcher_.of(listener)->what, What::kClosed);
}

}  // namespace
}  // namespace picket::sensor::fallback
