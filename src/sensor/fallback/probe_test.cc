// SPDX-License-Identifier: Apache-2.0
#include "sensor/fallback/probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "sensor/fallback/fake_proc_tree.h"

namespace picket::sensor::fallback {
namespace {

using testing::HasSubstr;

ProbePlaces in(const FakeProcTree& tree) {
  return {tree.path(), tree.path() + "/sys", tree.path()};
}

TEST(Probe, EveryAnswerHasAReasonAndAWayOut) {
  std::vector<Capability> all = probe_all();
  EXPECT_EQ(all.size(), 13u);
  std::set<std::string> names;
  for (const Capability& one : all) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name;
    EXPECT_GT(one.detail.size(), 10u) << one.name;
    EXPECT_TRUE(one.detail.ends_with('.')) << one.detail;
    EXPECT_TRUE(!one.works || one.fix.empty()) << one.name;
  }
}

TEST(Probe, CgroupMount) {
  FakeProcTree tree;
  tree.file("self/mountinfo", "30 23 0:26 / /sys/fs/cgroup rw - tmpfs none rw\n");
  EXPECT_FALSE(probe_cgroup_v2(in(tree)).works);
  tree.file("self/mountinfo", "30 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 none rw\n");
  Capability found = probe_cgroup_v2(in(tree));
  EXPECT_TRUE(found.works);
  EXPECT_THAT(found.detail, HasSubstr("/sys/fs/cgroup/unified"));
}

TEST(Probe, Capabilities) {
  FakeProcTree tree;
  EXPECT_TRUE(probe_capabilities(in(tree)).works);
  tree.capabilities(uint64_t{1} << 12);
  Capability some = probe_capabilities(in(tree));
  EXPECT_FALSE(some.works);
  EXPECT_THAT(some.detail, HasSubstr("without CAP_SYS_PTRACE"));
  EXPECT_THAT(some.detail, HasSubstr("with CAP_NET_ADMIN"));
}

TEST(Probe, ProcessVisibility) {
  FakeProcTree tree;
  EXPECT_TRUE(probe_process_visibility(in(tree)).works);
  tree.capabilities(0);
  EXPECT_THAT(probe_process_visibility(in(tree)).detail, HasSubstr("Only this user's"));
  for (const char* option : {"hidepid=2", "hidepid=invisible"}) {
    tree.file("self/mountinfo",
              "22 1 0:21 / " + tree.path() + " rw - proc proc rw," + option + "\n");
    EXPECT_THAT(probe_process_visibility(in(tree)).detail, HasSubstr("hidepid")) << option;
  }
  tree.file("self/mountinfo", "22 1 0:21 / " + tree.path() + " rw - proc proc rw,hidepid=0\n");
  EXPECT_THAT(probe_process_visibility(in(tree)).detail, HasSubstr("Only this user's"));
  tree.link("self/ns/pid", "pid:[4026532001]");
  EXPECT_THAT(probe_process_visibility(in(tree)).fix, HasSubstr("--pid=host"));
}

TEST(Probe, Container) {
  FakeProcTree tree;
  tree.link("self/ns/user", "user:[4026531837]");
  EXPECT_TRUE(probe_container(in(tree)).works);
  tree.file(".dockerenv", "");
  EXPECT_TRUE(probe_container(in(tree)).works);  // with the machine's own pids it sees all
  EXPECT_THAT(probe_container(in(tree)).detail, HasSubstr(".dockerenv"));
  tree.link("self/ns/pid", "pid:[4026532001]");
  EXPECT_FALSE(probe_container(in(tree)).works);
}

TEST(Probe, Btf) {
  FakeProcTree tree;
  EXPECT_FALSE(probe_btf(in(tree)).works);
  tree.file("sys/kernel/btf/vmlinux", "\x9f\xeb and more");
  EXPECT_TRUE(probe_btf(in(tree)).works);
  tree.file("sys/kernel/btf/vmlinux", "xx");
  EXPECT_FALSE(probe_btf(in(tree)).works);
}

TEST(Probe, TracefsSeccompProcNet) {
  FakeProcTree tree;
  EXPECT_FALSE(probe_tracefs(in(tree)).works);
  tree.file("sys/kernel/tracing/events/enable", "0");
  EXPECT_TRUE(probe_tracefs(in(tree)).works);
  EXPECT_FALSE(probe_seccomp(in(tree)).works);
  tree.file("sys/kernel/seccomp/actions_avail", "kill_process kill_thread trap\n");
  EXPECT_TRUE(probe_seccomp(in(tree)).works);
  EXPECT_FALSE(probe_proc_net(in(tree)).works);
  tree.file("self/net/tcp", "heading\n");
  EXPECT_TRUE(probe_proc_net(in(tree)).works);
}

TEST(ExplainBpfRefusal, TellsRightsLockdownAndFiltersApart) {
  constexpr uint64_t kAll = ~uint64_t{0};
  EXPECT_THAT(explain_bpf_refusal(ENOSYS, kAll, "", "").fix, HasSubstr("CONFIG_BPF_SYSCALL"));
  EXPECT_THAT(explain_bpf_refusal(EINVAL, kAll, "", "").fix, HasSubstr("newer kernel"));
  Refusal user = explain_bpf_refusal(EPERM, 0, "", "2");
  EXPECT_THAT(user.detail, HasSubstr("unprivileged_bpf_disabled is 2"));
  EXPECT_THAT(user.fix, HasSubstr("sudo"));
  EXPECT_THAT(explain_bpf_refusal(EPERM, 0, "", "0").detail, Not(HasSubstr("unprivileged_bpf")));
  EXPECT_THAT(explain_bpf_refusal(EPERM, kAll, "none integrity [confidentiality]", "2").detail,
              HasSubstr("lockdown"));
  EXPECT_THAT(explain_bpf_refusal(EPERM, kAll, "none [integrity] confidentiality", "2").detail,
              HasSubstr("seccomp"));
  EXPECT_THAT(explain_bpf_refusal(ENOMEM, kAll, "", "").detail, HasSubstr("memory"));
}

}  // namespace
}  // namespace picket::sensor::fallback
