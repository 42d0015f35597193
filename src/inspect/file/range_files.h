// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/byte_reader.h"
#include "base/clock.h"
#include "inspect/file/file_body.h"

namespace picket::inspect {

// Files that come in pieces: ranges of one resource (RFC 9110 14.4), over one flow or over many.
// When all of a file is there it comes back whole. One of these for each worker; not thread-safe.
// Bounds: kFilesMax files, kBytesMax bytes of all of them, kPiecesMax pieces of one: the file whose
// last piece is oldest goes first, and is counted. A file is forgotten kKeptNs after its last
// piece.
class RangeFiles {
 public:
  static constexpr size_t kFilesMax = 1024;
  static constexpr size_t kBytesMax = 32 << 20;
  static constexpr size_t kPiecesMax = 4096;
  static constexpr uint64_t kKeptNs = 60 * kNsPerSecond;

  struct Piece {
    std::string_view key;  // the resource: host and path
    uint64_t start = 0, total = 0;
    Bytes bytes;
  };
  // The whole file, closed, hashes as `wanted`; nullptr: pieces are missing yet. `name` is its
  // name.
  std::unique_ptr<FileBody> add(const Piece& piece, Bytes name, const std::vector<FileHash>& wanted,
                                WallTime now);
  size_t size() const { return files_.size(); }
  size_t bytes() const { return bytes_; }

 private:
  struct Parts {
    uint64_t total = 0;
    std::map<uint64_t, std::vector<uint8_t>> pieces;  // by offset; the first for an offset stays
    size_t bytes = 0;
    WallTime last;
  };
  using Files = std::unordered_map<std::string, Parts>;
  void forget(Files::iterator file);
  void make_room(size_t more, const Parts* keep, WallTime now);
  static bool is_whole(const Parts& parts);

  Files files_;
  size_t bytes_ = 0;
};

}  // namespace picket::inspect
