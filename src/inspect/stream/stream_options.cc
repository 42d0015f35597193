// SPDX-License-Identifier: Apache-2.0
#include "inspect/stream/stream_options.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace picket::inspect::stream {
namespace {

std::optional<OverlapPolicy> parse_policy(std::string_view name) {
  constexpr std::pair<std::string_view, OverlapPolicy> kNames[] = {
      {"first", OverlapPolicy::kFirst},     {"last", OverlapPolicy::kLast},
      {"bsd", OverlapPolicy::kBsd},         {"bsd-right", OverlapPolicy::kBsdRight},
      {"linux", OverlapPolicy::kLinux},     {"old-linux", OverlapPolicy::kOldLinux},
      {"solaris", OverlapPolicy::kSolaris}, {"hpux10", OverlapPolicy::kHpux10},
      {"hpux11", OverlapPolicy::kHpux11},   {"irix", OverlapPolicy::kIrix},
      {"macos", OverlapPolicy::kMacos},     {"windows", OverlapPolicy::kWindows},
      {"vista", OverlapPolicy::kVista},     {"windows2k3", OverlapPolicy::kWindows2003},
  };
  for (const auto& [known, policy] : kNames)
    if (known == name) return policy;
  return std::nullopt;
}

// Calls `each` for the words of a list such as "[10.0.0.0/8, 192.168.1.0/24]".
template <typename Each>
void for_each_word(std::string_view list, Each each) {
  constexpr std::string_view kBetween = "[], \t\"'";
  for (size_t at = list.find_first_not_of(kBetween); at != std::string_view::npos;) {
    const size_t end = std::min(list.find_first_of(kBetween, at), list.size());
    each(list.substr(at, end - at));
    at = list.find_first_not_of(kBetween, end);
  }
}

unsigned bits_of(const Prefix& prefix) {
  return prefix.length + (prefix.address.is_v4() ? 96u : 0u);
}

// stream.midstream-policy, or what exception-policy says for all.
Result<ExceptionPolicy> read_midstream_policy(const Settings& settings, bool midstream, bool ips) {
  std::string text = settings.text("stream.midstream-policy");
  if (text.empty()) text = settings.text("exception-policy");
  if (text.empty() || text == "auto")
    return ips && !midstream ? ExceptionPolicy::kDropFlow : ExceptionPolicy::kIgnore;
  const auto policy = parse_exception_policy(text);
  if (!policy)
    return failure("stream.midstream-policy=" + text + " is not understood",
                   "ignore, drop-flow, reject, bypass, pass-flow or auto");
  const bool stops = *policy == ExceptionPolicy::kDropFlow || *policy == ExceptionPolicy::kReject;
  if (stops && (!ips || midstream)) return ExceptionPolicy::kIgnore;  // nothing can be stopped
  return *policy;
}

}  // namespace

OverlapPolicy StreamOptions::policy_of(const IpAddress& receiver) const {
  for (const auto& [prefix, policy] : policies)
    if (prefix.contains(receiver)) return policy;
  return OverlapPolicy::kBsd;
}

Result<StreamOptions> StreamOptions::from(const Settings& settings, bool ips) {
  StreamOptions options;
  options.midstream = settings.flag("stream.midstream", false);
  options.async_oneside = settings.flag("stream.async-oneside", false);
  options.inline_mode = settings.flag("stream.inline", ips);
  TRY_ASSIGN(options.midstream_policy, read_midstream_policy(settings, options.midstream, ips));
  options.drop_invalid = settings.flag("stream.drop-invalid", true);
  options.depth = settings.number("stream.reassembly.depth", options.depth);
  options.synack_queued_max = static_cast<unsigned>(
      std::min<uint64_t>(settings.number("stream.max-synack-queued", 5), 100));
  std::optional<Error> wrong;
  constexpr std::string_view kPrefix = "host-os-policy.";
  settings.visit(kPrefix, [&](std::string_view key, std::string_view value) {
    const auto policy = parse_policy(key.substr(kPrefix.size()));
    for_each_word(value, [&](std::string_view word) {
      const auto prefix = Prefix::parse(word);
      if (policy && prefix)
        options.policies.emplace_back(*prefix, *policy);
      else if (!wrong)
        wrong = Error{std::string(key) + "=" + std::string(value) + " is not understood",
                      "for example host-os-policy.linux=10.0.0.0/8", 0};
    });
  });
  if (wrong) return std::unexpected(*wrong);
  std::stable_sort(
      options.policies.begin(), options.policies.end(),
      [](const auto& a, const auto& b) { return bits_of(a.first) > bits_of(b.first); });
  return options;
}

}  // namespace picket::inspect::stream
