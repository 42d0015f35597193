// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"

namespace picket::app::web::http {

class EventStream;

enum class Method : uint8_t { kGet, kPost, kPut, kPatch, kDelete, kOther };
std::string_view text(Method);

// A request as it came, within the bounds of server.h: nothing in it is to be trusted. Header
// fields that nobody reads are not in it.
struct Request {
  Method method = Method::kGet;
  std::string target{};  // path and query, still escaped
  std::string host{}, origin{}, fetch_site{}, cookie{}, csrf{}, content_type{};
  std::string accept_encoding{}, if_none_match{};
  std::string body{};
  IpAddress peer{};
  // Set when the client has gone: nobody reads the answer. Shared with the connection, which may
  // end before the handler does.
  std::shared_ptr<std::atomic<bool>> gone{};
};

struct Response {
  unsigned status = 200;
  std::string content_type;
  std::vector<std::pair<std::string_view, std::string>> headers;  // names are literals
  std::string body;
  std::string_view constant_body;  // instead of `body`: bytes that live as long as the program
  // Instead of a body: events until either side ends. Shared by the connection, which takes from
  // it, and whoever puts into it.
  std::shared_ptr<EventStream> stream;
};

}  // namespace picket::app::web::http
