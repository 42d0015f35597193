// SPDX-License-Identifier: Apache-2.0
// A shell whose standard streams are a socket (the live sensor sees it at exec), or whose arguments
// wire it to one: bash's /dev/tcp, netcat -e, Python's dup2 and pty, a named pipe into netcat,
// PowerShell's TcpClient. Being started by sshd or a super server speaks for it.
#include <algorithm>
#include <array>

#include "detect/behavior/programs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0002", "T1059"}, {"TA0011", "T1095"}};
constexpr std::string_view kFalsePositives[] = {"programs started by inetd or by a socket unit",
                                                "remote copies over SSH without a terminal"};
constexpr BehaviorInfo kInfo{
    .name = "remote_shell",
    .title = "Shell wired to a socket",
    .what =
        "A shell or interpreter is started with a socket as its standard input or output, or with "
        "arguments that "
        "make it so.",
    .why = "That is a shell for somebody at the other end.",
    .attack = kAttack,
    .severity = event::Severity::kHigh,
    .confidence = event::Confidence::kHigh,
    .false_positives = kFalsePositives,
    .settings = {},
};

struct Pattern {
  std::string_view first, second;  // both must stand in the folded command line
  std::string_view words;
};
constexpr auto kPatterns = std::to_array<Pattern>({
    {"/dev/tcp/", ">&", "it redirects its streams to a socket"},
    {"/dev/tcp/", "0<", "it redirects its streams to a socket"},
    {"/dev/udp/", ">&", "it redirects its streams to a socket"},
    {"nc", " -e /bin/", "netcat gives a shell to the network"},
    {"nc", " -e cmd", "netcat gives a shell to the network"},
    {"nc", " -c /bin/", "netcat gives a shell to the network"},
    {"ncat", "--exec", "netcat gives a program to the network"},
    {"ncat", "--sh-exec", "netcat gives a shell to the network"},
    {"mkfifo", "| nc ", "a named pipe wires a shell to netcat"},
    {"mkfifo", "|nc ", "a named pipe wires a shell to netcat"},
    {"mkfifo", "openssl s_client", "a named pipe wires a shell to a TLS client"},
    {"socket.socket", "dup2", "its streams are made a socket"},
    {"socket.socket", "pty.spawn", "it gives a terminal to a socket"},
    {"socket.socket", "subprocess", "it gives a program to a socket"},
    {"fsockopen", "exec", "it gives a shell to a socket"},
    {"tcpsocket", "exec", "it gives a shell to a socket"},
    {"use socket", "exec", "it gives a shell to a socket"},
    {"sockets.tcpclient", "getstream", "it reads commands from a socket"},
});

class RemoteShell final : public Behavior {
 public:
  explicit RemoteShell(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* started = std::get_if<event::ProcessStarted>(&activity.what);
    if (started == nullptr) return;
    const event::Actor& actor = context.actor;
    std::vector<Sign> signs;
    const Program* program = program_of(actor.name);
    const bool shell = program != nullptr &&
                       (program->habit == Habit::kShell || program->habit == Habit::kScriptHost ||
                        program->habit == Habit::kInterpreter);
    const std::string_view bare = base_name(actor.name);
    if (started->standard_streams_socket &&
        (shell || starts_folded(bare, "python") || starts_folded(bare, "perl")))
      signs.push_back({75, "its standard input or output is a socket"});
    add_argument_sign(signs, actor.command_line);
    if (signs.empty()) return;
    const std::string_view parent = base_name(actor.parent_path);
    if (starts_folded(parent, "sshd") || parent == "xinetd" || parent == "inetd" ||
        parent == "systemd")
      signs.push_back({-60, std::string(parent) + " started it"});
    if (weigh(signs).points < kPointsLow) return;
    event::Alert alert = draft(kInfo, activity, actor);
    apply(alert, signs, process_words(actor));
    if (!actor.command_line.empty()) alert.add_fact("command line", actor.command_line);
    if (!actor.parent_path.empty()) alert.add_fact("parent", actor.parent_path);
    sink.raise(std::move(alert));
  }

 private:
  static void add_argument_sign(std::vector<Sign>& signs, const std::string& command_line) {
    if (command_line.empty()) return;
    const std::string line = folded(command_line);
    for (const Pattern& pattern : kPatterns) {
      if (line.find(pattern.first) == std::string::npos ||
          line.find(pattern.second) == std::string::npos)
        continue;
      signs.push_back({70, std::string(pattern.words)});
      return;
    }
  }
};

}  // namespace

BehaviorEntry remote_shell_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<RemoteShell>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
