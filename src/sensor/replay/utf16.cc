// SPDX-License-Identifier: Apache-2.0
#include "sensor/replay/utf16.h"

#include <bit>
#include <cstring>

namespace picket::sensor::replay {
namespace {

uint16_t unit_at(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] | bytes[1] << 8); }

// Copies the run of ASCII at the start of `text`, four units at a time (this is where most of the
// time of reading an event log goes); returns its units.
size_t copy_ascii(const uint8_t* text, size_t units, char* out) {
  constexpr uint64_t kBeyondAscii = 0xff80ff80ff80ff80ull;
  size_t done = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; done + 4 <= units; done += 4) {
      uint64_t four;
      std::memcpy(&four, text + 2 * done, sizeof four);
      if (four & kBeyondAscii) break;
      const uint64_t pairs = (four | four >> 8) & 0x0000ffff0000ffffull;
      const auto bytes = static_cast<uint32_t>(pairs | pairs >> 16);
      std::memcpy(out + done, &bytes, sizeof bytes);
    }
  }
  while (done < units && unit_at(text + 2 * done) < 0x80) {
    out[done] = static_cast<char>(text[2 * done]);
    ++done;
  }
  return done;
}

}  // namespace

void append_code_point(uint32_t point, std::string& out) {
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) point = 0xfffd;
  const auto continuation = [&](int shift) {
    return static_cast<char>(0x80 | (point >> shift & 0x3f));
  };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xc0 | point >> 6);
    out += continuation(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xe0 | point >> 12);
    out += continuation(6);
    out += continuation(0);
  } else {
    out += static_cast<char>(0xf0 | point >> 18);
    out += continuation(12);
    out += continuation(6);
    out += continuation(0);
  }
}

void append_utf16(Bytes text, std::string& out) {
  const size_t units = text.size() / 2;
  size_t at = 0;
  while (at < units) {
    const size_t before = out.size();
    out.resize(before + units - at);
    const size_t ascii = copy_ascii(text.data() + 2 * at, units - at, out.data() + before);
    out.resize(before + ascii);
    at += ascii;
    // The rest of the run, one by one, until the text is ASCII again.
    while (at < units) {
      const uint16_t unit = unit_at(text.data() + 2 * at);
      if (unit < 0x80) break;
      ++at;
      const bool high = unit >= 0xd800 && unit < 0xdc00;
      const uint16_t next = high && at < units ? unit_at(text.data() + 2 * at) : uint16_t{0};
      if (next >= 0xdc00 && next < 0xe000) {
        ++at;
        append_code_point(0x10000u + ((unit - 0xd800u) << 10) + (next - 0xdc00u), out);
      } else {
        append_code_point(unit, out);
      }
    }
  }
}

}  // namespace picket::sensor::replay
