// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "schema/record.h"

// Records in the words of other products, one line each, without a newline. What a product has no
// place for goes where it keeps such things (OCSF: unmapped, ECS: labels, EVE: alert.context).
// Pure.
//
// Two directions are never mixed: who opened the connection decides which side is source or client
// (OCSF src_endpoint, ECS source, EVE src_ip); which way the matched bytes went is OCSF's
// connection_info.direction_id, ECS's network.direction and EVE's direction.
namespace picket::exchange {

// OCSF 1.9: 2004 Detection Finding, 4001 Network Activity, 4002 HTTP, 4003 DNS, 1007 Process and
// 1001 File System Activity.
std::string ocsf_line(const schema::Record& record);
// Elastic Common Schema 8.
std::string ecs_line(const schema::Record& record);
// Suricata's EVE; of processes and files on drives it has no notion: empty.
std::string eve_line(const schema::Record& record);
// ArcSight Common Event Format, version 0.
std::string cef_line(const schema::Record& record);

}  // namespace picket::exchange
