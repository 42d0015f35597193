// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/address.h"

namespace picket::event {

// The Community ID of a flow, version 1 with seed 0 and Base64 ("1:..."), by which Zeek, Suricata
// and others name the same conversation (corelight/community-id-spec). Both ends give the same id,
// whichever is called local. Pure; any thread.
//
// Ports go in for TCP (6), UDP (17) and SCTP (132). ICMP needs type and code, which a socket does
// not tell, so ICMP and all other protocols get none. nullopt also when an end is unspecified.
std::optional<std::string> community_id(uint16_t protocol, const Endpoint& one,
                                        const Endpoint& other);

}  // namespace picket::event
