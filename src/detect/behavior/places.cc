// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/places.h"

#include <algorithm>
#include <array>

#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

struct Folder {
  std::string_view start;  // folded, after the volume
  Place place;
};

// The first that fits counts, so the particular stands before the general.
constexpr auto kWindowsFolders = std::to_array<Folder>({
    {"\\windows\\temp\\", Place::kTemporary},
    {"\\windows\\fonts\\", Place::kHidden},
    {"\\windows\\tasks\\", Place::kHidden},
    {"\\windows\\debug\\", Place::kHidden},
    {"\\windows\\tracing\\", Place::kHidden},
    {"\\windows\\help\\", Place::kHidden},
    {"\\windows\\media\\", Place::kHidden},
    {"\\windows\\repair\\", Place::kHidden},
    {"\\windows\\addins\\", Place::kHidden},
    {"\\windows\\registration\\crmlog\\", Place::kHidden},
    {"\\windows\\system32\\tasks\\", Place::kHidden},
    {"\\windows\\system32\\spool\\drivers\\color\\", Place::kHidden},
    {"\\windows\\", Place::kSystem},
    {"\\systemroot\\", Place::kSystem},
    {"\\program files\\", Place::kPrograms},
    {"\\program files (x86)\\", Place::kPrograms},
    {"\\$recycle.bin\\", Place::kHidden},
    {"\\recycler\\", Place::kHidden},
    {"\\recycled\\", Place::kHidden},
    {"\\system volume information\\", Place::kHidden},
    {"\\perflogs\\", Place::kHidden},
    {"\\intel\\", Place::kHidden},
    {"\\temp\\", Place::kTemporary},
    {"\\tmp\\", Place::kTemporary},
    {"\\users\\public\\", Place::kSharedData},
    {"\\users\\default\\", Place::kSharedData},
    {"\\users\\all users\\", Place::kSharedData},
});
constexpr auto kLinuxFolders = std::to_array<Folder>({
    {"/tmp/", Place::kTemporary},      {"/var/tmp/", Place::kTemporary},
    {"/dev/", Place::kTemporary},      {"/run/user/", Place::kTemporary},
    {"/run/shm/", Place::kTemporary},  {"/var/spool/", Place::kHidden},
    {"/var/cache/", Place::kHidden},   {"/var/www/", Place::kSharedData},
    {"/srv/www/", Place::kSharedData}, {"/usr/local/", Place::kPrograms},
    {"/usr/games/", Place::kPrograms}, {"/usr/", Place::kSystem},
    {"/bin/", Place::kSystem},         {"/sbin/", Place::kSystem},
    {"/lib/", Place::kSystem},         {"/lib64/", Place::kSystem},
    {"/opt/", Place::kPrograms},       {"/snap/", Place::kPrograms},
    {"/nix/", Place::kPrograms},       {"/var/lib/", Place::kPrograms},
    {"/gnu/", Place::kPrograms},       {"/mnt/", Place::kOtherDrive},
    {"/media/", Place::kOtherDrive},   {"/run/media/", Place::kOtherDrive},
});

// The folders that the software of most machines makes in ProgramData.
constexpr auto kDataVendors =
    std::to_array<std::string_view>({"microsoft",   "package cache",  "adobe",
                                     "intel",       "nvidia",         "nvidia corporation",
                                     "amd",         "dell",           "hp",
                                     "lenovo",      "google",         "mozilla",
                                     "apple",       "oracle",         "vmware",
                                     "citrix",      "cisco",          "amazon",
                                     "docker",      "chocolatey",     "anaconda3",
                                     "miniconda3",  "logishrd",       "razer",
                                     "symantec",    "mcafee",         "kaspersky lab",
                                     "sophos",      "eset",           "avast software",
                                     "avg",         "malwarebytes",   "trend micro",
                                     "crowdstrike", "sentinel",       "splunk",
                                     "elastic",     "zoom",           "webex",
                                     "teamviewer",  "microsoft help", "regid.1991-06.com.microsoft",
                                     "ssh",         "puppetlabs",     "zabbix",
                                     "datadog",     "newrelic",       "jetbrains",
                                     "steam",       "epic",           "battle.net",
                                     "guestconfig", "windowsazure",   "packages",
                                     "samsung",     "asus",           "acer",
                                     "canon",       "epson",          "brother"});

size_t depth_after(std::string_view path, size_t from) {
  return static_cast<size_t>(std::ranges::count(path.substr(from), '\\'));
}

