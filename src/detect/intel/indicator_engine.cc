// SPDX-License-Identifier: Apache-2.0
#include "detect/intel/indicator_engine.h"

#include <algorithm>

#include "detect/behavior/plain_words.h"

namespace picket::detect::intel {
namespace {

using event::Severity;

Counter program_forgotten{"intel.indicator_program_forgotten",
                          "programs whose hashes are looked up again"};

constexpr int64_t kDayNs = int64_t{86400} * static_cast<int64_t>(kNsPerSecond);
// Addresses and names change hands; hashes do not.
constexpr int64_t kStaleDays = 365;

bool changes_hands(IndicatorKind kind) {
  return kind == IndicatorKind::kAddress || kind == IndicatorKind::kPrefix ||
         kind == IndicatorKind::kDomain;
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

IndicatorEngine::IndicatorEngine(std::vector<behavior::AllowEntry> allow)
    : fold_(std::move(allow)), programs_(kProcessesMax, program_forgotten) {}

Result<std::unique_ptr<IndicatorEngine>> IndicatorEngine::create(
    const std::vector<std::string>& files, std::vector<behavior::AllowEntry> allow) {
  std::unique_ptr<IndicatorEngine> engine(new IndicatorEngine(std::move(allow)));
  for (const std::string& file : files) {
    TRY_ASSIGN(ListReport report, read_list_file(file, [&](const Indicator& indicator) {
                 return engine->set_.add(indicator, file);
               }));
    engine->reports_.push_back(std::move(report));
  }
  engine->set_.seal();
  return engine;
}

std::unique_ptr<IndicatorEngine> IndicatorEngine::of(IndicatorSet set) {
  std::unique_ptr<IndicatorEngine> engine(new IndicatorEngine({}));
  engine->set_ = std::move(set);
  return engine;
}

template <typename Hashed>
void IndicatorEngine::file(const event::Activity& activity, const Hashed& hashed,
                           const std::string& of) {
  hash(activity, IndicatorKind::kSha256, hashed.sha256, of);
  hash(activity, IndicatorKind::kSha1, hashed.sha1, of);
  hash(activity, IndicatorKind::kMd5, hashed.md5, of);
}

void IndicatorEngine::observe(const event::Activity& activity) {
  if (set_.size() == 0) return;
  program(activity);
  if (const auto* made = std::get_if<event::ConnectionMade>(&activity.what))
    connection(activity, *made);
  else if (const auto* asked = std::get_if<event::DnsLookup>(&activity.what))
    lookup(activity, *asked);
  else if (const auto* http = std::get_if<event::HttpExchange>(&activity.what))
    exchange(activity, *http);
  else if (const auto* tls = std::get_if<event::TlsSession>(&activity.what))
    session(activity, *tls);
  else if (const auto* carried = std::get_if<event::FileCarried>(&activity.what))
    file(activity, *carried,
         carried->name.empty() ? "a file from " + carried->remote.address.text() : carried->name);
  else if (const auto* marked = std::get_if<event::FileMarked>(&activity.what))
    file(activity, *marked, marked->path);
}

void IndicatorEngine::connection(const event::Activity& activity,
                                 const event::ConnectionMade& made) {
  const bool inbound = made.outbound == false;
  // Who calls from outside has any port; a list's port is that of the server.
  if (const auto hit =
          set_.find_address(made.remote.address, inbound ? uint16_t{0} : made.remote.port)) {
    const bool refused = made.answered == false;
    raise(activity, *hit,
          {(inbound ? "was called by " : "called ") + made.remote.text(),
           inbound   ? Severity::kLow
           : refused ? Severity::kMedium
                     : Severity::kHigh,
           made.remote_name,
           {},
           true});
  }
  if (made.remote_name.empty()) return;
  if (const auto hit = set_.find_domain(made.remote_name))
    raise(activity, *hit,
          {"called " + made.remote_name, Severity::kHigh, made.remote_name, {}, true});
}

void IndicatorEngine::lookup(const event::Activity& activity, const event::DnsLookup& asked) {
  if (const auto hit = set_.find_domain(asked.name)) {
    raise(activity, *hit, {"looked up " + asked.name, Severity::kMedium, asked.name, {}, false});
    return;
  }
  for (const IpAddress& address : asked.addresses) {
    const auto hit = set_.find_address(address, 0);
    if (hit)
      raise(activity, *hit,
            {"looked up " + asked.name + ", which is at " + address.text(),
             Severity::kLow,
             asked.name,
             {},
             false});
  }
}

void IndicatorEngine::exchange(const event::Activity& activity, const event::HttpExchange& http) {
  const bool absolute = http.uri.find("://") != http.uri.npos;
  const std::string url =
      absolute ? http.uri
               : http.host +
                     (http.remote.port == 80 || http.remote.port == 0 || http.through_proxy
                          ? ""
                          : ":" + std::to_string(http.remote.port)) +
                     http.uri;
  if (const auto hit = set_.find_url(absolute ? url : "http://" + url)) {
    raise(activity, *hit, {"asked for " + url, Severity::kHigh, http.host, {}, false});
    return;
  }
  if (const auto hit = set_.find_domain(http.host)) {
    raise(activity, *hit,
          {"asked " + http.host + " over HTTP", Severity::kHigh, http.host, {}, false});
  } else if (const auto address = IpAddress::parse(http.host)) {
    if (const auto listed =
            set_.find_address(*address, http.through_proxy ? uint16_t{0} : http.remote.port))
      raise(activity, *listed,
            {"asked " + http.host + " over HTTP", Severity::kHigh, http.host, {}, false});
  }
}

void IndicatorEngine::session(const event::Activity& activity, const event::TlsSession& tls) {
  const std::string peer = tls.server_name.empty() ? tls.remote.text() : tls.server_name;
  if (const auto hit = set_.find_domain(tls.server_name))
    raise(activity, *hit, {"spoke TLS with " + peer, Severity::kHigh, peer, {}, false});
  for (const auto& [kind, value] :
       {std::pair(IndicatorKind::kCertificateSha1, &tls.certificate_sha1),
        std::pair(IndicatorKind::kCertificateSha256, &tls.certificate_sha256)})
    if (const auto hit = set_.find(kind, *value))
      raise(activity, *hit,
            {"was shown the certificate of a listed server by " + peer,
             Severity::kHigh,
             peer,
             {},
             false});
  // Many programs greet alike.
  for (const auto& [kind, value] :
       {std::pair(IndicatorKind::kJa3, &tls.ja3), std::pair(IndicatorKind::kJa4, &tls.ja4)})
    if (const auto hit = set_.find(kind, *value))
      raise(activity, *hit,
            {"greeted " + peer + " over TLS like a listed program",
             Severity::kMedium,
             peer,
             {},
             false});
}

void IndicatorEngine::hash(const event::Activity& activity, IndicatorKind kind,
                           const std::string& digest, const std::string& of) {
  if (const auto hit = set_.find(kind, digest))
    raise(activity, *hit,
          {of + " is a listed file",
           kind == IndicatorKind::kImphash ? Severity::kMedium : Severity::kHigh,
           {},
           of,
           false});
}

void IndicatorEngine::program(const event::Activity& activity) {
  const event::Actor& actor = activity.actor;
  if (actor.sha256.empty() && actor.sha1.empty() && actor.md5.empty() && actor.imphash.empty())
    return;
  bool& looked =
      programs_.touch(behavior::key_of({activity.host, actor.id, std::to_string(actor.pid),
                                        actor.path, actor.sha256, actor.md5, actor.sha1}));
  if (std::exchange(looked, true)) return;
  const std::string of = actor.path.empty() ? actor.name : actor.path;
  file(activity, actor, of);
  hash(activity, IndicatorKind::kImphash, actor.imphash, of);
}

void IndicatorEngine::raise(const event::Activity& activity, const IndicatorSet::Hit& hit,
                            Finding finding) {
  if (hit.expires.ns != 0 && hit.expires < activity.time) return;
  event::Alert alert;
  alert.time = alert.last_time = activity.time;
  alert.detector = event::Detector::kIndicator;
  alert.rule_id = file_name(hit.source);
  alert.rule_name = "Listed " + std::string(text(hit.kind)) +
                    (hit.about.empty() ? std::string{} : ": " + std::string(hit.about));
  alert.rule_file = hit.source;
  alert.severity = finding.severity;
  alert.confidence = event::Confidence::kHigh;
  const double age_days = hit.seen.ns == 0 ? 0
                                           : static_cast<double>(activity.time.ns - hit.seen.ns) /
                                                 static_cast<double>(kDayNs);
  if (changes_hands(hit.kind) && age_days > kStaleDays) {
    alert.confidence = event::Confidence::kLow;
    alert.known_good.push_back({"listed " + std::to_string(static_cast<int>(age_days)) +
                                    " days before; addresses and names change hands",
                                alert.severity});
    if (alert.severity > Severity::kLow)
      alert.severity = static_cast<Severity>(static_cast<unsigned>(alert.severity) - 1);
  }
  alert.reason = behavior::caller_words(activity.actor, activity.host) + " " + finding.what +
                 ", which " + std::string(file_name(hit.source)) + " lists as " +
                 (hit.about.empty() ? std::string(text(hit.kind)) : std::string(hit.about));
  alert.attack = {{"TA0011", ""}};
  alert.host = activity.host;
  alert.platform = activity.platform;
  alert.actor = activity.actor;
  alert.place = activity.place;
  alert.domain = std::move(finding.domain);
  alert.file = std::move(finding.file);
  const auto* made = std::get_if<event::ConnectionMade>(&activity.what);
  if (made != nullptr && finding.keep_connection) {
    alert.connection = *made;
    alert.traffic_outbound = made->outbound;
  }
  alert.add_fact("indicator", hit.value);
  alert.add_fact("kind", text(hit.kind));
  alert.add_fact("list", hit.source);
  alert.add_fact("listed as", hit.about);
  if (hit.seen.ns != 0) alert.add_fact("first seen by the list", rfc3339(hit.seen));
  if (hit.expires.ns != 0) alert.add_fact("expires", rfc3339(hit.expires));
  fold_.raise(std::move(alert));
}

}  // namespace picket::detect::intel
