// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/signature_files.h"

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>

#include "base/utf8.h"
#include "detect/suricata/private_folder.h"

namespace picket::app::analyze {
namespace {

std::string cache_folder() {
  const char* base = std::getenv("XDG_CACHE_HOME");
  std::string folder;
  if (base != nullptr && *base == '/') {
    folder = base;
  } else if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    folder = std::string(home) + "/.cache";
  } else {
    return {};
  }
  mkdir(folder.c_str(), 0700);
  folder += "/picket";
  mkdir(folder.c_str(), 0700);
  if (auto usable = detect::suricata::PrivateFolder::open(folder); !usable) {
    // A home folder that is not there (or not ours to write) is nothing to speak of.
    if (usable.error().code != ENOENT && usable.error().code != EACCES)
      std::fprintf(stderr, "picket: compiled signatures are not kept: %s\n",
                   printable(usable.error().text()).c_str());
    return {};
  }
  return folder;
}

}  // namespace

Result<std::shared_ptr<const detect::suricata::LoadedRules>> load_signatures(
    const std::vector<std::string>& files, const inspect::Settings& settings) {
  detect::suricata::LoadReport report;
  TRY_ASSIGN(auto rules, detect::suricata::load(files, settings, cache_folder(), report));
  for (size_t i = 0; i < report.errors.size() && i < kErrorsTold; ++i)
    std::fprintf(stderr, "picket: %s\n", printable(report.errors[i].text()).c_str());
  if (report.errors.size() > kErrorsTold)
    std::fprintf(stderr, "picket: %zu more rules could not be loaded\n",
                 report.errors.size() - kErrorsTold);
  return rules;
}

}  // namespace picket::app::analyze
