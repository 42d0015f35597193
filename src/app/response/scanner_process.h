// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "scan/file_judge.h"
#include "scan/report.h"

namespace picket::app::response {

// The process without rights in which files are looked at (docs/decisions/0008): no account, no
// capability, no file to be written, no network, no program to be run, bounded memory. It is handed
// open files, one at a time, and answers with reports. One that dies or takes too long is ended and
// the next is started; the file that did it is named by the error. One thread.
class ScannerProcess {
 public:
  static constexpr size_t kMemoryMax = size_t{2} << 30;
  static constexpr int kFileSeconds = 60;        // for one file, and...
  static constexpr uint64_t kBytesPerMs = 4096;  // ...a millisecond more for as many bytes
  static constexpr unsigned kDeathsMax = 100;    // in one scan: then something else is wrong

  // `content` is made before and outlives this.
  static Result<std::unique_ptr<ScannerProcess>> start(const scan::ScanContent& content,
                                                       const scan::JudgeLimits& limits = {});
  ~ScannerProcess();
  ScannerProcess(const ScannerProcess&) = delete;
  ScannerProcess& operator=(const ScannerProcess&) = delete;

  // An error with code ECANCELED: it cannot go on. Any other: this file was not looked at, and why.
  Result<scan::FileReport> judge(int file, uint64_t size, const scan::Subject& subject);
  // Copies of the file are looked for from now on. Keeps the descriptor.
  Result<scan::FileReport> remember(UniqueFd file, const scan::Subject& subject);

  pid_t pid() const { return pid_; }
  // What could not be given up, in words; empty: nothing.
  const std::string& shortfall() const { return shortfall_; }

 private:
  struct Remembered {
    UniqueFd file;
    scan::Subject subject;
  };
  ScannerProcess(const scan::ScanContent& content, const scan::JudgeLimits& limits)
      : content_(content), limits_(limits) {}
  Result<void> fork_one();
  Result<void> restart();
  std::string end_and_say_why();
  Result<scan::FileReport> ask(int file, uint64_t size, const scan::Subject& subject,
                               bool remember);
  [[noreturn]] void be_the_scanner(int socket);

  const scan::ScanContent& content_;
  const scan::JudgeLimits limits_;
  std::vector<Remembered> remembered_;
  UniqueFd socket_;
  pid_t pid_ = -1;
  unsigned deaths_ = 0;
  std::string shortfall_;
};

}  // namespace picket::app::response
