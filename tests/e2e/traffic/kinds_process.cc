// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kinds.h"

extern char** environ;

namespace picket::traffic {
namespace {

// Where a socket goes that is handed over an exec.
constexpr int kInheritedFd = 9;

int connected_to_sink(const Peers& peers) {
  const int fd = open_socket(AF_INET, SOCK_STREAM);
  connect_to(fd, socket_address(peers.v4, peers.port));
  return fd;
}

void connect_and_tell(std::string_view kind, const Peers& peers) {
  const int fd = connected_to_sink(peers);
  send_text(fd, "hello");
  print(row_of_socket(kind, "tcp", "outbound", fd));
  ::close(fd);
}

void fork_without_exec(const Peers& peers) {
  wait_for(in_child([&] { connect_and_tell("fork_without_exec", peers); }));
}

// The grandchild works when its parent is gone: nobody but the kernel remembers where it came from.
void double_fork(const Peers& peers) {
  int gone[2], done[2];
  if (::pipe2(gone, O_CLOEXEC) != 0 || ::pipe2(done, O_CLOEXEC) != 0) die("pipe2");
  wait_for(in_child([&] {
    in_child([&] {
      char byte;
      ::close(gone[1]);
      ::close(done[0]);
      if (::read(gone[0], &byte, 1) != 0) die("read");
      connect_and_tell("double_fork", peers);
      if (::write(done[1], "k", 1) != 1) die("write");
    });
  }));
  char byte;
  ::close(gone[1]);
  ::close(done[1]);
  errno = ECHILD;
  if (::read(done[0], &byte, 1) != 1) die("the grandchild failed");
}

void send_descriptor(int channel, int fd) {
  char byte = 'f';
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof fd)] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  if (::sendmsg(channel, &message, 0) != 1) die("SCM_RIGHTS");
}

int receive_descriptor(int channel) {
  char byte;
  iovec part{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(channel, &message, MSG_CMSG_CLOEXEC) != 1 || !CMSG_FIRSTHDR(&message))
    die("recvmsg");
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}

// One process connects and lets go, another does the talking.
void handed_over(const Peers& peers) {
  int channel[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) die("socketpair");
  const pid_t giver = ::getpid();
  const pid_t taker = in_child([&] {
    const int fd = receive_descriptor(channel[1]);
    send_text(fd, "from the taker");
    Row row = row_of_socket("handed_over", "tcp", "outbound", fd);
    row.earlier_pids = {giver};
    print(row);
    ::close(fd);
  });
  const int fd = connected_to_sink(peers);
  send_descriptor(channel[0], fd);
  ::close(fd);
  wait_for(taker);
}

[[noreturn]] void become(int image, std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::fexecve(image, argv.data(), environ);
  die("fexecve");
}

int open_self() {
  const int fd = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  if (fd < 0) die("/proc/self/exe");
  return fd;
}

// The socket outlives the program that opened it: same process, other arguments.
void over_exec(const Peers& peers) {
  const int fd = connected_to_sink(peers);
  if (::dup2(fd, kInheritedFd) != kInheritedFd) die("dup2");  // without CLOEXEC
  become(open_self(), arguments_for("over_exec+after"));
}

void over_exec_after(const Peers&) {
  send_text(kInheritedFd, "after exec");
  print(row_of_socket("over_exec", "tcp", "outbound", kInheritedFd));
  ::close(kInheritedFd);
}

void copy_self_into(int target) {
  const int self = open_self();
  struct stat size {};
  if (::fstat(self, &size) != 0) die("fstat");
  for (off_t at = 0; at < size.st_size;)
    if (::sendfile(target, self, &at, static_cast<size_t>(size.st_size - at)) <= 0) die("sendfile");
  ::close(self);
}

// A program that never was a file.
void memfd_binary(const Peers&) {
  const int image = ::memfd_create("picket-e2e", MFD_CLOEXEC);
  if (image < 0) die("memfd_create");
  copy_self_into(image);
  become(image, arguments_for("memfd_binary+after"));
}

void memfd_binary_after(const Peers& peers) { connect_and_tell("memfd_binary", peers); }

// A copy beside the program itself, open for execution only.
int copy_of_self(std::string& path) {
  path = row_of_self("").executable + ".XXXXXX";
  const int out = ::mkstemp(path.data());
  if (out < 0) die(path);
  copy_self_into(out);
  if (::fchmod(out, 0755) != 0) die("fchmod");
  ::close(out);  // or the kernel says ETXTBSY
  const int image = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (image < 0) die(path);
  return image;
}

// The file is gone before the program starts.
void deleted_binary(const Peers&) {
  std::string path;
  const int image = copy_of_self(path);
  ::unlink(path.c_str());
  become(image, arguments_for("deleted_binary+after"));
}

void deleted_binary_after(const Peers& peers) { connect_and_tell("deleted_binary", peers); }

// The program deletes its own file and then calls home. It had a name when it started.
void self_deleting(const Peers&) {
  std::string path;
  const int image = copy_of_self(path);
  become(image, arguments_for("self_deleting+after"));
}

void self_deleting_after(const Peers& peers) {
  Row row = row_of_self("self_deleting");
  ::unlink(row.executable.c_str());
  const int fd = connected_to_sink(peers);
  send_text(fd, "hello");
  row.transports = {"tcp"};
  row.directions = {"outbound"};
  row.local = local_address(fd);
  row.remote = peer_address(fd);
  print(row);
  ::close(fd);
}

// Inside a pid namespace of its own it believes to be process 1.
void pid_namespace(const Peers& peers) {
  const long child = ::syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, nullptr, nullptr, nullptr, 0);
  if (child < 0) die("CLONE_NEWPID");
  if (child == 0) {
    if (::getpid() != 1) die("not in a pid namespace");
    connect_and_tell("pid_namespace", peers);
    ::_exit(0);
  }
  wait_for(static_cast<pid_t>(child));
}

constexpr Kind kKinds[] = {
    {"fork_without_exec", fork_without_exec},
    {"double_fork", double_fork},
    {"handed_over", handed_over},
    {"over_exec", over_exec},
    {"over_exec+after", over_exec_after},
    {"memfd_binary", memfd_binary},
    {"memfd_binary+after", memfd_binary_after},
    {"deleted_binary", deleted_binary},
    {"deleted_binary+after", deleted_binary_after},
    {"self_deleting", self_deleting},
    {"self_deleting+after", self_deleting_after},
    {"pid_namespace", pid_namespace},
};

}  // namespace

std::span<const Kind> process_kinds() { return kKinds; }

}  // namespace picket::traffic
