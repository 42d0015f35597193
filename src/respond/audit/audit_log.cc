// SPDX-License-Identifier: Apache-2.0
#include "respond/audit/audit_log.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/json_writer.h"
#include "respond/audit/audit_chain.h"
#include "respond/private_store.h"
#include "sensor/procfs/proc_files.h"
#include "sensor/procfs/process_text.h"

namespace picket::respond {
namespace {

constexpr const char* kFileName = "audit.ndjson";
constexpr const char* kHeadName = "audit.head";

Result<void> write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("write the audit log");
    text.remove_prefix(static_cast<size_t>(count));
  }
  return {};
}

// The last kLineMax bytes: enough to hold the last whole line.
Result<std::string> read_tail(int file) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0) return system_failure("look at the audit log");
  const auto size = static_cast<size_t>(facts.st_size);
  std::string tail(std::min(size, AuditLog::kLineMax), '\0');
  const ssize_t count =
      ::pread(file, tail.data(), tail.size(), static_cast<off_t>(size - tail.size()));
  if (count < 0) return system_failure("read the audit log");
  tail.resize(static_cast<size_t>(count));
  return tail;
}

void text(JsonWriter& json, std::string_view name, std::string_view value) {
  json.member_if(name, value.substr(0, AuditRecord::kTextMax));
}

std::string line_of(const AuditRecord& record, const ChainLink& last) {
  std::string line;
  JsonWriter json(line);
  json.begin_object().member("n", last.number + 1).member("time", rfc3339(record.time));
  text(json, "actor", record.actor);
  text(json, "action", record.action);
  text(json, "target", record.target);
  text(json, "reason", record.reason);
  text(json, "alert", record.alert_id);
  text(json, "rule", record.rule_id);
  text(json, "before", record.before);
  text(json, "after", record.after);
  text(json, "undo", record.undo);
  text(json, "result", record.result);
  if (record.of != 0) json.member("of", record.of);
  json.member("previous", last.hash);
  return sealed(line);
}

// Whole or not at all: a head that was cut would look like an attack.
Result<void> write_head(int folder, const ChainLink& link) {
  const std::string name = std::string(kHeadName) + ".new";
  const UniqueFd file(
      ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return system_failure("write the head of the audit log");
  TRY(write_all(file.get(), std::to_string(link.number) + " " + link.hash + "\n"));
  if (::fsync(file.get()) != 0 || ::renameat(folder, name.c_str(), folder, kHeadName) != 0)
    return system_failure("write the head of the audit log");
  return {};
}

// Holds the lock of the log's file as long as it lives.
class Locked {
 public:
  explicit Locked(int file) : file_(file) {
    while (::flock(file_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~Locked() { ::flock(file_, LOCK_UN); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  int file_;
};

std::string user_words(uid_t uid) {
  const passwd* entry = ::getpwuid(uid);
  return (entry ? std::string(entry->pw_name) : "?") + " (uid " + std::to_string(uid) + ")";
}

}  // namespace

Result<AuditLog> AuditLog::open(const std::string& folder) {
  TRY_ASSIGN(UniqueFd opened, open_private_folder(folder));
  UniqueFd file(::openat(opened.get(), kFileName,
                         O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file)
    return system_failure("open the audit log in " + folder, errno,
                          "Nothing is done that is not written down.");
  return AuditLog(std::move(opened), std::move(file));
}

Result<uint64_t> AuditLog::append(const AuditRecord& record) {
  const Locked lock(file_.get());
  TRY_ASSIGN(const std::string tail, read_tail(file_.get()));
  const ChainLink last = last_link(tail);
  const std::string line = line_of(record, last);
  // A line that a crash left unfinished stays as it is; the next begins on its own.
  const bool torn = !tail.empty() && tail.back() != '\n';
  TRY(write_all(file_.get(), (torn ? "\n" : "") + line + "\n"));
  if (::fdatasync(file_.get()) != 0) return system_failure("write the audit log");
  const ChainLink link = *link_of(line);
  TRY(write_head(folder_.get(), link));
  return link.number;
}

Result<void> audited(AuditLog& log, AuditRecord record,
                     const std::function<Result<void>(AuditRecord&)>& act) {
  record.result = "begun";
  TRY_ASSIGN(record.of, log.append(record));
  const Result<void> done = act(record);
  record.time = system_clock().wall();
  record.result = done ? "done" : "failed: " + done.error().message;
  TRY(log.append(record));
  return done;
}

std::string caller_words(std::string_view command) {
  std::string words = user_words(::getuid());
  const auto text = sensor::procfs::read_file("/proc/self/loginuid");
  const auto login = text ? sensor::procfs::parse_login_uid(*text) : std::nullopt;
  if (login && *login != UINT32_MAX && *login != ::getuid())
    words = user_words(*login) + " as " + words;
  return words + ", picket " + std::string(command) + ", pid " + std::to_string(::getpid());
}

Result<AuditCheck> read_audit(const std::string& folder,
                              const std::function<void(std::string_view line)>& each) {
  const std::string path = folder + "/" + kFileName;
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file && errno == ENOENT)
    return failure("there is no audit log in " + folder, "Nothing was done yet, or elsewhere.");
  if (!file) return system_failure("open " + path);
  while (::flock(file.get(), LOCK_SH) != 0 && errno == EINTR) {
  }
  const std::string head =
      sensor::procfs::read_file(folder + "/" + kHeadName).value_or(std::string());
  ChainReader reader(each);
  std::string buffer(AuditLog::kLineMax, '\0');
  ssize_t count = 0;
  while ((count = ::read(file.get(), buffer.data(), buffer.size())) > 0)
    reader.feed(std::string_view(buffer).substr(0, static_cast<size_t>(count)));
  if (count < 0) return system_failure("read " + path);
  return reader.finish(head);
}

}  // namespace picket::respond
