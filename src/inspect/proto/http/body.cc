// SPDX-License-Identifier: Apache-2.0
#include "inspect/proto/http/body.h"

#include <algorithm>

namespace picket::inspect::http {

void Body::open(const Opening& opening) {
  bytes_ = std::make_unique<FileBody>(as_bytes(opening.name));
  is_file_ = opening.is_file && opening.boundary.empty();
  limit_ = opening.limit;
  if (!opening.boundary.empty()) multipart_ = std::make_unique<MultipartReader>(opening.boundary);
  if (opening.start) bytes_->set_start(*opening.start);
  if (opening.total) bytes_->set_total(*opening.total);
}

FileBody* Body::file(size_t number) {
  if (is_file_) {
    if (number == 0) return announced_ ? bytes_.get() : nullptr;
    --number;
  }
  return number < files_.size() ? files_[number].get() : nullptr;
}

FileBody* Body::join_range(RangeFiles& ranges, std::string_view host, const AppSettings& settings,
                           WallTime now) {
  if (!bytes_ || !bytes_->total() || bytes_->state() != FileBody::State::kClosed ||
      bytes_->window_offset() > 0 || bytes_->size() == *bytes_->total())
    return nullptr;
  std::vector<FileHash> wanted;
  if (settings.file_md5) wanted.push_back(FileHash::kMd5);
  if (settings.file_sha1) wanted.push_back(FileHash::kSha1);
  if (settings.file_sha256) wanted.push_back(FileHash::kSha256);
  std::string key(host);
  key.append("/").append(as_text(bytes_->name()));
  auto whole = ranges.add({key, bytes_->start(), *bytes_->total(), bytes_->window()},
                          bytes_->name(), wanted, now);
  if (!whole) return nullptr;
  files_.push_back(std::move(whole));
  return files_.back().get();
}

void Body::add_decoded(Bytes bytes) {
  if (bytes.empty() || limit_reached_ || !bytes_) return;
  const uint64_t room =
      limit_ == 0 ? UINT64_MAX
                  : limit_ - std::min(limit_, bytes_->window_offset() + bytes_->window().size());
  if (bytes.size() >= room) {
    bytes = bytes.first(static_cast<size_t>(room));
    limit_reached_ = true;
  }
  bytes_->append(bytes);
  if (multipart_) multipart_->feed(bytes, files_);
}

void Body::add(Bytes raw, std::vector<FileBody*>& files) {
  const size_t had_files = files_.size();
  message_size_ += raw.size();
  if (limit_reached_) return;  // nobody would see what comes out
  if (decoder.active())
    decoder.decode(raw, [this](Bytes bytes) { add_decoded(bytes); });
  else
    add_decoded(raw);
  if (is_file_ && !announced_ && bytes_->size() > 0) {
    announced_ = true;
    files.push_back(bytes_.get());
  }
  for (size_t i = had_files; i < files_.size(); ++i) files.push_back(files_[i].get());
}

void Body::gap(uint64_t lost) {
  message_size_ += lost;
  if (bytes_ && !limit_reached_) bytes_->gap(lost);
  if (!files_.empty() && files_.back()->open()) files_.back()->gap(lost);
}

void Body::end(bool whole) {
  if (decoder.active()) decoder.finish([this](Bytes bytes) { add_decoded(bytes); });
  whole = whole && !limit_reached_;
  if (multipart_) multipart_->end(whole, files_);
  if (!bytes_) return;
  announced_ |= bytes_->size() > 0;
  if (whole)
    bytes_->close();
  else
    bytes_->truncate();
}

}  // namespace picket::inspect::http
