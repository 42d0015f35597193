// SPDX-License-Identifier: Apache-2.0
// Opens the input as a country or AS database and looks addresses up in it.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "base/unique_fd.h"
#include "detect/intel/geo.h"

using namespace picket;

// libmaxminddb 1.7.1 loses what it decoded of metadata that it then refuses. That happens once for
// a file at start, and is not ours to mend.
extern "C" const char* __lsan_default_suppressions() { return "leak:libmaxminddb.so"; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const UniqueFd file(memfd_create("geo", MFD_CLOEXEC));
  if (!file || write(file.get(), data, size) != static_cast<ssize_t>(size)) return 0;
  auto database = detect::intel::GeoDatabase::open({"/proc/self/fd/" + std::to_string(file.get())});
  if (!database) return database.error().message.empty() ? (std::abort(), 0) : 0;
  for (const char* text : {"192.0.2.1", "198.51.100.7", "203.0.113.1", "2001:db8::9", "2a00::1"}) {
    const auto& geo = database->lookup(*IpAddress::parse(text));
    if (!geo.country.empty() && geo.country.size() != 2) std::abort();
    if (geo.as_organization.size() > detect::intel::kGeoOrganizationMax) std::abort();
  }
  return 0;
}
