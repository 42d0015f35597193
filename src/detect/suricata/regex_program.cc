// SPDX-License-Identifier: Apache-2.0
#include "detect/suricata/regex_program.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>

#include "base/counter.h"

namespace picket::detect::suricata {
namespace {

Counter pcre_limit{"suricata.pcre_limit", "regular expressions given up at the match limit"};

// What one thread needs to match; made at its first match, gone with it.
struct Workspace {
  pcre2_match_data* data = pcre2_match_data_create(RegexProgram::kGroupsMax + 1, nullptr);
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  Workspace() { pcre2_set_match_limit(context, RegexProgram::kMatchLimit); }
  ~Workspace() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
  }
};

}  // namespace

RegexProgram::RegexProgram(pcre2_real_code_8* code) : code_(code) {
  uint32_t count = 0;
  pcre2_pattern_info(code_, PCRE2_INFO_CAPTURECOUNT, &count);
  groups_ = count;
}

RegexProgram::~RegexProgram() { pcre2_code_free(code_); }

Result<RegexProgram*> RegexProgram::create(std::string_view pattern, uint32_t options) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   options, &error, &offset, nullptr);
  if (code == nullptr) {
    PCRE2_UCHAR text[160];
    pcre2_get_error_message(error, text, sizeof text);
    return failure("the regular expression is wrong at " + std::to_string(offset) + ": " +
                   reinterpret_cast<char*>(text));
  }
  return new RegexProgram(code);
}

size_t RegexProgram::group(const std::string& name) const {
  int number = pcre2_substring_number_from_name(code_, reinterpret_cast<PCRE2_SPTR>(name.c_str()));
  return number > 0 ? static_cast<size_t>(number) : 0;
}

bool RegexProgram::find(Bytes text, size_t from, Match& match) const {
  static thread_local Workspace workspace;
  // Only what meets traffic is worth the time and memory of machine code. Failing that, it
  // interprets.
  std::call_once(compiled_, [this] { pcre2_jit_compile(code_, PCRE2_JIT_COMPLETE); });
  int result =
      pcre2_match(code_, text.data(), text.size(), from, 0, workspace.data, workspace.context);
  if (result < 0) {
    if (result != PCRE2_ERROR_NOMATCH) pcre_limit.add();
    return false;
  }
  const PCRE2_SIZE* places = pcre2_get_ovector_pointer(workspace.data);
  match.from = places[0];
  match.to = places[1];
  match.groups = result == 0 ? kGroupsMax : static_cast<size_t>(result) - 1;
  for (size_t i = 0; i < match.groups && i < kGroupsMax; ++i) {
    bool set = places[2 * i + 2] != PCRE2_UNSET;
    match.group_from[i] = set ? places[2 * i + 2] : 1;
    match.group_to[i] = set ? places[2 * i + 3] : 0;
  }
  return true;
}

}  // namespace picket::detect::suricata
