// SPDX-License-Identifier: Apache-2.0
#include "inspect/file/range_files.h"

#include <algorithm>

#include "base/counter.h"

namespace picket::inspect {
namespace {

Counter given_up{"inspect.file.ranges_given_up",
                 "files of HTTP ranges forgotten before they were whole"};

}  // namespace

void RangeFiles::forget(Files::iterator file) {
  bytes_ -= file->second.bytes;
  files_.erase(file);
}

void RangeFiles::make_room(size_t more, const Parts* keep, WallTime now) {
  const auto too_old = [now](const Parts& parts) {
    return now.ns - parts.last.ns > static_cast<int64_t>(kKeptNs);
  };
  while (!files_.empty()) {
    auto oldest = files_.end();
    for (auto at = files_.begin(); at != files_.end(); ++at)
      if (&at->second != keep && (oldest == files_.end() || at->second.last < oldest->second.last))
        oldest = at;
    if (oldest == files_.end()) return;
    const bool full = files_.size() > kFilesMax || bytes_ + more > kBytesMax;
    if (!full && !too_old(oldest->second)) return;
    given_up.add();
    forget(oldest);
  }
}

bool RangeFiles::is_whole(const Parts& parts) {
  uint64_t reached = 0;
  for (const auto& [start, bytes] : parts.pieces) {
    if (start > reached) return false;
    reached = std::max<uint64_t>(reached, start + bytes.size());
  }
  return reached >= parts.total;
}

std::unique_ptr<FileBody> RangeFiles::add(const Piece& piece, Bytes name,
                                          const std::vector<FileHash>& wanted, WallTime now) {
  if (piece.bytes.empty() || piece.total == 0 || piece.total > kBytesMax ||
      piece.start >= piece.total || piece.bytes.size() > piece.total - piece.start)
    return nullptr;
  const auto [place, fresh] = files_.try_emplace(std::string(piece.key));
  Parts& parts = place->second;
  if (!fresh && parts.total != piece.total) {  // another version of it: begin anew
    bytes_ -= parts.bytes;
    parts = Parts();
  }
  parts.total = piece.total;
  parts.last = now;
  make_room(piece.bytes.size(), &parts, now);
  if (parts.pieces.size() >= kPiecesMax || bytes_ + piece.bytes.size() > kBytesMax) {
    given_up.add();
    forget(files_.find(std::string(piece.key)));
    return nullptr;
  }
  const auto [at, added] =
      parts.pieces.try_emplace(piece.start, piece.bytes.begin(), piece.bytes.end());
  if (!added) return nullptr;
  parts.bytes += piece.bytes.size();
  bytes_ += piece.bytes.size();
  if (parts.bytes < parts.total || !is_whole(parts)) return nullptr;
  auto whole = std::make_unique<FileBody>(name);
  for (const FileHash hash : wanted) whole->want(hash);
  for (const auto& [start, bytes] : parts.pieces) {
    const uint64_t known = whole->size();
    if (start + bytes.size() > known)
      whole->append(Bytes(bytes).subspan(static_cast<size_t>(known - start)));
  }
  whole->close();
  forget(files_.find(std::string(piece.key)));
  return whole;
}

}  // namespace picket::inspect
