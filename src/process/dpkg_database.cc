// SPDX-License-Identifier: Apache-2.0
#include "process/dpkg_database.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <memory>
#include <unordered_map>

#include "base/counter.h"
#include "process/small_file.h"

namespace picket::process {
namespace {

using event::PackageMatch;

constexpr unsigned kPackageBits = 16;
constexpr uint64_t kPackageMask = (uint64_t{1} << kPackageBits) - 1;
constexpr size_t kDiversionsMax = 16'384;
constexpr size_t kDiversionBytesMax = 8u << 20;

Counter paths_bounded{"process.package_paths_bounded",
                      "packaged paths left out of the index because there are too many"};

std::string_view take_line(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

uint64_t path_hash(std::string_view path) {  // FNV-1a, then mixed: the top 48 bits are used
  uint64_t hash = 0xcbf29ce484222325ull;
  for (const char c : path) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3ull;
  hash ^= hash >> 32;
  return hash * 0x9e3779b97f4a7c15ull;
}

int64_t mtime_ns(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return -1;
  return status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
}

bool lists(std::string_view text, std::string_view path) {
  while (!text.empty())
    if (take_line(text) == path) return true;
  return false;
}

// Lines are "<32 hex digits>  usr/bin/x", the path relative to the root.
std::string_view checksum_of(std::string_view text, std::string_view path) {
  constexpr size_t kDigits = 32;
  path.remove_prefix(1);
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.size() <= kDigits + 2 || line[kDigits] != ' ') continue;
    std::string_view name = line.substr(kDigits + 2);
    if (name.starts_with("./")) name.remove_prefix(2);
    if (name == path) return line.substr(0, kDigits);
  }
  return {};
}

std::string_view without_architecture(std::string_view name) {
  return name.substr(0, name.find(':'));
}

}  // namespace

std::string DpkgDatabase::info_path(const Package& package, std::string_view ending) const {
  return root_ + "/var/lib/dpkg/info/" + package.file + std::string(ending);
}

size_t DpkgDatabase::index_bytes() const {
  size_t bytes = index_.capacity() * sizeof(uint64_t) + packages_.capacity() * sizeof(Package);
  for (const Package& package : packages_) {
    constexpr size_t kInline = 15;
    if (package.file.capacity() > kInline) bytes += package.file.capacity() + 1;
    if (package.version.capacity() > kInline) bytes += package.version.capacity() + 1;
  }
  return bytes;
}

Result<void> DpkgDatabase::refresh(const std::stop_token& stop) {
  const std::string base = root_ + "/var/lib/dpkg/";
  // Taken before reading: a change made meanwhile shows as one at the next question.
  const Stamp now{mtime_ns(base + "info"), mtime_ns(base + "status"),
                  mtime_ns(base + "diversions")};
  if (now.info_ns < 0 || now.status_ns < 0) {
    built_ = false;
    return failure("no dpkg database on this machine");
  }
  if (built_ && now == stamp_) return {};
  TRY(build(stop));
  stamp_ = now;
  built_ = true;
  return {};
}

Result<void> DpkgDatabase::build(const std::stop_token& stop) {
  built_ = false;
  packages_.clear();
  index_.clear();
  const std::string folder_path = root_ + "/var/lib/dpkg/info";
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(folder_path.c_str()), &::closedir);
  if (!folder) return system_failure("list " + folder_path);
  constexpr std::string_view kList = ".list";
  while (const dirent* entry = ::readdir(folder.get())) {
    if (stop.stop_requested()) return failure("picket is stopping");
    const std::string_view name = entry->d_name;
    if (!name.ends_with(kList) || name.size() == kList.size()) continue;
    if (packages_.size() == kPackagesMax) {
      paths_bounded.add();
      continue;
    }
    packages_.push_back({std::string(name.substr(0, name.size() - kList.size())), {}});
    const auto text = read_small_file(folder_path + "/" + std::string(name), kListBytesMax);
    if (text) add_list(packages_.size() - 1, *text);
  }
  std::sort(index_.begin(), index_.end());
  index_.shrink_to_fit();
  packages_.shrink_to_fit();
  read_versions();
  read_diversions();
  read_merged_folders();
  return {};
}

void DpkgDatabase::add_list(size_t package, std::string_view text) {
  while (!text.empty()) {
    const std::string_view path = take_line(text);
    if (!path.starts_with('/') || path == "/.") continue;
    if (index_.size() >= paths_max_) {
      paths_bounded.add();
      continue;
    }
    index_.push_back((path_hash(path) & ~kPackageMask) | package);
  }
}

