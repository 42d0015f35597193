// SPDX-License-Identifier: Apache-2.0
#include "app/web/console_place.h"

#include "app/web/http/parameters.h"
#include "base/utf8.h"

namespace picket::app::web {

Result<ConsolePlace> parse_console_place(std::string_view text) {
  ConsolePlace place;
  if (text.empty() || text == "usual") return place;
  if (text == "off") {
    place.off = true;
    return place;
  }
  const size_t colon = text.rfind(':');
  std::string_view address = colon == text.npos ? std::string_view() : text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  const auto port = http::parse_number(colon == text.npos ? text : text.substr(colon + 1));
  const auto parsed = address.empty() || address == "localhost" ? IpAddress::parse("127.0.0.1")
                                                                : IpAddress::parse(address);
  if (!parsed || !port || *port < 0 || *port > UINT16_MAX)
    return failure("--console: \"" + printable(text) + "\" is no address and port",
                   "write 127.0.0.1:7480, a port, or off");
  if (!parsed->is_loopback())
    return failure("--console: " + parsed->text() + " is not this machine's own (loopback)",
                   "what the console says is not encrypted; from elsewhere use ssh -L 7480:"
                   "127.0.0.1:7480, or a web server with TLS in front of it");
  place.at = {*parsed, static_cast<uint16_t>(*port)};
  place.next_free = false;
  return place;
}

}  // namespace picket::app::web
