// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/known_services.h"

#include <algorithm>
#include <array>

namespace picket::detect::behavior {
namespace {

struct Service {
  std::string_view suffix, what;
};

constexpr std::string_view kMicrosoft = "Microsoft update, telemetry and push";
constexpr std::string_view kGoogle = "Google update, push and connectivity check";
constexpr std::string_view kApple = "Apple update, push and connectivity check";
constexpr std::string_view kCertificates = "certificate status";
constexpr std::string_view kTime = "network time";
constexpr std::string_view kLinux = "Linux distribution updates and connectivity check";
constexpr std::string_view kBrowser = "browser update and push";
constexpr std::string_view kChat = "chat and calls";
constexpr std::string_view kSecurity = "security product's own service";

// In alphabetical order. Registrable domains only where the whole of them is the
// vendor's own; hosting and storage (azurewebsites.net, amazonaws.com...) is anybody's.
constexpr auto kServices = std::to_array<Service>({
    {"aaplimg.com", kApple},
    {"android.clients.google.com", kGoogle},
    {"api.snapcraft.io", kLinux},
    {"apple.com", kApple},
    {"archive.ubuntu.com", kLinux},
    {"autopush.prod.mozaws.net", kBrowser},
    {"avast.com", kSecurity},
    {"avcdn.net", kSecurity},
    {"clamav.net", kSecurity},
    {"clients.google.com", kGoogle},
    {"clients1.google.com", kGoogle},
    {"clients2.google.com", kGoogle},
    {"clients3.google.com", kGoogle},
    {"clients4.google.com", kGoogle},
    {"clients6.google.com", kGoogle},
    {"connectivity-check.ubuntu.com", kLinux},
    {"connectivitycheck.android.com", kGoogle},
    {"connectivitycheck.gstatic.com", kGoogle},
    {"crowdstrike.com", kSecurity},
    {"data.microsoft.com", kMicrosoft},
    {"deb.debian.org", kLinux},
    {"delivery.mp.microsoft.com", kMicrosoft},
    {"detectportal.firefox.com", kBrowser},
    {"discord.gg", kChat},
    {"download.windowsupdate.com", kMicrosoft},
    {"endpoint.microsoft.com", kMicrosoft},
    {"entrust.net", kCertificates},
    {"eset.com", kSecurity},
    {"fcm.googleapis.com", kGoogle},
    {"fedoraproject.org", kLinux},
    {"globalsign.com", kCertificates},
    {"icloud.com", kApple},
    {"identrust.com", kCertificates},
    {"kaspersky.com", kSecurity},
    {"lencr.org", kCertificates},
    {"login.microsoftonline.com", kMicrosoft},
    {"mtalk.google.com", kGoogle},
    {"msftconnecttest.com", kMicrosoft},
    {"msftncsi.com", kMicrosoft},
    {"network-test.debian.org", kLinux},
    {"nist.gov", kTime},
    {"notify.windows.com", kMicrosoft},
    {"ntp.org", kTime},
    {"ntp.ubuntu.com", kTime},
    {"ocsp.comodoca.com", kCertificates},
    {"ocsp.digicert.com", kCertificates},
    {"ocsp.pki.goog", kCertificates},
    {"ocsp.sectigo.com", kCertificates},
    {"ocsp.usertrust.com", kCertificates},
    {"push.services.mozilla.com", kBrowser},
    {"safebrowsing.googleapis.com", kBrowser},
    {"security.debian.org", kLinux},
    {"security.ubuntu.com", kLinux},
    {"services.mozilla.com", kBrowser},
    {"signal.org", kChat},
    {"smartscreen.microsoft.com", kMicrosoft},
    {"sophos.com", kSecurity},
    {"teams.microsoft.com", kChat},
    {"time.android.com", kTime},
    {"time.cloudflare.com", kTime},
    {"time.google.com", kTime},
    {"time.windows.com", kTime},
    {"update.googleapis.com", kGoogle},
    {"update.microsoft.com", kMicrosoft},
    {"wdcp.microsoft.com", kSecurity},
    {"whatsapp.net", kChat},
    {"windowsupdate.com", kMicrosoft},
    {"wns.windows.com", kMicrosoft},
    {"wss-primary.slack.com", kChat},
    {"zoom.us", kChat},
});

}  // namespace

std::string_view known_service(std::string_view name) {
  while (!name.empty()) {
    const auto found = std::ranges::find(kServices, name, &Service::suffix);
    if (found != kServices.end()) return found->what;
    const size_t dot = name.find('.');
    if (dot == name.npos) break;
    name.remove_prefix(dot + 1);
  }
  return {};
}

}  // namespace picket::detect::behavior
