/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The iterators that find what was there before the programs. */
#pragma once
#include "socket.bpf.h"

/* About 134 ms each; a search of held sockets and of the others lie closer together than this. */
#define FOUND_TICKS_FRESH 8
static __always_inline __u32 found_tick(void) { return (__u32)(bpf_ktime_get_ns() >> 27); }

/* ---- what was there before: every socket held by a process, in one pass ---- */

static __always_inline void begin_found(struct pk_sock* sock, struct sock* sk,
                                        struct task_struct* task) {
  begin_sock(sock, bpf_get_socket_cookie(sk));
  sock->pid = sock->creator_pid = (__u32)task->tgid;
  sock->tid = (__u32)task->pid;
  sock->owner_start = sock->creator_start = process_start(task);
  sock->uid = BPF_CORE_READ(task, cred, euid.val);
  sock->cgroup_id = task_cgroup_id(task);
  sock->owner_class = PK_OWNER_PROCESS;
  sock->attribution = PK_BY_SEARCH;
  BPF_CORE_READ_INTO(&sock->comm, task, comm);
}

/* What the socket itself tells of its state and role, for one that was not watched from birth. */
static __always_inline void begin_from_sock(struct pk_sock* sock, struct sock* sk) {
  sock->netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
  sock->state = BPF_CORE_READ(sk, __sk_common.skc_state);
  sock->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
  bool stream = BPF_CORE_READ(sk, sk_type) == SOCK_STREAM;
  bool connected = BPF_CORE_READ(sk, __sk_common.skc_dport) != 0;
  if (stream ? sock->state == TCP_STATE_LISTEN
             : !connected && (BPF_CORE_READ_BITFIELD_PROBED(sk, sk_userlocks) & SOCK_BINDPORT_LOCK))
    sock->role = PK_LISTENER;
  if (stream && connected) take_slot(sock);
}

static __always_inline void found_socket(struct seq_file* seq, struct pk_sock* sock,
                                         struct sock* sk) {
  struct pk_socket record;
  fill_socket(&record, sock, PK_FOUND);
  address_from_sock(&record, sk);
  if (record.sock_type != SOCK_STREAM) {
    record.flags |= PK_PER_PEER;
    if (!record.remote_port && sock->has_peer) {
      copy16(record.remote, sock->peer);
      record.remote_port = sock->peer_port;
      record.local_port = sock->local_port;
    }
    if (!record.remote_port && !sock->has_peer) record.flags |= PK_NO_REMOTE;
  } else if (sock->role == PK_LISTENER) {
    record.flags |= PK_NO_REMOTE;
  }
  sock->reported = 1;
  bpf_seq_write(seq, &record, sizeof record);
}

SEC("iter/task_file")
int pk_iter_sockets(struct bpf_iter__task_file* context) {
  struct task_struct* task = context->task;
  struct file* file = context->file;
  if (!task || !file) return 0;
  struct socket* socket = bpf_sock_from_file(file);
  if (!socket) return 0;
  struct sock* sk = socket->sk;
  if (!sk) return 0;
  __u16 family = sk->__sk_common.skc_family;
  if (family == AF_PACKET) {
    if (!in_scope(task)) return 0;
    struct pk_sock found = {};
    struct pk_socket record;
    begin_found(&found, sk, task);
    found.inode = BPF_CORE_READ(file, f_inode, i_ino);
    found.cookie = found.inode | 1ull << 63;
    found.role = PK_LISTENER;
    found.netns = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
    fill_socket(&record, &found, PK_FOUND);
    fill_packet_socket(&record, sk);
    bpf_seq_write(context->meta->seq, &record, sizeof record);
    return 0;
  }
  if (family != AF_INET && family != AF_INET6) return 0;
  bool wanted = in_scope(task);
  struct pk_sock* sock =
      bpf_sk_storage_get(&pk_socks, sk, 0, wanted ? BPF_SK_STORAGE_GET_F_CREATE : 0);
  if (!sock) {
    if (wanted) count(PK_NO_STORAGE);
    return 0;
  }
  if (!sock->cookie) {
    begin_found(sock, sk, task);
    begin_from_sock(sock, sk);
  }
  sock->inode = BPF_CORE_READ(file, f_inode, i_ino);
  sock->held_tick = found_tick();
  /* Nothing to say of a stream socket that was only made. */
  if (sk->sk_type == SOCK_STREAM && sk->__sk_common.skc_state == TCP_STATE_CLOSE) return 0;
  if (sk->sk_type == SOCK_DGRAM && !sk->__sk_common.skc_num) return 0;
  found_socket(context->meta->seq, sock, sk);
  return 0;
}

/* Sockets of one network namespace that no process holds: the kernel's, and those still closing. */
static __always_inline void found_unheld(struct seq_file* seq, struct sock* sk) {
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!sock) {
    count(PK_NO_STORAGE);
    return;
  }
  if (sock->cookie) {
    /* Known, but perhaps only to an agent that is gone: the storage outlives it. What a process
     * holds was told of a moment ago, when this agent searched for that. */
    if (found_tick() - sock->held_tick > FOUND_TICKS_FRESH) found_socket(seq, sock, sk);
    return;
  }
  begin_sock(sock, bpf_get_socket_cookie(sk));
  begin_from_sock(sock, sk);
  if (BPF_CORE_READ_BITFIELD_PROBED(sk, sk_kern_sock))
    own_by_kernel(sock);
  else
    sock->owner_class = PK_OWNER_NONE, sock->attribution = PK_BY_SEARCH;
  found_socket(seq, sock, sk);
}

SEC("iter/tcp")
int pk_iter_tcp(struct bpf_iter__tcp* context) {
  struct sock_common* common = context->sk_common;
  if (!common || !pk_whole_machine) return 0;
  struct sock* sk = (void*)bpf_skc_to_tcp_sock(common);
  if (sk) found_unheld(context->meta->seq, sk);
  return 0;
}

SEC("iter/udp")
int pk_iter_udp(struct bpf_iter__udp* context) {
  struct udp_sock* udp = context->udp_sk;
  /* Every kind of socket begins with its struct sock. */
  if (udp && pk_whole_machine) found_unheld(context->meta->seq, (struct sock*)udp);
  return 0;
}
