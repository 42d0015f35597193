// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "scan/report.h"

// The places from which Linux starts programs by itself: systemd units, cron, shell profiles,
// ld.so.preload, udev rules, desktop autostart, rc.local. Recognized by where a file lies below
// whatever root it is scanned under, so an image or a copied tree is judged like the machine
// itself. Pure functions over a stranger's bytes: systemd.service(5), crontab(5), ld.so(8),
// udev(7), and the Desktop Application Autostart Specification.
namespace picket::scan {

enum class PersistenceKind : uint8_t {
  kNone,
  kSystemd,
  kSystemCron,
  kUserCron,
  kProfile,
  kPreload,
  kUdev,
  kAutostart,
};
std::string_view text(PersistenceKind kind);

constexpr size_t kPersistenceBytesMax = 1u << 20;  // of one file; the rest is not read

PersistenceKind persistence_kind(std::string_view path);

// What the file starts, at most FileReport::kStartedMax.
std::vector<Started> started_by(PersistenceKind kind, std::string_view content);
// The commands among those that no ordinary software starts by itself: a program in a place for
// temporary or hidden files, a line that fetches and runs, or that decodes what it runs.
std::vector<Finding> odd_starts(const std::vector<Started>& started);

// The paths, below a root, under which such files are: what `picket scan --persistence` walks.
std::vector<std::string> persistence_places();

}  // namespace picket::scan
