// SPDX-License-Identifier: Apache-2.0
#include "detect/behavior/system_programs.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.h"
#include "base/utf8.h"
#include "detect/behavior/places.h"
#include "detect/behavior/words.h"

namespace picket::detect::behavior {
namespace {

struct WindowsProgram {
  std::string_view name;
  std::vector<std::string_view> folders;
};

const std::vector<WindowsProgram>& windows_programs() {
  static const std::vector<WindowsProgram> kAll = {
#define WINDOWS_SYSTEM(name, ...) {name, {__VA_ARGS__}},
#define LINUX_SYSTEM(name)
#define LINUX_KERNEL(name)
#include "detect/behavior/system_programs.def"
#undef WINDOWS_SYSTEM
#undef LINUX_SYSTEM
#undef LINUX_KERNEL
  };
  return kAll;
}

constexpr std::string_view kLinuxPrograms[] = {
#define WINDOWS_SYSTEM(name, ...)
#define LINUX_SYSTEM(name) name,
#define LINUX_KERNEL(name)
#include "detect/behavior/system_programs.def"
#undef WINDOWS_SYSTEM
#undef LINUX_SYSTEM
#undef LINUX_KERNEL
};
constexpr std::string_view kKernelThreads[] = {
#define WINDOWS_SYSTEM(name, ...)
#define LINUX_SYSTEM(name)
#define LINUX_KERNEL(name) name,
#include "detect/behavior/system_programs.def"
#undef WINDOWS_SYSTEM
#undef LINUX_SYSTEM
#undef LINUX_KERNEL
};

// Real programs whose names come near one of those by chance.
constexpr std::string_view kNearByChance[] = {
    "dllhst3g",
    "taskhostex",
    "wmiprvsd",
    "services64",
    "service",
    "csrstub",
    "lsasrv",
    "iexplorer",
    "smsss",
    "dxdiag",
    "wininet",
    "winlogs",
    "system",
    "crony",
    "userinfo",
    "werfaultsecure",
    "werfault64",
    "dbus-broker",
    "ssh-agent",
    "sshfs",
    "ssh",
    "containers",
    "crontab",
    "rsyslog",
    "audit",
    "auditctl",
    "systemctl",
    "nginxs",
    "bash5",
    "chrony",
    "chronyc",
    "kworkers",
    "taskhost",
    "taskhostw",
    "dockers",
    "docker",
    "mstscax",
    "alg",
    "sudoedit",
    "sshd-session",
    "sshd-auth",
    "nslcd",
    "tasklist",
    "taskeng",
    "taskkill",
    "conhostv2",
    "dhcpcd",
    "searchhost",
    "wuauserv",
    // The kernel cuts task names after 15 letters, and older names of tools live on as links.
    "systemd-resolve",
    "systemd-journal",
    "systemd-network",
    "systemd-timesyn",
    "systemd-udev",
};

struct Glyph {
  std::string_view text;
  char looks_like;
};
constexpr auto kGlyphs = std::to_array<Glyph>({
    {"а", 'a'}, {"с", 'c'}, {"е", 'e'}, {"о", 'o'}, {"р", 'p'}, {"х", 'x'}, {"у", 'y'},
    {"ѕ", 's'}, {"і", 'i'}, {"ј", 'j'}, {"һ", 'h'}, {"ԁ", 'd'}, {"ԛ", 'q'}, {"ԝ", 'w'},
    {"ո", 'n'}, {"ս", 'u'}, {"օ", 'o'}, {"α", 'a'}, {"ο", 'o'}, {"ν", 'v'}, {"ι", 'i'},
    {"ρ", 'p'}, {"υ", 'u'}, {"ɡ", 'g'}, {"ı", 'i'}, {"ѵ", 'v'}, {"ⅼ", 'l'}, {"ӏ", 'l'},
    {"А", 'a'}, {"С", 'c'}, {"Е", 'e'}, {"О", 'o'}, {"Р", 'p'}, {"Х", 'x'}, {"Ѕ", 's'},
    {"І", 'i'}, {"Т", 't'}, {"Н", 'h'}, {"К", 'k'}, {"М", 'm'}, {"В", 'b'},
});

// One letter for all that look alike, so that 1, l and I meet.
char look_of(char c) {
  switch (c) {
    case '0': return 'o';
    case '1':
    case 'i':
    case '|': return 'l';
    case '5': return 's';
    default: return c;
  }
}

bool without_doubles_equal(std::string_view a, std::string_view b) {
  const auto squeezed = [](std::string_view text) {
    std::string out;
    for (const char c : text)
      if (out.empty() || out.back() != c) out += c;
    return out;
  };
  return squeezed(a) == squeezed(b);
}

bool swapped(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto [x, y] = std::ranges::mismatch(a, b);
  if (x == a.end() || x + 1 == a.end()) return false;
  return *x == *(y + 1) && *(x + 1) == *y && std::equal(x + 2, a.end(), y + 2);
}

Likeness likeness(std::string_view name, std::string_view look, std::string_view real) {
  const std::string real_look = latin_look(real);
  if (name == real) return Likeness::kNone;
  // Of three letters too many words look alike (ism, lsm).
  if (look == real_look && real.size() + 1 >= kLikeNameMin) return Likeness::kHomoglyph;
  if (real.size() + 1 >= kLikeNameMin && without_doubles_equal(name, real))
    return Likeness::kDoubled;
  if (real.size() < kLikeNameMin) return Likeness::kNone;
  if (swapped(name, real)) return Likeness::kSwapped;
  const size_t distance = edit_distance(name, real, 2);
  // Only the first letter kept in common tells a look-alike from another word.
  if (distance == 1 && (name.front() == real.front() || real.size() >= kLikeTwoLettersMin))
    return Likeness::kOneLetter;
  if (distance == 2 && real.size() >= kLikeTwoLettersMin && name.front() == real.front() &&
      name.back() == real.back())
    return Likeness::kTwoLetters;
  return Likeness::kNone;
}

// kworker/0:1 and kworker_u8 name kworker.
std::string_view thread_name(std::string_view name) {
  return name.substr(0, name.find_first_of("/:_-0123456789"));
}

}  // namespace

std::string_view words(Likeness value) {
  switch (value) {
    case Likeness::kHomoglyph: return "written with characters that only look alike";
    case Likeness::kDoubled: return "with a letter doubled or left single";
    case Likeness::kSwapped: return "with two letters swapped";
    case Likeness::kOneLetter: return "with one letter changed";
    case Likeness::kTwoLetters: return "with two letters changed";
    case Likeness::kNone: break;
  }
  return "unlike it";
}

size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  if (a.size() > kDistanceTextMax || b.size() > kDistanceTextMax) return limit + 1;
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) return limit + 1;
  std::array<std::array<size_t, kDistanceTextMax + 1>, 3> rows{};
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + 1);
    }
  }
  return std::min(rows[a.size() % 3][b.size()], limit + 1);
}

