// SPDX-License-Identifier: Apache-2.0
#include "flow/slot_index.h"

#include <sys/random.h>

#include <chrono>

namespace picket::flow {
namespace {

uint64_t draw_seed() {
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof seed))
    seed = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  return seed | 1;
}

uint64_t mix(uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ value >> 27) * 0x94d049bb133111ebull;
  return value ^ value >> 31;
}

}  // namespace

uint64_t seeded_hash(uint64_t a, uint64_t b, uint64_t c) {
  static const uint64_t seed = draw_seed();
  return mix(mix(mix(a ^ seed) + b + seed) + c);
}

}  // namespace picket::flow
