// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/byte_reader.h"
#include "base/result.h"

struct pcre2_real_code_8;

namespace picket::detect::suricata {

// A regular expression compiled by PCRE2 over bytes. Made for speed at its first use (JIT), then
// immutable; any thread may match. Matching is bounded by PCRE's match limit kMatchLimit (counter
// suricata.pcre_limit) and fails when it is hit.
class RegexProgram {
 public:
  static constexpr uint32_t kMatchLimit = 100'000;
  static constexpr size_t kGroupsMax = 16;
  struct Match {
    size_t from, to;
    size_t group_from[kGroupsMax], group_to[kGroupsMax];  // from 1; from > to: not set
    size_t groups = 0;
  };
  // `options`: of PCRE2.
  static Result<RegexProgram*> create(std::string_view pattern, uint32_t options);
  ~RegexProgram();
  RegexProgram(const RegexProgram&) = delete;
  RegexProgram& operator=(const RegexProgram&) = delete;

  bool find(Bytes text, size_t from, Match& match) const;
  size_t groups() const { return groups_; }
  // The number of a named group; 0: none.
  size_t group(const std::string& name) const;

 private:
  explicit RegexProgram(pcre2_real_code_8* code);
  pcre2_real_code_8* code_;
  size_t groups_ = 0;
  mutable std::once_flag compiled_;
};

}  // namespace picket::detect::suricata
