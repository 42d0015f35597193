// SPDX-License-Identifier: Apache-2.0
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/unique_fd.h"
#include "sensor/fallback/probe.h"
#include "sensor/procfs/proc_files.h"
#include "sensor/procfs/process_text.h"

namespace picket::sensor::fallback {
namespace {

constexpr uint64_t kCapBpf = uint64_t{1} << 39;
constexpr uint64_t kCapSysAdmin = uint64_t{1} << 21;
constexpr uint64_t kCapNetAdmin = uint64_t{1} << 12;

UniqueFd bpf(bpf_cmd command, bpf_attr& attributes) {
  return UniqueFd(static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes)));
}

std::string trimmed_file(const std::string& path) {
  std::string text = procfs::read_file(path, 256).value_or("");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

uint64_t capabilities_of_self(const ProbePlaces& places) {
  auto text = procfs::read_file(places.proc_root + "/self/status");
  auto status = text ? procfs::parse_status(*text) : std::nullopt;
  return status ? status->capabilities : 0;
}

Capability refused(const char* name, const std::string& what, int error,
                   const ProbePlaces& places) {
  Refusal why =
      explain_bpf_refusal(error, capabilities_of_self(places),
                          trimmed_file(places.sys_root + "/kernel/security/lockdown"),
                          trimmed_file(places.proc_root + "/sys/kernel/unprivileged_bpf_disabled"));
  return {name, false, what + ": " + why.detail, why.fix};
}

}  // namespace

Refusal explain_bpf_refusal(int error, uint64_t capabilities, const std::string& lockdown,
                            const std::string& unprivileged_bpf_disabled) {
  std::string reason = std::strerror(error);
  bool has_rights = (capabilities & kCapSysAdmin) != 0 ||
                    ((capabilities & kCapBpf) != 0 && (capabilities & kCapNetAdmin) != 0);
  switch (error) {
    case ENOSYS:
      return {"this kernel has no bpf() call.", "Boot a kernel with CONFIG_BPF_SYSCALL=y."};
    case EINVAL:
      return {"this kernel does not know this kind (" + reason + ").",
              "Boot a newer kernel, with CONFIG_CGROUP_BPF=y."};
    case EPERM:
    case EACCES: break;
    default: return {reason + ".", ""};
  }
  if (!has_rights) {
    std::string detail = "no right to (" + reason + ").";
    if (!unprivileged_bpf_disabled.empty() && unprivileged_bpf_disabled != "0") {
      detail += " kernel.unprivileged_bpf_disabled is " + unprivileged_bpf_disabled +
                ", so only privileged users have it.";
    }
    return {detail, "Run picket with sudo, or give it CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON."};
  }
  if (lockdown.find("[confidentiality]") != std::string::npos) {
    return {"kernel lockdown is in confidentiality mode, which forbids it even to root.",
            "Boot with lockdown=integrity."};
  }
  return {"refused though the rights are held (" + reason +
              "): a seccomp filter, a security module or a user namespace stands before it.",
          "Run picket on the host and not in a container, or allow bpf() in the container's "
          "seccomp profile."};
}

Capability probe_bpf(const ProbePlaces& places) {
  // r0 = 1; exit: "let it pass", for a program that is never attached.
  bpf_insn program[2] = {};
  program[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
  program[0].imm = 1;
  program[1].code = BPF_JMP | BPF_EXIT;
  static const char kLicence[] = "GPL";
  bpf_attr attributes{};
  attributes.prog_type = BPF_PROG_TYPE_CGROUP_SKB;
  attributes.expected_attach_type = BPF_CGROUP_INET_EGRESS;
  attributes.insns = reinterpret_cast<uint64_t>(program);
  attributes.insn_cnt = 2;
  attributes.license = reinterpret_cast<uint64_t>(kLicence);
  UniqueFd loaded = bpf(BPF_PROG_LOAD, attributes);
  if (!loaded) return refused("bpf", "Kernel hooks cannot be loaded", errno, places);
  return {"bpf", true, "Kernel hooks can be loaded: every connection is seen as it is made.", ""};
}

Capability probe_ring_buffer(const ProbePlaces& places) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_RINGBUF;
  attributes.max_entries = static_cast<uint32_t>(::sysconf(_SC_PAGESIZE));
  UniqueFd created = bpf(BPF_MAP_CREATE, attributes);
  if (!created) return refused("ring-buffer", "BPF ring buffers cannot be made", errno, places);
  return {"ring-buffer", true, "BPF ring buffers work: records arrive in order and are not copied.",
          ""};
}

}  // namespace picket::sensor::fallback
