// SPDX-License-Identifier: Apache-2.0
#include "app/analyze/analyze_command.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <thread>

#include "app/analyze/analysis.h"
#include "app/analyze/confinement.h"
#include "app/analyze/kept_files.h"
#include "app/analyze/outputs.h"
#include "app/analyze/packet_engine.h"
#include "app/analyze/progress_line.h"
#include "app/analyze/signature_files.h"
#include "app/cli/exit_code.h"
#include "base/utf8.h"

namespace picket::app::analyze {
namespace {

// The progress of the one analysis of this process, for the signal handler.
Progress* current = nullptr;

void stop_reading(int) {
  if (current) current->stop = true;
}

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = stop_reading;
  action.sa_flags = SA_RESETHAND;  // asked twice it ends at once, even while it waits for a pipe
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

void tell(const std::string& text) { std::fprintf(stderr, "picket: %s\n", text.c_str()); }

size_t thread_count(const cli::AnalyzeRequest& request, size_t inputs) {
  size_t threads = request.threads;
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  return std::clamp<size_t>(threads, 1, std::max<size_t>(1, inputs));
}

uint64_t bytes_of(const std::vector<Input>& inputs) {
  uint64_t bytes = 0;
  for (const Input& input : inputs) bytes += input.size;
  return bytes;
}

// Where files are kept: where the command line says, or as Suricata's setting does, beside EVE.
std::string kept_files_folder(const cli::AnalyzeRequest& request,
                              const inspect::Settings& settings) {
  if (!request.capture.keep_files.empty()) return request.capture.keep_files;
  if (!settings.flag("outputs.file-store.enabled", false)) return {};
  const std::filesystem::path beside = request.eve == "-" ? "" : request.eve;
  return (beside.parent_path() / settings.text("outputs.file-store.dir", "filestore")).string();
}

Result<std::unique_ptr<KeptFiles>> keep_files(const cli::AnalyzeRequest& request,
                                              capture::CaptureSettings& captures) {
  const std::string folder = kept_files_folder(request, captures.settings);
  if (folder.empty()) return nullptr;
  TRY_ASSIGN(auto kept, KeptFiles::open(folder));
  captures.app.file_keeper = kept.get();
  captures.app.keep_every_file =
      request.capture.keep_all_files ||
      captures.settings.flag("outputs.file-store.force-filestore", false);
  return kept;
}

void tell_kept(const KeptFiles& kept) {
  std::string text = "kept " + std::to_string(kept.kept()) + " files in " + printable(kept.path());
  if (kept.missed() > 0) text += "; " + std::to_string(kept.missed()) + " could not be kept";
  tell(text);
}

// Everything but naming the outputs: the child. What was broken is told as it is in the summary.
Result<int> read_and_judge(const cli::AnalyzeRequest& request, Outputs& outputs) {
  const ContentRequest wanted{request.sigma, request.sigma_placeholders, request.indicators,
                              request.behaviors, request.settings};
  TRY_ASSIGN(const Content content, load_content(wanted));
  const cli::CaptureOptions& of_captures = request.capture;
  TRY_ASSIGN(const auto captures,
             capture::CaptureSettings::create(of_captures.assignments, of_captures.checksums,
                                              of_captures.simulate_ips));
  const capture::EveOptions eve{.types = request.eve_types};
  if (outputs.wants_eve() && eve.wants("fileinfo")) captures->hash_files();
  PacketEngine::Signatures signatures;
  if (!of_captures.rules.empty()) {
    TRY_ASSIGN(signatures, load_signatures(of_captures.rules, captures->settings));
  }
  TRY_ASSIGN(std::vector<Input> inputs, open_inputs(request.inputs));
  if (outputs.store()) TRY(outputs.store()->open());
  TRY_ASSIGN(const std::unique_ptr<KeptFiles> kept, keep_files(request, *captures));
  Shortfall shortfall =
      give_up_rights(kept ? std::optional(kept->folder_fd()) : std::optional<int>());
  if (kept) TRY(kept->check());
  Progress progress;
  current = &progress;
  stop_on_signals();
  ProgressLine line(progress, bytes_of(inputs), inputs.size());
  if (!request.quiet) line.start();
  AnalysisRequest analysis{inputs, content, thread_count(request, inputs.size()), {}, {}, progress,
                           {},     {}};
  analysis.make_capture_engine = [&]() -> Result<std::unique_ptr<CaptureEngine>> {
    return std::make_unique<PacketEngine>(*captures, eve, signatures, progress.stop);
  };
  if (outputs.wants_eve())
    analysis.on_eve = [&outputs](std::string_view lines) { outputs.eve(lines); };
  if (outputs.store())
    analysis.on_activity = [&outputs](std::string_view packed) {
      outputs.store()->activity(packed);
    };
  analysis.on_threads_ready = [&shortfall, &kept] {
    const Shortfall more = filter_system_calls(kept != nullptr);
    if (!more.empty()) shortfall += (shortfall.empty() ? "" : "; ") + more;
    return Result<void>();
  };
  const MonoTime started = system_clock().mono();
  TRY_ASSIGN(const AnalysisResult result, analyze(analysis));
  line.stop();
  if (!shortfall.empty()) tell("reads without its full sandbox: " + shortfall);
  if (kept && !request.quiet) tell_kept(*kept);
  const double seconds = static_cast<double>(ns_between(started, system_clock().mono())) / 1e9;
  const Account account{result, content, inputs.size(), seconds, request.min_severity};
  TRY_ASSIGN(const bool found, outputs.write(account));
  if (result.stopped || is_broken(result.total)) return cli::kExitCouldNot;
  return found && request.check ? cli::kExitFound : cli::kExitDone;
}

[[noreturn]] void be_the_child(const cli::AnalyzeRequest& request, Outputs& outputs,
                               int finished_fd) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  Result<int> code = cli::kExitCouldNot;
  try {
    code = read_and_judge(request, outputs);
  } catch (const std::exception& error) {
    // Out of memory is the one that is left: nothing else throws past its interface.
    code = failure(std::string("gave up: ") + error.what());
  }
  if (!code) tell(code.error().text());
  std::fflush(nullptr);
  const char all_written = 1;
  if (code && ::write(finished_fd, &all_written, 1) != 1) code = cli::kExitCouldNot;
  ::_exit(code ? *code : cli::kExitCouldNot);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

Result<int> run_analyze(const cli::AnalyzeRequest& request) {
  TRY_ASSIGN(Outputs outputs, Outputs::create(request));
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_failure("make a pipe");
  UniqueFd finished(ends[0]), tell_finished(ends[1]);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return system_failure("start the reading process");
  if (child == 0) {
    outputs.leave_to_other();
    be_the_child(request, outputs, tell_finished.get());
  }
  tell_finished.reset();
  // The child stops by itself and still ends what it began; this process then cleans up.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
  const int status = wait_for(child);
  char all_written = 0;
  const bool whole = ::read(finished.get(), &all_written, 1) == 1;
  if (WIFSIGNALED(status))
    return failure(std::string("the reading process was ended: ") + ::strsignal(WTERMSIG(status)),
                   "no output was written; please report the input that does this");
  if (whole) TRY(outputs.commit());
  return WEXITSTATUS(status);
}

}  // namespace picket::app::analyze