std::string latin_look(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = std::max<size_t>(utf8_sequence_length(text), 1);
    if (length == 1) {
      const char c = text.front();
      out += look_of(ascii_lower(c));
    } else {
      const std::string_view letter = text.substr(0, length);
      const auto glyph = std::ranges::find(kGlyphs, letter, &Glyph::text);
      if (glyph == kGlyphs.end())
        out += letter;
      else
        out += look_of(glyph->looks_like);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::optional<Resembled> resembled_system_program(std::string_view file, event::Platform platform) {
  const std::string name = folded(stem(file)), look = latin_look(name);
  if (std::ranges::find(kNearByChance, std::string_view(name)) != std::end(kNearByChance))
    return std::nullopt;
  std::vector<std::string_view> real;
  if (platform == event::Platform::kLinux)
    real.assign(std::begin(kLinuxPrograms), std::end(kLinuxPrograms));
  else
    for (const WindowsProgram& program : windows_programs()) real.push_back(stem(program.name));
  if (std::ranges::find(real, std::string_view(name)) != real.end()) return std::nullopt;
  for (std::string_view candidate : real) {
    const Likeness like = likeness(name, look, candidate);
    if (like != Likeness::kNone) return Resembled{std::string(candidate), like};
  }
  return std::nullopt;
}

std::optional<bool> in_its_place(std::string_view path, event::Platform platform) {
  if (folder_of(path).empty()) return std::nullopt;
  const std::string name = folded(base_name(path));
  if (platform == event::Platform::kLinux) {
    // A kernel thread runs no file: who bears such a name and has one is none.
    if (std::ranges::find(kKernelThreads, thread_name(name)) != std::end(kKernelThreads))
      return false;
    if (std::ranges::find(kLinuxPrograms, std::string_view(name)) == std::end(kLinuxPrograms))
      return std::nullopt;
    const Place place = place_of(path, platform);
    return place == Place::kSystem || place == Place::kPrograms;
  }
  const auto& all = windows_programs();
  const auto program = std::ranges::find(all, std::string_view(name), &WindowsProgram::name);
  if (program == all.end()) return std::nullopt;
  const std::string where = folded(on_volume(folder_of(path))) + "\\";
  // Copies that Windows itself keeps for updates and recovery.
  for (std::string_view store : {"\\windows\\winsxs\\", "\\windows\\servicing\\", "\\windows.old\\",
                                 "\\$windows.~bt\\", "\\windows\\softwaredistribution\\"})
    if (where.starts_with(store)) return true;
  return std::ranges::any_of(program->folders, [&](std::string_view folder) {
    if (folder == "s")
      return where == "\\windows\\system32\\" || where == "\\windows\\syswow64\\" ||
             where == "\\systemroot\\system32\\";
    return folder == "\\windows\\" ? where == folder : where.starts_with(folder);
  });
}

}  // namespace picket::detect::behavior
