// SPDX-License-Identifier: Apache-2.0
// The fallback looking into another network namespace than its own.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cstring>
#include <future>
#include <thread>

#include "sensor/fallback/live_fixture.h"

namespace picket::sensor::fallback {
namespace {

using event::FlowState;
using event::Role;
using event::SocketSeen;
using event::Transport;
using What = event::SocketSeen::What;

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
    std::memcpy(request.ifr_name, "lo", sizeof "lo");
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
