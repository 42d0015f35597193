// SPDX-License-Identifier: Apache-2.0
#include "scan/persistence.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "detect/behavior/places.h"
#include "detect/behavior/words.h"

namespace picket::scan {
namespace {

using detect::behavior::contains_folded;

struct PlaceOf {
  std::string_view part, ending;  // path contains the part (or ends in it); name ends in the ending
  PersistenceKind kind;
};
constexpr std::array<PlaceOf, 26> kPlaces = {{
    {"/etc/systemd/system/", ".service", PersistenceKind::kSystemd},
    {"/etc/systemd/user/", ".service", PersistenceKind::kSystemd},
    {"/usr/lib/systemd/system/", ".service", PersistenceKind::kSystemd},
    {"/usr/local/lib/systemd/system/", ".service", PersistenceKind::kSystemd},
    {"/lib/systemd/system/", ".service", PersistenceKind::kSystemd},
    {"/run/systemd/system/", ".service", PersistenceKind::kSystemd},
    {"/.config/systemd/user/", ".service", PersistenceKind::kSystemd},
    {"/.local/share/systemd/user/", ".service", PersistenceKind::kSystemd},
    {"/etc/crontab", "", PersistenceKind::kSystemCron},
    {"/etc/cron.d/", "", PersistenceKind::kSystemCron},
    {"/var/spool/cron/", "", PersistenceKind::kUserCron},
    {"/etc/profile", "", PersistenceKind::kProfile},
    {"/etc/bash.bashrc", "", PersistenceKind::kProfile},
    {"/etc/zsh/", "", PersistenceKind::kProfile},
    {"/etc/rc.local", "", PersistenceKind::kProfile},
    {"/.bashrc", "", PersistenceKind::kProfile},
    {"/.bash_profile", "", PersistenceKind::kProfile},
    {"/.bash_login", "", PersistenceKind::kProfile},
    {"/.profile", "", PersistenceKind::kProfile},
    {"/.zshrc", "", PersistenceKind::kProfile},
    {"/.xprofile", "", PersistenceKind::kProfile},
    {"/etc/ld.so.preload", "", PersistenceKind::kPreload},
    {"/etc/udev/rules.d/", ".rules", PersistenceKind::kUdev},
    {"/lib/udev/rules.d/", ".rules", PersistenceKind::kUdev},
    {"/autostart/", ".desktop", PersistenceKind::kAutostart},
    {"/etc/init.d/", "", PersistenceKind::kProfile},
}};

std::string_view bare(std::string_view text) { return trimmed(text, " \t\r"); }

// Without the first `count` words.
std::string_view after_words(std::string_view text, int count) {
  for (; count > 0; --count) {
    const size_t end = text.find_first_of(" \t");
    if (end == std::string_view::npos) return {};
    text = bare(text.substr(end));
  }
  return text;
}

bool is_assignment(std::string_view word) {
  const size_t equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 &&
         word.substr(0, equals).find('/') == std::string_view::npos;
}

// The first path in a command that is a program's: shells, interpreters and starters are looked
// through to what they start, where that is told by its path.
std::string program_of(std::string_view command) {
  constexpr std::array<std::string_view, 18> kStarters = {
      "sh",   "bash", "dash", "zsh",     "env",    "nohup", "setsid", "exec", "sudo",
      "nice", "perl", "php",  "python3", "python", "ruby",  "node",   "test", "flock"};
  std::string first;
  for (const std::string& word : detect::behavior::command_words(command)) {
    if (word.empty() || word.front() == '-' || is_assignment(word)) continue;
    // A line of shell code as one word: sh -c "exec /tmp/x".
    const size_t path = word.find(' ') == std::string::npos ? 0 : word.find('/');
    std::string candidate = path == std::string::npos ? word : word.substr(path);
    candidate = candidate.substr(0, candidate.find_first_of(" ;&|)<>\"'"));
    if (candidate.empty() || candidate.starts_with("/dev/null")) continue;
    const std::string_view name = detect::behavior::base_name(candidate);
    if (first.empty() && candidate.front() == '/') first = candidate;
    if (std::ranges::find(kStarters, name) != kStarters.end()) continue;
    if (candidate.front() == '/') return candidate;
    if (first.empty()) return candidate;  // a name to be found in PATH
  }
  return first;
}

class Lines {
 public:
  Lines(PersistenceKind kind, std::vector<Started>& out) : kind_(kind), out_(out) {}

  void read(std::string_view line) {
    line = bare(line);
    if (line.empty() || line.front() == '#' || line.front() == ';') return;
    switch (kind_) {
      case PersistenceKind::kSystemd: return key_value(line, "Exec");
      case PersistenceKind::kAutostart: return key_value(line, "Exec=");
      case PersistenceKind::kSystemCron: return cron(line, 1);
      case PersistenceKind::kUserCron: return cron(line, 0);
      case PersistenceKind::kPreload: return preload(line);
      case PersistenceKind::kUdev: return udev(line);
      default: return shell(line);
    }
  }

 private:
  void add(std::string_view command) {
    command = bare(command);
    if (command.empty() || out_.size() == FileReport::kStartedMax) return;
    out_.push_back({std::string(text(kind_)), std::string(command.substr(0, FileReport::kTextMax)),
                    program_of(command)});
  }

  // ExecStart=-/bin/x: the characters before a path say how it is run.
  void key_value(std::string_view line, std::string_view start) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos || !line.starts_with(start)) return;
    std::string_view command = bare(line.substr(equals + 1));
    while (!command.empty() && std::string_view("-@:+!|").find(command.front()) != command.npos)
      command.remove_prefix(1);
    add(command);
  }

