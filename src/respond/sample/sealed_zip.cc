// SPDX-License-Identifier: Apache-2.0
#include "respond/sample/sealed_zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "base/utf8.h"

namespace picket::respond {
namespace {

constexpr size_t kPieceBytes = 256 * 1024;

std::unexpected<Error> zip_failure(archive* writer, const std::string& path) {
  const char* why = archive_error_string(writer);
  return failure("write " + printable(path) + ": " + (why ? why : "out of memory"));
}

}  // namespace

Result<SealedZip> SealedZip::create(const std::string& path) {
  SealedZip zip(path);
  zip.file_ =
      UniqueFd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!zip.file_)
    return system_failure("make " + printable(path), errno,
                          errno == EEXIST ? "Name another with --out FILE." : "");
  zip.archive_ = archive_write_new();
  archive* writer = zip.archive_;
  if (!writer || archive_write_set_format_zip(writer) != ARCHIVE_OK ||
      archive_write_set_options(writer, "zip:encryption=aes256") != ARCHIVE_OK ||
      archive_write_set_passphrase(writer, kPassword) != ARCHIVE_OK ||
      archive_write_open_fd(writer, zip.file_.get()) != ARCHIVE_OK)
    return zip_failure(writer, path);
  return zip;
}

SealedZip::SealedZip(SealedZip&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::move(other.file_)),
      archive_(std::exchange(other.archive_, nullptr)),
      finished_(other.finished_) {}

SealedZip::~SealedZip() {
  if (archive_) archive_write_free(archive_);
  if (file_ && !finished_) ::unlink(path_.c_str());
}

Result<void> SealedZip::begin(const std::string& name, uint64_t size) {
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                       &archive_entry_free);
  archive_entry_set_pathname(entry.get(), name.c_str());
  archive_entry_set_size(entry.get(), static_cast<int64_t>(size));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0600);
  if (archive_write_header(archive_, entry.get()) != ARCHIVE_OK)
    return zip_failure(archive_, path_);
  return {};
}

Result<void> SealedZip::write(const void* bytes, size_t size) {
  if (archive_write_data(archive_, bytes, size) == static_cast<la_ssize_t>(size)) return {};
  return zip_failure(archive_, path_);
}

Result<void> SealedZip::add(const std::string& name, std::string_view bytes) {
  TRY(begin(name, bytes.size()));
  return write(bytes.data(), bytes.size());
}

Result<void> SealedZip::add_file(const std::string& name, int file) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0) return system_failure("look at the sample");
  const auto size = static_cast<uint64_t>(facts.st_size);
  if (size > kMemberBytesMax) return failure("the sample is larger than 2 GiB");
  TRY(begin(name, size));
  std::vector<char> piece(kPieceBytes);
  for (uint64_t offset = 0; offset < size;) {
    const size_t wanted = std::min<uint64_t>(piece.size(), size - offset);
    const ssize_t count = ::pread(file, piece.data(), wanted, static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return failure("the sample changed while it was packed");
    TRY(write(piece.data(), static_cast<size_t>(count)));
    offset += static_cast<uint64_t>(count);
  }
  return {};
}

Result<void> SealedZip::finish() {
  if (archive_write_close(archive_) != ARCHIVE_OK) return zip_failure(archive_, path_);
  if (::fsync(file_.get()) != 0) return system_failure("write " + printable(path_));
  finished_ = true;
  return {};
}

}  // namespace picket::respond
