/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What is remembered of a socket, and the record that tells it. */
#pragma once
#include "common.bpf.h"

/* ---- small things ---- */

static __always_inline void put_v4(__u8* to, __u32 network_order) {
  __u32* words = (__u32*)to;
  words[0] = 0;
  words[1] = 0;
  words[2] = bpf_htonl(0xffff);
  words[3] = network_order;
}

static __always_inline void copy16(__u8* to, const void* from) { __builtin_memcpy(to, from, 16); }

static __always_inline bool same16(const __u8* a, const __u8* b) {
  const __u64 *x = (const __u64*)a, *y = (const __u64*)b;
  return x[0] == y[0] && x[1] == y[1];
}

/* `task` is the running one, as bpf_get_current_task_btf() gives it: its fields are read directly,
 * which costs a fraction of probing. */
static __always_inline void own_by_current(struct pk_sock* sock, struct task_struct* task) {
  __u64 ids = bpf_get_current_pid_tgid();
  sock->pid = ids >> 32;
  sock->tid = (__u32)ids;
  sock->uid = task->cred->euid.val;
  sock->owner_start = task->group_leader->start_boottime;
  sock->cgroup_id = task->cgroups->dfl_cgrp->kn->id;
  sock->attribution = PK_BY_HOOK;
  bpf_get_current_comm(sock->comm, PK_COMM_LEN);
  if (task->flags & PF_KTHREAD) {
    sock->owner_class = PK_OWNER_KERNEL;
    sock->pid = 0;
  } else {
    sock->owner_class = PK_OWNER_PROCESS;
  }
}

static __always_inline void own_by_kernel(struct pk_sock* sock) {
  sock->owner_class = PK_OWNER_KERNEL;
  sock->attribution = PK_BY_HOOK;
  sock->pid = sock->tid = 0;
}

static __always_inline void take_slot(struct pk_sock* sock) {
  __u32 slot = 0;
  if (bpf_map_pop_elem(&pk_free_slots, &slot)) {
    if (pk_totals.slots_used >= PK_SLOTS_MAX - 1) {
      count(PK_NO_SLOT);
      return;
    }
    slot = __sync_fetch_and_add(&pk_totals.slots_used, 1) + 1; /* slot 0 means none */
  }
  struct pk_slot* counters = bpf_map_lookup_elem(&pk_slots, &slot);
  if (!counters) {
    count(PK_NO_SLOT);
    return;
  }
  counters->cookie = 0;
  counters->bytes_in = counters->bytes_out = counters->packets_in = counters->packets_out = 0;
  counters->last_packet_at = bpf_ktime_get_ns();
  counters->rtt_us = counters->retransmits = 0;
  counters->state = sock->state;
  counters->cookie = sock->cookie;
  sock->slot = slot;
}

static __always_inline struct pk_slot* slot_of(struct pk_sock* sock) {
  __u32 slot = sock->slot;
  return slot ? bpf_map_lookup_elem(&pk_slots, &slot) : 0;
}

static __always_inline void give_slot_back(struct pk_sock* sock) {
  __u32 slot = sock->slot;
  struct pk_slot* counters = slot_of(sock);
  if (!counters) return;
  sock->slot = 0;
  counters->cookie = 0;
  bpf_map_push_elem(&pk_free_slots, &slot, 0);
}

/* ---- records ---- */

/* Everything known from the storage; the caller fills in the rest and submits. */
static __always_inline void fill_socket(struct pk_socket* record, struct pk_sock* sock, __u8 what) {
  __builtin_memset(record, 0, sizeof *record);
  record->header.type = PK_SOCKET;
  record->header.size = sizeof *record;
  record->header.at = bpf_ktime_get_ns();
  record->cookie = sock->cookie;
  record->inode = sock->inode;
  record->opened_at = sock->opened_at;
  record->owner_start_boot_ns = sock->owner_start;
  record->creator_start_boot_ns = sock->creator_start;
  record->cgroup_id = sock->cgroup_id;
  record->pid = sock->pid;
  record->tid = sock->tid;
  record->uid = sock->uid;
  record->creator_pid = sock->creator_pid;
  record->netns = sock->netns;
  record->slot = sock->slot;
  record->what = what;
  record->state = sock->state;
  record->role = sock->role;
  record->owner_class = sock->owner_class;
  record->attribution = sock->attribution;
  record->flags = sock->flags;
  record->local_port = sock->local_port;
  __builtin_memcpy(record->comm, sock->comm, PK_COMM_LEN);
  struct pk_slot* slot = slot_of(sock);
  if (slot) {
    record->bytes_in = slot->bytes_in;
    record->bytes_out = slot->bytes_out;
    record->packets_in = slot->packets_in;
    record->packets_out = slot->packets_out;
    record->rtt_us = slot->rtt_us;
    record->retransmits = slot->retransmits;
  }
}

