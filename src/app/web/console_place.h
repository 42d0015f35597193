// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/address.h"
#include "base/result.h"

namespace picket::app::web {

constexpr uint16_t kUsualPort = 7480;

// Where the console is served, as --console says it.
struct ConsolePlace {
  bool off = false;
  Endpoint at{IpAddress::v4(0x7f000001), kUsualPort};
  bool next_free = true;  // another port when that one is taken: nobody asked for this one
};
// "usual" (or nothing), "off", ADDRESS:PORT or a port. Loopback addresses only: what is said is not
// encrypted.
Result<ConsolePlace> parse_console_place(std::string_view text);

}  // namespace picket::app::web
