// SPDX-License-Identifier: Apache-2.0
#include "app/firewall/rule_worker.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>

#include "app/firewall/edit.h"
#include "app/firewall/rule_file.h"
#include "detect/intel/indicator_list.h"
#include "respond/firewall/rule_text.h"

namespace picket::app::firewall {
namespace {

constexpr uint32_t kMagic = 0x504b4657;  // "PKFW"
constexpr size_t kListFileMax = 256u << 20;
constexpr size_t kPrefixesMax = 4'000'000;
constexpr size_t kMessageMax = 16384;
constexpr rlim_t kWorkerMemoryMax = rlim_t{3} << 30;

// The worker's answer: a head, then its parts in this order, each of the size the head says.
struct Head {
  uint32_t magic = kMagic;
  uint32_t failed = 0;  // the text is what went wrong, the note what to do
  uint32_t mode = 0;
  uint32_t text = 0, note = 0;                                          // bytes
  uint32_t rules = 0, lists = 0, added = 0, removed = 0, prefixes = 0;  // records
};

struct Answer {
  Edited edited;
  std::vector<enforce::PrefixRecord> prefixes;
};

class Pipe {
 public:
  explicit Pipe(int fd) : fd_(fd) {}
  bool put(const void* data, size_t bytes) {
    const auto* at = static_cast<const uint8_t*>(data);
    while (bytes > 0) {
      const ssize_t count = write(fd_, at, bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      at += count;
      bytes -= static_cast<size_t>(count);
    }
    return true;
  }
  bool take(void* data, size_t bytes) {
    auto* at = static_cast<uint8_t*>(data);
    while (bytes > 0) {
      const ssize_t count = read(fd_, at, bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      at += count;
      bytes -= static_cast<size_t>(count);
    }
    return true;
  }
  template <typename Record>
  bool put_records(const std::vector<Record>& records) {
    return put(records.data(), records.size() * sizeof(Record));
  }
  template <typename Record>
  bool take_records(std::vector<Record>& records, size_t count, size_t count_max) {
    if (count > count_max) return false;
    records.resize(count);
    return take(records.data(), count * sizeof(Record));
  }
  bool take_text(std::string& text, size_t bytes, size_t bytes_max) {
    if (bytes > bytes_max) return false;
    text.resize(bytes);
    return take(text.data(), bytes);
  }

 private:
  int fd_;
};

template <typename T>
uint32_t size_of(const T& container) {
  return static_cast<uint32_t>(container.size());
}

bool give(Pipe pipe, const Result<Answer>& answer) {
  Head head;
  if (!answer) {
    head.failed = 1;
    const std::string text = answer.error().message.substr(0, kMessageMax);
    const std::string next = answer.error().next.substr(0, kMessageMax);
    head.text = size_of(text), head.note = size_of(next);
    return pipe.put(&head, sizeof head) && pipe.put(text.data(), text.size()) &&
           pipe.put(next.data(), next.size());
  }
  const Edited& edited = answer->edited;
  head.mode = static_cast<uint32_t>(edited.mode);
  head.text = size_of(edited.text), head.note = size_of(edited.note);
  head.rules = size_of(edited.rules), head.lists = size_of(edited.lists);
  head.added = size_of(edited.added), head.removed = size_of(edited.removed);
  head.prefixes = size_of(answer->prefixes);
  return pipe.put(&head, sizeof head) && pipe.put(edited.text.data(), edited.text.size()) &&
         pipe.put(edited.note.data(), edited.note.size()) && pipe.put_records(edited.rules) &&
         pipe.put_records(edited.lists) && pipe.put_records(edited.added) &&
         pipe.put_records(edited.removed) && pipe.put_records(answer->prefixes);
}

std::unexpected<Error> broken() {
  return failure("the process that reads the rules ended without an answer");
}

Result<Answer> take(Pipe pipe) {
  using respond::firewall::kRuleFileMax;
  using respond::firewall::kRulesMax;
  Head head;
  Answer answer;
  Edited& edited = answer.edited;
  if (!pipe.take(&head, sizeof head) || head.magic != kMagic || head.failed > 1 || head.mode > 1)
    return broken();
  const size_t text_max = head.failed ? kMessageMax : kRuleFileMax + kMessageMax;
  const size_t note_max = head.failed ? kMessageMax : kRulesMax * 64;
  if (!pipe.take_text(edited.text, head.text, text_max) ||
      !pipe.take_text(edited.note, head.note, note_max))
    return broken();
  if (head.failed) return failure(edited.text, edited.note);
  edited.mode = static_cast<respond::firewall::Mode>(head.mode);
  if (!pipe.take_records(edited.rules, head.rules, kRulesMax) ||
      !pipe.take_records(edited.lists, head.lists, respond::firewall::kListsMax) ||
      !pipe.take_records(edited.added, head.added, kRulesMax) ||
      !pipe.take_records(edited.removed, head.removed, kRulesMax) ||
      !pipe.take_records(answer.prefixes, head.prefixes, kPrefixesMax))
    return broken();
  for (ListRecord& list : edited.lists)
    if (list.name[sizeof list.name - 1] != 0 || list.path[sizeof list.path - 1] != 0)
      return broken();
  return answer;
}

// Runs `work` in a child that has given up all rights.
Result<Answer> run_without_rights(const warden::Account& account,
                                  const std::function<Result<Answer>()>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return system_failure("make a pipe");
  UniqueFd from(ends[0]), to(ends[1]);
  const pid_t child = fork();
  if (child < 0) return system_failure("start the process that reads the rules");
  if (child == 0) {
    from.reset();
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    const rlimit memory{kWorkerMemoryMax, kWorkerMemoryMax};
    setrlimit(RLIMIT_AS, &memory);
    if (!warden::become(account)) _exit(3);
    _exit(give(Pipe(to.get()), work()) ? 0 : 3);
  }
  to.reset();
  auto answer = take(Pipe(from.get()));
  from.reset();
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  return answer;
}

}  // namespace

Result<Edited> edit_rules(const warden::Account& account, const std::string& text, const Edit& edit,
                          WallTime now) {
  TRY_ASSIGN(Answer answer, run_without_rights(account, [&]() -> Result<Answer> {
               TRY_ASSIGN(Edited edited, edit_text(text, edit, now));
               return Answer{std::move(edited), {}};
             }));
  return std::move(answer.edited);
}

Result<std::vector<enforce::PrefixRecord>> read_prefixes(const warden::Account& account, int file,
                                                         const std::string& name, size_t list) {
  using detect::intel::Indicator;
  using detect::intel::IndicatorKind;
  const auto work = [&]() -> Result<Answer> {
    TRY_ASSIGN(const std::string text, read_whole(file, kListFileMax, name));
    Answer answer;
    const WallTime now = system_clock().wall();
    const auto take_one = [&](const Indicator& indicator) {
      const bool wanted =
          indicator.kind == IndicatorKind::kAddress || indicator.kind == IndicatorKind::kPrefix;
      if (!wanted || (indicator.expires && *indicator.expires <= now)) return false;
      const auto prefix = Prefix::parse(indicator.value);
      if (!prefix || answer.prefixes.size() >= kPrefixesMax) return false;
      answer.prefixes.push_back(enforce::record_of(*prefix, list));
      return true;
    };
    TRY_ASSIGN(const auto report, detect::intel::read_list(text, name, take_one));
    if (answer.prefixes.empty())
      return failure(name + " has no address and no prefix in it",
                     report.problems
                         ? report.listed.front().place + ": " + report.listed.front().what
                         : "write one a line");
    return answer;
  };
  TRY_ASSIGN(Answer answer, run_without_rights(account, work));
  return std::move(answer.prefixes);
}

}  // namespace picket::app::firewall
