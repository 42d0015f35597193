// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

// What works on this machine with the rights this process has: the facts behind `picket doctor`.
// Looks only: nothing is attached, mounted, set or loaded for longer than the question takes (a BPF
// program and a map are created and let go at once). Safe from any thread; takes milliseconds.
namespace picket::sensor::fallback {

struct Capability {
  std::string name;    // stable, for scripts: "bpf", "cgroup-v2"
  bool works = false;  // true: nothing to do
  std::string detail;  // what was found and what it means, a sentence
  std::string fix;     // what would make it work; empty when it works or nothing can
};

struct ProbePlaces {  // made-up trees in tests
  std::string proc_root = "/proc";
  std::string sys_root = "/sys";
  std::string file_root;  // before /.dockerenv, /run/.containerenv
};

std::vector<Capability> probe_all(const ProbePlaces& places = {});

// One each; probe_all() is these in this order.
Capability probe_kernel();
Capability probe_btf(const ProbePlaces& places);
Capability probe_bpf(const ProbePlaces& places);
Capability probe_ring_buffer(const ProbePlaces& places);
Capability probe_cgroup_v2(const ProbePlaces& places);
Capability probe_capabilities(const ProbePlaces& places);
Capability probe_process_visibility(const ProbePlaces& places);  // hidepid, pid namespace
Capability probe_sock_diag();
Capability probe_proc_net(const ProbePlaces& places);
Capability probe_container(const ProbePlaces& places);  // works: not in one
Capability probe_tracefs(const ProbePlaces& places);
Capability probe_seccomp(const ProbePlaces& places);
Capability probe_landlock();

// Why the kernel refused a bpf() call, as a sentence and its remedy; pure.
struct Refusal {
  std::string detail, fix;
};
Refusal explain_bpf_refusal(int error, uint64_t capabilities, const std::string& lockdown,
                            const std::string& unprivileged_bpf_disabled);

}  // namespace picket::sensor::fallback
