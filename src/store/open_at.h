// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "store/reader.h"

namespace picket::store {

// How long before and after a moment records of connections are looked for, and how many at most:
// one that lasted for days without a record in between is not found.
constexpr int64_t kOpenAroundNs = int64_t{86'400} * 1'000'000'000;
constexpr size_t kOpenLookedAtMax = 500'000;

// The connections that were open at a moment, the latest begun first: their end if it is known,
// else their beginning. The agent's records of ends stand at the end, those read from files at the
// beginning.
std::vector<schema::Record> open_at(Reader& reader, WallTime moment);

}  // namespace picket::store
