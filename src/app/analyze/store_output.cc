// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/store_output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "app/analyze/pack.h"
#include "base/unique_fd.h"
#include "incident/incident_feed.h"
#include "store/record_of.h"

namespace picket::app::analyze {
namespace {

void add_to_digest(uint64_t& digest, std::string_view text) {
  for (const char c : text) digest = (digest ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
}

// The bytes are on the disk, not only on their way; and the file is whose the folder is.
Result<void> settle(const std::string& path, const std::string& folder) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat facts {};
  if (!file || ::stat(folder.c_str(), &facts) != 0 || ::fsync(file.get()) != 0)
    return system_failure("write " + path);
  if (::geteuid() == 0 && ::fchown(file.get(), facts.st_uid, facts.st_gid) != 0)
    return system_failure("give away " + path);
  return {};
}

}  // namespace

Result<StoreOutput> StoreOutput::create(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return failure("make " + folder + ": " + error.message());
  StoreOutput output(folder);
  output.path_ = folder + "/.import-" + std::to_string(::getpid()) + ".tmp";
  std::filesystem::remove(output.path_, error);
  const UniqueFd file(
      ::open(output.path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file) return system_failure("make a file in " + folder);
  output.temporary_ = output.path_;
  return output;
}

StoreOutput::StoreOutput(StoreOutput&& other) noexcept
    : folder_(std::move(other.folder_)),
      temporary_(std::exchange(other.temporary_, {})),
      path_(std::move(other.path_)),
      writer_(std::move(other.writer_)),
      trouble_(std::move(other.trouble_)),
      digest_(other.digest_) {}

StoreOutput::~StoreOutput() {
  writer_.reset();
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Result<void> StoreOutput::open() {
  TRY_ASSIGN(store::SegmentWriter writer,
             store::SegmentWriter::open(path_, store::Database::Mode::kBuild));
  writer_.emplace(std::move(writer));
  return writer_->begin();
}

void StoreOutput::append(const schema::Record& record) {
  if (!trouble_) return;
  add_to_digest(digest_, schema::json_line(record));
  trouble_ = writer_->append(record);
}

void StoreOutput::activity(std::string_view packed) {
  event::Activity activity;
  Unpacker unpacker(packed);
  unpacker(activity);
  if (const auto record = store::record_of(activity)) append(*record);
}

void StoreOutput::alert(const event::Alert& alert) { append(store::record_of(alert)); }

void StoreOutput::incidents(const std::vector<incident::Incident>& all) {
  for (const incident::Incident& one : all)
    if (trouble_) trouble_ = writer_->put(incident::kept(one, one.until));
}

Result<void> StoreOutput::finish() {
  TRY(trouble_);
  TRY(writer_->note("digest", static_cast<int64_t>(digest_)));
  TRY(writer_->commit());
  TRY(writer_->close_in_order());
  writer_.reset();
  return {};
}

Result<void> StoreOutput::commit() {
  TRY(settle(path_, folder_));
  int64_t digest = 0;
  {
    TRY_ASSIGN(const store::Database database,
               store::Database::open(path_, store::Database::Mode::kRead));
    TRY_ASSIGN(digest, database.number("SELECT value FROM meta WHERE name='digest'"));
  }
  char name[40];
  std::snprintf(name, sizeof name, "/import-%016llx.db", static_cast<unsigned long long>(digest));
  const std::string path = folder_ + name;
  if (std::filesystem::exists(path)) {
    std::fprintf(stderr, "picket: the history in %s holds this analysis already\n",
                 folder_.c_str());
    return {};
  }
  if (::rename(path_.c_str(), path.c_str()) != 0) return system_failure("name " + path);
  temporary_.clear();
  return {};
}

}  // namespace picket::app::analyze
