// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/admin_session.h"

#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sensor/fallback/sock_diag.h"

namespace picket::app::firewall {
namespace {

using respond::firewall::Conversation;
using respond::firewall::Rule;
using respond::firewall::RuleSet;
namespace fs = std::filesystem;

constexpr int kAncestorsMax = 32;
constexpr size_t kSocketsMax = 100'000;

std::string proc(uint32_t pid, const char* name) {
  return "/proc/" + std::to_string(pid) + "/" + name;
}

// Of /proc/PID/stat, what follows the last ')': the state, then the parent.
uint32_t parent_of(uint32_t pid) {
  std::ifstream file(proc(pid, "stat"));
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const size_t end = text.rfind(')');
  if (end == text.npos) return 0;
  std::istringstream rest(text.substr(end + 1));
  std::string state;
  uint32_t parent = 0;
  rest >> state >> parent;
  return parent;
}

std::set<uint64_t> socket_inodes(uint32_t pid) {
  std::set<uint64_t> inodes;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(proc(pid, "fd"), error)) {
    const std::string target = fs::read_symlink(entry.path(), error).string();
    constexpr std::string_view kSocket = "socket:[";
    if (!target.starts_with(kSocket)) continue;
    uint64_t inode = 0;
    std::from_chars(target.data() + kSocket.size(), target.data() + target.size(), inode);
    if (inode) inodes.insert(inode);
  }
  return inodes;
}

std::vector<std::string> cgroup_names(uint32_t pid) {
  std::ifstream file(proc(pid, "cgroup"));
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("0::"))
      for (const fs::path& part : fs::path(line.substr(3))) names.push_back(part.string());
  return names;
}

std::vector<sensor::fallback::SocketEntry> tcp_sockets() {
  std::vector<sensor::fallback::SocketEntry> sockets;
  auto netlink = sensor::fallback::open_diag_socket();
  if (!netlink) return sockets;
  sensor::fallback::SockDiag diag(std::move(*netlink));
  for (const uint8_t family : {uint8_t{AF_INET}, uint8_t{AF_INET6}})
    if (!diag.list({family, IPPROTO_TCP, event::Transport::kTcp}, kSocketsMax, sockets)) break;
  return sockets;
}

Conversation conversation_of(uint32_t pid, const sensor::fallback::SocketEntry& socket) {
  Conversation held;
  std::error_code error;
  held.remote = socket.remote.address;
  held.inbound = true;
  held.port = socket.local.port;
  held.program = fs::read_symlink(proc(pid, "exe"), error).string();
  struct stat facts {};
  if (stat(proc(pid, "").c_str(), &facts) == 0) held.user = facts.st_uid;
  held.units = cgroup_names(pid);
  return held;
}

bool in_list(const std::vector<enforce::PrefixRecord>& prefixes, const std::string& list,
             const IpAddress& address) {
  return std::ranges::any_of(prefixes, [&](const enforce::PrefixRecord& record) {
    return std::to_string(record.list) == list &&
           Prefix{IpAddress::v6_bytes(record.address), record.length}.contains(address);
  });
}

std::unexpected<Error> would_cut_off(const Rule& rule, const std::string& what) {
  return failure("rule " + std::to_string(rule.id) + " would cut off " + what,
                 "Say --i-know if that is meant; --confirm-within 60s undoes it by itself when you "
                 "cannot confirm it.");
}

}  // namespace

std::vector<Session> own_sessions() {
  std::vector<Session> sessions;
  const auto sockets = tcp_sockets();
  uint32_t pid = static_cast<uint32_t>(getppid());
  for (int i = 0; i < kAncestorsMax && pid > 0; ++i, pid = parent_of(pid)) {
    const std::set<uint64_t> inodes = socket_inodes(pid);
    for (const auto& socket : sockets) {
      if (!inodes.contains(socket.inode) || socket.remote.port == 0) continue;
      Conversation held = conversation_of(pid, socket);
      const std::string text = socket.remote.text() + ", of " + held.program;
      sessions.push_back({std::move(held), text});
    }
  }
  return sessions;
}

Result<void> spare_own_sessions(const enforce::Wanted& wanted, const warden::Account& account) {
  RuleSet rules;
  rules.rules = wanted.rules;
  std::error_code error;
  const std::string self = fs::read_symlink("/proc/self/exe", error).string();
  for (const Rule& rule : rules.rules) {
    const bool denies = rule.action == respond::firewall::Action::kBlock ||
                        rule.action == respond::firewall::Action::kReject;
    if (denies && ((!self.empty() && rule.program == self) || rule.user == account.uid))
      return would_cut_off(rule, "picket itself");
  }
  for (Session& session : own_sessions()) {
    if (wanted.prefixes)
      for (const Rule& rule : rules.rules)
        if (!rule.list.empty() && in_list(*wanted.prefixes, rule.list, session.conversation.remote))
          session.conversation.lists.push_back(rule.list);
    const auto verdict =
        respond::firewall::decide(rules, session.conversation, system_clock().wall());
    if (verdict.denies())
      return would_cut_off(*verdict.decides, "the connection you came by, " + session.text);
  }
  return {};
}

}  // namespace picket::app::firewall
