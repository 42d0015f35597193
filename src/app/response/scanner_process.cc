// SPDX-License-Identifier: Apache-2.0
#include "app/response/scanner_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <new>

#include "app/analyze/confinement.h"
#include "app/sandbox/sandbox.h"
#include "app/warden/message_socket.h"
#include "base/counter.h"

namespace picket::app::response {
namespace {

// What a request says beside the descriptor: fixed numbers, then path and drive.
struct RequestHead {
  uint32_t mode = 0, remember = 0, on_drive = 0, path_bytes = 0;
};
constexpr size_t kRequestBytesMax = 16 * 1024;
constexpr size_t kPathBytesMax = 8 * 1024;
constexpr int kScannerSocket = 3;
constexpr int kEndPatienceMs = 1000;

Counter deaths{"scan.scanner_deaths", "scanning processes that a file cost their life"};

constexpr sandbox::Call kCalls[] = {{SCMP_SYS(recvmsg), {}}, {SCMP_SYS(sendmsg), {}}};

void bound_memory() {
  const rlimit memory{ScannerProcess::kMemoryMax, ScannerProcess::kMemoryMax}, none{0, 0};
#ifndef __SANITIZE_ADDRESS__  // whose shadow takes all addresses there are
  setrlimit(RLIMIT_AS, &memory);
#endif
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_FSIZE, &none);
}

bool answer(int socket, const std::string& message) {
  const Bytes part = as_bytes(message);
  return warden::send_message(socket, {&part, 1}, {}).has_value();
}

}  // namespace

Result<std::unique_ptr<ScannerProcess>> ScannerProcess::start(const scan::ScanContent& content,
                                                              const scan::JudgeLimits& limits) {
  std::unique_ptr<ScannerProcess> process(new ScannerProcess(content, limits));
  TRY(process->fork_one());
  return process;
}

ScannerProcess::~ScannerProcess() { end_and_say_why(); }

void ScannerProcess::be_the_scanner(int socket) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Interrupting the scan is the other process' to hear.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
  if (socket != kScannerSocket && dup2(socket, kScannerSocket) < 0) _exit(1);
  syscall(SYS_close_range, kScannerSocket + 1, ~0u, 0);
  bound_memory();
  std::string shortfall = analyze::give_up_rights();
  if (const auto filtered = sandbox::filter_system_calls(kCalls); !filtered)
    shortfall += (shortfall.empty() ? "" : "; ") + filtered.error().message;
  // Never empty: an empty message would look like the end.
  if (!answer(kScannerSocket, "+" + shortfall)) _exit(1);
  scan::FileJudge judge(content_, limits_);
  while (true) {
    auto message = warden::receive_message(kScannerSocket, kRequestBytesMax, 1);
    if (!message || message->closed) _exit(0);
    RequestHead head;
    if (message->bytes.size() < sizeof head || message->descriptors.size() != 1) _exit(2);
    std::memcpy(&head, message->bytes.data(), sizeof head);
    const std::string_view texts = as_text(Bytes(message->bytes).subspan(sizeof head));
    scan::Subject subject;
    subject.path = texts.substr(0, head.path_bytes);
    subject.drive = texts.substr(std::min<size_t>(head.path_bytes, texts.size()));
    subject.mode = head.mode;
    subject.on_drive = head.on_drive != 0;
    const int file = message->descriptors[0].get();
    std::string packed;
    try {
      packed =
          scan::packed(head.remember ? judge.remember(file, subject) : judge.judge(file, subject));
    } catch (const std::bad_alloc&) {
      scan::FileReport report;
      report.note = "not looked at: it takes more memory than a scan may";
      packed = scan::packed(report);
    }
    if (!answer(kScannerSocket, packed)) _exit(0);
  }
}

Result<void> ScannerProcess::fork_one() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return system_failure("make a socket pair");
  UniqueFd mine(ends[0]), theirs(ends[1]);
  std::fflush(nullptr);
  pid_ = fork();
  if (pid_ < 0) return system_failure("start the scanning process");
  if (pid_ == 0) be_the_scanner(theirs.get());
  theirs.reset();
  socket_ = std::move(mine);
  const auto ready = warden::receive_message(socket_.get(), 4096, 0);
  if (!ready || ready->closed) return failure("the scanning process " + end_and_say_why());
  shortfall_ = std::string(as_text(ready->bytes).substr(1));
  return {};
}

std::string ScannerProcess::end_and_say_why() {
  if (pid_ < 0) return {};
  socket_.reset();
  int status = 0;
  // It ends by itself when its socket closes; one that does not is ended.
  const UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
  pollfd ended{process.get(), POLLIN, 0};
  if (!process || poll(&ended, 1, kEndPatienceMs) != 1) kill(pid_, SIGKILL);
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFSIGNALED(status)) return std::string("was ended: ") + strsignal(WTERMSIG(status));
  return "ended with code " + std::to_string(WEXITSTATUS(status));
}

Result<void> ScannerProcess::restart() {
  deaths.add();
  if (++deaths_ > kDeathsMax)
    return failure("the scanning process died " + std::to_string(deaths_) + " times");
  TRY(fork_one());
  for (const Remembered& one : remembered_) (void)ask(one.file.get(), 0, one.subject, true);
  return {};
}

Result<scan::FileReport> ScannerProcess::ask(int file, uint64_t size, const scan::Subject& subject,
                                             bool remember) {
  if (!socket_) return std::unexpected(Error{"no scanning process", {}, ECANCELED});
  const std::string path = subject.path.substr(0, kPathBytesMax),
                    drive = subject.drive.substr(0, kPathBytesMax / 2);
  const RequestHead head{subject.mode, remember, subject.on_drive,
                         static_cast<uint32_t>(path.size())};
  const Bytes parts[] = {
      {reinterpret_cast<const uint8_t*>(&head), sizeof head}, as_bytes(path), as_bytes(drive)};
  const int patience_ms =
      kFileSeconds * 1000 + static_cast<int>(std::min<uint64_t>(size / kBytesPerMs, 3'600'000));
  std::string why;
  if (warden::send_message(socket_.get(), parts, {&file, 1})) {
    pollfd state{socket_.get(), POLLIN, 0};
    int polled = 0;
    do polled = poll(&state, 1, patience_ms);
    while (polled < 0 && errno == EINTR);
    if (polled == 0) {
      end_and_say_why();
      why = "took longer than " + std::to_string(patience_ms / 1000) + " s and was ended";
    } else {
      const auto message =
          warden::receive_message(socket_.get(), scan::FileReport::kBytesMax + 4096, 0);
      if (message && message->whole && !message->closed)
        if (auto report = scan::unpacked(message->bytes)) return std::move(*report);
    }
  }
  if (why.empty()) why = end_and_say_why();
  if (const auto again = restart(); !again)
    return std::unexpected(Error{again.error().message, again.error().next, ECANCELED});
  return failure("the scanning process " + why + " while it looked at the file");
}

Result<scan::FileReport> ScannerProcess::judge(int file, uint64_t size,
                                               const scan::Subject& subject) {
  return ask(file, size, subject, false);
}

Result<scan::FileReport> ScannerProcess::remember(UniqueFd file, const scan::Subject& subject) {
  TRY_ASSIGN(scan::FileReport report, ask(file.get(), 0, subject, true));
  remembered_.push_back({std::move(file), subject});
  return report;
}

}  // namespace picket::app::response
