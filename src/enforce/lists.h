// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>
#include <vector>

#include "enforce/bpf/firewall_abi.h"
#include "enforce/record.h"

namespace picket::enforce {

// Each prefix of any list once, in order, with the lists (a bit each) that hold all its addresses.
std::vector<std::pair<pf_prefix, uint32_t>> merge_lists(const std::vector<PrefixRecord>& prefixes);

// Which sets of lists occur.
Result<std::vector<uint32_t>> masks_of(const std::vector<std::pair<pf_prefix, uint32_t>>& merged);

// Order in which a prefix comes after all that are around it, and right before those inside.
bool before(const pf_prefix& left, const pf_prefix& right);
bool same(const pf_prefix& left, const pf_prefix& right);
bool contains(const pf_prefix& outer, const pf_prefix& inner);

}  // namespace picket::enforce
