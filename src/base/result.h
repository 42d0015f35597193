// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cerrno>
#include <cstring>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace picket {

// What went wrong on the control path, worded for the person who reads it: what failed, why, and
// (where there is one) what to do next. Data paths use counters instead.
struct Error {
  std::string message;
  std::string next;  // what the reader may do about it; empty when there is nothing
  int code = 0;      // errno where a system call failed, else 0

  std::string text() const { return next.empty() ? message : message + "\n  " + next; }
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> failure(std::string message, std::string next = {}) {
  return std::unexpected(Error{std::move(message), std::move(next), 0});
}

// A failed system call: `what` names the call's purpose ("open /etc/passwd").
inline std::unexpected<Error> system_failure(std::string_view what, int error = errno,
                                             std::string next = {}) {
  return std::unexpected(
      Error{std::string(what) + ": " + std::strerror(error), std::move(next), error});
}

}  // namespace picket

#define PICKET_CONCAT_INNER(a, b) a##b
#define PICKET_CONCAT(a, b) PICKET_CONCAT_INNER(a, b)

// TRY(expression of Result<void>): returns the error to the caller, if there is one.
#define TRY(expression)                                      \
  do {                                                       \
    if (auto try_result = (expression); !try_result) {       \
      return std::unexpected(std::move(try_result).error()); \
    }                                                        \
  } while (false)

// TRY_ASSIGN(declaration, expression of Result<T>): declares from the value, or returns the error.
#define TRY_ASSIGN(declaration, expression)                                         \
  auto PICKET_CONCAT(try_value_, __LINE__) = (expression);                          \
  if (!PICKET_CONCAT(try_value_, __LINE__)) {                                       \
    return std::unexpected(std::move(PICKET_CONCAT(try_value_, __LINE__)).error()); \
  }                                                                                 \
  declaration = std::move(*PICKET_CONCAT(try_value_, __LINE__))
