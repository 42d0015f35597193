// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/json_writer.h"
#include "inspect/proto/dns/shown_message.h"

// Pieces of EVE records of the DNS family. Pure functions.
namespace picket::inspect::dns {

// {"mname": ..., "rname": ..., "serial": ...} and {"priority": ..., ...}, with their braces.
void append_soa(JsonWriter& out, const ShownMessage& message, const ShownRecord& record);
void append_srv(JsonWriter& out, const ShownMessage& message, const ShownRecord& record);
void append_sshfp(JsonWriter& out, const ShownMessage& message, const ShownRecord& record);
void append_name(JsonWriter& out, const ShownMessage& message, std::string_view member,
                 const ShownName& name);

}  // namespace picket::inspect::dns
