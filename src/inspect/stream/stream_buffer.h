// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/byte_reader.h"
#include "inspect/stream/stream_options.h"

namespace picket::inspect::stream {

// The bytes of one direction of a TCP flow, put in order. Offsets count from the stream's first
// byte (the one after SYN) and never wrap. Bytes below settled() are what the receiver has taken
// and do not change any more; above it, overlapping segments are resolved by policy. Bytes beyond a
// hole wait in pieces. Bounded by the constants here; what does not fit is dropped and counted. Not
// thread-safe.
class StreamBuffer {
 public:
  static constexpr size_t kPiecesMax = 512;            // separate stretches beyond a hole
  static constexpr size_t kWaitingBytesMax = 2 << 20;  // bytes in them
  static constexpr size_t kKeptBytesMax = 4 << 20;     // in order and kept
  static constexpr size_t kLetGoBytesMax = 8 << 10;    // let go but not yet given back

  enum Outcome : uint8_t {
    kAdded = 1,          // at least one byte was new
    kDiffers = 2,        // and/or contradicts what was there
    kRepeats = 4,        // at least one byte was there already
    kBeforeSettled = 8,  // at least one byte lies below settled()
    kNoRoom = 16,
  };
  // Takes in the bytes of a segment; returns Outcome bits.
  uint8_t insert(uint64_t offset, Bytes bytes, OverlapPolicy policy);

  // In order, without hole: [begin(), end()).
  uint64_t begin() const { return begin_; }
  uint64_t end() const { return begin_ + (data_.size() - head_); }
  Bytes bytes(uint64_t from, uint64_t to) const {
    return {data_.data() + head_ + (from - begin_), static_cast<size_t>(to - from)};
  }
  // The most separate stretches there ever were at once.
  size_t regions_max() const { return pieces_max_ + 1; }
  uint64_t settled() const { return settled_; }
  void settle(uint64_t offset);
  // Bytes wait beyond a hole; where they begin.
  bool has_hole() const { return !pieces_.empty(); }
  uint64_t hole_end() const { return pieces_.front().begin; }
  // The stretch behind a hole that holds `offset`: where it begins, and its bytes. What came next
  // to each other is one stretch. False: none holds it.
  bool stretch_at(uint64_t offset, uint64_t& begin, std::vector<uint8_t>& bytes) const;
  // The end of all that came.
  uint64_t high() const { return pieces_.empty() ? end() : pieces_.back().end(); }
  // Adds the bytes below `up_to` to `text`, until that has `max`; what is missing between as
  // "[4 bytes missing]".
  void append_shown(std::string& text, size_t max, uint64_t up_to) const;
  // What is missing before `offset` will not come: the stream goes on there.
  void skip_to(uint64_t offset);
  // Lets go of bytes below `offset`.
  void release(uint64_t offset);
  // Lets go of memory that holds no bytes.
  void rest();

 private:
  struct Piece {
    uint64_t begin;
    std::vector<uint8_t> data;
    uint64_t segment_begin, segment_end;  // of the segment it came in
    uint64_t end() const { return begin + data.size(); }
  };
  struct Segment {
    uint64_t begin, end;
  };
  uint8_t over_kept(uint64_t offset, Bytes bytes, Segment whole, OverlapPolicy policy);
  uint8_t beyond_kept(uint64_t offset, Bytes bytes, Segment whole, OverlapPolicy policy);
  void append(Bytes bytes, Segment whole);
  void take_pieces();

  std::vector<uint8_t> data_;
  size_t head_ = 0;  // bytes of data_ that are let go
  uint64_t begin_ = 0, settled_ = 0;
  std::vector<Segment> segments_;  // those that reach above settled_, in order of their beginning
  std::vector<Piece> pieces_;      // in order, without overlap
  size_t waiting_bytes_ = 0;
  size_t pieces_max_ = 0;
};

// Whether a new segment's bytes replace those of an older one where they overlap.
bool new_wins(OverlapPolicy policy, uint64_t old_begin, uint64_t old_end, uint64_t new_begin,
              uint64_t new_end);

}  // namespace picket::inspect::stream
