// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "event/facts.h"
#include "event/observation.h"
#include "process/dpkg_database.h"
#include "process/file_identity.h"
#include "process/file_opener.h"

namespace picket::process {

struct ExecutableIdentity {
  std::string sha256;       // 64 hex digits; empty: see sha256_note
  std::string sha256_note;  // "pending", or why there is none
  std::string package;
  std::string package_version;
  event::PackageMatch package_match = event::PackageMatch::kUnknown;
  std::string package_note;  // why the match is unknown
};

struct CatalogLimits {
  size_t files_max = 16'384;   // known files; the least recently asked for goes first
  size_t pending_max = 4'096;  // waiting to be read
};

// ExecutableCatalog knows the hash and package of executables, each file read once however many
// processes run it. One thread of lowest priority (SCHED_IDLE) reads and hashes; the owner's thread
// calls every public function and never waits for a file. Results arrive through collect(), which
// the owner calls now and then. A file that could not be read is tried again when another process
// of it is seen, kAttemptsMax times in all. The destructor waits for the read under way, which a
// dead network mount may delay.
// Bounds: CatalogLimits, `process.executables_evicted`, `process.executables_refused`.
class ExecutableCatalog {
 public:
  static constexpr uint32_t kAttemptsMax = 3;

  ExecutableCatalog(std::unique_ptr<FileOpener> opener, std::unique_ptr<DpkgDatabase> packages,
                    CatalogLimits limits = {});
  ~ExecutableCatalog();
  ExecutableCatalog(const ExecutableCatalog&) = delete;
  ExecutableCatalog& operator=(const ExecutableCatalog&) = delete;

  // Asks for a file unless it is known or waiting. `path` is where the process saw it, `key` a
  // process running it: the surest way to it while that lives.
  void request(const event::FileIdentity& file, const std::string& path,
               const event::ProcessKey& key);
  // Takes over what was finished since the last call; how many files that was.
  size_t collect();
  // Null: never asked for, refused, or forgotten since. Valid until the next request() or
  // collect().
  const ExecutableIdentity* find(const event::FileIdentity& file) const;

  size_t size() const { return known_.size(); }
  size_t pending() const { return pending_; }

 private:
  struct Job {
    event::FileIdentity file;
    std::string path;
    event::ProcessKey key;
  };
  struct Done {
    event::FileIdentity file;
    ExecutableIdentity identity;
  };
  struct Known {
    ExecutableIdentity identity;
    bool pending = false;
    uint32_t attempts = 0;
    std::list<event::FileIdentity>::iterator use;
  };

  void make_room();
  void work(const std::stop_token& stop);
  ExecutableIdentity identify(const Job& job, const std::stop_token& stop);

  // The owner's.
  CatalogLimits limits_;
  std::unordered_map<event::FileIdentity, Known, FileIdentityHash> known_;
  std::list<event::FileIdentity> uses_;  // least recent first
  size_t pending_ = 0;

  // The worker's.
  std::unique_ptr<FileOpener> opener_;
  std::unique_ptr<DpkgDatabase> packages_;

  // Between both, under mutex_.
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Job> jobs_;
  std::vector<Done> done_;

  std::jthread worker_;  // last: started when all else stands, stopped before any of it goes
};

}  // namespace picket::process
