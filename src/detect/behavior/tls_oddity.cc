// SPDX-License-Identifier: Apache-2.0
// tls_oddity: TLS that looks made for one purpose: a certificate that signed itself, no server name
// in the greeting, a name or certificate that a remote-control tool brings along, Tor's way of
// naming, a port that TLS seldom has, a greeting that this host never sent before. Each is common
// by itself; together, and coming back, they are a controller rather than a shop. One peer on the
// internet that was seen once stays low, whatever it shows, unless it shows a tool's own
// certificate.
//
// Known false positives: appliances and home servers reached from outside, Tor used knowingly.
// Not seen: TLS 1.3 certificates (they are encrypted), a controller behind a proper certificate.
#include <algorithm>

#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/odd_ports.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter peer_forgotten{"detect.behavior.tls_peer_forgotten",
                       "peers forgotten by the TLS behaviour"};
Counter greeting_forgotten{"detect.behavior.tls_greeting_forgotten", "TLS greetings forgotten"};

constexpr size_t kPeersMax = 16'384, kGreetingsMax = 16'384, kHostsMax = 4096;

constexpr Setting kSettings[] = {
    {"sessions_min", 3, 1, 1000, "sessions", "with one peer before it is more than low"},
    {"span_min", 300, 0, 86'400, "s", "between the first and the last of them"},
    {"baseline_sessions", 200, 10, 100'000, "sessions", "of a host before a new greeting is rare"},
};
constexpr std::string_view kFalsePositives[] = {
    "appliances and home servers with certificates of their own", "Tor used knowingly"};
const event::AttackReference kAttack[] = {{"TA0011", "T1573.002"}, {"TA0011", "T1587.003"}};

const BehaviorInfo kInfo{.name = "tls_oddity",
                         .title = "TLS session unlike a service's",
                         .what =
                             "Self-signed or tool-made certificates, greetings without a server "
                             "name or new on this host, unusual ports, on the internet.",
                         .why =
                             "Controllers seldom have proper certificates, and their programs "
                             "seldom greet like a browser.",
                         .attack = kAttack,
                         .severity = event::Severity::kLow,
                         .confidence = event::Confidence::kMedium,
                         .false_positives = kFalsePositives,
                         .settings = kSettings};

// What remote-control tools write into the certificates they make.
std::string_view tool_certificate(std::string_view subject) {
  for (const std::string_view words :
       {"cobaltstrike", "Major Cobalt Strike", "AsyncRAT", "DcRat", "Quasar Server", "VenomRAT",
        "BitRAT", "Orcus Server", "NanoCore", "MetasploitSelfSignedCA", "Pupy", "O=Mythic"})
    if (subject.find(words) != subject.npos) return words;
  return {};
}

// A certificate that nobody filled in.
bool default_certificate(std::string_view subject) {
  for (const std::string_view words :
       {"Internet Widgits", "O=Default Company", "CN=localhost", "CN=example.com", "CN=test"})
    if (subject.find(words) != subject.npos) return true;
  return false;
}

std::string_view common_name(std::string_view subject) {
  const size_t at = subject.find("CN=");
  if (at == subject.npos) return {};
  subject.remove_prefix(at + 3);
  return subject.substr(0, subject.find(','));
}

// Tor's link certificates: subject www.RANDOM.net, issuer www.OTHER.com, random in base 32.
bool tor_certificate(std::string_view subject, std::string_view issuer) {
  const auto random_name = [](std::string_view name) {
    if (!name.starts_with("www.") || !(name.ends_with(".com") || name.ends_with(".net")))
      return false;
    name.remove_prefix(4);
    name.remove_suffix(4);
    constexpr size_t kShortest = 8, kLongest = 20;
    if (name.size() < kShortest || name.size() > kLongest) return false;
    return std::ranges::all_of(
        name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); });
  };
  // Only the name: a real certificate says more of its owner.
  return subject.starts_with("CN=") && subject.find(',') == subject.npos &&
         issuer.find(',') == issuer.npos && subject != issuer &&
         random_name(common_name(subject)) && random_name(common_name(issuer));
}

struct Peer {
  uint64_t sessions = 0;
  WallTime first, last;
  std::string last_id;
  int told_points = 0;
};