// Below \users\NAME\, or the older \documents and settings\NAME\.
Place place_in_profile(std::string_view path, size_t profile_start) {
  const size_t name_end = path.find('\\', profile_start);
  if (name_end == std::string_view::npos) return Place::kUserFolder;
  const std::string_view rest = path.substr(name_end);
  if (rest.starts_with("\\appdata\\local\\temp\\") || rest.starts_with("\\local settings\\temp\\"))
    return Place::kTemporary;
  if (rest.starts_with("\\appdata\\local\\packages\\") &&
      rest.find("\\temp") != std::string_view::npos)
    return Place::kTemporary;
  for (std::string_view data :
       {"\\appdata\\local\\", "\\appdata\\roaming\\", "\\appdata\\locallow\\"}) {
    if (!rest.starts_with(data)) continue;
    return depth_after(rest, data.size()) == 0 ? Place::kHidden : Place::kVendorData;
  }
  return Place::kUserFolder;
}

Place place_in_program_data(std::string_view rest) {
  const size_t cut = rest.find('\\');
  if (cut == std::string_view::npos) return Place::kSharedData;
  const bool known = std::ranges::find(kDataVendors, rest.substr(0, cut)) != kDataVendors.end();
  return known ? Place::kVendorData : Place::kUnknownVendorData;
}

Place windows_place(std::string_view full) {
  if (full.starts_with("\\\\") && !full.starts_with("\\\\?\\") && !full.starts_with("\\\\.\\"))
    return Place::kRemote;
  const std::string_view path = on_volume(full);
  for (const Folder& folder : kWindowsFolders)
    if (path.starts_with(folder.start)) return folder.place;
  for (std::string_view users : {"\\users\\", "\\documents and settings\\"})
    if (path.starts_with(users)) return place_in_profile(path, users.size());
  constexpr std::string_view kProgramData = "\\programdata\\";
  if (path.starts_with(kProgramData))
    return place_in_program_data(path.substr(kProgramData.size()));
  if (path.empty() || path.front() != '\\') return Place::kUnknown;
  return depth_after(path, 1) == 0 ? Place::kSharedData : Place::kOtherDrive;
}

Place linux_place(std::string_view path) {
  if (path.empty() || path.front() != '/') return Place::kUnknown;
  for (const Folder& folder : kLinuxFolders)
    if (path.starts_with(folder.start)) return folder.place;
  if (path.starts_with("/home/") || path.starts_with("/root/"))
    return path.find("/.") != std::string_view::npos ? Place::kHidden : Place::kUserFolder;
  return Place::kOtherDrive;
}

}  // namespace

std::string_view words(Place place) {
  switch (place) {
    case Place::kSystem: return "a system folder";
    case Place::kPrograms: return "a folder for programs";
    case Place::kVendorData: return "a vendor's data folder that users may write to";
    case Place::kUnknownVendorData: return "a data folder of no known vendor";
    case Place::kUserFolder: return "a user's own folder";
    case Place::kSharedData: return "a folder that everybody may write to";
    case Place::kTemporary: return "a temporary folder";
    case Place::kHidden: return "a folder where no program belongs";
    case Place::kRemote: return "another machine's share";
    case Place::kOtherDrive: return "a folder of no known purpose";
    case Place::kUnknown: break;
  }
  return "an unknown place";
}

Place place_of(std::string_view path, event::Platform platform) {
  if (path.empty()) return Place::kUnknown;
  const bool linux_path = platform == event::Platform::kLinux || path.front() == '/';
  const std::string lower = folded(path);
  return linux_path ? linux_place(lower) : windows_place(lower);
}

bool unusual_for_programs(Place place) {
  return place == Place::kUserFolder || place == Place::kSharedData || place == Place::kTemporary ||
         place == Place::kHidden || place == Place::kRemote;
}

std::string_view on_volume(std::string_view path) {
  for (std::string_view mark : {"\\\\?\\", "\\??\\", "\\\\.\\"})
    if (path.starts_with(mark)) path.remove_prefix(mark.size());
  if (path.size() > 2 && path[1] == ':') return path.substr(2);
  if (starts_folded(path, "\\device\\")) {
    const size_t end = path.find('\\', 8);
    if (end != std::string_view::npos) return path.substr(end);
  }
  return path;
}

bool same_file(std::string_view a, std::string_view b) {
  return equal_folded(on_volume(a), on_volume(b));
}

}  // namespace picket::detect::behavior
