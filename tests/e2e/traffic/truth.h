// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a traffic generator knows of its own doing: the truth that the end-to-end tests hold picket
// to. Nothing here uses picket's own code for addresses or processes, so that a mistake in it
// cannot cancel itself out. One row is one JSON line on stdout, written with a single write(); rows
// of several processes may share one pipe as long as a row stays below PIPE_BUF (checked).
namespace picket::traffic {

struct Address {
  std::string ip;  // empty: none; v4-mapped addresses as their IPv4 form
  uint16_t port = 0;
};

struct Row {
  std::string kind;
  pid_t pid = 0;  // in the initial pid namespace
  std::string executable;
  bool deleted = false;  // the executable had no name when it was started
  bool memfd = false;
  std::vector<std::string> arguments;
  uint64_t start_after_ns = 0;  // CLOCK_BOOTTIME; the process started within these bounds
  uint64_t start_before_ns = 0;
  std::vector<std::string> transports;  // any of these words is right
  std::vector<std::string> directions;  // any of these
  Address local, remote;
  std::vector<std::string> attributions = {"hook"};
  std::vector<pid_t> earlier_pids;  // rightful owners before `pid`, where the socket was handed on
  uint32_t uid = 0;
  uint64_t network_namespace = 0;
};

// A row about the calling process: who it is, what it runs, where. Opens /proc/self.
Row row_of_self(std::string_view kind);
void print(const Row&);

uint64_t boottime_ns();
// CPU time, user and system, of this process and of its children that have been waited for.
uint64_t cpu_time_ns();
// Prints the message and errno's text on stderr and ends the process with status 2: a generator
// that could not do its part must never look like a quiet success.
[[noreturn]] void die(std::string_view what);

}  // namespace picket::traffic
