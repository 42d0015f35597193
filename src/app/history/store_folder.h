// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"
#include "store/reader.h"

namespace picket::app::history {

// Opens the history of a folder to be read; the error says what to do when it is not there or not
// for the caller.
Result<store::Reader> open_store(const std::string& folder);
// Says on standard error what could not be read; false: nothing.
bool tell_problems(const store::Reader& reader);

}  // namespace picket::app::history
