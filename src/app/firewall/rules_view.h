// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/firewall/change.h"
#include "respond/firewall/rule.h"

namespace picket::app::firewall {

// The rules of the file, to be shown; none where there is no file. Gives up root before the text is
// read, so that what else needs it must be open already. Once in a process.
Result<respond::firewall::RuleSet> read_rules(const Where& where);

}  // namespace picket::app::firewall
