// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace picket::flow {

constexpr uint32_t kNoSlot = 0xffffffff;

// A hash index to things that live in numbered slots elsewhere: 8 bytes a cell, no allocation per
// entry (open addressing, linear probing, deletion by shifting back). The caller brings hashes that
// an outsider cannot predict (seeded_hash) and says which slot is the one meant. Not thread-safe;
// grows with what is put in, so whoever owns the slots bounds it.
class SlotIndex {
 public:
  template <typename Equal>
  uint32_t find(uint64_t hash, Equal&& equal) const {
    if (cells_.empty()) return kNoSlot;
    const auto tag = static_cast<uint32_t>(hash);
    for (size_t at = tag & mask(); cells_[at].slot != kNoSlot; at = (at + 1) & mask())
      if (cells_[at].tag == tag && equal(cells_[at].slot)) return cells_[at].slot;
    return kNoSlot;
  }
  void insert(uint64_t hash, uint32_t slot) {
    if ((size_ + 1) * 3 > cells_.size() * 2) grow();
    place(Cell{static_cast<uint32_t>(hash), slot});
    ++size_;
  }
  // Puts `to` where `from` stood under the same hash.
  void replace(uint64_t hash, uint32_t from, uint32_t to) {
    if (const size_t at = position(hash, from); at != kNowhere) cells_[at].slot = to;
  }
  void erase(uint64_t hash, uint32_t slot) {
    size_t hole = position(hash, slot);
    if (hole == kNowhere) return;
    --size_;
    for (size_t at = (hole + 1) & mask(); cells_[at].slot != kNoSlot; at = (at + 1) & mask()) {
      // A cell may fill the hole if its home is not between the hole and itself.
      const size_t home = cells_[at].tag & mask();
      if (((at - home) & mask()) >= ((at - hole) & mask())) {
        cells_[hole] = cells_[at];
        hole = at;
      }
    }
    cells_[hole] = Cell{};
  }
  size_t size() const { return size_; }
  size_t memory_bytes() const { return cells_.capacity() * sizeof(Cell); }

 private:
  struct Cell {
    uint32_t tag = 0;
    uint32_t slot = kNoSlot;
  };
  static constexpr size_t kNowhere = ~size_t{0};

  size_t mask() const { return cells_.size() - 1; }
  size_t position(uint64_t hash, uint32_t slot) const {
    if (cells_.empty()) return kNowhere;
    for (size_t at = static_cast<uint32_t>(hash) & mask(); cells_[at].slot != kNoSlot;
         at = (at + 1) & mask())
      if (cells_[at].slot == slot) return at;
    return kNowhere;
  }
  void place(Cell cell) {
    size_t at = cell.tag & mask();
    while (cells_[at].slot != kNoSlot) at = (at + 1) & mask();
    cells_[at] = cell;
  }
  void grow() {
    std::vector<Cell> old(cells_.empty() ? 16 : cells_.size() * 2);
    old.swap(cells_);
    for (const Cell& cell : old)
      if (cell.slot != kNoSlot) place(cell);
  }

  std::vector<Cell> cells_;
  size_t size_ = 0;
};

// A hash that differs from one run of the program to the next: peers choose addresses, so a fixed
// hash would let them make every entry collide.
uint64_t seeded_hash(uint64_t a, uint64_t b = 0, uint64_t c = 0);

}  // namespace picket::flow
