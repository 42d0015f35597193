// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/domain_name.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "detect/behavior/name_model_table.h"

namespace picket::detect::behavior {
namespace {

// Suffixes of two labels or more; in order, searched by halves.
constexpr auto kSuffixes = std::to_array<std::string_view>({
    "ac.at",
    "ac.cn",
    "ac.id",
    "ac.il",
    "ac.in",
    "ac.jp",
    "ac.kr",
    "ac.nz",
    "ac.th",
    "ac.uk",
    "ac.za",
    "appspot.com",
    "azureedge.net",
    "azurewebsites.net",
    "blogspot.com",
    "cloudapp.azure.com",
    "cloudapp.net",
    "cloudfront.net",
    "co.at",
    "co.id",
    "co.il",
    "co.in",
    "co.jp",
    "co.ke",
    "co.kr",
    "co.nz",
    "co.th",
    "co.uk",
    "co.za",
    "com.ar",
    "com.au",
    "com.bd",
    "com.br",
    "com.cn",
    "com.co",
    "com.ec",
    "com.eg",
    "com.gr",
    "com.hk",
    "com.mx",
    "com.my",
    "com.ng",
    "com.pe",
    "com.ph",
    "com.pk",
    "com.pl",
    "com.pt",
    "com.ru",
    "com.sa",
    "com.sg",
    "com.tr",
    "com.tw",
    "com.ua",
    "com.uy",
    "com.ve",
    "com.vn",
    "compute.amazonaws.com",
    "ddns.net",
    "duckdns.org",
    "dyndns.org",
    "ed.jp",
    "edu.au",
    "edu.br",
    "edu.cn",
    "edu.in",
    "edu.tw",
    "elb.amazonaws.com",
    "firebaseapp.com",
    "fly.dev",
    "github.io",
    "gitlab.io",
    "go.id",
    "go.jp",
    "go.kr",
    "go.th",
    "gob.mx",
    "gouv.fr",
    "gov.au",
    "gov.br",
    "gov.cn",
    "gov.in",
    "gov.it",
    "gov.tr",
    "gov.uk",
    "gr.jp",
    "herokuapp.com",
    "hopto.org",
    "lg.jp",
    "ltd.uk",
    "me.uk",
    "myftp.org",
    "ne.jp",
    "net.au",
    "net.br",
    "net.cn",
    "net.in",
    "net.nz",
    "net.tr",
    "net.tw",
    "net.uk",
    "netlify.app",
    "ngrok.app",
    "ngrok.io",
    "nhs.uk",
    "no-ip.biz",
    "no-ip.org",
    "nom.br",
    "onrender.com",
    "or.at",
    "or.jp",
    "or.kr",
    "or.th",
    "org.au",
    "org.br",
    "org.cn",
    "org.in",
    "org.mx",
    "org.nz",
    "org.pl",
    "org.tr",
    "org.tw",
    "org.uk",
    "org.za",
    "pages.dev",
    "plc.uk",
    "police.uk",
    "s3.amazonaws.com",
    "sch.uk",
    "serveftp.com",
    "sytes.net",
    "trafficmanager.net",
    "trycloudflare.com",
    "vercel.app",
    "web.app",
    "web.core.windows.net",
    "workers.dev",
    "zapto.org",
});
static_assert(std::ranges::is_sorted(kSuffixes));

constexpr size_t kSuffixLabelsMax = 4;
constexpr size_t kJudgedLengthMin = 7;
constexpr double kCostGenerated = 5.2;
constexpr size_t kSwitchesGenerated = 3, kHexGenerated = 16;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

std::string_view registered_domain(std::string_view name) {
  // From the right: the longest known suffix, else the last label; then one label more.
  size_t suffix = name.rfind('.');
  if (suffix == name.npos) return {};
  size_t at = suffix;
  for (size_t labels = 2; labels <= kSuffixLabelsMax && at != name.npos && at > 0; ++labels) {
    at = name.rfind('.', at - 1);
    const size_t begin = at == name.npos ? 0 : at + 1;
    if (std::ranges::binary_search(kSuffixes, name.substr(begin))) {
      if (begin == 0) return {};
      suffix = begin - 1;
    }
  }
  const size_t dot = suffix == 0 ? name.npos : name.rfind('.', suffix - 1);
  return dot == name.npos ? name : name.substr(dot + 1);
}

std::string_view below_registered(std::string_view name) {
  const std::string_view registered = registered_domain(name);
  return registered.empty() || registered.size() == name.size()
             ? std::string_view{}
             : name.substr(0, name.size() - registered.size() - 1);
}

double entropy(std::string_view text) {
  std::array<uint32_t, 256> counts{};
  for (const char c : text) ++counts[static_cast<uint8_t>(c)];
  double bits = 0;
  for (const uint32_t count : counts) {
    if (count == 0) continue;
    const double share = count / static_cast<double>(text.size());
    bits -= share * std::log2(share);
  }
  return bits;
}

double letter_cost(std::string_view label) {
  unsigned cost = 0, steps = 0, last = 0;
  const auto step = [&](unsigned to) {
    if (last == 0 && to == 0) return;
    cost += kLetterCost[last][to];
    ++steps;
    last = to;
  };
  for (const char c : label) step(letter(c) ? static_cast<unsigned>(c - 'a') + 1 : 0);
  step(0);
  constexpr double kPerBit = 8;
  return steps == 0 ? 0 : cost / kPerBit / steps;
}

bool looks_generated(std::string_view registered) {
  const std::string_view label = registered.substr(0, registered.find('.'));
  if (label.size() < kJudgedLengthMin || label.starts_with("xn--")) return false;
  size_t switches = 0, hex = 0;
  for (size_t i = 0; i < label.size(); ++i) {
    hex += digit(label[i]) || (label[i] >= 'a' && label[i] <= 'f');
    if (i > 0)
      switches +=
          digit(label[i]) != digit(label[i - 1]) && (letter(label[i]) || letter(label[i - 1]));
  }
  if (switches >= kSwitchesGenerated) return true;
  if (hex == label.size() && label.size() >= kHexGenerated) return true;
  return letter_cost(label) >= kCostGenerated;
}

bool local_or_reverse(std::string_view name) {
  if (name.find('.') == name.npos) return true;
  for (const std::string_view end : {".arpa", ".local", ".localdomain", ".lan", ".home",
                                     ".internal", ".intranet", ".corp", ".test", ".invalid"})
    if (name.ends_with(end)) return true;
  return name.find("_tcp.") != name.npos || name.find("_udp.") != name.npos;
}

}  // namespace picket::detect::behavior
