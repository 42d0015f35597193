// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/byte_reader.h"

namespace picket::inspect {

// What the first bytes of a file look like, in libmagic's words ("PE32 executable (GUI) Intel
// 80386, for MS Windows"). Empty: libmagic has no database here, or could not say. Each thread
// loads its own database on first use (some milliseconds, some megabytes); nothing is loaded
// before.
std::string file_type(Bytes head);

}  // namespace picket::inspect
