// SPDX-License-Identifier: Apache-2.0
// one_shot MODE IP PORT INDEX
// The shortest useful life: one socket, one conversation, gone. MODE: tcp (connect and close), udp
// (one sendto), udp-connected (connect and one send), exec (no socket at all). Linked statically
// and without iostreams, so that it lives about half a millisecond. INDEX makes every life's
// arguments its own.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "one_shot_record.h"

namespace {

uint64_t boottime_now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

// The number that `text` is; ends the process when it is none.
long parse_number(const char* text) {
  long number = 0;
  const char* end = text + std::strlen(text);
  if (const auto parsed = std::from_chars(text, end, number);
      parsed.ec != std::errc{} || parsed.ptr != end)
    ::_exit(2);
  return number;
}

socklen_t parse_target(const char* ip, const char* port, sockaddr_storage& out) {
  const auto number = htons(static_cast<uint16_t>(parse_number(port)));
  auto* v4 = reinterpret_cast<sockaddr_in*>(&out);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&out);
  if (::inet_pton(AF_INET, ip, &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = number;
    return sizeof *v4;
  }
  if (::inet_pton(AF_INET6, ip, &v6->sin6_addr) != 1) ::_exit(2);
  v6->sin6_family = AF_INET6;
  v6->sin6_port = number;
  return sizeof *v6;
}

int talk(int fd, const char* mode, const sockaddr* to, socklen_t size) {
  if (std::strcmp(mode, "udp") == 0) return ::sendto(fd, "x", 1, 0, to, size) == 1 ? 0 : errno;
  if (::connect(fd, to, size) != 0) return errno;
  if (std::strcmp(mode, "udp-connected") == 0) return ::send(fd, "x", 1, 0) == 1 ? 0 : errno;
  return 0;
}

void keep_local(int fd, picket::traffic::OneShotRecord& record) {
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&local), &size);
  if (local.ss_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&local);
    std::memcpy(record.local_ip, &v4->sin_addr, 4);
    record.local_port = ntohs(v4->sin_port);
  } else {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&local);
    std::memcpy(record.local_ip, &v6->sin6_addr, 16);
    record.local_port = ntohs(v6->sin6_port);
  }
}

}  // namespace

int main(int argc, char** argv) {
  picket::traffic::OneShotRecord record;
  record.main_ns = boottime_now_ns();
  if (argc != 5) return 2;
  record.pid = static_cast<uint32_t>(::getpid());
  if (std::strcmp(argv[1], "exec") != 0) {
    sockaddr_storage to{};
    const socklen_t size = parse_target(argv[2], argv[3], to);
    const bool tcp = std::strcmp(argv[1], "tcp") == 0;
    const int fd = ::socket(to.ss_family, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    if (fd < 0) return 2;
    record.error = talk(fd, argv[1], reinterpret_cast<const sockaddr*>(&to), size);
    keep_local(fd, record);
    ::close(fd);
  }
  record.end_ns = boottime_now_ns();
  const off_t at = parse_number(argv[4]) * static_cast<off_t>(sizeof record);
  const bool told = ::pwrite(picket::traffic::kOneShotRecords, &record, sizeof record, at) ==
                    static_cast<ssize_t>(sizeof record);
  ::_exit(told && record.error == 0 ? 0 : 1);
}
