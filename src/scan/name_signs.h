// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "scan/report.h"

// What the name of a program says against it: two endings (photo.jpg.exe), characters that turn the
// direction of writing so that its ending reads otherwise (U+202E and its kin), blanks that push
// the ending out of sight, a system program's name in another place. Pure function; `path` is the
// file system's own bytes.
namespace picket::scan {

// `mode`: of the file (stat(2)).
std::vector<Finding> name_signs(std::string_view path, FileKind kind, uint32_t mode);

}  // namespace picket::scan
