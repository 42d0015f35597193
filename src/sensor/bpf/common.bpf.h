/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Maps and small functions that all of picket's BPF programs share. */
#pragma once
#include "kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "picket_abi.h"

#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_RAW 3
#define PF_KTHREAD 0x00200000
#define ETH_P_IP 0x0800
#define TCP_STATE_ESTABLISHED 1
#define TCP_STATE_SYN_SENT 2
#define TCP_STATE_SYN_RECV 3
#define TCP_STATE_CLOSE 7
#define TCP_STATE_LISTEN 10
#define SOCK_BINDPORT_LOCK 8

/* What picket remembers with a socket, in the socket itself: freed with it, and copied to the
 * sockets a listener accepts (BPF_F_CLONE). */
struct pk_sock {
  __u64 cookie, inode, opened_at;
  __u64 owner_start, creator_start, cgroup_id;
  __u32 pid, tid, uid, creator_pid, netns;
  __u32 slot;
  __u32 first_seq;  /* sequence number of the client's first byte */
  __u16 local_port; /* the kernel forgets it before the last record is written */
  __u16 peer_port;  /* datagrams: the first peer, which has the slot */
  __u8 peer[16];
  __u8 reported, bound, role, owner_class, attribution, flags, owner_changes, state;
  __u8 has_peer, has_first_seq, first_bytes_done, pad;
  char comm[PK_COMM_LEN];
  __u32 held_tick; /* of found_tick(): when a search last found a process that holds it */
};

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, PK_RING_BYTES);
} pk_ring SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
  __type(key, int);
  __type(value, struct pk_sock);
} pk_socks SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, PK_SLOTS_MAX);
  __type(key, __u32);
  __type(value, struct pk_slot);
} pk_slots SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_STACK);
  __uint(max_entries, PK_SLOTS_MAX);
  __uint(value_size, sizeof(__u32));
} pk_free_slots SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, PK_PEERS_MAX);
  __type(key, struct pk_peer_key);
  __type(value, struct pk_peer);
} pk_peers SEC(".maps");

/* Read by the agent through a shared mapping. */
struct pk_totals pk_totals SEC(".bss.totals");

/* Set by the loader. */
const volatile struct pk_scope pk_scope SEC(".rodata.scope");
#define pk_whole_machine (pk_scope.whole_machine)

extern void* bpf_rdonly_cast(const void* object, __u32 btf_id) __ksym __weak;

static __always_inline void count(__u32 counter) {
  if (counter < PK_COUNTERS) __sync_fetch_and_add(&pk_totals.counters[counter], 1);
}

/* A task's start names its process only when taken from the thread group's leader. */
static __always_inline __u64 process_start(struct task_struct* task) {
  return BPF_CORE_READ(task, group_leader, start_boottime);
}

static __always_inline __u64 task_cgroup_id(struct task_struct* task) {
  return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
}

/* Whether picket was asked to watch this task. */
static __always_inline bool in_scope(struct task_struct* task) {
  if (pk_whole_machine) return true;
  struct cgroup* mine = BPF_CORE_READ(task, cgroups, dfl_cgrp);
  __u32 level = pk_scope.cgroup_level;
  if (BPF_CORE_READ(mine, level) < (int)level) return false;
  struct cgroup** above = (void*)((char*)mine + bpf_core_field_offset(struct cgroup, ancestors));
  struct cgroup* ancestor = 0;
  if (bpf_probe_read_kernel(&ancestor, sizeof ancestor, above + level)) return false;
  return BPF_CORE_READ(ancestor, kn, id) == pk_scope.cgroup_id;
}
