// SPDX-License-Identifier: Apache-2.0
// Reaching into other machines. Two forms:
// - Windows' kernel (System, ntoskrnl.exe) opens SMB connections to machines that have no share in
// use
//   by this host and are not its domain controllers. The kernel speaks SMB for whoever asks, so a
//   worm's or an operator's reach shows only there. One such peer is ordinary; several, or one on
//   the Internet, are not.
// - Any process that opens administration services (SMB, RPC, WinRM, RDP, SSH, LDAP) on many
// different
//   machines within a while: a fan-out.
// State per process: the distinct peers of a sliding window, bounded.
#include <algorithm>
#include <unordered_map>

#include "base/counter.h"
#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

Counter processes_full{"detect.behavior.lateral_processes_full",
                       "times the peers of reaching processes were begun anew: too many processes"};
Counter peers_full{"detect.behavior.lateral_peers_full",
                   "peers of a reaching process not counted: too many"};

const event::AttackReference kAttack[] = {
    {"TA0008", "T1021.002"}, {"TA0008", "T1021"}, {"TA0007", "T1018"}};
constexpr std::string_view kFalsePositives[] = {
    "vulnerability scanners, inventory and backup servers",
    "a file server whose use no log of this machine shows", "administrators with many machines"};
constexpr Setting kSettings[] = {
    {"window_minutes", 60, 1, 10080, "min", "peers further apart than this do not count together"},
    {"kernel_peers", 3, 2, 1000, "hosts",
     "as many strangers spoken SMB to by the kernel are lateral movement"},
    {"fan_out_peers", 5, 2, 1000, "hosts",
     "as many machines reached for administration are a fan-out"},
};
constexpr BehaviorInfo kInfo{
    .name = "lateral_movement",
    .title = "Reaches into other machines",
    .what =
        "The kernel speaks SMB to machines of which no share is in use, or a process opens "
        "administration services on many machines.",
    .why = "Worms and operators move that way; people use a few servers, by name, through shares.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings,
};

bool smb(uint16_t port) { return port == 445 || port == 139; }

struct Reach {
  struct Peer {
    IpAddress address;
    WallTime last;
  };
  static constexpr size_t kPeersMax = 256;
  std::vector<Peer> peers;

  // How many different peers the window holds now.
  size_t add(const IpAddress& address, WallTime now, int64_t window_ns) {
    std::erase_if(peers, [&](const Peer& peer) { return now.ns - peer.last.ns > window_ns; });
    auto known = std::ranges::find(peers, address, &Peer::address);
    if (known != peers.end())
      known->last = now;
    else if (peers.size() < kPeersMax)
      peers.push_back({address, now});
    else
      peers_full.add();
    return peers.size();
  }
};

class LateralMovement final : public Behavior {
 public:
  static constexpr size_t kProcessesMax = 10'000;

  explicit LateralMovement(const Thresholds& thresholds)
      : window_ns_(static_cast<int64_t>(thresholds["window_minutes"] * 60e9)),
        kernel_peers_(static_cast<size_t>(thresholds["kernel_peers"])),
        fan_out_peers_(static_cast<size_t>(thresholds["fan_out_peers"])) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const event::ConnectionMade* made = talks_out(activity, context);
    if (made == nullptr || made->transport != event::Transport::kTcp) return;
    const uint16_t port = made->remote.port;
    if (admin_service(port).empty() || port == 88) return;
    const bool kernel = context.actor.kernel || equal_folded(context.actor.name, "ntoskrnl.exe");
    if (kernel && smb(port)) return kernel_reaches(activity, context, *made, sink);
    if (!kernel && !context.actor.name.empty()) fans_out(activity, context, *made, sink);
  }

 private:
  void kernel_reaches(const event::Activity& activity, const HostContext& context,
                      const event::ConnectionMade& made, AlertSink& sink) {
    const IpAddress& peer = made.remote.address;
    if (context.host.is_domain_controller(peer) || context.host.has_share(peer)) return;
    const size_t strangers =
        reach_of(activity.host + "\nkernel").add(peer, activity.time, window_ns_);
    std::vector<Sign> signs{
        {20, "no share of that machine is in use here and it is no domain controller of this one"}};
    if (peer.is_global()) signs.push_back({40, "it is a machine on the Internet"});
    if (strangers >= kernel_peers_)
      signs.push_back(
          {30, std::to_string(strangers) + " such machines were spoken to within a while"});
    if (strangers >= kernel_peers_ * 3) signs.push_back({20, "they are many"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    apply(alert, signs,
          "the kernel of " + activity.host + " speaks SMB to " + peer_words(made, context));
    add_talk_facts(alert, made, context);
    sink.raise(std::move(alert));
  }

  void fans_out(const event::Activity& activity, const HostContext& context,
                const event::ConnectionMade& made, AlertSink& sink) {
    // LDAP and the like go to every controller of a large domain.
    if (context.host.is_domain_controller(made.remote.address)) return;
    const size_t reached = reach_of(activity.host + "\n" + HostView::identity(context.actor))
                               .add(made.remote.address, activity.time, window_ns_);
    if (reached < fan_out_peers_) return;
    std::vector<Sign> signs{
        {50, "it has reached " + std::to_string(reached) +
                 " machines for administration within a while"},
    };
    if (reached >= fan_out_peers_ * 4) signs.push_back({25, "they are many"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    apply(alert, signs,
          process_words(context.actor) + " speaks " + std::string(admin_service(made.remote.port)) +
              " to " + peer_words(made, context));
    add_talk_facts(alert, made, context);
    sink.raise(std::move(alert));
  }

  Reach& reach_of(const std::string& key) {
    if (reaches_.size() == kProcessesMax && !reaches_.contains(key)) {
      reaches_.clear();
      processes_full.add();
    }
    return reaches_[key];
  }

  int64_t window_ns_;
  size_t kernel_peers_, fan_out_peers_;
  std::unordered_map<std::string, Reach> reaches_;
};

}  // namespace

BehaviorEntry lateral_movement_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<LateralMovement>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
