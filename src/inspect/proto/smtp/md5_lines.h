// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>

#include "base/byte_reader.h"

struct evp_md_ctx_st;

namespace picket::inspect::smtp {

// MD5 of lines, each with CR LF behind it, as sent (dots doubled): how EVE's body_md5 is made. Not
// for security.
class Md5Lines {
 public:
  Md5Lines();
  void line(Bytes text, bool ended);
  std::string finish();  // lower-case hexadecimal; once

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace picket::inspect::smtp
