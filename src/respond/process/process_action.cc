// SPDX-License-Identifier: Apache-2.0
#include "respond/process/process_action.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <unordered_set>

#include "base/counter.h"
#include "base/utf8.h"

namespace picket::respond {
namespace {

Counter tree_max{"respond.tree_max", "process trees not acted on: too large"};

const ProcessFound* find(const std::vector<ProcessFound>& all, uint32_t pid) {
  const auto at =
      std::ranges::find_if(all, [&](const ProcessFound& one) { return one.key.pid == pid; });
  return at == all.end() ? nullptr : &*at;
}

bool is_own_program(uint32_t pid) {
  struct stat own {
  }, other{};
  const std::string path = "/proc/" + std::to_string(pid) + "/exe";
  return ::stat("/proc/self/exe", &own) == 0 && ::stat(path.c_str(), &other) == 0 &&
         own.st_dev == other.st_dev && own.st_ino == other.st_ino;
}

bool is_ancestor(uint32_t pid, const std::vector<ProcessFound>& all) {
  std::unordered_set<uint32_t> seen;
  for (auto at = static_cast<uint32_t>(::getpid()); at != 0 && seen.insert(at).second;) {
    if (at == pid) return true;
    const ProcessFound* found = find(all, at);
    at = found ? found->parent_pid : 0;
  }
  return false;
}

std::string who(const ProcessFound& process) {
  return "process " + std::to_string(process.key.pid) + " (" + printable(process.name) + ")";
}

bool spared_always(const ProcessFound& process) {
  return process.key.pid <= 2 || process.kernel_thread ||
         process.key.pid == static_cast<uint32_t>(::getpid());
}

// The processes of a tree, each held, its root first.
class Tree {
 public:
  explicit Tree(HeldProcess root) {
    pids_.insert(root.found().key.pid);
    members_.push_back(std::move(root));
  }

  // Holds the children of its members that are not in it yet. False: there were none.
  Result<bool> grow(bool i_know) {
    const std::vector<ProcessFound> all = parents_now();
    bool grown = false;
    for (const ProcessFound& child : all) {
      if (!pids_.contains(child.parent_pid) || pids_.contains(child.key.pid)) continue;
      auto held = HeldProcess::hold(child.key.pid, child.key.start_ns);
      if (!held) continue;  // it has ended
      // Of the one that is held: the number may have been given away since `all` was read.
      if (!pids_.contains(held->found().parent_pid)) continue;
      if (const std::string why = why_spared(held->found(), i_know, all); !why.empty())
        return failure(why, "Nothing was done. Act on single processes instead of the tree.");
      if (members_.size() == kTreeMax) {
        tree_max.add();
        return failure("the tree has more than " + std::to_string(kTreeMax) + " processes",
                       "Nothing was killed.");
      }
      pids_.insert(child.key.pid);
      members_.push_back(std::move(*held));
      grown = true;
    }
    return grown;
  }

  std::vector<HeldProcess>& members() { return members_; }

 private:
  std::vector<HeldProcess> members_;
  std::unordered_set<uint32_t> pids_;
};

Result<void> suspend(const HeldProcess& process) {
  if (const auto sent = process.signal(SIGSTOP); !sent)
    return process.ended() ? Result<void>() : sent;
  if (process.wait_for_stop(true, kStopWithinMs) || process.ended()) return {};
  return failure(who(process.found()) + " does not stop: it waits in the kernel");
}

Result<void> resume(const HeldProcess& process) {
  TRY(process.signal(SIGCONT));
  if (process.wait_for_stop(false, kStopWithinMs)) return {};
  return failure(who(process.found()) + " does not go on");
}

Result<void> wait_for_end(const HeldProcess& process, const Result<void>& sent) {
  if (process.wait_for_end(sent ? kEndWithinMs : 0)) return {};
  TRY(sent);
  return failure(who(process.found()) + " does not end: it waits in the kernel",
                 "It ends when what it waits for answers.");
}

// Suspends the members as they are found, so that none of them can start another. On failure those
// that were running before go on.
Result<void> freeze(Tree& tree, const ProcessOrder& order, std::vector<ProcessOutcome>& outcomes) {
  const auto thaw = [&] {
    for (size_t i = 0; i < outcomes.size(); ++i)
      if (outcomes[i].process.state != 'T') (void)tree.members()[i].signal(SIGCONT);
  };
  for (bool grown = true; grown;) {
    for (size_t i = outcomes.size(); i < tree.members().size(); ++i) {
      const HeldProcess& member = tree.members()[i];
      const std::string before = state_words(member.found().state);
      outcomes.push_back({member.found(), before, {}, suspend(member)});
    }
    auto more = tree.grow(order.i_know);
    if (!more) {
      thaw();
      return std::unexpected(std::move(more).error());
    }
    grown = *more;
  }
  return {};
}

std::string state_after(const HeldProcess& process) {
  const auto now = process.look();
  return now ? state_words(now->state) : "ended";
}

}  // namespace

std::string_view text(ProcessAct act) {
  switch (act) {
    case ProcessAct::kKill: return "kill";
    case ProcessAct::kSuspend: return "suspend";
    default: return "resume";
  }
}

std::string why_spared(const ProcessFound& process, bool i_know,
                       const std::vector<ProcessFound>& all) {
  if (process.key.pid == 1) return "process 1 is the one that everything rests on";
  if (process.kernel_thread || process.key.pid == 2)
    return who(process) + " is a thread of the kernel";
  if (process.key.pid == static_cast<uint32_t>(::getpid())) return "that is this command itself";
  if (i_know) return {};
  if (is_own_program(process.key.pid)) return who(process) + " is picket";
  if (is_ancestor(process.key.pid, all))
    return who(process) + " is what this command was started from";
  return {};
}

Result<std::vector<ProcessOutcome>> act_on(HeldProcess process, const ProcessOrder& order) {
  if (const std::string why = why_spared(process.found(), order.i_know, parents_now());
      !why.empty())
    return failure(why,
                   spared_always(process.found()) ? "" : "With --i-know it is done all the same.");
  std::vector<ProcessOutcome> outcomes;
  Tree tree(std::move(process));
  if (order.tree && order.act != ProcessAct::kResume) {
    TRY(freeze(tree, order, outcomes));
  } else {
    for (bool grown = order.tree; grown;) {
      TRY_ASSIGN(grown, tree.grow(order.i_know));
    }
    for (const HeldProcess& member : tree.members())
      outcomes.push_back({member.found(), state_words(member.found().state), {}, {}});
  }
  // All die at once; waiting for each in turn would let a child's end wake its parent.
  if (order.act == ProcessAct::kKill)
    for (size_t i = 0; i < outcomes.size(); ++i)
      outcomes[i].done = tree.members()[i].signal(SIGKILL);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    const HeldProcess& member = tree.members()[i];
    if (order.act == ProcessAct::kKill) outcomes[i].done = wait_for_end(member, outcomes[i].done);
    if (order.act == ProcessAct::kResume) outcomes[i].done = resume(member);
    if (order.act == ProcessAct::kSuspend && !order.tree) outcomes[i].done = suspend(member);
    outcomes[i].after = state_after(member);
  }
  return outcomes;
}

}  // namespace picket::respond
