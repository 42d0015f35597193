// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/talk.h"

#include <algorithm>
#include <array>

#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

struct Network {
  std::string_view owner;
  Prefix prefix;
};

const std::vector<Network>& networks() {
  static const std::vector<Network> kAll = [] {
    std::vector<Network> all;
#define NETWORK(owner, text) \
  if (auto prefix = Prefix::parse(text)) all.push_back({owner, *prefix});
#include "detect/behavior/known_networks.def"
#undef NETWORK
    return all;
  }();
  return kAll;
}

constexpr auto kVendorDomains = std::to_array<std::string_view>({
    "microsoft.com",
    "windowsupdate.com",
    "windows.com",
    "windows.net",
    "msftconnecttest.com",
    "msftncsi.com",
    "office.com",
    "office.net",
    "office365.com",
    "microsoftonline.com",
    "live.com",
    "msn.com",
    "bing.com",
    "azure.com",
    "azure.net",
    "azureedge.net",
    "skype.com",
    "msedge.net",
    "msauth.net",
    "msftauth.net",
    "digicert.com",
    "verisign.com",
    "symcb.com",
    "globalsign.com",
    "entrust.net",
    "usertrust.com",
    "sectigo.com",
    "lencr.org",
    "apple.com",
    "ubuntu.com",
    "debian.org",
    "fedoraproject.org",
    "redhat.com",
    "mozilla.org",
    "mozilla.com",
    "google.com",
    "gstatic.com",
    "googleapis.com",
    "gvt1.com",
    "powershellgallery.com",
    "nuget.org",
});
// Under a vendor's domain, but whoever pays may put a name there.
constexpr auto kRentedDomains = std::to_array<std::string_view>({
    "blob.core.windows.net",
    "cloudapp.azure.com",
    "azureedge.net",
    "trafficmanager.net",
    "file.core.windows.net",
    "web.core.windows.net",
    "storage.googleapis.com",
    "sites.google.com",
    "docs.google.com",
    "drive.google.com",
    "script.google.com",
    "translate.google.com",
    "graph.microsoft.com",
    "1drv.ms",
    "onedrive.live.com",
});

bool under(std::string_view name, std::string_view domain) {
  return ends_folded(name, domain) &&
         (name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.');
}

bool to_this_or_many(const IpAddress& address, const HostView& host) {
  return address.is_loopback() || address.is_unspecified() || address.is_multicast() ||
         address.is_broadcast() || host.is_own(address) ||
         (address.is_v4() && (address.v4_host_order() & 0xff) == 0xff);
}

const event::ConnectionMade* to_another(const event::Activity& activity, const HostContext& context,
                                        bool outbound) {
  const auto* made = std::get_if<event::ConnectionMade>(&activity.what);
  if (made == nullptr || made->outbound != outbound) return nullptr;
  if (made->transport != event::Transport::kTcp && made->transport != event::Transport::kUdp)
    return nullptr;
  return to_this_or_many(made->remote.address, context.host) ? nullptr : made;
}

}  // namespace

const event::ConnectionMade* talks_out(const event::Activity& activity,
                                       const HostContext& context) {
  return to_another(activity, context, true);
}

const event::ConnectionMade* is_called(const event::Activity& activity,
                                       const HostContext& context) {
  return to_another(activity, context, false);
}

std::string_view known_network(const IpAddress& address) {
  const auto& all = networks();
  const auto found = std::ranges::find_if(
      all, [&](const Network& network) { return network.prefix.contains(address); });
  return found == all.end() ? std::string_view() : found->owner;
}

bool vendor_name(std::string_view name) {
  if (name.empty()) return false;
  const auto has = [&](std::string_view domain) { return under(name, domain); };
  return std::ranges::any_of(kVendorDomains, has) && std::ranges::none_of(kRentedDomains, has);
}

void add_peer_signs(std::vector<Sign>& signs, const event::ConnectionMade& made,
                    const HostContext& context) {
  const std::string_view name = context.host.name_of(made.remote.address);
  const uint16_t port = made.remote.port;
  if (name.empty() && context.host.tells_lookups() && made.remote.address.is_global())
    signs.push_back({10, "no name was looked up for the address"});
  constexpr std::array<uint16_t, 5> kUsual = {80, 443, 53, 8080, 123};
  if (std::ranges::find(kUsual, port) == kUsual.end() && admin_service(port).empty() &&
      port < kFirstDynamicPort)
    signs.push_back(
        {10, "port " + std::to_string(port) + " is not one that programs ordinarily use"});
  if (vendor_name(name)) {
    signs.push_back({-25, "the name " + std::string(name) + " belongs to a software vendor"});
  } else if (const auto owner = known_network(made.remote.address); !owner.empty()) {
    signs.push_back({-10, "the address lies in a network of " + std::string(owner)});
  }
}

std::string process_words(const event::Actor& actor) {
  std::string out(!actor.path.empty() ? std::string_view(actor.path)
                                      : std::string_view(actor.name));
  if (out.empty()) out = "a process";
  if (actor.pid != 0) out += " (pid " + std::to_string(actor.pid) + ")";
  return out;
}

std::string peer_words(const event::ConnectionMade& made, const HostContext& context) {
  std::string out = made.remote.text();
  std::string_view name = made.remote_name;
  if (name.empty()) name = context.host.name_of(made.remote.address);
  if (!name.empty()) out += " (" + std::string(name) + ")";
  return out;
}

void add_talk_facts(event::Alert& alert, const event::ConnectionMade& made,
                    const HostContext& context) {
  const event::Actor& actor = context.actor;
  alert.add_fact("process", actor.path);
  alert.add_fact("peer", peer_words(made, context));
  if (!actor.command_line.empty()) alert.add_fact("command line", actor.command_line);
  if (!actor.user.empty()) alert.add_fact("user", actor.user);
  if (!actor.parent_path.empty()) alert.add_fact("parent", actor.parent_path);
  if (!actor.sha256.empty()) alert.add_fact("sha256", actor.sha256);
  if (alert.domain.empty()) alert.domain = context.host.name_of(made.remote.address);
}

std::optional<event::Alert> talk_alert(const BehaviorInfo& info, const event::Activity& activity,
                                       const HostContext& context,
                                       const event::ConnectionMade& made,
                                       std::span<const Sign> signs, int points_min) {
  if (weigh(signs).points < points_min) return std::nullopt;
  event::Alert alert = draft(info, activity, context.actor);
  apply(alert, signs,
        process_words(context.actor) + (made.outbound == false ? " is called by " : " talks to ") +
            peer_words(made, context));
  add_talk_facts(alert, made, context);
  return alert;
}

std::string_view admin_service(uint16_t port) {
  switch (port) {
    case 22: return "SSH";
    case 88: return "Kerberos";
    case 135: return "RPC";
    case 139:
    case 445: return "SMB";
    case 389:
    case 636:
    case 3268:
    case 3269: return "LDAP";
    case 3389: return "RDP";
    case 5985:
    case 5986: return "WinRM";
    case 9389: return "Active Directory web services";
    default: return {};
  }
}

}  // namespace picket::detect::behavior