  void cron(std::string_view line, int user_fields) {
    if (line.front() == '@') return add(after_words(line, 1 + user_fields));
    const char c = line.front();
    if ((c < '0' || c > '9') && c != '*') return;  // an assignment
    add(after_words(line, 5 + user_fields));
  }

  void preload(std::string_view line) {
    while (!line.empty()) {
      const size_t end = line.find_first_of(" \t:");
      add(line.substr(0, end));
      line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
    }
  }

  // RUN+="program arguments", PROGRAM="..."
  void udev(std::string_view line) {
    for (size_t at = 0; at < line.size();) {
      const size_t run = std::min(line.find("RUN", at), line.find("PROGRAM", at));
      if (run == std::string_view::npos) return;
      const size_t quote = line.find('"', run);
      if (quote == std::string_view::npos) return;
      const size_t end = line.find('"', quote + 1);
      if (end == std::string_view::npos) return;
      add(line.substr(quote + 1, end - quote - 1));
      at = end + 1;
    }
  }

  // Of shell code only the lines that begin with a program by its path, or are odd by themselves:
  // what a profile does in plain shell is no start of a program.
  void shell(std::string_view line) {
    for (const std::string_view word : {"nohup ", "setsid ", "exec ", "( ", "sudo "})
      if (line.starts_with(word)) line = bare(line.substr(word.size()));
    if (line.front() == '/' || contains_folded(line, "/tmp/") ||
        contains_folded(line, "/dev/shm/") || contains_folded(line, "base64") ||
        contains_folded(line, "curl ") || contains_folded(line, "wget "))
      add(line);
  }

  const PersistenceKind kind_;
  std::vector<Started>& out_;
};

bool fetches_and_runs(std::string_view command) {
  const bool fetches = contains_folded(command, "curl ") || contains_folded(command, "wget ");
  const size_t pipe = command.rfind('|');
  if (!fetches || pipe == std::string_view::npos) return false;
  const std::string_view last = bare(command.substr(pipe + 1));
  return last.starts_with("sh") || last.starts_with("bash") || last.starts_with("python") ||
         last.starts_with("perl") || last.starts_with("/bin/");
}

bool decodes_and_runs(std::string_view command) {
  return contains_folded(command, "base64") && contains_folded(command, "|") &&
         (contains_folded(command, "sh") || contains_folded(command, "eval"));
}

std::string why_odd(const Started& one) {
  using namespace detect::behavior;
  const Place place = place_of(one.program, event::Platform::kLinux);
  if (one.program.starts_with('/') && (place == Place::kTemporary || place == Place::kHidden))
    return one.program + " lies in " + std::string(words(place));
  if (contains_folded(one.command, "/dev/tcp/")) return "it connects a shell to another machine";
  if (fetches_and_runs(one.command)) return "it fetches something and runs it";
  if (decodes_and_runs(one.command)) return "it runs what it decodes";
  return {};
}

}  // namespace

std::string_view text(PersistenceKind kind) {
  switch (kind) {
    case PersistenceKind::kSystemd: return "systemd";
    case PersistenceKind::kSystemCron:
    case PersistenceKind::kUserCron: return "cron";
    case PersistenceKind::kProfile: return "shell profile";
    case PersistenceKind::kPreload: return "ld.so.preload";
    case PersistenceKind::kUdev: return "udev";
    case PersistenceKind::kAutostart: return "desktop autostart";
    default: return "";
  }
}

PersistenceKind persistence_kind(std::string_view path) {
  for (const PlaceOf& place : kPlaces) {
    const bool folder = place.part.ends_with('/');
    const bool fits =
        folder ? path.find(place.part) != std::string_view::npos : path.ends_with(place.part);
    if (fits && path.ends_with(place.ending)) return place.kind;
  }
  if (path.find("/etc/profile.d/") != std::string_view::npos) return PersistenceKind::kProfile;
  return PersistenceKind::kNone;
}

std::vector<Started> started_by(PersistenceKind kind, std::string_view content) {
  std::vector<Started> out;
  if (kind == PersistenceKind::kNone) return out;
  content = content.substr(0, kPersistenceBytesMax);
  Lines lines(kind, out);
  while (!content.empty()) lines.read(take_until(content, '\n'));
  return out;
}

std::vector<Finding> odd_starts(const std::vector<Started>& started) {
  std::vector<Finding> out;
  for (const Started& one : started) {
    const bool preloaded = one.by == "ld.so.preload";
    const std::string why = why_odd(one);
    if (why.empty() && !preloaded) continue;
    Finding finding;
    finding.rule_id = "scan.persistence";
    finding.rule_name = "Something odd that is started by itself";
    finding.severity = preloaded && why.empty() ? event::Severity::kMedium : event::Severity::kHigh;
    finding.reason = one.by + " starts \"" + one.command + "\"" +
                     (why.empty() ? ", in every program of this machine" : ": " + why);
    finding.technique = one.by == "cron"            ? "T1053.003"
                        : one.by == "systemd"       ? "T1543.002"
                        : one.by == "shell profile" ? "T1546.004"
                        : preloaded                 ? "T1574.006"
                        : one.by == "udev"          ? "T1546.017"
                                                    : "T1547.013";
    finding.facts = {{"starts", one.program}};
    out.push_back(std::move(finding));
  }
  return out;
}

std::vector<std::string> persistence_places() {
  std::vector<std::string> out;
  for (const PlaceOf& place : kPlaces)
    if (place.part.starts_with("/etc/") || place.part.starts_with("/var/") ||
        place.part.starts_with("/usr/"))
      out.emplace_back(place.part);
  for (const char* more : {"/etc/profile.d", "/etc/xdg/autostart"}) out.emplace_back(more);
  return out;
}

}  // namespace picket::scan