class TlsOddity final : public Behavior {
 public:
  explicit TlsOddity(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* tls = std::get_if<event::TlsSession>(&activity.what);
    if (tls == nullptr) return;
    const bool new_greeting = learn_greeting(*tls, activity, context);
    if (!tls->remote.address.is_global()) return;
    Peer& peer = peers_.touch(key_of({activity.host, context.actor.path, tls->remote.text()}));
    if (peer.sessions == 0) peer.first = activity.time;
    peer.first = std::min(peer.first, activity.time);
    peer.last = std::max(peer.last, activity.time);
    // A certificate told later is the same session.
    if (peer.sessions == 0 || tls->connection_id.empty() || peer.last_id != tls->connection_id)
      ++peer.sessions;
    peer.last_id = tls->connection_id;
    judge(*tls, new_greeting, peer, activity, context, sink);
  }

 private:
  bool learn_greeting(const event::TlsSession& tls, const event::Activity& activity,
                      const HostContext& context) {
    const std::string& greeting = tls.ja4.empty() ? tls.ja3 : tls.ja4;
    if (greeting.empty()) return false;
    const uint64_t sessions = ++hosts_.touch(activity.host);
    const uint64_t seen = ++greetings_.touch(key_of({activity.host, context.actor.path, greeting}));
    return seen == 1 && static_cast<double>(sessions) > thresholds_["baseline_sessions"];
  }

  void judge(const event::TlsSession& tls, bool new_greeting, Peer& peer,
             const event::Activity& activity, const HostContext& context, AlertSink& sink) {
    std::vector<Sign> signs;
    const std::string_view tool = tool_certificate(tls.subject + " " + tls.issuer);
    if (!tool.empty())
      signs.push_back({60, "the certificate is one that a remote-control tool makes (" +
                               std::string(tool) + ")"});
    if (tor_certificate(tls.subject, tls.issuer))
      signs.push_back({25, "the certificate is named in Tor's way"});
    if (tls.self_signed == true) signs.push_back({15, "the certificate signed itself"});
    if (default_certificate(tls.subject)) signs.push_back({10, "nobody filled the certificate in"});
    if (tls.server_name.empty())
      signs.push_back({10, "the greeting named no server"});
    else if (IpAddress::parse(tls.server_name))
      signs.push_back({10, "the greeting named an address"});
    if (!usual_tls_port(tls.remote.port))
      signs.push_back({10, "port " + std::to_string(tls.remote.port) + " is unusual for TLS"});
    if (new_greeting) signs.push_back({10, "this greeting is new on this host"});
    const double span_s = static_cast<double>(peer.last.ns - peer.first.ns) / 1e9;
    const bool comes_back = static_cast<double>(peer.sessions) >= thresholds_["sessions_min"] &&
                            span_s >= thresholds_["span_min"];
    if (comes_back)
      signs.push_back({10, "it came back " + std::to_string(peer.sessions - 1) + " times in " +
                               duration_words(span_s)});
    const int points = weigh(signs).points;
    constexpr int kOrdinary = 25;  // without a sign in the certificate: many honest programs
    const bool certificate =
        tls.self_signed == true || !tool.empty() || tor_certificate(tls.subject, tls.issuer);
    if (points < (certificate ? kPointsLow : kOrdinary + kPointsLow - 10) ||
        points <= peer.told_points)
      return;
    peer.told_points = points;
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.time = peer.first;
    alert.last_time = peer.last;
    apply(alert, signs,
          caller_words(context.actor, activity.host) + " speaks TLS with " +
              (tls.server_name.empty() ? tls.remote.text() : tls.server_name));
    if (tool.empty() && !(comes_back && certificate))
      alert.severity = std::min(alert.severity, event::Severity::kLow);
    event::ConnectionMade made;
    made.outbound = true;
    made.local = tls.local;
    made.remote = tls.remote;
    made.remote_name = tls.server_name;
    made.service = "ssl";
    alert.connection = std::move(made);
    alert.add_fact("subject", tls.subject);
    alert.add_fact("issuer", tls.issuer);
    alert.add_fact("JA3", tls.ja3);
    alert.add_fact("JA4", tls.ja4);
    sink.raise(std::move(alert));
  }

  Thresholds thresholds_;
  BoundedMap<uint64_t, Peer> peers_{kPeersMax, peer_forgotten};
  BoundedMap<uint64_t, uint64_t> greetings_{kGreetingsMax, greeting_forgotten};
  BoundedMap<std::string, uint64_t> hosts_{kHostsMax, peer_forgotten};
};

}  // namespace

BehaviorEntry tls_oddity_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<TlsOddity>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
