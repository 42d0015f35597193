// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"
#include "base/json_writer.h"

// The objects of a DNP3 message (IEEE 1815 4.2, 11). Pure functions.
namespace picket::inspect::dnp3 {

constexpr size_t kObjectsMax = 2048;   // of one message
constexpr size_t kPointsMax = 16'384;  // of one message; what comes after is not read

struct ObjectHeader {
  uint8_t group = 0, variation = 0, qualifier = 0;
  uint8_t prefix_code() const { return qualifier >> 4 & 7; }
  uint8_t range_code() const { return qualifier & 15; }
  uint32_t start = 0, stop = 0, count = 0;
};

enum class ObjectsFault : uint8_t { kNone, kUnknownObject, kTooManyPoints, kTooManyObjects };

struct ObjectsRead {
  std::vector<ObjectHeader> headers;
  ObjectsFault fault = ObjectsFault::kNone;
};

// Reads the objects that a message of that function code holds. With `out` (inside an array) each
// is written as EVE shows it; points of an object that cannot be read are left out.
ObjectsRead read_objects(Bytes bytes, uint8_t function, JsonWriter* out);

}  // namespace picket::inspect::dnp3
