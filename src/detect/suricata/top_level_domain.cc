// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/top_level_domain.h"

#include <algorithm>
#include <iterator>

namespace picket::detect::suricata {
namespace {

constexpr std::string_view kSecondLevels[] = {"ac",   "co",  "com", "edu", "gob", "gov",
                                              "gouv", "go",  "ltd", "me",  "mil", "ne",
                                              "net",  "nom", "or",  "org", "plc", "sch"};

// The name from its `labels`-th label from the end on; npos: it has fewer.
size_t label_start(std::string_view host, int labels) {
  size_t at = host.size();
  for (int i = 0; i < labels; ++i) {
    if (at == 0) return std::string_view::npos;
    size_t dot = host.rfind('.', at - 1);
    if (dot == std::string_view::npos) return i + 1 == labels ? 0 : std::string_view::npos;
    at = dot;
  }
  return at + 1;
}

int suffix_labels(std::string_view host) {
  size_t last = label_start(host, 1), second = label_start(host, 2);
  if (last == std::string_view::npos || second == std::string_view::npos || host.size() - last != 2)
    return 1;
  std::string_view label = host.substr(second, last - second - 1);
  return std::find(std::begin(kSecondLevels), std::end(kSecondLevels), label) !=
                 std::end(kSecondLevels)
             ? 2
             : 1;
}

}  // namespace

std::string_view public_suffix(std::string_view host) {
  size_t at = label_start(host, suffix_labels(host));
  return at == std::string_view::npos ? std::string_view() : host.substr(at);
}

std::string_view registered_domain(std::string_view host) {
  size_t at = label_start(host, suffix_labels(host) + 1);
  return at == std::string_view::npos ? std::string_view() : host.substr(at);
}

}  // namespace picket::detect::suricata
