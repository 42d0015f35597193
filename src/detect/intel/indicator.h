// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/clock.h"

// One thing known to be bad, as a list tells it, and its one written form: what two lists call by
// the same name compares equal. Pure functions and values.
namespace picket::detect::intel {

enum class IndicatorKind : uint8_t {
  kAddress,  // 203.0.113.9
  kPrefix,   // 203.0.113.0/24
  kDomain,   // evil.example: that name and every name below it
  kUrl,      // host/path?query, without scheme, fragment and the scheme's own port
  kMd5,
  kSha1,
  kSha256,
  kImphash,
  kJa3,
  kJa4,
  kCertificateSha1,
  kCertificateSha256,
};
std::string_view text(IndicatorKind kind);
// md5, sha-256, ip-dst, domain-name, ja3...: the words of the formats read here; nullopt: no such.
std::optional<IndicatorKind> parse_kind(std::string_view word);

struct Indicator {
  IndicatorKind kind = IndicatorKind::kDomain;
  std::string value;  // normal form
  uint16_t port = 0;  // of an address; 0: any
  std::string about;  // malware family, campaign, threat: words of the list
  std::optional<WallTime> seen, expires;
};

constexpr size_t kIndicatorValueMax = 2048;  // bytes

// `value` as `kind` in its normal form. Undoes what people do so that nobody clicks (hxxp, [.],
// (.)). nullopt: it is no such thing, or longer than kIndicatorValueMax, or so broad that it would
// match everything (0.0.0.0/0, a public suffix without a name, loopback).
std::optional<Indicator> make_indicator(IndicatorKind kind, std::string_view value);
// What a bare value must be: address, prefix, address:port, URL, hash (32 digits: MD5), else a
// domain.
std::optional<Indicator> guess_indicator(std::string_view value);

// The block of `length` bits around an address, host bits cleared.
Prefix masked(const IpAddress& address, uint8_t length);
// The normal form of a URL (kUrl); empty: it is none.
std::string url_key(std::string_view url);

}  // namespace picket::detect::intel
