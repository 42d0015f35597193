// SPDX-License-Identifier: Apache-2.0
// beacon: a program calls the same peer by the clock. Implants ask their controller for orders at
// an interval, with some jitter so that it is less plain; people and most programs do not.
//
// Calls are counted per host, program and peer; the peer is the name it calls (TLS server name,
// HTTP Host, what it asks a proxy to CONNECT to), else the address and port. beacon_score.h says
// how the score is made. What speaks for the peer (a known update or time service, an address
// inside the network, many machines that call it) takes points away and is said.
//
// Known false positives: monitoring agents, chat and mail programs that keep asking, smart devices.
// Not seen: an implant that calls less than `calls_min` times while it is watched, or at random.
#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "detect/behavior/beacon_track.h"
#include "detect/behavior/behavior.h"
#include "detect/behavior/known_services.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

Counter track_forgotten{"detect.behavior.beacon_track_forgotten",
                        "caller and peer pairs forgotten by the beacon behaviour"};
Counter call_forgotten{"detect.behavior.beacon_call_forgotten",
                       "connections forgotten before all their records came"};
Counter peer_forgotten{"detect.behavior.beacon_peer_forgotten",
                       "peers whose callers were forgotten"};

constexpr size_t kTracksMax = 16'384, kCallsMax = 65'536, kPeersMax = 16'384, kHostsMax = 4'096;
constexpr size_t kCallersMax = 16;  // told apart per peer
constexpr size_t kNamesMax = 16'384;

