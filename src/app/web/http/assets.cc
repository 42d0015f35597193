// SPDX-License-Identifier: Apache-2.0
#include "app/web/http/assets.h"

#include <algorithm>
#include <array>

#include "app/web/http/problem.h"

namespace picket::app::web::http {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
    {".wasm", "application/wasm"},
}};

const Asset* find(std::string_view path) {
  const auto all = assets();
  const auto at = std::ranges::lower_bound(all, path, {}, &Asset::path);
  return at != all.end() && at->path == path ? &*at : nullptr;
}

}  // namespace

Response asset_response(const Request& request, std::string_view path) {
  const Asset* asset = find(path);
  const std::string_view last = path.substr(path.rfind('/') + 1);
  if (!asset && last.find('.') == std::string_view::npos) asset = find("/index.html");
  if (!asset) return response_of(refused(404, "there is no such file").error());
  Response response;
  response.content_type = "application/octet-stream";
  for (const auto& [ending, type] : kTypes)
    if (asset->path.ends_with(ending)) response.content_type = type;
  const std::string tag = '"' + std::string(asset->tag) + '"';
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Vary", "Accept-Encoding");
  // Names below /assets/ carry a hash of the content.
  response.headers.emplace_back("Cache-Control", asset->path.starts_with("/assets/")
                                                     ? "public, max-age=31536000, immutable"
                                                     : "no-cache");
  if (request.if_none_match.find(tag) != std::string::npos) {
    response.status = 304;
    return response;
  }
  const bool zipped = request.accept_encoding.find("gzip") != std::string::npos &&
                      asset->gzipped.size() < asset->plain.size();
  if (zipped) response.headers.emplace_back("Content-Encoding", "gzip");
  response.constant_body = zipped ? asset->gzipped : asset->plain;
  return response;
}

}  // namespace picket::app::web::http
