// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "app/web/http/message.h"

// The console's files, put into the program when it was built (cmake/EmbedFolder.cmake): as they
// are and gzipped, with a tag of their content. Constant; any thread.
namespace picket::app::web::http {

struct Asset {
  std::string_view path;  // /index.html
  std::string_view tag;   // of its content, hexadecimal
  std::string_view plain, gzipped;
};
std::span<const Asset> assets();  // in order of path

// The file of a path. A path that names none and has no ending is a page of the console: all of
// these are /index.html, which looks at the path itself.
Response asset_response(const Request& request, std::string_view path);

}  // namespace picket::app::web::http
