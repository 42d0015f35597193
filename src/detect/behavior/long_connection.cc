// SPDX-License-Identifier: Apache-2.0
// long_connection: one connection to the internet that stays open for hours. Tunnels and
// interactive control do; most services close. Low: mail, chat, push messages and virtual private
// networks stay open as well, so it weighs only beside other signs of the same peer.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/known_services.h"
#include "detect/behavior/odd_ports.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

constexpr Setting kSettings[] = {
    {"hours_min", 4, 0.1, 1000, "h", "that one connection stays open"},
};
constexpr std::string_view kFalsePositives[] = {
    "mail, chat and push messages, remote work, virtual private networks"};
const event::AttackReference kAttack[] = {{"TA0011", "T1572"}, {"TA0011", "T1219"}};

const BehaviorInfo kInfo{.name = "long_connection",
                         .title = "Connection open for hours",
                         .what = "One connection to an internet peer that stays open for hours.",
                         .why = "Tunnels and interactive control stay open; most services close.",
                         .attack = kAttack,
                         .severity = event::Severity::kLow,
                         .confidence = event::Confidence::kLow,
                         .false_positives = kFalsePositives,
                         .settings = kSettings};

class LongConnection final : public Behavior {
 public:
  explicit LongConnection(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* made = std::get_if<event::ConnectionMade>(&activity.what);
    constexpr double kHour = 3600;
    if (made == nullptr || made->outbound == false || made->answered == false ||
        !made->remote.address.is_global() ||
        made->duration_s.value_or(0) < thresholds_["hours_min"] * kHour)
      return;
    const std::string name = made->remote_name.empty()
                                 ? std::string(context.host.name_of(made->remote.address))
                                 : made->remote_name;
    std::vector<Sign> signs = {
        {20, "the connection was open for " + duration_words(*made->duration_s)}};
    if (!usual_tls_port(made->remote.port))
      signs.push_back({5, "port " + std::to_string(made->remote.port) + " is unusual"});
    const std::string_view service = known_service(name);
    if (!service.empty())
      signs.push_back({-10, name + " is a known service (" + std::string(service) + ")"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    apply(alert, signs,
          caller_words(context.actor, activity.host) + " stays connected to " +
              (name.empty() ? made->remote.text() : name));
    if (made->bytes_out) alert.add_fact("sent", bytes_words(static_cast<double>(*made->bytes_out)));
    if (made->bytes_in)
      alert.add_fact("received", bytes_words(static_cast<double>(*made->bytes_in)));
    sink.raise(std::move(alert));
  }

 private:
  Thresholds thresholds_;
};

}  // namespace

BehaviorEntry long_connection_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<LongConnection>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
