// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "event/activity.h"

// Where an executable lies, and what that says. Knows the folders of Windows and Linux; a path is
// judged by its form alone. Pure functions.
namespace picket::detect::behavior {

enum class Place : uint8_t {
  kUnknown,            // no path
  kSystem,             // the system's own programs: System32, /usr/bin
  kPrograms,           // installed for all: Program Files, /opt, /usr/local, /snap
  kVendorData,         // in a vendor's folder that a user may write: AppData\Local\Vendor\,
                       // ProgramData\Vendor\.
  kUnknownVendorData,  // ProgramData\NAME\ with a name that no widespread vendor has
  kUserFolder,         // among a user's own files: Downloads, Desktop, the profile itself, /home
  kSharedData,         // writable for all and not for programs: ProgramData itself, Users\Public
  kTemporary,          // Temp, /tmp, /dev/shm
  kHidden,             // where nobody looks: recycle bin, Fonts, Tasks, a hidden folder of /home
  kRemote,             // \\server\share\...
  kOtherDrive,         // a drive or folder of no known meaning
};
std::string_view words(Place place);  // "a temporary folder"

Place place_of(std::string_view path, event::Platform platform);
// A program there was probably not put there by an installer.
bool unusual_for_programs(Place place);

// The path without what names the volume: C:, \device\harddiskvolume3, \\?\C:. Windows' logs
// name one file in all these ways.
std::string_view on_volume(std::string_view path);
// The same file, as far as the two spellings tell.
bool same_file(std::string_view a, std::string_view b);

}  // namespace picket::detect::behavior
