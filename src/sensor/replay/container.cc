// SPDX-License-Identifier: Apache-2.0
#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/counter.h"
#include "sensor/replay/byte_source.h"

namespace picket::sensor::replay {
namespace {

constexpr size_t kFeedBytes = 256 * 1024;

Counter container_bound{
    "sensor.replay.container_bound",
    "archives given up: too many members, or far larger than their compressed size"};

}  // namespace

// The compressed bytes, as libarchive asks for them.
struct Container::Feed {
  explicit Feed(ByteSource& from) : source(from), buffer(kFeedBytes) {}

  static la_ssize_t read(struct archive* to, void* self, const void** out) {
    Feed& feed = *static_cast<Feed*>(self);
    const auto got = feed.source.read(feed.buffer);
    if (!got) {
      archive_set_error(to, got.error().code, "%s", got.error().message.c_str());
      return -1;
    }
    *out = feed.buffer.data();
    feed.consumed += *got;
    return static_cast<la_ssize_t>(*got);
  }

  ByteSource& source;
  std::vector<uint8_t> buffer;
  uint64_t consumed = 0;
};

class Container::MemberSource : public ByteSource {
 public:
  explicit MemberSource(Container& container) : container_(container) {}
  Result<size_t> read(std::span<uint8_t> into) override {
    const la_ssize_t got = archive_read_data(container_.archive_, into.data(), into.size());
    if (got < 0) return container_.archive_failure("decompress");
    container_.produced_ += static_cast<uint64_t>(got);
    const ContainerLimits& limits = container_.limits_;
    if (container_.produced_ > limits.ratio_from_bytes &&
        container_.produced_ / limits.ratio_max > container_.feed_->consumed) {
      container_bound.add();
      return failure("far larger than its compressed size: given up");
    }
    return static_cast<size_t>(got);
  }

 private:
  Container& container_;
};

Container::Container(ByteSource& source, const ContainerLimits& limits)
    : limits_(limits),
      feed_(std::make_unique<Feed>(source)),
      archive_(archive_read_new()),
      member_(std::make_unique<MemberSource>(*this)) {
  archive_read_support_filter_gzip(archive_);
  archive_read_support_filter_bzip2(archive_);
  archive_read_support_filter_xz(archive_);
  archive_read_support_filter_zstd(archive_);
  archive_read_support_format_zip_streamable(archive_);
  archive_read_support_format_tar(archive_);
  archive_read_support_format_raw(archive_);
  archive_read_support_format_empty(archive_);
}

Container::~Container() { archive_read_free(archive_); }

std::unexpected<Error> Container::archive_failure(const char* what) const {
  const char* why = archive_error_string(archive_);
  return failure(std::string(what) + ": " + (why ? why : "not readable"));
}

Result<bool> Container::next(Member& member) {
  if (!opened_) {
    opened_ = true;
    if (archive_read_open(archive_, feed_.get(), nullptr, &Feed::read, nullptr) != ARCHIVE_OK)
      return archive_failure("open");
  }
  while (true) {
    struct archive_entry* entry = nullptr;
    const int status = archive_read_next_header(archive_, &entry);
    if (status == ARCHIVE_EOF) return false;
    if (status != ARCHIVE_OK && status != ARCHIVE_WARN) return archive_failure("the next member");
    if (++members_ > limits_.members_max) {
      container_bound.add();
      return failure("more than " + std::to_string(limits_.members_max) + " members: given up");
    }
    // A raw stream has no type; of an archive only files count.
    const auto type = archive_entry_filetype(entry);
    if (type != AE_IFREG && type != 0) continue;
    const char* name =
        archive_format(archive_) == ARCHIVE_FORMAT_RAW ? nullptr : archive_entry_pathname(entry);
    member = {name ? name : "", member_.get()};
    return true;
  }
}

}  // namespace picket::sensor::replay
