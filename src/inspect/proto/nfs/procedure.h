// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/byte_reader.h"

// NFS's procedures (RFC 1094, 1813) and, of version 4, operations (RFC 8881). Pure functions.
namespace picket::inspect::nfs {

// What a procedure does, whatever its version calls it.
enum class Action : uint8_t { kOther, kLookup, kRead, kWrite, kName, kRename };

// In capitals; its number where it has no name.
std::string procedure_text(uint32_t version, uint32_t procedure);
Action action_of(uint32_t version, uint32_t procedure);

// XDR's opaque bytes of variable length, padded to four.
Bytes take_opaque(ByteReader& reader);

// The operation that a COMPOUND of version 4 is about: the first that is not just there to say
// where; `reader` stands behind the call's header. 0: none was found.
uint32_t main_operation(ByteReader& reader);

}  // namespace picket::inspect::nfs
