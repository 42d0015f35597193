// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <re2/re2.h>

#include <memory>
#include <string>

#include "base/result.h"

namespace picket::detect::sigma {

// RE2 bounds time (linear in the text) and memory (this much per expression, then it goes slower),
// whatever a rule's author writes. Look-around and back-references are not in its language.
constexpr int64_t kRegexBytesMax = 4 * 1024 * 1024;

re2::RE2::Options regex_options();
Result<std::unique_ptr<re2::RE2>> compile_regex(const std::string& source);

}  // namespace picket::detect::sigma