void DpkgDatabase::read_versions() {
  const auto status = read_small_file(root_ + "/var/lib/dpkg/status", kStatusBytesMax);
  if (!status) return;
  std::unordered_map<std::string_view, size_t> by_file;
  for (size_t i = 0; i < packages_.size(); ++i) by_file.emplace(packages_[i].file, i);
  std::string_view rest = *status;
  std::string_view name, architecture, version;
  const auto end_of_stanza = [&] {
    std::string qualified(name);
    (qualified += ':') += architecture;
    for (const std::string_view file : {std::string_view(qualified), name})
      if (const auto found = by_file.find(file); !name.empty() && found != by_file.end())
        packages_[found->second].version = version;
    name = architecture = version = {};
  };
  while (!rest.empty()) {
    const std::string_view line = take_line(rest);
    if (line.empty())
      end_of_stanza();
    else if (line.starts_with("Package: "))
      name = line.substr(9);
    else if (line.starts_with("Architecture: "))
      architecture = line.substr(14);
    else if (line.starts_with("Version: "))
      version = line.substr(9);
  }
  end_of_stanza();
}

void DpkgDatabase::read_diversions() {
  diversions_.clear();
  const auto text = read_small_file(root_ + "/var/lib/dpkg/diversions", kDiversionBytesMax);
  if (!text) return;
  std::string_view rest = *text;
  while (!rest.empty() && diversions_.size() < kDiversionsMax) {
    Diversion diversion;
    diversion.from = take_line(rest);
    diversion.to = take_line(rest);
    diversion.package = take_line(rest);
    if (!diversion.package.empty()) diversions_.push_back(std::move(diversion));
  }
}

void DpkgDatabase::read_merged_folders() {
  merged_.clear();
  for (const char* name : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
    struct stat status {};
    const std::string path = root_ + "/" + name;
    if (::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode))
      merged_.push_back(std::string("/") + name + "/");
  }
}

std::vector<std::string> DpkgDatabase::spellings(const std::string& path) const {
  std::vector<std::string> names{path};
  for (const std::string& folder : merged_) {
    const std::string in_usr = "/usr" + folder;
    if (path.starts_with(in_usr))
      names.push_back(path.substr(4));
    else if (path.starts_with(folder))
      names.push_back("/usr" + path);
  }
  return names;
}

void DpkgDatabase::find_listed(const std::string& listed, std::vector<size_t>& packages) const {
  const uint64_t hash = path_hash(listed) & ~kPackageMask;
  for (auto at = std::lower_bound(index_.begin(), index_.end(), hash);
       at != index_.end() && (*at & ~kPackageMask) == hash; ++at) {
    const size_t package = *at & kPackageMask;
    const auto text = read_small_file(info_path(packages_[package], ".list"), kListBytesMax);
    if (text && lists(*text, listed)) packages.push_back(package);
  }
}

// Several packages may list one file (architectures of one library): a match is believed first.
void DpkgDatabase::judge(size_t package, const std::string& listed, const std::string& md5,
                         Owner& best) const {
  const auto sums = read_small_file(info_path(packages_[package], ".md5sums"), kListBytesMax);
  const std::string_view shipped = sums ? checksum_of(*sums, listed) : std::string_view();
  PackageMatch match = PackageMatch::kNoChecksum;
  if (!shipped.empty()) {
    match = md5.empty()      ? PackageMatch::kUnknown
            : shipped == md5 ? PackageMatch::kMatches
                             : PackageMatch::kDiffers;
  }
  if (!best.package.empty() && match != PackageMatch::kMatches) return;
  best = {std::string(without_architecture(packages_[package].file)), packages_[package].version,
          match};
}

Result<DpkgDatabase::Owner> DpkgDatabase::find_owner(const std::string& path,
                                                     const std::string& md5,
                                                     const std::stop_token& stop) {
  if (!path.starts_with('/')) return failure("not a path");
  TRY(refresh(stop));
  const std::vector<std::string> names = spellings(path);
  const auto is_named = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  Owner owner;
  std::vector<size_t> packages;
  for (const std::string& name : names) {
    packages.clear();
    find_listed(name, packages);
    for (const size_t package : packages) {
      const std::string_view plain = without_architecture(packages_[package].file);
      const bool moved_away =
          std::any_of(diversions_.begin(), diversions_.end(),
                      [&](const Diversion& d) { return is_named(d.from) && d.package != plain; });
      if (!moved_away) judge(package, name, md5, owner);
    }
  }
  for (const Diversion& diversion : diversions_) {
    if (!is_named(diversion.to)) continue;
    for (const std::string& name : spellings(diversion.from)) {
      packages.clear();
      find_listed(name, packages);
      for (const size_t package : packages)
        if (without_architecture(packages_[package].file) != diversion.package)
          judge(package, name, md5, owner);
    }
  }
  return owner;
}

}  // namespace picket::process
