// SPDX-License-Identifier: Apache-2.0
// Feeds a NameReader a series of payloads made from the input. Each begins with four bytes: what it
// is (kind, transport and direction, cookie), an offset in units of 8, and the length of its bytes.
// Whatever comes in, what goes out must be the name of a host.
#include <algorithm>
#include <cstdlib>

#include "base/ascii.h"
#include "base/byte_reader.h"
#include "inspect/host_name.h"
#include "inspect/name_reader.h"

using namespace picket;

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

void check(const event::NameSeen& name) {
  require(inspect::is_host_name(name.name) && name.name == ascii_lowered(name.name));
  require(name.addresses.size() <= inspect::kAddressesMax);
  const bool by_address =
      name.source == event::NameSource::kDns || name.source == event::NameSource::kMulticastDns;
  require(name.addresses.empty() != by_address);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using Kind = event::PayloadSeen::Kind;
  inspect::NameReader reader([](event::NameSeen&& name) { check(name); });
  ByteReader input(Bytes(data, size));
  while (input.remaining() > 4) {
    const uint8_t what = input.u8();
    event::PayloadSeen payload;
    payload.kind = static_cast<Kind>(what % 3);
    payload.transport = (what & 4) != 0 ? event::Transport::kTcp : event::Transport::kUdp;
    payload.outbound = (what & 8) != 0;
    payload.cookie = what >> 4 & 3;
    payload.offset = input.u8() * 8u;
    payload.bytes = input.take(std::min<size_t>(input.u16(), input.remaining()));
    reader.read(payload);
    if ((what & 0xc0) == 0xc0) reader.forget(payload.cookie);
    require(reader.streams() <= 8);
  }
  return 0;
}
