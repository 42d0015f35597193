/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The one BPF object of picket's sensor: who runs (process.bpf.h), who talks (socket.bpf.h), what
 * was there before (found.bpf.h). */
#include "found.bpf.h"
#include "process.bpf.h"
#include "socket.bpf.h"

char LICENSE[] SEC("license") = "GPL";
