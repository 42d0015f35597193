// SPDX-License-Identifier: Apache-2.0
#pragma once

// The headings under which the help of several commands lists its options.
namespace picket::app::cli {

inline constexpr const char* kOutputGroup = "Output";
inline constexpr const char* kWhereGroup = "Where from";

}  // namespace picket::app::cli
