/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* TCP: a flow is a socket. */
#pragma once
#include "payload.bpf.h"

/* Where in the packet a TCP segment's bytes are, and their place in the stream. */
static __always_inline bool tcp_payload(struct __sk_buff* skb, struct datagram* d, __u32* seq) {
  __u8 version, offset;
  if (bpf_skb_load_bytes(skb, 0, &version, 1)) return false;
  __u32 at = version >> 4 == 4 ? (version & 15) * 4 : 40;
  __u32 raw_seq;
  if (bpf_skb_load_bytes(skb, at + 4, &raw_seq, 4) || bpf_skb_load_bytes(skb, at + 12, &offset, 1))
    return false;
  *seq = bpf_ntohl(raw_seq);
  d->payload_at = at + (offset >> 4) * 4;
  return skb->len > d->payload_at;
}

static __always_inline void tcp_addresses(struct datagram* d, struct bpf_sock* sk) {
  if (sk->family == AF_INET6) {
    __u32 local[4] = {sk->src_ip6[0], sk->src_ip6[1], sk->src_ip6[2], sk->src_ip6[3]};
    __u32 remote[4] = {sk->dst_ip6[0], sk->dst_ip6[1], sk->dst_ip6[2], sk->dst_ip6[3]};
    copy16(d->local, local);
    copy16(d->remote, remote);
  } else {
    put_v4(d->local, sk->src_ip4);
    put_v4(d->remote, sk->dst_ip4);
  }
  d->local_port = (__u16)sk->src_port;
  d->remote_port = bpf_ntohs(sk->dst_port);
}

/* What a client says first names the server: a TLS ClientHello or an HTTP request. Taken until the
 * server answers or PK_FIRST_BYTES_MAX, and only when it begins like one of the two. */
static __always_inline void take_first_bytes(struct __sk_buff* skb, struct bpf_sock* sk,
                                             struct pk_sock* sock) {
  struct datagram d;
  __u32 seq;
  __u8 first;
  if (!tcp_payload(skb, &d, &seq)) return;
  if (!sock->has_first_seq) {
    if (bpf_skb_load_bytes(skb, d.payload_at, &first, 1)) return;
    if (first != 0x16 && (first < 'A' || first > 'Z')) {
      sock->first_bytes_done = 1;
      return;
    }
    sock->first_seq = seq;
    sock->has_first_seq = 1;
  }
  __u32 offset = seq - sock->first_seq;
  if (offset >= PK_FIRST_BYTES_MAX) {
    sock->first_bytes_done = 1;
    return;
  }
  tcp_addresses(&d, sk);
  struct payload_place place = {
      .kind = PK_CLIENT_FIRST, .transport = 6, .outbound = true, .offset = offset};
  emit_payload(skb, sock, &d, &place);
}

static __always_inline void take_dns_answer(struct __sk_buff* skb, struct bpf_sock* sk,
                                            struct pk_sock* sock) {
  struct datagram d;
  __u32 seq;
  if (!tcp_payload(skb, &d, &seq)) return;
  tcp_addresses(&d, sk);
  struct payload_place place = {.kind = PK_DNS, .transport = 6, .outbound = false, .offset = 0};
  emit_payload(skb, sock, &d, &place);
}

