// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "detect/sigma/rule.h"
#include "event/log_record.h"

namespace picket::detect::sigma {

// Whether a record of this origin belongs to the log source a rule names: product, category and
// service must each fit where they are given. The table behind it is that of the Sigma taxonomy
// appendix 2.1.0 (which Windows channel and event id is which category), with the sources picket
// reads besides (Zeek, EVE, Sysmon for Linux). Beyond the table a service fits the channel or
// provider of its own name, and a category the origin's own word. Pure; any thread.
//
// kWithFilteringPlatform also takes the Security log's 5156 for network_connection, which the
// taxonomy gives to Sysmon alone: for machines without Sysmon. Where both are logged every
// connection counts twice, and 5156 names no user, so rules that excuse users match more than they
// mean to.
enum class SourceTable : uint8_t { kStandard, kWithFilteringPlatform };
bool belongs(const event::LogOrigin& origin, const LogSource& source, SourceTable table);

}  // namespace picket::detect::sigma
