// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// autorun.inf, the file by which a drive tells Windows what to start when it is opened: an INI file
// with a section [autorun] (also [autorun.amd64] and the like), keys in any case. What Windows does
// with a key: open, shellexecute and shell\VERB\command name a command; shell\VERB is its caption
// in the menu; shell is the default verb; icon and label decorate. Malware pads the file with junk
// lines and binary noise, which Windows skips, and so does this. Pure functions over untrusted
// bytes.
namespace picket::detect::behavior {

struct AutorunFile {
  static constexpr size_t kBytesMax = 64 * 1024;  // the rest is not read; `cut` says so
  static constexpr size_t kCommandsMax = 64;

  struct Command {
    std::string key;     // open, shellexecute, shell\open\command; folded
    std::string line;    // the command as written
    std::string target;  // the program it starts: first word, without quotes or .\ before it
  };
  std::vector<Command> commands;
  std::string icon, label, action;
  size_t lines = 0, junk_lines = 0;  // junk: neither a section, a comment, empty nor key=value
  bool section_found = false;
  bool cut = false;  // a bound was hit
};

// Reads UTF-16 (with a byte order mark) and 8-bit text.
AutorunFile parse_autorun(std::string_view bytes);

// What `line` starts: rundll32, cmd, wscript and the like are looked through to their argument.
std::string autorun_target(std::string_view line);

}  // namespace picket::detect::behavior