constexpr Setting kSettings[] = {
    {"calls_min", 16, 4, 100'000, "calls", "fewer are not judged"},
    {"score_low", 0.75, 0, 1, "0..1", "from here on it is said at all"},
    {"score_medium", 0.85, 0, 1, "0..1", "from here on it deserves a look"},
    {"score_sure", 0.95, 0, 1, "0..1", "from here on it is hardly chance"},
    {"jitter_max", 0.45, 0, 1, "share",
     "median deviation of the interval, as a share of it; more is no clock"},
    {"popular_hosts", 4, 2, 16, "hosts", "so many callers of one peer make it ordinary"},
};
constexpr std::string_view kFalsePositives[] = {
    "monitoring and inventory agents, chat and mail programs, smart devices that report by the "
    "clock"};
const event::AttackReference kAttack[] = {
    {"TA0011", "T1071"}, {"TA0011", "T1573"}, {"TA0011", "T1090"}};

const BehaviorInfo kInfo{
    .name = "beacon",
    .title = "Calls the same peer by the clock",
    .what =
        "Connections of one program to one peer at regular intervals and of regular size, over "
        "hours.",
    .why =
        "Implants ask their controller for orders at an interval; people do not work by the clock.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings};

struct CallSeen {
  uint64_t named_track = 0;
  std::optional<uint64_t> bytes;
  bool counted = false;
};
struct Callers {
  std::unordered_set<uint64_t> hosts;
};
struct Watched {
  WallTime first, last;
};

class Beacon final : public Behavior {
 public:
  explicit Beacon(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    Watched& watched = hosts_.touch(activity.host);
    if (watched.last.ns == 0) watched.first = watched.last = activity.time;
    watched.first = std::min(watched.first, activity.time);
    watched.last = std::max(watched.last, activity.time);
    if (const auto* lookup = std::get_if<event::DnsLookup>(&activity.what)) {
      for (const IpAddress& address : lookup->addresses) names_.touch(address) = lookup->name;
      return;
    }
    const std::optional<BeaconCall> call = beacon_call(activity);
    if (call) count(*call, activity, context, sink);
  }

  void finish(AlertSink& sink) override {
    tracks_.visit([&](uint64_t, BeaconTrack& track) {
      if (track.judged_at != track.calls() || !track.confirmed) judge(track, true, sink);
    });
  }

 private:
  void count(const BeaconCall& call, const event::Activity& activity, const HostContext& context,
             AlertSink& sink);
  // Whether the record of this connection counts as a call of its own; takes in what else it tells.
  bool is_new_call(const BeaconCall& call, uint64_t key, const event::Activity& activity,
                   BeaconTrack& track);
  void judge(BeaconTrack& track, bool final, AlertSink& sink);
  std::vector<Sign> signs_of(const BeaconTrack& track, const BeaconScore& score);
  std::string name_of_peer(const BeaconTrack& track);

  Thresholds thresholds_;
  BoundedMap<uint64_t, BeaconTrack> tracks_{kTracksMax, track_forgotten};
  BoundedMap<uint64_t, CallSeen> calls_{kCallsMax, call_forgotten};
  BoundedMap<std::string, Callers> peers_{kPeersMax, peer_forgotten};
  BoundedMap<std::string, Watched> hosts_{kHostsMax, peer_forgotten};
  BoundedMap<IpAddress, std::string> names_{kNamesMax, peer_forgotten};
};

bool Beacon::is_new_call(const BeaconCall& call, uint64_t key, const event::Activity& activity,
                         BeaconTrack& track) {
  if (call.id.empty()) {
    if (call.bytes_out) track.add_size(*call.bytes_out);
    return true;
  }
  CallSeen& seen = calls_.touch(key_of({activity.host, call.id}));
  if (const auto* made = std::get_if<event::ConnectionMade>(&activity.what)) {
    const bool first_size = call.bytes_out && !seen.bytes && made->duration_s.has_value();
    if (first_size) {
      seen.bytes = call.bytes_out;
      track.add_size(*seen.bytes);
      BeaconTrack* named = seen.named_track == 0 || seen.named_track == key
                               ? nullptr
                               : tracks_.find(seen.named_track);
      if (named != nullptr) named->add_size(*seen.bytes);
    }
    return !std::exchange(seen.counted, true);
  }
  const bool told_before = seen.named_track == key;
  if (!told_before && seen.bytes) track.add_size(*seen.bytes);
  seen.named_track = key;
  // Requests on a connection kept open are calls; its TLS greeting beside them is not.
  return !told_before || std::holds_alternative<event::HttpExchange>(activity.what);
}

void Beacon::count(const BeaconCall& call, const event::Activity& activity,
                   const HostContext& context, AlertSink& sink) {
  const std::string_view program =
      context.actor.path.empty() ? context.actor.name : context.actor.path;
  const uint64_t key =
      key_of({activity.host, program, call.peer, call.through_proxy ? "proxy" : ""});
  BeaconTrack& track = tracks_.touch(key);
  if (track.peer.empty()) {
    track.host = activity.host;
    track.peer = call.peer;
    track.by_name = call.by_name;
    track.through_proxy = call.through_proxy;
    Callers& callers = peers_.touch(call.peer);
    if (callers.hosts.size() < kCallersMax) callers.hosts.insert(key_of({activity.host}));
  }
  if (!is_new_call(call, key, activity, track)) return;
  track.add_call(activity.time);
  if (track.calls() == BeaconTrack::kSampleAfter) {
    track.sample = std::make_unique<event::Activity>(activity);
    track.sample->actor = context.actor;
  }
  // Judged again after each quarter more: cheap over a lifetime, soon enough for the young.
  const auto due = static_cast<uint64_t>(
      std::max(thresholds_["calls_min"], std::ceil(static_cast<double>(track.judged_at) * 1.25)));
  if (track.calls() < due || track.calls() <= track.judged_at || !track.sample) return;
  track.sample->time = activity.time;
  track.sample->place = activity.place;
  judge(track, false, sink);
}

std::string Beacon::name_of_peer(const BeaconTrack& track) {
  if (track.by_name) return track.peer;
  const auto* made = std::get_if<event::ConnectionMade>(&track.sample->what);
  const std::string* name = made == nullptr ? nullptr : names_.find(made->remote.address);
  return name == nullptr ? std::string{} : *name;
}

std::vector<Sign> Beacon::signs_of(const BeaconTrack& track, const BeaconScore& score) {
  constexpr int kRare = 20, kMedium = 45, kSure = 55;
  std::vector<Sign> signs;
  const double total = score.total();
  const int points = total >= thresholds_["score_sure"]     ? kSure
                     : total >= thresholds_["score_medium"] ? kMedium
                                                            : kRare;
  signs.push_back(
      {points, "it called every " + duration_words(score.interval_s) + ", give or take " +
                   percent_words(score.jitter) + ", " + std::to_string(track.calls()) +
                   " times in " +
                   duration_words(static_cast<double>(track.last().ns - track.first().ns) / 1e9)});
  if (score.sizes_known && score.sizes >= 0.95)
    signs.push_back({5, "each time it sent about " + bytes_words(score.size)});
  const std::string name = name_of_peer(track);
  const std::string_view service = known_service(name);
  const auto* made = std::get_if<event::ConnectionMade>(&track.sample->what);
  const bool internal = track.by_name ? name.find('.') == name.npos || name.ends_with(".local") ||
                                            name.ends_with(".lan") || name.ends_with(".internal") ||
                                            name.ends_with(".arpa")
                                      : made != nullptr && !made->remote.address.is_global();
  if (name.empty() && !internal) signs.push_back({10, "nobody looked that address up by a name"});
  if (!service.empty())
    signs.push_back({-30, name + " is a known service (" + std::string(service) + ")"});
  if (internal) signs.push_back({-25, "the peer is inside the network"});
  if (made != nullptr && made->remote.port == 123)
    signs.push_back({-30, "network time is asked by the clock"});
  const Callers* callers = peers_.find(track.peer);
  if (callers != nullptr &&
      static_cast<double>(callers->hosts.size()) >= thresholds_["popular_hosts"])
    signs.push_back({-20, std::to_string(callers->hosts.size()) + " machines here call it"});
  return signs;
}

void Beacon::judge(BeaconTrack& track, bool final, AlertSink& sink) {
  track.judged_at = track.calls();
  if (!track.sample || static_cast<double>(track.calls()) < thresholds_["calls_min"]) return;
  const Watched* watched = hosts_.find(track.host);
  const int64_t watched_ms =
      watched == nullptr ? 0
                         : (watched->last.ns - watched->first.ns) / static_cast<int64_t>(kNsPerMs);
  const BeaconScore score = track.score(watched_ms);
  const double total = score.total();
  const bool high = total >= thresholds_["score_medium"];
  const bool said = total >= thresholds_["score_low"] &&
                    score.jitter <= thresholds_["jitter_max"] &&
                    static_cast<double>(score.visits) >= thresholds_["calls_min"];
  // While it still goes on, one good stretch is not enough: it has to hold when there is more.
  const bool held = std::exchange(track.confirmed, said && high);
  if (!said || (!final && !held)) return;
  event::Alert alert = draft(kInfo, *track.sample, track.sample->actor);
  alert.last_time = track.last();
  alert.time = track.first();
  alert.count = track.calls();
  if (track.through_proxy) alert.connection.reset();
  if (track.by_name) alert.domain = track.peer;
  apply(alert, signs_of(track, score),
        caller_words(track.sample->actor, track.host) + " calls " + track.peer + " by the clock");
  alert.add_fact("beacon score", number_words(total));
  alert.add_fact("regular intervals", number_words(score.intervals));
  if (score.sizes_known) alert.add_fact("regular sizes", number_words(score.sizes));
  alert.add_fact("evenly spread", number_words(score.spread));
  alert.add_fact("duration", number_words(score.duration));
  alert.add_fact("calls", std::to_string(track.calls()));
  sink.raise(std::move(alert));
}

}  // namespace

BehaviorEntry beacon_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<Beacon>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
