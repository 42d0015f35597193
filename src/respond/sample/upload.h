// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

// The one place in which picket sends something: a sample, to an address that a person named, by
// HTTPS (HTTP/1.1, RFC 9112; the server's certificate and name are verified). No redirect is
// followed.
namespace picket::respond {

struct HttpsUrl {
  std::string host, port = "443", path = "/";
};
// nullopt: no https:// URL, or with something in it that has no place in a request (a user, control
// characters, blanks).
std::optional<HttpsUrl> parse_https_url(std::string_view url);

struct UploadTo {
  HttpsUrl url;
  std::string key;      // sent as Authorization; empty: none
  std::string ca_file;  // beside the system's; empty: none
  bool misp = false;    // as an event of MISP's API (events/upload_sample)
};
constexpr int kUploadSeconds = 60;                       // for connecting, and for each answer
constexpr uint64_t kUploadBytesMax = uint64_t{1} << 30;  // of a bundle
constexpr uint64_t kMispBytesMax = uint64_t{256} << 20;  // it travels as text in memory

// Sends the bundle in the file `path` under `name`. The server's status line, where that is 2xx.
Result<std::string> upload(const UploadTo& to, const std::string& path, const std::string& name,
                           const std::string& about);

}  // namespace picket::respond
