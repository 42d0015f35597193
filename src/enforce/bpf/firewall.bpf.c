/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The BPF object of the firewall. Its programs and maps stay pinned when picket ends. */
#include "programs.bpf.h"

char LICENSE[] SEC("license") = "GPL";