static __always_inline void on_tcp(struct __sk_buff* skb, struct bpf_sock* sk, struct pk_sock* sock,
                                   bool outbound) {
  /* Handshakes of others; and the reset that may still follow an end already told. */
  if (sk->state == TCP_STATE_LISTEN || sk->state == TCP_STATE_CLOSE) return;
  if (outbound && !sock->reported) {
    /* Its own context was interrupted by another change of state: the packet tells as much. */
    if (sk->state == TCP_STATE_SYN_SENT && sock->role != PK_CLIENT) sock->role = PK_CLIENT;
    sock->local_port = (__u16)sk->src_port;
    sock->reported = 1;
    if (!sock->slot) take_slot(sock);
    struct pk_socket* record = reserve_socket(sock, PK_OPENED);
    if (record) {
      address_from_bpf_sock(record, sk);
      bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
    }
  }
  struct pk_slot* slot = slot_of(sock);
  if (slot) {
    count_in_slot(skb, slot, outbound, bpf_ktime_get_coarse_ns());
    if (!outbound) {
      struct tcp_sock* tcp = (void*)bpf_skc_to_tcp_sock(sk);
      if (tcp) {
        slot->rtt_us = tcp->srtt_us >> 3;
        slot->retransmits = tcp->total_retrans;
      }
    }
  }
  if (sock->role != PK_CLIENT) return;
  if (outbound) {
    if (!sock->first_bytes_done) take_first_bytes(skb, sk, sock);
  } else if (bpf_ntohs(sk->dst_port) == 53) {
    take_dns_answer(skb, sk, sock);
  } else if (sock->has_first_seq && !sock->first_bytes_done) {
    struct datagram answer;
    __u32 seq;
    if (tcp_payload(skb, &answer, &seq)) sock->first_bytes_done = 1;
  }
}

/* ---- TCP states ---- */

static __always_inline void report_tcp(struct pk_sock* sock, struct sock* sk, __u8 what) {
  struct pk_socket* record = reserve_socket(sock, what);
  if (!record) return;
  address_from_sock(record, sk);
  if (sock->role == PK_LISTENER) {
    record->flags |= PK_NO_REMOTE;
    record->slot = 0;
  }
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

static __always_inline void on_connecting(struct pk_sock* sock) {
  __u32 pid = bpf_get_current_pid_tgid() >> 32;
  if (sock->pid != pid || sock->attribution != PK_BY_HOOK)
    own_by_current(sock, bpf_get_current_task_btf());
  sock->opened_at = bpf_ktime_get_ns();
  sock->role = PK_CLIENT;
  sock->reported = 0;
  sock->has_first_seq = sock->first_bytes_done = 0;
}

/* The storage of a socket that a listener just made is a copy of the listener's. */
static __always_inline void on_child(struct pk_sock* sock, struct sock* sk) {
  begin_sock(sock, bpf_get_socket_cookie(sk));
  sock->slot = 0;
  sock->inode = 0;
  sock->role = PK_SERVER;
  sock->reported = 0;
  sock->owner_changes = 0;
  sock->flags &= (__u8)~PK_SHARED;
  if (sock->owner_class == PK_OWNER_PROCESS) sock->attribution = PK_BY_INHERITANCE;
  sock->creator_pid = sock->pid;
  sock->creator_start = sock->owner_start;
}

static __always_inline int on_state(struct sock* sk, int before, int now) {
  if (sk->sk_protocol != 6) return 0;
  bool adoptable = pk_whole_machine && (now == TCP_STATE_SYN_SENT || now == TCP_STATE_LISTEN);
  struct pk_sock* sock =
      bpf_sk_storage_get(&pk_socks, sk, 0, adoptable ? BPF_SK_STORAGE_GET_F_CREATE : 0);
  if (!sock) {
    if (adoptable) count(PK_NO_STORAGE);
    return 0;
  }
  if (!sock->cookie) { /* not seen at its creation: a kernel socket, or older than the programs */
    begin_sock(sock, bpf_get_socket_cookie(sk));
    sock->netns = sk->__sk_common.skc_net.net->ns.inum;
  }
  if (sock->state == (__u8)now) return 0; /* the twin has told it */
  sock->state = (__u8)now;
  struct pk_slot* slot = slot_of(sock);
  if (slot) slot->state = (__u32)now;
  switch (now) {
    case TCP_STATE_SYN_SENT:
      on_connecting(sock);
      if (BPF_CORE_READ_BITFIELD(sk, sk_kern_sock)) own_by_kernel(sock);
      break;
    case TCP_STATE_SYN_RECV:
      if (before == TCP_STATE_LISTEN) on_child(sock, sk);
      break;
    case TCP_STATE_ESTABLISHED:
      sock->local_port = sk->__sk_common.skc_num;
      if (sock->role == PK_SERVER && !sock->reported) {
        sock->reported = 1;
        take_slot(sock);
        report_tcp(sock, sk, PK_OPENED);
      }
      break;
    case TCP_STATE_LISTEN:
      own_by_current(sock, bpf_get_current_task_btf());
      if (BPF_CORE_READ_BITFIELD(sk, sk_kern_sock)) own_by_kernel(sock);
      sock->role = PK_LISTENER;
      sock->reported = 1;
      sock->opened_at = bpf_ktime_get_ns();
      sock->local_port = sk->__sk_common.skc_num;
      report_tcp(sock, sk, PK_OPENED);
      break;
    case TCP_STATE_CLOSE:
      /* A child that never was established is no flow; one that could not even send its SYN is. */
      if (sock->reported || before == TCP_STATE_SYN_SENT) report_tcp(sock, sk, PK_CLOSED);
      give_slot_back(sock);
      sock->reported = 0;
      sock->role = PK_ROLE_UNKNOWN;
      break;
    default: break;
  }
  return 0;
}

/* Twice the same: the kernel skips a program that is already under way on that CPU, as it is when an
 * interrupt changes another socket's state meanwhile. Then the twin runs; else it finds the change
 * told. */
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(pk_state, struct sock* sk, int before, int now) { return on_state(sk, before, now); }
SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(pk_state_twin, struct sock* sk, int before, int now) {
  return on_state(sk, before, now);
}

/* ---- what only a later call tells ---- */

/* listen() without bind(): the port is chosen after the change of state was told, and nobody can
 * connect before somebody has asked for it. */
static __always_inline int on_name_asked(struct bpf_sock_addr* context) {
  struct bpf_sock* sk = context->sk;
  if (!sk) return 1;
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, 0);
  if (!sock || sock->role != PK_LISTENER || sock->local_port || !sk->src_port) return 1;
  sock->local_port = (__u16)sk->src_port;
  struct pk_socket* record = reserve_socket(sock, PK_UPDATED);
  if (!record) return 1;
  address_from_bpf_sock(record, sk);
  record->slot = 0;
  record->flags |= PK_NO_REMOTE;
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 1;
}

