// SPDX-License-Identifier: Apache-2.0
#include "truth.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/json_writer.h"

namespace picket::traffic {
namespace {

std::string read_whole(const char* path) {
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) die(path);
  std::string text;
  char block[4096];
  for (ssize_t got; (got = ::read(fd, block, sizeof block)) > 0;) text.append(block, got);
  ::close(fd);
  return text;
}

std::string link_target(const char* path) {
  char target[PATH_MAX];
  const ssize_t size = ::readlink(path, target, sizeof target);
  if (size < 0) die(path);
  return std::string(target, size);
}

std::vector<std::string> split_at_nul(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t from = 0; from < text.size();) {
    const size_t to = text.find('\0', from);
    parts.push_back(text.substr(from, to - from));
    from = to == std::string::npos ? text.size() : to + 1;
  }
  return parts;
}

// Field 22 of /proc/self/stat, counted behind the last ')' because the name may hold anything.
uint64_t start_ticks() {
  const std::string stat = read_whole("/proc/self/stat");
  const char* at = std::strrchr(stat.c_str(), ')');
  for (int field = 2; at && field < 22; ++field) at = std::strchr(at + 1, ' ');
  return at ? std::strtoull(at, nullptr, 10) : 0;
}

void append_address(JsonWriter& json, std::string_view name, const Address& address) {
  json.key(name).begin_object();
  json.member("ip", address.ip).member("port", address.port).end_object();
}

template <typename Items>
void append_list(JsonWriter& json, std::string_view name, const Items& items) {
  json.key(name).begin_array();
  for (const auto& item : items) json.value(item);
  json.end_array();
}

}  // namespace

Row row_of_self(std::string_view kind) {
  constexpr std::string_view kDeleted = " (deleted)", kMemfd = "/memfd:";
  Row row;
  row.kind = kind;
  // Through the /proc of the initial namespace, which is the one mounted here: getpid() would give
  // the number inside a pid namespace.
  const std::string pid = link_target("/proc/self");
  std::from_chars(pid.data(), pid.data() + pid.size(), row.pid);
  row.executable = link_target("/proc/self/exe");
  if (row.executable.ends_with(kDeleted)) {
    row.executable.resize(row.executable.size() - kDeleted.size());
    row.deleted = true;
  }
  if (row.executable.starts_with(kMemfd)) {
    row.executable.erase(0, 1);
    row.memfd = true;
  }
  row.arguments = split_at_nul(read_whole("/proc/self/cmdline"));
  const uint64_t tick_ns = 1'000'000'000ull / static_cast<uint64_t>(::sysconf(_SC_CLK_TCK));
  row.start_after_ns = start_ticks() * tick_ns;
  row.start_before_ns = row.start_after_ns + tick_ns;
  row.uid = ::getuid();
  struct stat netns {};
  if (::stat("/proc/self/ns/net", &netns) == 0) row.network_namespace = netns.st_ino;
  return row;
}

void print(const Row& row) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("kind", row.kind).member("pid", row.pid);
  json.member("executable", row.executable).member("deleted", row.deleted);
  json.member("memfd", row.memfd);
  append_list(json, "arguments", row.arguments);
  json.member("start_after_ns", row.start_after_ns).member("start_before_ns", row.start_before_ns);
  append_list(json, "transports", row.transports);
  append_list(json, "directions", row.directions);
  append_address(json, "local", row.local);
  append_address(json, "remote", row.remote);
  append_list(json, "attributions", row.attributions);
  append_list(json, "earlier_pids", row.earlier_pids);
  json.member("uid", row.uid).member("network_namespace", row.network_namespace).end_object();
  line += '\n';
  if (line.size() > PIPE_BUF) die("a truth row longer than a pipe writes at once");
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    die("writing a truth row");
}

uint64_t boottime_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000u + static_cast<uint64_t>(now.tv_nsec);
}

uint64_t cpu_time_ns() {
  uint64_t total_ns = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage used{};
    ::getrusage(who, &used);
    for (const timeval& part : {used.ru_utime, used.ru_stime})
      total_ns += static_cast<uint64_t>(part.tv_sec) * 1'000'000'000u +
                  static_cast<uint64_t>(part.tv_usec) * 1000u;
  }
  return total_ns;
}

void die(std::string_view what) {
  std::fprintf(stderr, "traffic: %.*s: %s\n", static_cast<int>(what.size()), what.data(),
               std::strerror(errno));
  ::_exit(2);
}

}  // namespace picket::traffic
