// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/web/http/problem.h"
#include "app/web/http/target.h"
#include "base/clock.h"

// Reads a request's query parameters, each within its bounds. What is wrong is remembered, the
// first of it, and told by done(); until then readers give their defaults. One thread.
namespace picket::app::web::http {

class Parameters {
 public:
  explicit Parameters(const Target& target) : target_(target) {}

  std::string text(std::string_view name, size_t bytes_max);
  int64_t number(std::string_view name, int64_t low, int64_t high, int64_t otherwise);
  bool flag(std::string_view name);
  std::string word(std::string_view name, std::initializer_list<std::string_view> words);
  std::optional<WallTime> time(std::string_view name);
  void need(std::string_view name);  // it has to be there

  // Also says whether there are others than those asked for, or one twice.
  Checked<void> done();

 private:
  const std::string* find(std::string_view name);
  void fail(std::string_view name, std::string detail, std::string hint = {});
  const Target& target_;
  std::vector<std::string_view> known_;
  std::optional<Problem> problem_;
};

// A whole number in a path or parameter.
std::optional<int64_t> parse_number(std::string_view text);

}  // namespace picket::app::web::http
