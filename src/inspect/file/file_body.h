// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.h"

namespace picket::inspect {

enum class FileHash : uint8_t { kMd5, kSha1, kSha256, kCount };
std::string_view text(FileHash);  // md5, sha1, sha256

// Where a file that is to be kept goes. The body hands it what its window still holds first, then
// all that comes. No sink may throw.
class FileSink {
 public:
  virtual ~FileSink() = default;
  virtual void write(Bytes bytes) = 0;
  // Nothing more follows; `whole`: nothing is missing.
  virtual void close(bool whole) = 0;
};

// A file on the wire: of one transaction and one direction. Its protocol's parser appends;
// detection, EVE and the store read.
//
// Memory: a window of the most recent bytes, at most kWindowMax (plus one append), for the buffer
// file.data; the first kHeadMax bytes for the type; a hash state for each hash asked for. When the
// window is full its older half is let go (counted), window_offset() tells how much. Hashes are of
// everything since the start, so they exist only if asked for (want(), or settings) before the
// window began to slide; of a file with a gap or cut off there is only the SHA-256 of what came (as
// EVE's readers expect). Not thread-safe; the Bytes it hands out live until the next
// append.
class FileBody {
 public:
  static constexpr size_t kWindowMax = 256 * 1024;
  static constexpr size_t kHeadMax = 4096;
  static constexpr size_t kNameMax = 4096;  // bytes of a name; the rest is cut off and counted

  enum class State : uint8_t { kOpen, kClosed, kTruncated, kError };

  explicit FileBody(Bytes name, uint64_t start = 0);
  ~FileBody();
  FileBody(const FileBody&) = delete;
  FileBody& operator=(const FileBody&) = delete;

  // What the parser says.
  void append(Bytes bytes);
  void gap(uint64_t lost);  // that many bytes are missing here; they count as size
  void close();             // its end was seen; with a gap it counts as cut off all the same
  void truncate();          // it ends before its end: limit, reset, time-out
  void set_name(Bytes name);
  void set_start(uint64_t start) { start_ = start; }  // offset within the whole file (ranges)
  void set_total(uint64_t total) { total_ = total; }  // size of the whole file, where it is told

  // What others ask.
  Bytes name() const { return as_bytes(name_); }
  std::string_view extension() const;  // after the last dot of the name; as sent
  State state() const { return state_; }
  bool open() const { return state_ == State::kOpen; }
  uint64_t size() const { return size_; }  // bytes seen, gaps included
  uint64_t start() const { return start_; }
  std::optional<uint64_t> total() const { return total_; }
  bool has_gaps() const { return gaps_; }
  // What is kept: the bytes [window_offset(), window_offset() + window().size()) of what came, gaps
  // not counted.
  Bytes window() const { return window_; }
  uint64_t window_offset() const { return window_offset_; }

  // Starts a hash. False: too late, bytes have been let go already.
  bool want(FileHash hash);
  bool wanted(FileHash hash) const { return hashers_[static_cast<size_t>(hash)] != nullptr; }
  // Lower-case hexadecimal; nullopt until closed, or when it was not asked for, or (but for
  // SHA-256) a part is missing.
  std::optional<std::string> hash_hex(FileHash hash) const;

  // The type as libmagic words it ("PDF document, version 1.4"), of the first bytes. Costly: asked
  // only by rules and outputs that need it; the answer is kept once kHeadMax bytes are there or the
  // file has ended. Empty: not known.
  const std::string& magic();

  // Keeping the file. `stored` is set with it. False: too late to have it from its start.
  bool store_to(std::unique_ptr<FileSink> sink);
  bool stored() const { return stored_; }
  uint64_t store_id = 0;  // the store's own number
  // Detection has seen that no rule can match it any more / nobody asked for its content.
  bool content_wanted = true;

  uint64_t sequence = 0;             // number of this file in its flow
  bool logged = false;               // EVE's fileinfo was written
  std::vector<uint32_t> signatures;  // sids of rules that asked for it to be stored

 private:
  struct Hasher;
  void make_room(size_t more);
  void finish(State state);

  std::string name_;
  uint64_t start_ = 0, size_ = 0;
  std::optional<uint64_t> total_;
  State state_ = State::kOpen;
  bool gaps_ = false, stored_ = false, magic_done_ = false;
  std::vector<uint8_t> window_;
  uint64_t window_offset_ = 0;
  std::vector<uint8_t> head_;  // first bytes, once the window has let them go
  std::array<std::unique_ptr<Hasher>, static_cast<size_t>(FileHash::kCount)> hashers_;
  std::unique_ptr<FileSink> sink_;
  std::string magic_;
};

}  // namespace picket::inspect
