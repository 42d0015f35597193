// SPDX-License-Identifier: Apache-2.0
#include "app/exceptions/exception.h"

#include <algorithm>

#include "base/address.h"
#include "base/ascii.h"
#include "view/filter.h"

namespace picket::app::exceptions {
namespace {

constexpr size_t kSha256Digits = 64;

bool is_sha256(std::string_view text) {
  return text.size() == kSha256Digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool fits(std::string_view pattern, std::string_view text) {
  return pattern.empty() ||
         (!text.empty() && view::glob_matches(ascii_lowered(pattern), text, false));
}

bool same_or_any(std::string_view wanted, std::string_view text) {
  return wanted.empty() || wanted == text;
}

}  // namespace

Result<void> check(const Exception& exception) {
  bool any = false;
  for (const std::string* text :
       {&exception.rule, &exception.program, &exception.parent, &exception.sha256,
        &exception.address, &exception.name, &exception.host}) {
    any |= text->find_first_not_of("*?") != std::string::npos;
    if (text->size() > Exception::kTextMax) return failure("a condition is too long");
  }
  if (!any)
    return failure("nothing says which alerts are meant",
                   "Give a rule, program, parent, sha256, address, name or host.");
  if (exception.reason.empty() || exception.reason.size() > Exception::kTextMax)
    return failure("an exception needs a reason", "Say why, so that others need not guess.");
  if (!exception.sha256.empty() && !is_sha256(exception.sha256))
    return failure("the sha256 is not 64 hexadecimal digits");
  if (!exception.address.empty() && !Prefix::parse(exception.address))
    return failure("the address is neither an address nor a block", "Write 10.0.0.5 or 10.0.0.0/8");
  return {};
}

bool hides(const Exception& exception, const event::Alert& alert) {
  const event::Actor& actor = alert.actor;
  if (!same_or_any(exception.rule, alert.rule_id) || !same_or_any(exception.host, alert.host) ||
      !same_or_any(exception.sha256, actor.sha256) || !fits(exception.program, actor.path) ||
      !fits(exception.parent, actor.parent_path))
    return false;
  if (!exception.name.empty()) {
    const std::string_view peer = alert.connection ? alert.connection->remote_name : "";
    if (!fits(exception.name, peer) && !fits(exception.name, alert.domain)) return false;
  }
  if (exception.address.empty()) return true;
  const auto block = Prefix::parse(exception.address);
  return block && alert.connection && !alert.connection->remote.address.is_unspecified() &&
         block->contains(alert.connection->remote.address);
}

}  // namespace picket::app::exceptions
