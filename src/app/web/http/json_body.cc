// SPDX-License-Identifier: Apache-2.0
#include "app/web/http/json_body.h"

#include <simdjson.h>

#include <algorithm>

namespace picket::app::web::http {
namespace dom = simdjson::dom;

struct JsonBody::Document {
  dom::parser parser;
  dom::object whole, now;
  bool sound = false;

  std::optional<dom::element> find(std::string_view name) const {
    dom::element found;
    if (!sound || now.at_key(name).get(found) != simdjson::SUCCESS || found.is_null())
      return std::nullopt;
    return found;
  }
};

JsonBody::JsonBody(const Request& request) : document_(std::make_unique<Document>()) {
  if (!request.content_type.starts_with("application/json")) {
    problem_ = refused(415, "the body has to be application/json").error();
    return;
  }
  dom::element root;
  Document& document = *document_;
  document.sound =
      document.parser.allocate(request.body.size() + 1, kDepthMax) == simdjson::SUCCESS &&
      document.parser.parse(request.body.data(), request.body.size(), true).get(root) ==
          simdjson::SUCCESS &&
      root.get(document.whole) == simdjson::SUCCESS;
  document.now = document.whole;
  if (!document.sound) fail("", "the body is no JSON object of the kind asked for");
}

JsonBody::~JsonBody() = default;

void JsonBody::fail(std::string_view name, std::string detail, std::string hint) {
  if (!problem_)
    problem_ = wrong(inside_ + std::string(name), std::move(detail), std::move(hint)).error();
}

bool JsonBody::has(std::string_view name) const { return document_->find(name).has_value(); }

std::optional<std::string> JsonBody::text(std::string_view name, size_t bytes_max) {
  know(name);
  const auto found = document_->find(name);
  if (!found) return std::nullopt;
  std::string_view value;
  if (found->get(value) != simdjson::SUCCESS)
    fail(name, "it is no text");
  else if (value.size() > bytes_max)
    fail(name, "it is longer than " + std::to_string(bytes_max) + " bytes");
  else if (value.find('\0') != std::string_view::npos)
    fail(name, "it has a zero byte in it");
  else
    return std::string(value);
  return std::nullopt;
}

std::optional<int64_t> JsonBody::number(std::string_view name, int64_t low, int64_t high) {
  know(name);
  const auto found = document_->find(name);
  if (!found) return std::nullopt;
  int64_t value = 0;
  if (found->get(value) == simdjson::SUCCESS && value >= low && value <= high) return value;
  fail(name, "it is no whole number from " + std::to_string(low) + " to " + std::to_string(high));
  return std::nullopt;
}

std::vector<std::string> JsonBody::texts(std::string_view name, size_t count_max,
                                         size_t bytes_max) {
  know(name);
  std::vector<std::string> out;
  const auto found = document_->find(name);
  if (!found) return out;
  dom::array array;
  if (found->get(array) != simdjson::SUCCESS || array.size() > count_max) {
    fail(name, "it is no list of at most " + std::to_string(count_max));
    return out;
  }
  for (const dom::element one : array) {
    std::string_view value;
    if (one.get(value) != simdjson::SUCCESS || value.size() > bytes_max)
      fail(name, "one of it is no text of at most " + std::to_string(bytes_max) + " bytes");
    else
      out.emplace_back(value);
  }
  return out;
}

void JsonBody::need(std::string_view name) {
  if (!has(name)) fail(name, "it is missing");
}

bool JsonBody::enter(std::string_view name) {
  know(name);
  const auto found = document_->find(name);
  if (!found) return false;
  if (found->get(document_->now) != simdjson::SUCCESS) {
    document_->now = document_->whole;
    fail(name, "it is no object");
    return false;
  }
  inside_ = std::string(name) + '.';
  known_outside_ = std::exchange(known_, {});
  return true;
}

void JsonBody::leave() {
  check_known();
  inside_.clear();
  known_ = std::exchange(known_outside_, {});
  document_->now = document_->whole;
}

void JsonBody::check_known() {
  if (!document_->sound) return;
  for (const auto member : document_->now)
    if (std::ranges::find(known_, member.key) == known_.end())
      fail(member.key, "there is no such member");
}

Checked<void> JsonBody::done() {
  check_known();
  if (problem_) return std::unexpected(std::move(*problem_));
  return {};
}

}  // namespace picket::app::web::http
