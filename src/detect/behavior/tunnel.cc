// SPDX-License-Identifier: Apache-2.0
// Tunnels and relays. By their arguments when they start: ssh and plink with -R or -D, chisel, frp,
// ngrok, ligolo, socat between two addresses, netsh portproxy. And by what comes out at their other
// end: a web server or a tunnel program that opens remote desktop, SMB, WinRM or SSH on this very
// machine.
#include <algorithm>
#include <array>

#include "detect/behavior/command_signs.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0011", "T1572"}, {"TA0011", "T1090.001"}};
constexpr std::string_view kFalsePositives[] = {
    "administrators who forward a port over SSH",
    "developers who show a local page with ngrok or cloudflared"};
constexpr BehaviorInfo kInfo{
    .name = "tunnel",
    .title = "Tunnel through this machine",
    .what =
        "A program is started as a tunnel or relay (ssh -R, chisel, frp, socat, port proxy), or a "
        "server or "
        "tunnel program opens this machine's own remote desktop, file or shell service.",
    .why = "A tunnel lets somebody outside reach services that only the inside should.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = {},
};

struct Pattern {
  std::string_view program;        // stem of the executable's name; empty: any
  std::string_view first, second;  // both must stand in the command line; empty: no matter
  int points;
  std::string_view words;
};
constexpr auto kPatterns = std::to_array<Pattern>({
    {"ssh", " -R ", "", 45, "ssh opens a port on the other side that leads back here (-R)"},
    {"ssh", " -R", ":", 45, "ssh opens a port on the other side that leads back here (-R)"},
    {"ssh", " -D ", "", 30, "ssh serves as a proxy (-D)"},
    {"autossh", " -R", "", 45, "ssh opens a port on the other side that leads back here (-R)"},
    {"plink", " -R ", "", 50, "plink opens a port on the other side that leads back here (-R)"},
    {"plink", " -D ", "", 40, "plink serves as a proxy (-D)"},
    {"plink", " -L ", ":3389", 40, "plink forwards a port to remote desktop"},
    {"chisel", " client ", "", 50, "chisel connects as a tunnel's client"},
    {"", " client ", " r:socks", 60, "it is started as a reverse proxy, as chisel is"},
    {"", " client ", " r:", 50, "it is started as a reverse tunnel, as chisel is"},
    {"frpc", "", "", 45, "it is frp's client"},
    {"ngrok", "", "", 40, "it is ngrok"},
    {"cloudflared", " tunnel", "", 40, "it is a tunnel of Cloudflare"},
    {"ligolo", "", "", 60, "it is ligolo"},
    {"", "-selfcert", "-connect", 50, "it is started as ligolo's agent is"},
    {"", " -ignore-cert", "-connect", 50, "it is started as ligolo's agent is"},
    {"rathole", "", "", 45, "it is rathole"},
    {"bore", " local ", " --to ", 45, "it is bore"},
    {"iodine", "", "", 60, "it tunnels through DNS"},
    {"dnscat", "", "", 60, "it tunnels through DNS"},
    {"ptunnel", "", "", 60, "it tunnels through ICMP"},
    {"wstunnel", "", "", 45, "it tunnels through web sockets"},
    {"gost", " -L", " -F", 45, "it is a relay of gost"},
    {"revsocks", "", "", 60, "it is a reverse proxy"},
    {"socat", "-listen:", "tcp", 40, "socat relays what it is sent"},
    {"socat", "exec:", "", 60, "socat gives a program to the network"},
    {"netsh", "portproxy", " add ", 50, "netsh sets up a port proxy"},
    {"code", " tunnel", "", 30, "it is a tunnel of an editor"},
});
constexpr std::string_view kTunnelPrograms[] = {"plink",  "chisel", "frpc", "ngrok",
                                                "ligolo", "socat",  "gost", "htran",
                                                "lcx",    "iox",    "ew",   "stowaway"};

class Tunnel final : public Behavior {
 public:
  explicit Tunnel(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    if (std::holds_alternative<event::ProcessStarted>(activity.what))
      return started(activity, context, sink);
    const auto* made = std::get_if<event::ConnectionMade>(&activity.what);
    if (made != nullptr && made->outbound == true && made->remote.address.is_loopback())
      pivots(activity, context, *made, sink);
  }

 private:
  static void started(const event::Activity& activity, const HostContext& context,
                      AlertSink& sink) {
    if (context.actor.command_line.empty()) return;
    const std::string as_written = context.actor.command_line + " ", line = folded(as_written);
    const std::string_view program = stem(context.actor.name);
    for (const Pattern& pattern : kPatterns) {
      if (!pattern.program.empty() && !starts_folded(program, pattern.program)) continue;
      // Short names only as a whole: code is not codepage.
      if (pattern.program.size() < 6 && !pattern.program.empty() &&
          !equal_folded(program, pattern.program))
        continue;
      // Switches of one capital letter mean something else when small.
      const bool capital = folded(pattern.first) != pattern.first;
      const std::string& text = capital ? as_written : line;
      if (text.find(pattern.first) == std::string::npos ||
          text.find(pattern.second) == std::string::npos)
        continue;
      event::Alert alert = draft(kInfo, activity, context.actor);
      const Sign sign{pattern.points, std::string(pattern.words)};
      apply(alert, {&sign, 1}, process_words(context.actor));
      alert.add_fact("command line", context.actor.command_line);
      sink.raise(std::move(alert));
      return;
    }
  }

  // Nobody's web server has business with this machine's own remote desktop.
  static void pivots(const event::Activity& activity, const HostContext& context,
                     const event::ConnectionMade& made, AlertSink& sink) {
    const uint16_t port = made.remote.port;
    const std::string_view program = stem(context.actor.name);
    const bool tunnel = std::ranges::any_of(
        kTunnelPrograms, [&](std::string_view t) { return equal_folded(t, program); });
    const bool serves = tunnel || is_server_program(context.actor.name);
    const bool wanted = port == 3389 || port == 445 || port == 5985 || port == 22 || port == 5900;
    if (!serves || !wanted) return;
    const std::vector<Sign> signs{
        {40, tunnel ? "it is a tunnel program" : "it is a server that others talk to"},
        {20,
         "it opens a service of this very machine that is there for people and administrators"}};
    if (auto alert = talk_alert(kInfo, activity, context, made, signs))
      sink.raise(std::move(*alert));
  }
};

}  // namespace

BehaviorEntry tunnel_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<Tunnel>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
