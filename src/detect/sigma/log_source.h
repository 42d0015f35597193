// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "detect/sigma/rule.h"
#include "event/log_record.h"

namespace picket::detect::sigma {

// Whether a record of this origin belongs to the log source a rule names: product, category and
// service must each fit where they are given. The table behind it is that of the Sigma taxonomy
// appendix 2.1.0 (which Windows channel and event id is which category), with the sources picket reads
// besides (Zeek, EVE, Sysmon for Linux). Beyond the table a service fits the channel or provider of
// its own name, and a category the origin's own word. Pure; any thread.
bool belongs(const event::LogOrigin& origin, const LogSource& source);

}  // namespace picket::detect::sigma
