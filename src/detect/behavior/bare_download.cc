// SPDX-License-Identifier: Apache-2.0
// bare_download: a program or script fetched over plain HTTP from a bare address. Software comes
// from names with certificates; worms and first stages fetch the rest of themselves from the
// machine that sent them, which has no name.
//
// Known false positives: appliances and laboratories that serve updates by address. Internal
// addresses are left out. Not seen: programs disguised as something else by type and name.
#include "detect/behavior/behavior.h"
#include "detect/behavior/bounded_map.h"
#include "detect/behavior/plain_words.h"
#include "detect/behavior/severity.h"

namespace picket::detect::behavior {
namespace {

constexpr Setting kSettings[] = {
    {"bytes_min", 1, 0, 1e9, "bytes", "of the answer"},
};
constexpr std::string_view kFalsePositives[] = {"appliances that fetch updates by address"};
const event::AttackReference kAttack[] = {{"TA0011", "T1105"}, {"TA0002", "T1204.002"}};

const BehaviorInfo kInfo{
    .name = "bare_download",
    .title = "Program fetched from a bare address",
    .what = "An executable or script fetched over plain HTTP from a host that is given by address.",
    .why =
        "Software comes from names; worms and first stages fetch the rest of themselves from "
        "wherever they came from.",
    .attack = kAttack,
    .severity = event::Severity::kMedium,
    .confidence = event::Confidence::kMedium,
    .false_positives = kFalsePositives,
    .settings = kSettings};

bool executable_type(std::string_view type) {
  for (const std::string_view known :
       {"application/x-dosexec", "application/x-executable", "application/x-elf",
        "application/x-sharedlib", "application/x-mach-o", "application/x-msdownload",
        "application/x-msdos-program", "application/x-sh", "text/x-shellscript",
        "application/java-archive", "application/x-pie-executable"})
    if (type.starts_with(known)) return true;
  return false;
}

// The path's own name, without what follows ? or #.
bool executable_name(std::string_view uri) {
  uri = uri.substr(0, uri.find_first_of("?#"));
  const std::string_view name = uri.substr(uri.rfind('/') + 1);
  for (const std::string_view end : {".exe", ".dll", ".scr", ".msi", ".hta", ".ps1", ".vbs", ".bat",
                                     ".sh", ".elf", ".jar", ".mips", ".mpsl", ".arm7", ".x86"})
    if (name.size() > end.size() && name.ends_with(end)) return true;
  return false;
}

// Fetching tools, by how their user agent begins.
bool fetching_tool(std::string_view agent) {
  for (const std::string_view tool :
       {"curl/", "Wget", "WindowsPowerShell", "python-", "Go-http-client", "CertUtil",
        "Microsoft BITS", "Hello, World"})
    if (agent.find(tool) != agent.npos) return true;
  return agent.empty();
}

class BareDownload final : public Behavior {
 public:
  explicit BareDownload(const Thresholds& thresholds) : thresholds_(thresholds) {}

  void observe(const event::Activity& activity, const HostContext& context,
               AlertSink& sink) override {
    const auto* http = std::get_if<event::HttpExchange>(&activity.what);
    if (http == nullptr || http->method != "GET" || (http->status != 200 && http->status != 206))
      return;
    const auto address = IpAddress::parse(http->host);
    if (!address || !address->is_global() ||
        static_cast<double>(http->response_bytes.value_or(0)) < thresholds_["bytes_min"])
      return;
    const bool typed = executable_type(http->content_type), named = executable_name(http->uri);
    if (!typed && !named) return;
    std::vector<Sign> signs;
    if (typed) signs.push_back({40, "what came is a program (" + http->content_type + ")"});
    if (named) signs.push_back({typed ? 10 : 30, "it is named like one"});
    if (fetching_tool(http->user_agent))
      signs.push_back({10, http->user_agent.empty()
                               ? std::string("the request named no user agent")
                               : "a fetching tool asked for it (" + http->user_agent + ")"});
    event::Alert alert = draft(kInfo, activity, context.actor);
    alert.url = "http://" + http->host + http->uri;
    apply(alert, signs, caller_words(context.actor, activity.host) + " fetched " + alert.url);
    sink.raise(std::move(alert));
  }

 private:
  Thresholds thresholds_;
};

}  // namespace

BehaviorEntry bare_download_entry() {
  return {kInfo, [](const Thresholds& thresholds) -> std::unique_ptr<Behavior> {
            return std::make_unique<BareDownload>(thresholds);
          }};
}

}  // namespace picket::detect::behavior
