// SPDX-License-Identifier: Apache-2.0
#include "inspect/stream/stream_buffer.h"

#include <algorithm>
#include <cstring>

#include "base/counter.h"

namespace picket::inspect::stream {
namespace {

Counter no_room{"stream.no_room", "segments dropped because too much waited beyond a hole"};

}  // namespace

bool new_wins(OverlapPolicy policy, uint64_t old_begin, uint64_t old_end, uint64_t new_begin,
              uint64_t new_end) {
  switch (policy) {
    case OverlapPolicy::kFirst:
    case OverlapPolicy::kVista:
    case OverlapPolicy::kHpux11: return false;
    case OverlapPolicy::kLast: return true;
    // The older bytes stay, unless the new segment begins before them.
    case OverlapPolicy::kBsd:
    case OverlapPolicy::kBsdRight:
    case OverlapPolicy::kHpux10:
    case OverlapPolicy::kIrix:
    case OverlapPolicy::kWindows:
    case OverlapPolicy::kWindows2003:
    case OverlapPolicy::kMacos: return new_begin < old_begin;
    // ... or begins with them and ends later.
    case OverlapPolicy::kLinux:
      return new_begin < old_begin || (new_begin == old_begin && new_end > old_end);
    case OverlapPolicy::kOldLinux:
      return new_begin < old_begin || (new_begin == old_begin && new_end >= old_end);
    // The newer bytes hold, unless the older segment begins no later and ends no earlier.
    case OverlapPolicy::kSolaris: return !(old_begin <= new_begin && old_end > new_end);
  }
  return false;
}

uint8_t StreamBuffer::insert(uint64_t offset, Bytes bytes, OverlapPolicy policy) {
  if (bytes.empty()) return 0;
  const Segment whole{offset, offset + bytes.size()};
  // The usual case: the next bytes, and nothing waits.
  if (offset == end() && pieces_.empty() && data_.size() - head_ + bytes.size() <= kKeptBytesMax) {
    append(bytes, whole);
    return kAdded;
  }
  uint8_t outcome = 0;
  if (offset < begin_) {
    outcome |= kBeforeSettled | kRepeats;
    if (whole.end <= begin_) return outcome;
    bytes = bytes.subspan(static_cast<size_t>(begin_ - offset));
    offset = begin_;
  }
  if (offset < end()) {
    const size_t inside = static_cast<size_t>(std::min<uint64_t>(end(), whole.end) - offset);
    if (offset < settled_) outcome |= kBeforeSettled;
    outcome |= over_kept(offset, bytes.first(inside), whole, policy);
    bytes = bytes.subspan(inside);
    offset += inside;
  }
  return bytes.empty() ? outcome : outcome | beyond_kept(offset, bytes, whole, policy);
}

uint8_t StreamBuffer::over_kept(uint64_t offset, Bytes bytes, Segment whole, OverlapPolicy policy) {
  uint8_t* at = data_.data() + head_ + (offset - begin_);
  if (std::memcmp(at, bytes.data(), bytes.size()) == 0) return kRepeats;
  const uint64_t end = offset + bytes.size();
  for (const Segment& old : segments_) {
    const uint64_t from = std::max({offset, old.begin, settled_}), to = std::min(end, old.end);
    if (from >= to || !new_wins(policy, old.begin, old.end, whole.begin, whole.end)) continue;
    std::memcpy(at + (from - offset), bytes.data() + (from - offset), to - from);
  }
  return kRepeats | kDiffers;
}

uint8_t StreamBuffer::beyond_kept(uint64_t offset, Bytes bytes, Segment whole,
                                  OverlapPolicy policy) {
  if (pieces_.size() >= kPiecesMax || waiting_bytes_ + bytes.size() > kWaitingBytesMax ||
      data_.size() - head_ + bytes.size() > kKeptBytesMax) {
    no_room.add();
    return kNoRoom;
  }
  uint8_t outcome = 0;
  Piece made{offset, {bytes.begin(), bytes.end()}, whole.begin, whole.end};
  size_t covered = 0;
  std::vector<Piece> rest;  // of older pieces, left and right of the new one
  const auto overlaps = [&](const Piece& old) {
    return old.begin < made.end() && made.begin < old.end();
  };
  const auto first = std::find_if(pieces_.begin(), pieces_.end(), overlaps);
  auto last = first;
  for (; last != pieces_.end() && overlaps(*last); ++last) {
    const uint64_t from = std::max(last->begin, made.begin), to = std::min(last->end(), made.end());
    const uint8_t* theirs = last->data.data() + (from - last->begin);
    uint8_t* ours = made.data.data() + (from - made.begin);
    outcome |= kRepeats;
    covered += to - from;
    if (std::memcmp(ours, theirs, to - from) != 0) {
      outcome |= kDiffers;
      if (!new_wins(policy, last->segment_begin, last->segment_end, whole.begin, whole.end))
        std::memcpy(ours, theirs, to - from);
    }
    waiting_bytes_ -= last->data.size();
    const auto part = [&](uint64_t begin, uint64_t end) {
      const auto at = last->data.begin() + static_cast<ptrdiff_t>(begin - last->begin);
      rest.push_back({begin,
                      {at, at + static_cast<ptrdiff_t>(end - begin)},
                      last->segment_begin,
                      last->segment_end});
    };
    if (last->begin < from) part(last->begin, from);
    if (to < last->end()) part(to, last->end());
  }
  if (covered < bytes.size()) outcome |= kAdded;
  rest.push_back(std::move(made));
  std::sort(rest.begin(), rest.end(),
            [](const Piece& a, const Piece& b) { return a.begin < b.begin; });
  for (const Piece& piece : rest) waiting_bytes_ += piece.data.size();
  auto at = pieces_.erase(first, last);
  if (covered == 0 && rest.size() == 1)
    at = std::find_if(pieces_.begin(), pieces_.end(),
                      [&](const Piece& piece) { return piece.begin > rest[0].begin; });
  pieces_.insert(at, std::make_move_iterator(rest.begin()), std::make_move_iterator(rest.end()));
  take_pieces();
  pieces_max_ = std::max(pieces_max_, pieces_.size());
  return outcome;
}

void StreamBuffer::append(Bytes bytes, Segment whole) {
  if (head_ > 0 && (head_ == data_.size() || head_ > kLetGoBytesMax)) {
    data_.erase(data_.begin(), data_.begin() + static_cast<ptrdiff_t>(head_));
    head_ = 0;
  }
  data_.insert(data_.end(), bytes.begin(), bytes.end());
  segments_.push_back(whole);
}

void StreamBuffer::take_pieces() {
  size_t taken = 0;
  while (taken < pieces_.size() && pieces_[taken].begin == end()) {
    Piece& piece = pieces_[taken++];
    waiting_bytes_ -= piece.data.size();
    append(piece.data, {piece.segment_begin, piece.segment_end});
  }
  pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<ptrdiff_t>(taken));
}

