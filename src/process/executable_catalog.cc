// SPDX-License-Identifier: Apache-2.0
#include "process/executable_catalog.h"

#include <pthread.h>
#include <sched.h>
#include <sys/stat.h>

#include "base/counter.h"
#include "process/file_digest.h"

namespace picket::process {
namespace {

Counter executables_evicted{"process.executables_evicted",
                            "hashed files forgotten because there were too many"};
Counter refused{"process.executables_refused", "files not hashed because too many were waiting"};

constexpr char kPending[] = "pending";

// Whether `path`, as this machine's own file system has it, is the opened file. A container's
// /usr/bin/x is not the one that the host's packages speak of.
bool is_file_at(const std::string& path, int descriptor) {
  struct stat named {
  }, opened{};
  return path.starts_with('/') && ::stat(path.c_str(), &named) == 0 &&
         ::fstat(descriptor, &opened) == 0 && named.st_dev == opened.st_dev &&
         named.st_ino == opened.st_ino;
}

void add_package(DpkgDatabase* packages, const std::string& path, int descriptor,
                 const FileDigest& digest, const std::stop_token& stop,
                 ExecutableIdentity& identity) {
  if (!packages) {
    identity.package_note = "packages are not looked at here";
    return;
  }
  if (!is_file_at(packages->root() + path, descriptor)) {
    identity.package_note = "not the file that this machine has under that path";
    return;
  }
  const auto owner = packages->find_owner(path, digest.md5, stop);
  if (!owner) {
    identity.package_note = owner.error().message;
    return;
  }
  identity.package = owner->package;
  identity.package_version = owner->version;
  identity.package_match = owner->match;
  if (owner->match == event::PackageMatch::kUnknown)
    identity.package_note = "the content could not be compared";
}

}  // namespace

ExecutableCatalog::ExecutableCatalog(std::unique_ptr<FileOpener> opener,
                                     std::unique_ptr<DpkgDatabase> packages, CatalogLimits limits)
    : limits_(limits),
      opener_(std::move(opener)),
      packages_(std::move(packages)),
      worker_([this](std::stop_token stop) { work(stop); }) {}

ExecutableCatalog::~ExecutableCatalog() = default;

void ExecutableCatalog::request(const event::FileIdentity& file, const std::string& path,
                                const event::ProcessKey& key) {
  auto found = known_.find(file);
  if (found != known_.end()) {
    Known& known = found->second;
    uses_.splice(uses_.end(), uses_, known.use);
    if (known.pending || !known.identity.sha256.empty() || known.attempts >= kAttemptsMax) return;
  }
  if (pending_ >= limits_.pending_max) {
    refused.add();
    return;
  }
  if (found == known_.end()) {
    if (known_.size() >= limits_.files_max) make_room();
    found = known_.emplace(file, Known()).first;
    found->second.use = uses_.insert(uses_.end(), file);
  }
  found->second.pending = true;
  ++found->second.attempts;
  found->second.identity.sha256_note = kPending;
  found->second.identity.package_note = kPending;
  ++pending_;
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back({file, path, key});
  }
  wake_.notify_one();
}

void ExecutableCatalog::make_room() {
  const auto oldest = known_.find(uses_.front());
  known_.erase(oldest);  // if it is being read, its result will find nobody
  uses_.pop_front();
  executables_evicted.add();
}

size_t ExecutableCatalog::collect() {
  std::vector<Done> done;
  {
    std::lock_guard lock(mutex_);
    done.swap(done_);
  }
  pending_ -= done.size();
  for (Done& one : done) {
    const auto found = known_.find(one.file);
    if (found == known_.end()) continue;
    found->second.identity = std::move(one.identity);
    found->second.pending = false;
  }
  return done.size();
}

const ExecutableIdentity* ExecutableCatalog::find(const event::FileIdentity& file) const {
  const auto found = known_.find(file);
  return found == known_.end() ? nullptr : &found->second.identity;
}

void ExecutableCatalog::work(const std::stop_token& stop) {
  // Runs only when nothing else wants the processor. If that is refused, it still is only one
  // thread.
  const sched_param lowest{};
  ::pthread_setschedparam(::pthread_self(), SCHED_IDLE, &lowest);
  ::pthread_setname_np(::pthread_self(), "picket-hash");
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !jobs_.empty(); })) return;
      if (stop.stop_requested()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    Done done{job.file, identify(job, stop)};
    std::lock_guard lock(mutex_);
    done_.push_back(std::move(done));
  }
}

ExecutableIdentity ExecutableCatalog::identify(const Job& job, const std::stop_token& stop) {
  ExecutableIdentity identity;
  const auto file = opener_->open_executable(job.key, job.path, job.file);
  if (!file) {
    identity.sha256_note = file.error().message;
    identity.package_note = "the file could not be read";
    return identity;
  }
  const auto digest = digest_file(file->get(), stop);
  if (digest)
    identity.sha256 = digest->sha256;
  else
    identity.sha256_note = digest.error().message;
  add_package(packages_.get(), job.path, file->get(), digest.value_or(FileDigest()), stop,
              identity);
  return identity;
}

}  // namespace picket::process
