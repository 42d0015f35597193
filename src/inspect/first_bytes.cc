// SPDX-License-Identifier: Apache-2.0
#include "inspect/first_bytes.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::inspect {
namespace {

Counter overlap_differs{"weird.stream.overlap_differs",
                        "pieces of a stream that overlap and disagree; the first to come was kept"};
Counter too_many_gaps{"inspect.stream_gaps_dropped",
                      "pieces of a stream dropped because too many others were missing"};
Counter beyond_bound{"inspect.stream_bytes_beyond",
                     "pieces of a stream that reach past what is kept of its start"};
Counter streams_evicted{"inspect.streams_evicted",
                        "unfinished streams dropped because the table was full"};

}  // namespace

Bytes FirstBytes::prefix() const {
  if (runs_.empty() || runs_.front().begin != 0) return {};
  return Bytes(bytes_).first(runs_.front().end);
}

bool FirstBytes::add(size_t offset, Bytes piece) {
  if (offset >= kFirstBytesMax || piece.size() > kFirstBytesMax - offset) {
    beyond_bound.add();
    if (offset >= kFirstBytesMax) return false;
    piece = piece.first(kFirstBytesMax - offset);
  }
  if (piece.empty()) return false;
  const size_t before = prefix().size();
  return write(offset, piece) && prefix().size() > before;
}

bool FirstBytes::write(size_t offset, Bytes piece) {
  const size_t end = offset + piece.size();
  const bool apart = std::none_of(runs_.begin(), runs_.end(), [&](const Run& run) {
    return run.begin <= end && offset <= run.end;
  });
  if (apart && runs_.size() == kGapsMax) {
    too_many_gaps.add();
    return false;
  }
  if (bytes_.size() < end) bytes_.resize(end);
  // Fill what no run covers yet; compare what one does.
  size_t at = offset;
  bool differs = false;
  for (const Run& run : runs_) {
    if (run.end <= at) continue;
    if (run.begin >= end) break;
    const size_t covered_from = std::max(at, run.begin), covered_to = std::min(end, run.end);
    std::copy_n(&piece[at - offset], covered_from - at, &bytes_[at]);
    differs |=
        !std::equal(&bytes_[covered_from], &bytes_[covered_from] + (covered_to - covered_from),
                    &piece[covered_from - offset]);
    at = covered_to;
  }
  if (at < end) std::copy_n(&piece[at - offset], end - at, &bytes_[at]);
  if (differs) overlap_differs.add();
  note_run(offset, end);
  return true;
}

void FirstBytes::note_run(size_t begin, size_t end) {
  Run merged{begin, end};
  std::erase_if(runs_, [&](const Run& run) {
    const bool touches = run.begin <= merged.end && merged.begin <= run.end;
    if (touches) merged = {std::min(run.begin, merged.begin), std::max(run.end, merged.end)};
    return touches;
  });
  const auto place = std::find_if(runs_.begin(), runs_.end(),
                                  [&](const Run& run) { return run.begin > merged.begin; });
  runs_.insert(place, merged);
}

FirstBytes& FirstBytesTable::open(uint64_t cookie) {
  if (const auto found = streams_.find(cookie); found != streams_.end()) return found->second.first;
  if (streams_.size() >= streams_max_) {
    streams_evicted.add();
    erase(order_.front());
  }
  const auto place = order_.insert(order_.end(), cookie);
  return streams_.emplace(cookie, std::pair{FirstBytes(), place}).first->second.first;
}

FirstBytes* FirstBytesTable::find(uint64_t cookie) {
  const auto found = streams_.find(cookie);
  return found == streams_.end() ? nullptr : &found->second.first;
}

void FirstBytesTable::erase(uint64_t cookie) {
  const auto found = streams_.find(cookie);
  if (found == streams_.end()) return;
  order_.erase(found->second.second);
  streams_.erase(found);
}

}  // namespace picket::inspect
