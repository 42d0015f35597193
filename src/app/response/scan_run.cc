// SPDX-License-Identifier: Apache-2.0
#include "app/response/scan_run.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>

#include "base/utf8.h"
#include "detect/behavior/places.h"
#include "respond/process/held_process.h"
#include "scan/persistence.h"
#include "view/units.h"

namespace picket::app::response {
namespace {

constexpr uint64_t kShowEachNs = 200 * kNsPerMs;
constexpr uint64_t kCheckpointEach = 500;  // files
constexpr uint64_t kRestMaxNs = 100 * kNsPerMs;
constexpr size_t kStartedMax = 4096;  // programs looked at because something starts them
constexpr uint64_t kTroublesShown = 20;
constexpr int64_t kDayS = 86'400;

volatile std::sig_atomic_t interrupted = 0;
void interrupt(int) { interrupted = 1; }

scan::Finding finding(std::string_view id, std::string_view title, event::Severity severity,
                      std::string reason, std::string_view technique) {
  scan::Finding out;
  out.rule_id = "scan." + std::string(id);
  out.rule_name = title;
  out.severity = severity;
  out.reason = std::move(reason);
  out.technique = technique;
  return out;
}

bool beside_its_folder(const std::string& path) {
  const std::filesystem::path file(path);
  std::error_code error;
  return file.has_extension() &&
         std::filesystem::is_directory(file.parent_path() / file.stem(), error);
}

event::Actor actor_of(const respond::ProcessFound& process) {
  event::Actor actor;
  actor.pid = process.key.pid;
  actor.id = std::to_string(process.key.pid) + "@" + std::to_string(process.key.start_ns);
  actor.path = process.executable;
  actor.name = process.name;
  return actor;
}

}  // namespace

void stop_scan_on_signals() {
  struct sigaction action {};
  action.sa_handler = interrupt;
  action.sa_flags = SA_RESETHAND;  // asked twice it ends at once
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

void ScanRun::trouble(const std::string& path, const std::string& why) {
  if (++troubles_ <= kTroublesShown)
    std::fprintf(stderr, "picket: %s: %s\n", printable(path).c_str(), why.c_str());
}

void ScanRun::progress(const std::string& path) {
  if (options_.quiet || ::isatty(STDERR_FILENO) == 0) return;
  const MonoTime now = system_clock().mono();
  if (ns_between(shown_, now) < kShowEachNs) return;
  shown_ = now;
  std::fprintf(stderr, "\r\x1b[K%s files, %s found  %.60s", view::grouped(files_).c_str(),
               view::grouped(findings_.count()).c_str(), printable(path).c_str());
}

// As long again as the work took.
void ScanRun::rest(MonoTime since) {
  if (!options_.nice) return;
  const uint64_t ns = std::min(ns_between(since, system_clock().mono()), kRestMaxNs);
  const timespec time{0, static_cast<long>(ns)};
  ::nanosleep(&time, nullptr);
}

void ScanRun::check_package(const scan::FileReport& report, const struct stat& facts,
                            const ScannedFile& about) {
  using namespace detect::behavior;
  if (!is_program(report.kind) || options_.recent_days == 0) return;
  // The time of the last change of the inode, which cannot be set at will.
  const int64_t age_s = system_clock().wall().ns / 1'000'000'000 - facts.st_ctim.tv_sec;
  if (age_s > options_.recent_days * kDayS) return;
  const Place place = place_of(about.path, event::Platform::kLinux);
  if (place != Place::kSystem && !unusual_for_programs(place)) return;
  const auto owner = packages_.find_owner(about.path, report.md5);
  if (!owner) return;
  const std::string when = age_s < kDayS ? "today" : std::to_string(age_s / kDayS) + " days ago";
  if (owner->match == event::PackageMatch::kDiffers)
    findings_.add(
        finding("package_differs", "Program changed since it was installed", event::Severity::kHigh,
                "it is not what the package " + owner->package + " brought; changed " + when,
                "T1554"),
        about);
  if (owner->match == event::PackageMatch::kUnpackaged)
    findings_.add(
        finding("recent_program", "Program that no package brought",
                place == Place::kSystem ? event::Severity::kMedium : event::Severity::kLow,
                "a " + std::string(text(report.kind)) + " in " + std::string(words(place)) +
                    " that no package brought, changed " + when,
                "T1105"),
        about);
}

void ScanRun::tell_started(const scan::FileReport& report, const std::string& path) {
  if (!gather_started_) return;
  for (const scan::Started& one : report.started) {
    if (options_.json) {
      std::string line;
      JsonWriter out(line);
      out.begin_object().member("persistence", one.by).member("file", path);
      out.member("command", one.command).member_if("program", one.program).end_object();
      std::puts(line.c_str());
    } else {
      std::printf("%s: %s starts %s\n", one.by.c_str(), printable(path).c_str(),
                  printable(one.command).c_str());
    }
    if (one.program.starts_with('/') && to_start_.size() < kStartedMax)
      to_start_.insert(one.program);
  }
}

void ScanRun::judge(scan::FoundFile& found, ScannedFile& about) {
  scan::Subject subject{found.path, found.facts.st_mode, false, found.root};
  about.size = static_cast<uint64_t>(found.facts.st_size);
  const auto report = scanner_.judge(found.file.get(), about.size, subject);
  if (!report) {
    trouble(found.path, report.error().message);
    stopped_ = stopped_ || report.error().code == ECANCELED;
    return;
  }
  about.sha256 = report->sha256;
  if (!report->note.empty()) trouble(found.path, printable(report->note));
  for (const scan::Finding& one : report->findings) findings_.add(one, about);
  // A process of a container, or one whose file was replaced, runs another file than its path
  // names.
  struct stat named {};
  if (::stat(found.path.c_str(), &named) == 0 && named.st_ino == found.facts.st_ino &&
      named.st_dev == found.facts.st_dev)
    check_package(*report, found.facts, about);
  tell_started(*report, found.path);
  if (!about.process)
    copies_.add(*report, about.size,
                {found.path, found.root,
                 scan::named_like_its_folder(found.path) ||
                     (report->kind == scan::FileKind::kPe && beside_its_folder(found.path))});
}

bool ScanRun::look_at(scan::FoundFile&& found) {
  const MonoTime began = system_clock().mono();
  progress(found.path);
  ScannedFile about;
  about.path = found.path;
  judge(found, about);
  ++files_;
  bytes_ += about.size;
  if (looked_at_.size() < kStartedMax) looked_at_.insert(found.path);
  checkpoint_.after = found.path;
  if (!options_.resume.empty() && files_ % kCheckpointEach == 0)
    if (const auto kept = write_checkpoint(options_.resume, checkpoint_); !kept)
      trouble(options_.resume, kept.error().message);
  rest(began);
  stopped_ = stopped_ || interrupted != 0;
  return !stopped_;
}

void ScanRun::scan_roots(const std::vector<std::string>& roots, ScanCheckpoint from) {
  for (checkpoint_.root = from.root; checkpoint_.root < roots.size() && !stopped_;
       ++checkpoint_.root) {
    scan::Walker walker(checkpoint_.root == from.root ? from.after : std::string());
    walker.walk(roots[checkpoint_.root],
                [&](scan::FoundFile&& found) { return look_at(std::move(found)); });
    for (const std::string& why : walker.troubles()) trouble(why, "not looked at");
    if (!stopped_) checkpoint_.after.clear();
    if (stopped_) break;
  }
  if (options_.resume.empty()) return;
  if (!stopped_) {
    ::unlink(options_.resume.c_str());
  } else if (const auto kept = write_checkpoint(options_.resume, checkpoint_); !kept) {
    trouble(options_.resume, kept.error().message);
  }
}

void ScanRun::scan_persistence() {
  gather_started_ = true;
  std::vector<std::string> places;
  for (const std::string& place : scan::persistence_places())
    if (::access(place.c_str(), F_OK) == 0) places.push_back(place);
  std::error_code error;
  for (const auto& home : std::filesystem::directory_iterator("/home", error))
    for (const char* name : {".bashrc", ".profile", ".bash_profile", ".zshrc", ".config/autostart",
                             ".config/systemd/user"})
      if (::access((home.path() / name).c_str(), F_OK) == 0)
        places.push_back((home.path() / name).string());
  for (const std::string& place : places) {
    scan::Walker walker;
    walker.walk(place, [&](scan::FoundFile&& found) {
      if (scan::persistence_kind(found.path) == scan::PersistenceKind::kNone) return true;
      return look_at(std::move(found));
    });
    if (stopped_) return;
  }
  gather_started_ = false;
  for (const std::string& program : to_start_) {
    scan::Walker walker;
    std::error_code none;
    if (looked_at_.contains(program) || !std::filesystem::is_regular_file(program, none)) continue;
    walker.walk(program, [&](scan::FoundFile&& found) { return look_at(std::move(found)); });
    if (stopped_) return;
  }
}

void ScanRun::scan_processes() {
  std::set<std::pair<uint64_t, uint64_t>> seen;
  for (const respond::ProcessFound& process : respond::processes_now()) {
    if (process.kernel_thread) continue;
    const auto held = respond::HeldProcess::hold(process.key.pid, process.key.start_ns);
    if (!held) continue;
    scan::FoundFile found;
    const std::string link = "/proc/" + std::to_string(process.key.pid) + "/exe";
    found.file = UniqueFd(::open(link.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!found.file || held->ended() || ::fstat(found.file.get(), &found.facts) != 0 ||
        !S_ISREG(found.facts.st_mode))
      continue;
    const respond::ProcessFound& now = held->found();
    found.path = found.root = now.executable;
    ScannedFile about{now.executable, {}, 0, actor_of(now)};
    const bool memfd = now.executable.starts_with("memfd:");
    if (!seen.emplace(found.facts.st_dev, found.facts.st_ino).second) continue;
    progress(found.path);
    judge(found, about);
    ++files_;
    if (memfd || found.facts.st_nlink == 0)
      findings_.add(
          finding(memfd ? "memory_program" : "deleted_program",
                  memfd ? "Program that is in memory only" : "Program that was deleted",
                  memfd ? event::Severity::kHigh : event::Severity::kLow,
                  memfd
                      ? "process " + std::to_string(now.key.pid) + " runs what no file holds"
                      : "process " + std::to_string(now.key.pid) + " runs a file that was deleted",
                  memfd ? "T1620" : "T1070.004"),
          about);
    stopped_ = stopped_ || interrupted != 0;
    if (stopped_) return;
  }
}

void ScanRun::finish() {
  for (const scan::CopyTable::Group& group : copies_.spread())
    findings_.add(group.finding, {group.places.front().path, group.sha256, 0, std::nullopt});
  if (!options_.quiet && ::isatty(STDERR_FILENO) != 0) std::fputs("\r\x1b[K", stderr);
  if (troubles_ > kTroublesShown)
    std::fprintf(stderr, "picket: and %s more that could not be looked at\n",
                 view::grouped(troubles_ - kTroublesShown).c_str());
  if (!options_.quiet)
    std::fprintf(stderr, "picket: %s files, %s bytes looked at: %s found%s\n",
                 view::grouped(files_).c_str(), view::grouped(bytes_).c_str(),
                 view::grouped(findings_.count()).c_str(), stopped_ ? " until it was stopped" : "");
}

}  // namespace picket::app::response
