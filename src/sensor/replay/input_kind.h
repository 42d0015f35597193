// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/byte_reader.h"
#include "sensor/replay/read_outcome.h"

// What an input is, from its first bytes; its name says nothing. Pure functions.
namespace picket::sensor::replay {

// Bytes of the start that are looked at.
constexpr size_t kHeadBytes = 64 * 1024;

InputKind detect_kind(Bytes head);
// gz, bzip2, xz, zstd, zip or tar: something to look into first.
bool is_container(Bytes head);

enum class TextEncoding : uint8_t { kUtf8, kUtf16Little };
TextEncoding detect_encoding(Bytes head);

}  // namespace picket::sensor::replay
