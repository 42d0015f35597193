// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace picket::inspect {

// What becomes of a flow that cannot be judged as it should, such as one whose start was not seen.
enum class ExceptionPolicy : uint8_t {
  kNone,      // there was no exception
  kIgnore,    // as if nothing were
  kDropFlow,  // it ends here; kReject: and both sides are told
  kReject,
  kBypass,    // nobody looks at it any more
  kPassFlow,  // followed and recorded, but no rule looks at it
};

// As settings write it (drop-flow); nullopt: no such policy.
constexpr std::optional<ExceptionPolicy> parse_exception_policy(std::string_view text) {
  if (text == "ignore") return ExceptionPolicy::kIgnore;
  if (text == "drop-flow") return ExceptionPolicy::kDropFlow;
  if (text == "reject") return ExceptionPolicy::kReject;
  if (text == "bypass") return ExceptionPolicy::kBypass;
  if (text == "pass-flow") return ExceptionPolicy::kPassFlow;
  return std::nullopt;
}
// As EVE spells it.
constexpr std::string_view text(ExceptionPolicy policy) {
  switch (policy) {
    case ExceptionPolicy::kNone: return "";
    case ExceptionPolicy::kIgnore: return "ignore";
    case ExceptionPolicy::kDropFlow: return "drop_flow";
    case ExceptionPolicy::kReject: return "reject";
    case ExceptionPolicy::kBypass: return "bypass";
    case ExceptionPolicy::kPassFlow: return "pass_flow";
  }
  return "";
}

}  // namespace picket::inspect
