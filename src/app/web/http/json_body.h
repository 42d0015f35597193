// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/web/http/message.h"
#include "app/web/http/problem.h"

// Reads the members of a request's body, a JSON object of bounded depth and size, as Parameters
// reads parameters: the first thing wrong is remembered, and told by done(). One thread.
namespace picket::app::web::http {

class JsonBody {
 public:
  static constexpr size_t kDepthMax = 8;

  explicit JsonBody(const Request& request);
  ~JsonBody();

  bool has(std::string_view name) const;
  // nullopt: not there.
  std::optional<std::string> text(std::string_view name, size_t bytes_max);
  std::optional<int64_t> number(std::string_view name, int64_t low, int64_t high);
  std::vector<std::string> texts(std::string_view name, size_t count_max, size_t bytes_max);
  void need(std::string_view name);
  // Below are the members of this member, which is an object, until leave().
  bool enter(std::string_view name);
  void leave();

  Checked<void> done();

 private:
  struct Document;
  void fail(std::string_view name, std::string detail, std::string hint = {});
  void know(std::string_view name) { known_.emplace_back(name); }
  void check_known();
  std::unique_ptr<Document> document_;
  std::vector<std::string> known_, known_outside_;
  std::string inside_;  // name of the member entered, with a dot
  std::optional<Problem> problem_;
};

}  // namespace picket::app::web::http
