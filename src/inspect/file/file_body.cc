// SPDX-License-Identifier: Apache-2.0
#include "inspect/file/file_body.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/counter.h"
#include "base/hex.h"
#include "inspect/file/file_type.h"

namespace picket::inspect {
namespace {

Counter window_slid{"inspect.file.window_slid", "times a file's oldest bytes were let go"};
Counter name_cut{"inspect.file.name_cut", "file names longer than are kept"};
Counter hash_failed{"inspect.file.hash_failed", "hashes that could not be started"};

struct DigestFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

const EVP_MD* algorithm(FileHash hash) {
  switch (hash) {
    case FileHash::kMd5: return EVP_md5();
    case FileHash::kSha1: return EVP_sha1();
    default: return EVP_sha256();
  }
}

// Whether a file that came to its end so has that hash.
bool is_told(FileHash hash, FileBody::State state) {
  return state == FileBody::State::kClosed || hash == FileHash::kSha256;
}

}  // namespace

std::string_view text(FileHash hash) {
  switch (hash) {
    case FileHash::kMd5: return "md5";
    case FileHash::kSha1: return "sha1";
    default: return "sha256";
  }
}

struct FileBody::Hasher {
  std::unique_ptr<EVP_MD_CTX, DigestFree> context{EVP_MD_CTX_new()};
  std::string hex;  // once closed

  bool start(FileHash hash) {
    return context && EVP_DigestInit_ex(context.get(), algorithm(hash), nullptr) == 1;
  }
  void add(Bytes bytes) { EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()); }
  void finish() {
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_DigestFinal_ex(context.get(), digest, &length) != 1) return;
    hex = hex_of(Bytes(digest, length));
  }
};

FileBody::FileBody(Bytes name, uint64_t start) : start_(start) { set_name(name); }
FileBody::~FileBody() {
  if (sink_) sink_->close(false);
}

void FileBody::set_name(Bytes name) {
  if (name.size() > kNameMax) {
    name_cut.add();
    name = name.first(kNameMax);
  }
  name_ = as_text(name);
}

std::string_view FileBody::extension() const {
  const size_t dot = name_.rfind('.');
  return dot == std::string::npos ? std::string_view() : std::string_view(name_).substr(dot + 1);
}

// Lets the older half go when `more` bytes would not fit.
void FileBody::make_room(size_t more) {
  if (window_.size() + more <= kWindowMax || window_.empty()) return;
  if (head_.empty())
    head_.assign(window_.begin(), window_.begin() + std::min(window_.size(), kHeadMax));
  const size_t drop = std::max(window_.size() / 2, std::min(window_.size(), more));
  window_.erase(window_.begin(), window_.begin() + static_cast<ptrdiff_t>(drop));
  window_offset_ += drop;
  window_slid.add();
}

void FileBody::append(Bytes bytes) {
  if (!open() || bytes.empty()) return;
  size_ += bytes.size();
  for (const auto& hasher : hashers_)
    if (hasher) hasher->add(bytes);
  if (sink_) sink_->write(bytes);
  make_room(bytes.size());
  window_.insert(window_.end(), bytes.begin(), bytes.end());
}

void FileBody::gap(uint64_t lost) {
  if (!open()) return;
  gaps_ = true;
  size_ += lost;
}

void FileBody::finish(State state) {
  if (!open()) return;
  state_ = gaps_ ? State::kTruncated : state;
  for (size_t i = 0; i < hashers_.size(); ++i)
    if (hashers_[i] && is_told(static_cast<FileHash>(i), state_)) hashers_[i]->finish();
  if (sink_) sink_->close(state_ == State::kClosed);
  sink_.reset();
}
void FileBody::close() { finish(State::kClosed); }
void FileBody::truncate() { finish(State::kTruncated); }

bool FileBody::want(FileHash hash) {
  auto& hasher = hashers_[static_cast<size_t>(hash)];
  if (hasher) return true;
  if (window_offset_ > 0) return false;
  auto fresh = std::make_unique<Hasher>();
  if (!fresh->start(hash)) {
    hash_failed.add();
    return false;
  }
  fresh->add(window_);
  // A small file may come whole, and be over, before anybody could ask.
  if (!open() && is_told(hash, state_)) fresh->finish();
  hasher = std::move(fresh);
  return true;
}

std::optional<std::string> FileBody::hash_hex(FileHash hash) const {
  const auto& hasher = hashers_[static_cast<size_t>(hash)];
  if (!hasher || hasher->hex.empty()) return std::nullopt;
  return hasher->hex;
}

const std::string& FileBody::magic() {
  if (magic_done_) return magic_;
  const Bytes seen = head_.empty() ? Bytes(window_) : Bytes(head_);
  magic_ = file_type(seen.first(std::min(seen.size(), kHeadMax)));
  magic_done_ = !open() || seen.size() >= kHeadMax;
  return magic_;
}

bool FileBody::store_to(std::unique_ptr<FileSink> sink) {
  if (stored_) return true;
  if (window_offset_ > 0) return false;
  stored_ = true;
  if (!window_.empty()) sink->write(window_);
  if (open())
    sink_ = std::move(sink);
  else
    sink->close(state_ == State::kClosed);
  return true;
}

}  // namespace picket::inspect
