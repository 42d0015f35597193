// SPDX-License-Identifier: Apache-2.0
// Miners and Tor, by arguments when they start and by names and ports when they talk. What their
// protocols look like on the wire is the network side's part.
#include <algorithm>
#include <array>

#include "detect/behavior/talk.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

const event::AttackReference kAttack[] = {{"TA0040", "T1496"}, {"TA0011", "T1090.003"}};
constexpr std::string_view kFalsePositives[] = {"people who mine or use Tor knowingly"};
constexpr BehaviorInfo kInfo{
    .name = "mining_or_tor",
    .title = "Mining or Tor",
    .what =
        "A program is started as a miner or as Tor, or talks to a mining pool or to Tor's relays "
        "by name and port.",
    .why = "Miners steal the machine; Tor hides who gives it orders.",
    .attack = kAttack,
    .severity = event::Severity::kHigh,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = {},
};

struct Phrase {
  std::string_view text;
  int points;
  std::string_view words;
};
constexpr auto kPhrases = std::to_array<Phrase>({
    {"stratum+tcp://", 80, "it is told a mining pool"},
    {"stratum+ssl://", 80, "it is told a mining pool"},
    {"stratum2+tcp://", 80, "it is told a mining pool"},
    {"--donate-level", 70, "it takes a miner's arguments"},
    {"--randomx-", 70, "it takes a miner's arguments"},
    {"--cpu-max-threads-hint", 70, "it takes a miner's arguments"},
    {"-a cryptonight", 70, "it takes a miner's arguments"},
    {"--algo=rx/", 70, "it takes a miner's arguments"},
    {"--coin=monero", 70, "it takes a miner's arguments"},
    {"--nicehash", 60, "it takes a miner's arguments"},
    {"--socksport", 45, "it takes Tor's arguments"},
    {"--hiddenservicedir", 60, "it takes the arguments of a hidden service"},
});
constexpr std::string_view kPrograms[] = {"xmrig",    "minerd",  "cpuminer",     "ethminer",
                                          "nbminer",  "t-rex",   "phoenixminer", "xmr-stak",
                                          "lolminer", "ccminer", "cgminer"};
constexpr std::string_view kPoolWords[] = {
    "xmrpool", "minexmr",  "moneroocean", "nanopool", "2miners",    "supportxmr", "hashvault",
    "f2pool",  "nicehash", "minergate",   "c3pool",   "unmineable", "herominers", "pool.minexmr"};
constexpr uint16_t kTorPorts[] = {9001, 9030, 9050, 9150};

bool among(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view n) { return equal_folded(n, name); });
}

class MiningOrTor final : public Behavior {
 public:
  explicit MiningOrTor(const Thresholds&) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const bool started = std::holds_alternative<event::ProcessStarted>(activity.what);
    const event::ConnectionMade* made = talks_out(activity, context);
    const auto* lookup = std::get_if<event::DnsLookup>(&activity.what);
    if (!started && made == nullptr && lookup == nullptr) return;
    std::vector<Sign> signs;
    if (started) add_start_signs(signs, context.actor);
    if (made != nullptr) add_peer_sign(signs, *made, context);
    if (lookup != nullptr) add_name_sign(signs, lookup->name);
    if (signs.empty()) return;
    event::Alert alert = draft(kInfo, activity, context.actor);
    std::string subject = process_words(context.actor);
    if (made != nullptr) subject += " talks to " + peer_words(*made, context);
    if (lookup != nullptr) subject += " asks for " + lookup->name;
    apply(alert, signs, subject);
    if (made != nullptr) add_talk_facts(alert, *made, context);
    sink.raise(std::move(alert));
  }

 private:
  static void add_start_signs(std::vector<Sign>& signs, const event::Actor& actor) {
    if (among(stem(actor.name), kPrograms)) signs.push_back({70, "it is a miner by name"});
    if (actor.command_line.empty()) return;
    const std::string line = folded(actor.command_line);
    for (const Phrase& phrase : kPhrases) {
      if (line.find(phrase.text) == std::string::npos) continue;
      signs.push_back({phrase.points, std::string(phrase.words)});
      return;
    }
  }

  static void add_peer_sign(std::vector<Sign>& signs, const event::ConnectionMade& made,
                            const HostContext& context) {
    add_name_sign(signs, context.host.name_of(made.remote.address));
    const bool tor_port = std::ranges::find(kTorPorts, made.remote.port) != std::end(kTorPorts);
    const std::string_view bare = stem(context.actor.name);
    if (equal_folded(bare, "tor"))
      signs.push_back({45, "it is Tor"});
    else if (tor_port && made.remote.address.is_global())
      signs.push_back({20, "port " + std::to_string(made.remote.port) + " is Tor's"});
  }

  static void add_name_sign(std::vector<Sign>& signs, std::string_view name) {
    if (name.ends_with(".onion")) signs.push_back({45, "the name is of a hidden service"});
    const auto in_name = [&](std::string_view word) { return contains_folded(name, word); };
    if (!name.empty() && std::ranges::any_of(kPoolWords, in_name))
      signs.push_back({60, std::string(name) + " is a mining pool"});
  }
};

}  // namespace

BehaviorEntry mining_or_tor_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<MiningOrTor>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
