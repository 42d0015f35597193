// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

// Services that machines call by the clock because they were made to: updates, time, push messages,
// connectivity checks, certificate status, vendor telemetry. Shipped knowledge that lowers an alert
// and is said in it; never silences one, because such a name can be borrowed. Pure functions.
namespace picket::detect::behavior {

// What `name` (lower case) or a name above it is known for: "Microsoft update and telemetry";
// empty: nothing.
std::string_view known_service(std::string_view name);

}  // namespace picket::detect::behavior
