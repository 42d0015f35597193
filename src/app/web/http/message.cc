// SPDX-License-Identifier: Apache-2.0
#include "app/web/http/message.h"

#include <array>

#include "app/web/http/server.h"

namespace picket::app::web::http {
namespace {

constexpr std::array<std::string_view, 6> kMethods{"GET",   "POST",   "PUT",
                                                   "PATCH", "DELETE", "OTHER"};

constexpr std::array<std::pair<unsigned, std::string_view>, 20> kReasons{{
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
}};

// What every answer says: nothing of it may be framed, sniffed, cached by others, or load anything
// from elsewhere (CSP level 3).
constexpr std::string_view kAlways =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";

}  // namespace

std::string_view text(Method method) { return kMethods[static_cast<size_t>(method)]; }

std::string head_of(const Response& response, size_t length, bool keep_alive) {
  std::string_view reason = "Unknown";
  for (const auto& [status, words] : kReasons)
    if (status == response.status) reason = words;
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + ' ';
  out.append(reason).append("\r\n").append(kAlways);
  if (!response.content_type.empty())
    out.append("Content-Type: ").append(response.content_type).append("\r\n");
  bool caching_said = false;
  for (const auto& [name, value] : response.headers) {
    // A line end would begin a header field of whoever wrote it.
    if (value.find_first_of("\r\n") != std::string::npos) continue;
    caching_said |= name == "Cache-Control";
    out.append(name).append(": ").append(value).append("\r\n");
  }
  if (!caching_said) out.append("Cache-Control: no-store\r\n");
  if (length != SIZE_MAX && response.status != 204 && response.status != 304)
    out.append("Content-Length: ").append(std::to_string(length)).append("\r\n");
  out.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  return out;
}

}  // namespace picket::app::web::http