SEC("cgroup/getsockname4")
int pk_name_asked4(struct bpf_sock_addr* context) { return on_name_asked(context); }
SEC("cgroup/getsockname6")
int pk_name_asked6(struct bpf_sock_addr* context) { return on_name_asked(context); }

/* The other side's reset ended it, and no run of pk_state was to be had then. */
static __always_inline void report_unseen_end(struct pk_sock* sock, struct bpf_sock* sk) {
  sock->state = TCP_STATE_CLOSE;
  struct pk_socket* record = reserve_socket(sock, PK_CLOSED);
  if (record) { /* addresses may not be asked for here, and are known */
    record->family = (__u16)sk->family;
    record->protocol = (__u16)sk->protocol;
    record->sock_type = (__u16)sk->type;
    bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  }
  give_slot_back(sock);
  sock->reported = 0;
  sock->role = PK_ROLE_UNKNOWN;
}

/* A process that accepts a connection and closes it unread: the closing is its only act. The record
 * of the end, which follows, tells. */
static __always_inline int on_stream_released(struct bpf_sock* sk) {
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, 0);
  if (!sock) return 1;
  if (sk->state == TCP_STATE_CLOSE && sock->reported && sock->role != PK_LISTENER)
    report_unseen_end(sock, sk);
  if (sock->attribution != PK_BY_INHERITANCE) return 1;
  struct task_struct* task = bpf_get_current_task_btf();
  if (!(task->flags & PF_KTHREAD)) own_by_current(sock, task);
  return 1;
}