static __always_inline struct pk_socket* reserve_socket(struct pk_sock* sock, __u8 what) {
  __u64 unread = bpf_ringbuf_query(&pk_ring, BPF_RB_AVAIL_DATA);
  bool closing = what == PK_CLOSED || what == PK_SOCKET_CLOSED;
  struct pk_socket* record = 0;
  if (closing || unread < PK_RING_OPEN_LIMIT)
    record = bpf_ringbuf_reserve(&pk_ring, sizeof *record, 0);
  if (!record) {
    count(closing ? PK_LOST_CLOSE : PK_LOST_OPEN);
    return 0;
  }
  fill_socket(record, sock, what);
  return record;
}

static __always_inline void address_from_bpf_sock(struct pk_socket* record, struct bpf_sock* sk) {
  record->family = (__u16)sk->family;
  record->protocol = (__u16)sk->protocol;
  record->sock_type = (__u16)sk->type;
  if (sk->family == AF_INET6) {
    __u32 local[4] = {sk->src_ip6[0], sk->src_ip6[1], sk->src_ip6[2], sk->src_ip6[3]};
    __u32 remote[4] = {sk->dst_ip6[0], sk->dst_ip6[1], sk->dst_ip6[2], sk->dst_ip6[3]};
    copy16(record->local, local);
    copy16(record->remote, remote);
    record->flags |= PK_V6_SOCKET;
  } else {
    put_v4(record->local, sk->src_ip4);
    put_v4(record->remote, sk->dst_ip4);
  }
  record->local_port = (__u16)sk->src_port;
  record->remote_port = bpf_ntohs(sk->dst_port);
}

/* From a socket that the verifier knows as the kernel's structure. */
static __always_inline void address_from_sock(struct pk_socket* record, struct sock* sk) {
  record->family = sk->__sk_common.skc_family;
  record->protocol = sk->sk_protocol;
  record->sock_type = sk->sk_type;
  if (record->family == AF_INET6) {
    __u32 *local = (__u32*)record->local, *remote = (__u32*)record->remote;
#pragma unroll
    for (int i = 0; i < 4; i++) {
      local[i] = sk->__sk_common.skc_v6_rcv_saddr.in6_u.u6_addr32[i];
      remote[i] = sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32[i];
    }
    record->flags |= PK_V6_SOCKET;
  } else {
    put_v4(record->local, sk->__sk_common.skc_rcv_saddr);
    put_v4(record->remote, sk->__sk_common.skc_daddr);
  }
  __u16 port = sk->__sk_common.skc_num;
  if (port) record->local_port = port;
  record->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
}

/* ---- storage ---- */

static __always_inline void begin_sock(struct pk_sock* sock, __u64 cookie) {
  sock->cookie = cookie;
  sock->opened_at = bpf_ktime_get_ns();
}

/* The socket of a packet or event that carries no storage: a kernel socket, or one that was there
 * before the programs and has not been found yet. */
static __always_inline struct pk_sock* adopt(struct bpf_sock* sk, __u64 cookie) {
  if (!pk_whole_machine || !bpf_rdonly_cast) return 0;
  struct sock* kernel_sk = bpf_rdonly_cast(sk, bpf_core_type_id_kernel(struct sock));
  if (!BPF_CORE_READ_BITFIELD_PROBED(kernel_sk, sk_kern_sock)) return 0;
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!sock) {
    count(PK_NO_STORAGE);
    return 0;
  }
  begin_sock(sock, cookie);
  own_by_kernel(sock);
  sock->netns = BPF_CORE_READ(kernel_sk, __sk_common.skc_net.net, ns.inum);
  return sock;
}
