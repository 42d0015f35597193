// SPDX-License-Identifier: Apache-2.0
#include "detect/sigma/regex.h"

namespace picket::detect::sigma {

re2::RE2::Options regex_options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexBytesMax);
  return options;
}

Result<std::unique_ptr<re2::RE2>> compile_regex(const std::string& source) {
  auto regex = std::make_unique<re2::RE2>(source, regex_options());
  if (!regex->ok()) return failure("regular expression not supported: " + regex->error());
  return regex;
}

}  // namespace picket::detect::sigma
