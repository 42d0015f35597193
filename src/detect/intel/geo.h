// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/result.h"

namespace picket::detect::intel {

constexpr size_t kGeoFilesMax = 8;
constexpr size_t kGeoCacheEntries = 1024;    // a power of two
constexpr size_t kGeoOrganizationMax = 128;  // bytes kept of an organization's name

// What the databases say of an address. Empty and 0: nothing.
struct Geo {
  std::string country;  // ISO 3166-1 alpha-2, upper case
  uint32_t as_number = 0;
  std::string as_organization;  // printable
  bool operator==(const Geo&) const = default;
};

// GeoDatabase answers from files in the MaxMind DB format 2.0 (GeoLite2 and GeoIP2 Country, City,
// ASN, and those of others such as DB-IP or IPinfo that use its layout or plain country_code and
// asn keys). What a file can tell is taken from its database type, or else from its content.
//
// The files are data from outside: one that is broken is refused with the reason, and a broken
// record counts in "detect.geo_bad_records" and says nothing. Files stay mapped: replace them by
// renaming a new one over the old (as geoipupdate does), never in place. Not thread-safe: lookups
// fill a cache.
class GeoDatabase {
 public:
  // Opens one to kGeoFilesMax files. Where two can tell the same, the one named first is asked.
  static Result<GeoDatabase> open(const std::vector<std::string>& paths);

  GeoDatabase(GeoDatabase&&) noexcept;
  GeoDatabase& operator=(GeoDatabase&&) noexcept;
  ~GeoDatabase();

  bool has_country() const;
  bool has_as() const;
  // Nothing is known of addresses that are not global. Valid until the next lookup().
  const Geo& lookup(const IpAddress& address);
  // The databases and the days they were built: "GeoLite2-Country 2026-10-01, GeoLite2-ASN
  // 2026-10-02".
  std::string describe() const;

 private:
  class File;
  struct Cached {
    IpAddress address;
    bool filled = false;
    Geo geo;
  };
  GeoDatabase();

  std::vector<std::unique_ptr<File>> files_;
  std::vector<Cached> cache_;
  Geo nothing_;
};

}  // namespace picket::detect::intel
