// SPDX-License-Identifier: Apache-2.0
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "kinds.h"

namespace picket::traffic {
namespace {

// The least of an io_uring: one request at a time, straight on the system calls, so that what is
// tested is the kernel's path and not a library's.
class Ring {
 public:
  Ring() {
    io_uring_params params{};
    fd_ = static_cast<int>(::syscall(SYS_io_uring_setup, 2, &params));
    if (fd_ < 0) die("io_uring_setup");
    const size_t queue_bytes = params.sq_off.array + params.sq_entries * sizeof(uint32_t);
    const size_t answer_bytes = params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe);
    char* queue = map(queue_bytes, IORING_OFF_SQ_RING);
    char* answers = map(answer_bytes, IORING_OFF_CQ_RING);
    requests_ = reinterpret_cast<io_uring_sqe*>(
        map(params.sq_entries * sizeof(io_uring_sqe), IORING_OFF_SQES));
    queue_tail_ = reinterpret_cast<uint32_t*>(queue + params.sq_off.tail);
    queue_slots_ = reinterpret_cast<uint32_t*>(queue + params.sq_off.array);
    queue_mask_ = *reinterpret_cast<uint32_t*>(queue + params.sq_off.ring_mask);
    answer_head_ = reinterpret_cast<uint32_t*>(answers + params.cq_off.head);
    answer_mask_ = *reinterpret_cast<uint32_t*>(answers + params.cq_off.ring_mask);
    answers_ = reinterpret_cast<io_uring_cqe*>(answers + params.cq_off.cqes);
  }

  // Carries out one request and waits for it; dies when it fails.
  int run(const io_uring_sqe& request, const char* what) {
    std::atomic_ref tail(*queue_tail_), head(*answer_head_);
    const uint32_t slot = tail.load() & queue_mask_;
    requests_[slot] = request;
    queue_slots_[slot] = slot;
    tail.fetch_add(1, std::memory_order_release);
    if (::syscall(SYS_io_uring_enter, fd_, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0) < 0) die(what);
    const int result = answers_[head.load(std::memory_order_acquire) & answer_mask_].res;
    head.fetch_add(1, std::memory_order_release);
    if (result < 0) {
      errno = -result;
      die(what);
    }
    return result;
  }

 private:
  char* map(size_t bytes, off_t offset) {
    void* at =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_, offset);
    if (at == MAP_FAILED) die("mmap of a ring");
    return static_cast<char*>(at);
  }

  int fd_ = -1;
  io_uring_sqe* requests_ = nullptr;
  io_uring_cqe* answers_ = nullptr;
  uint32_t *queue_tail_ = nullptr, *queue_slots_ = nullptr, *answer_head_ = nullptr;
  uint32_t queue_mask_ = 0, answer_mask_ = 0;
};

io_uring_sqe request(uint8_t operation, int fd, const void* at = nullptr, uint32_t length = 0) {
  io_uring_sqe made{};
  made.opcode = operation;
  made.fd = fd;
  made.addr = reinterpret_cast<uint64_t>(at);
  made.len = length;
  return made;
}

int uring_socket(Ring& ring, int family) {
  io_uring_sqe wanted = request(IORING_OP_SOCKET, family);
  wanted.off = SOCK_STREAM;
  return ring.run(wanted, "IORING_OP_SOCKET");
}

void uring_connect_to(Ring& ring, int fd, const SocketAddress& to) {
  io_uring_sqe wanted = request(IORING_OP_CONNECT, fd, to.get());
  wanted.off = to.size;
  ring.run(wanted, "IORING_OP_CONNECT");
}

void uring_connect(const Peers& peers) {
  Ring ring;
  const int fd = uring_socket(ring, AF_INET);
  uring_connect_to(ring, fd, socket_address(peers.v4, peers.port));
  ring.run(request(IORING_OP_SEND, fd, "hello", 5), "IORING_OP_SEND");
  print(row_of_socket("uring_connect", "tcp", "outbound", fd));
  ring.run(request(IORING_OP_CLOSE, fd), "IORING_OP_CLOSE");
}

void uring_accept(const Peers& peers) {
  const int listener = listen_on(peers.own_v4);
  print(row_of_socket("uring_accept", "tcp", "listening", listener, false));
  const uint16_t port = local_address(listener).port;
  const pid_t client = in_child([&] {
    const int fd = open_socket(AF_INET, SOCK_STREAM);
    connect_to(fd, socket_address(peers.own_v4, port));
    send_text(fd, "x");
    print(row_of_socket("uring_accept", "tcp", "outbound", fd));
    if (receive_some(fd) != 1) die("not served");
  });
  Ring ring;
  const int fd = ring.run(request(IORING_OP_ACCEPT, listener), "IORING_OP_ACCEPT");
  char byte;
  ring.run(request(IORING_OP_RECV, fd, &byte, 1), "IORING_OP_RECV");
  print(row_of_socket("uring_accept", "tcp", "inbound", fd));
  ring.run(request(IORING_OP_SEND, fd, "y", 1), "IORING_OP_SEND");
  wait_for(client);
  ::close(fd);
  ::close(listener);
}

constexpr Kind kKinds[] = {{"uring_connect", uring_connect}, {"uring_accept", uring_accept}};

}  // namespace

std::span<const Kind> uring_kinds() { return kKinds; }

}  // namespace picket::traffic
