// SPDX-License-Identifier: Apache-2.0
#include "inspect/app/app_protocol.h"

#include <iterator>

namespace picket::inspect {
namespace {

constexpr std::string_view kNames[] = {
#define PICKET_NAME(id, name) name,
    PICKET_APP_PROTOCOLS(PICKET_NAME)
#undef PICKET_NAME
};

}  // namespace

std::string_view text(AppProtocol protocol) { return kNames[static_cast<size_t>(protocol)]; }

std::optional<AppProtocol> parse_app_protocol(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == name) return static_cast<AppProtocol>(i);
  return std::nullopt;
}

}  // namespace picket::inspect
