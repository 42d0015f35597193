// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/byte_reader.h"

namespace picket::inspect {

constexpr size_t kFirstBytesMax = 16 * 1024;  // kept of one stream
constexpr size_t kGapsMax = 16;               // separate runs of bytes waiting for what is between

// FirstBytes puts the start of one stream together from pieces that come out of order, overlap or
// repeat. Where pieces disagree the byte that came first stays (counted in
// "weird.stream.overlap_differs"). Bytes past kFirstBytesMax, and pieces that would make more than
// kGapsMax runs, are left out and counted. Not thread-safe.
class FirstBytes {
 public:
  // True when prefix() grew.
  bool add(size_t offset, Bytes piece);
  void append(Bytes piece) { add(prefix().size(), piece); }

  // The bytes from offset 0 up to the first gap. Valid until the next add().
  Bytes prefix() const;
  bool full() const { return prefix().size() == kFirstBytesMax; }

 private:
  struct Run {
    size_t begin, end;
  };
  bool write(size_t offset, Bytes piece);
  void note_run(size_t begin, size_t end);

  std::vector<uint8_t> bytes_;
  std::vector<Run> runs_;  // sorted, apart from each other
};

// The streams being put together, by the cookie of their socket. At `streams_max` the one begun
// longest ago is dropped and counted in "inspect.streams_evicted". Not thread-safe.
class FirstBytesTable {
 public:
  explicit FirstBytesTable(size_t streams_max) : streams_max_(streams_max) {}

  // The stream of this cookie, begun if new. Valid until the next open() or erase().
  FirstBytes& open(uint64_t cookie);
  FirstBytes* find(uint64_t cookie);
  void erase(uint64_t cookie);
  size_t size() const { return streams_.size(); }

 private:
  using Order = std::list<uint64_t>;

  size_t streams_max_;
  Order order_;  // oldest first
  std::unordered_map<uint64_t, std::pair<FirstBytes, Order::iterator>> streams_;
};

}  // namespace picket::inspect