void StreamBuffer::settle(uint64_t offset) {
  settled_ = std::max(settled_, std::min(offset, end()));
  std::erase_if(segments_, [this](const Segment& segment) { return segment.end <= settled_; });
}

void StreamBuffer::skip_to(uint64_t offset) {
  data_.clear();
  segments_.clear();
  head_ = 0;
  begin_ = offset;
  settled_ = std::max(settled_, offset);
  take_pieces();
}

void StreamBuffer::release(uint64_t offset) {
  offset = std::min(offset, end());
  if (offset <= begin_) return;
  head_ += static_cast<size_t>(offset - begin_);
  begin_ = offset;
  settled_ = std::max(settled_, offset);
  if (head_ == data_.size()) {
    head_ = 0;
    data_.clear();
    segments_.clear();
  }
}

bool StreamBuffer::stretch_at(uint64_t offset, uint64_t& begin, std::vector<uint8_t>& bytes) const {
  auto first = std::find_if(pieces_.begin(), pieces_.end(),
                            [offset](const Piece& piece) { return offset < piece.end(); });
  if (first == pieces_.end() || offset < first->begin) return false;
  while (first != pieces_.begin() && std::prev(first)->end() == first->begin) --first;
  begin = first->begin;
  bytes.clear();
  for (; first != pieces_.end() && first->begin == begin + bytes.size(); ++first)
    bytes.insert(bytes.end(), first->data.begin(), first->data.end());
  return true;
}

void StreamBuffer::append_shown(std::string& text, size_t max, uint64_t up_to) const {
  const auto add = [&](Bytes bytes) {
    text += as_text(bytes.first(std::min(bytes.size(), max - std::min(max, text.size()))));
  };
  uint64_t at = std::min(end(), up_to);
  if (at > begin_) add(bytes(begin_, at));
  for (const Piece& piece : pieces_) {
    if (piece.begin >= up_to || text.size() >= max) return;
    if (piece.begin > at) text += "[" + std::to_string(piece.begin - at) + " bytes missing]";
    at = std::min(piece.end(), up_to);
    add(Bytes(piece.data).first(static_cast<size_t>(at - piece.begin)));
  }
}

void StreamBuffer::rest() {
  data_.erase(data_.begin(), data_.begin() + static_cast<ptrdiff_t>(head_));
  head_ = 0;
  data_.shrink_to_fit();
  segments_.shrink_to_fit();
  pieces_.shrink_to_fit();
}

}  // namespace picket::inspect::stream
