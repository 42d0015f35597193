// SPDX-License-Identifier: Apache-2.0
// sink [hold]
// A server that takes everything and answers nothing: TCP and UDP, IPv4 and IPv6 (dual stack), one
// port for both, chosen by the kernel. Prints {"port":...} when it serves, and what it took when it
// gets SIGTERM. hold: never accepts, so that a client may keep tens of thousands of connections
// open against it without a descriptor on this side.
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "net.h"
#include "truth.h"

namespace picket::traffic {
namespace {

constexpr int kBacklog = 65535;
constexpr int kDatagramBufferBytes = 8 << 20;

struct Totals {
  unsigned long connections = 0, datagrams = 0, bytes = 0;
};

class Sink {
 public:
  explicit Sink(bool hold) : hold_(hold) {
    listener_ = open_socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK);
    datagram_ = open_socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK);
    set_flag(listener_, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    set_flag(datagram_, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    set_flag(datagram_, SOL_SOCKET, SO_RCVBUFFORCE, kDatagramBufferBytes);
    bind_to(listener_, socket_address("::", 0));
    port_ = local_address(listener_).port;
    bind_to(datagram_, socket_address("::", port_));
    set_flag(listener_, IPPROTO_TCP, TCP_FASTOPEN, 128);
    if (::listen(listener_, kBacklog) != 0) die("listen");
    poll_ = ::epoll_create1(EPOLL_CLOEXEC);
    if (!hold_) watch(listener_);
    watch(datagram_);
    sigset_t stop;
    ::sigemptyset(&stop);
    ::sigaddset(&stop, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &stop, nullptr);
    signal_ = ::signalfd(-1, &stop, SFD_CLOEXEC);
    watch(signal_);
  }

  void serve() {
    std::printf("{\"port\":%u,\"pid\":%d}\n", port_, ::getpid());
    std::fflush(stdout);
    epoll_event events[256];
    for (;;) {
      const int count = ::epoll_wait(poll_, events, 256, -1);
      if (count < 0 && errno != EINTR) die("epoll_wait");
      bool stop = false;
      for (int i = 0; i < count; ++i) {
        const int fd = events[i].data.fd;
        if (fd == listener_)
          accept_all();
        else if (fd == datagram_)
          take_datagrams();
        else if (fd == signal_)
          stop = true;
        else
          take_stream(fd);
      }
      if (stop) break;
    }
    accept_all_at_end();
    std::printf("{\"connections\":%lu,\"datagrams\":%lu,\"bytes\":%lu}\n", totals_.connections,
                totals_.datagrams, totals_.bytes);
    std::fflush(stdout);
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(poll_, EPOLL_CTL_ADD, fd, &event) != 0) die("epoll_ctl");
  }

  void accept_all() {
    for (int fd;
         (fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      ++totals_.connections;
      watch(fd);
    }
    if (errno != EAGAIN && errno != ECONNABORTED) die("accept4");
  }

  // What still waits when the stop comes was a connection too.
  void accept_all_at_end() {
    if (!hold_) accept_all();
    take_datagrams();
  }

  void take_stream(int fd) {
    char block[65536];
    const ssize_t got = ::recv(fd, block, sizeof block, 0);
    if (got > 0)
      totals_.bytes += static_cast<unsigned long>(got);
    else if (got == 0 || errno != EAGAIN)
      ::close(fd);
  }

  void take_datagrams() {
    char block[65536];
    for (ssize_t got; (got = ::recv(datagram_, block, sizeof block, 0)) >= 0;) {
      ++totals_.datagrams;
      totals_.bytes += static_cast<unsigned long>(got);
    }
  }

  bool hold_;
  int listener_ = -1, datagram_ = -1, signal_ = -1, poll_ = -1;
  uint16_t port_ = 0;
  Totals totals_;
};

}  // namespace
}  // namespace picket::traffic

int main(int argc, char** argv) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  picket::traffic::Sink(argc > 1 && argv[1] == std::string_view("hold")).serve();
}
