/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Sockets: who owns them, whom they talk to, how much; and the bytes that tell names.
 *
 * The owner is written into socket storage while the process itself acts on the socket (create,
 * connect, listen, bind, first send or receive). A TCP flow is told at its first packet out or when
 * it is established, a datagram flow at its first packet, both again when they end. */
#pragma once
#include "datagram.bpf.h"
#include "tcp.bpf.h"

/* A process makes a socket. */
SEC("cgroup/sock_create")
int pk_sock_create(struct bpf_sock* sk) {
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!sock) {
    count(PK_NO_STORAGE);
    return 1;
  }
  struct task_struct* task = bpf_get_current_task_btf();
  begin_sock(sock, bpf_get_socket_cookie(sk));
  own_by_current(sock, task);
  sock->creator_pid = sock->pid;
  sock->creator_start = sock->owner_start;
  sock->netns = task->nsproxy->net_ns->ns.inum;
  bool sees_all = sk->type == SOCK_RAW || sk->protocol == 1 || sk->protocol == 58;
  if (!sees_all) return 1;
  /* Raw and ping sockets are worth a row before their first packet. */
  sock->role = PK_LISTENER;
  struct pk_socket* record = reserve_socket(sock, PK_OPENED);
  if (!record) return 1;
  record->family = (__u16)sk->family;
  record->protocol = (__u16)sk->protocol;
  record->sock_type = (__u16)sk->type;
  record->slot = 0;
  record->flags |= PK_NO_REMOTE;
  if (sk->family == AF_INET6)
    record->flags |= PK_V6_SOCKET;
  else
    put_v4(record->local, 0), put_v4(record->remote, 0);
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  sock->reported = 1;
  return 1;
}

/* The last descriptor of a socket is closed. Of TCP the change of state will tell the end. */
SEC("cgroup/sock_release")
int pk_sock_release(struct bpf_sock* sk) {
  return sk->type == SOCK_STREAM ? on_stream_released(sk) : on_datagram_released(sk);
}

/* ---- packets ---- */

static __always_inline int on_packet(struct __sk_buff* skb, bool outbound) {
  struct bpf_sock* sk = skb->sk;
  if (!sk) return 1;
  sk = bpf_sk_fullsock(sk);
  if (!sk) return 1;
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, 0);
  if (!sock) {
    sock = adopt(sk, bpf_get_socket_cookie(skb));
    if (!sock) return 1;
  }
  if (sk->type == SOCK_STREAM) {
    if (sk->protocol == 6) on_tcp(skb, sk, sock, outbound);
  } else {
    on_datagram(skb, sk, sock, outbound);
  }
  return 1;
}

SEC("cgroup_skb/ingress")
int pk_ingress(struct __sk_buff* skb) { return on_packet(skb, false); }

SEC("cgroup_skb/egress")
int pk_egress(struct __sk_buff* skb) { return on_packet(skb, true); }

/* ---- whoever sends or receives first on an accepted or handed-over socket owns it ---- */

static __always_inline int on_use(struct sock* sk) {
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, 0);
  if (!sock) return 0;
  __u32 pid = bpf_get_current_pid_tgid() >> 32;
  if (sock->pid == pid && sock->attribution == PK_BY_HOOK) return 0;
  if (sock->owner_class == PK_OWNER_KERNEL || sock->owner_changes >= PK_OWNER_CHANGES_MAX) return 0;
  struct task_struct* task = bpf_get_current_task_btf();
  if (task->flags & PF_KTHREAD) return 0;
  if (sock->pid != pid && sock->attribution == PK_BY_HOOK &&
      ++sock->owner_changes >= PK_OWNER_CHANGES_MAX)
    sock->flags |= PK_SHARED;
  own_by_current(sock, task);
  if (!sock->reported) return 0;
  struct pk_socket* record = reserve_socket(sock, PK_UPDATED);
  if (!record) return 0;
  address_from_sock(record, sk);
  if (record->sock_type != SOCK_STREAM) {
    record->flags |= PK_PER_PEER;
    copy16(record->remote, sock->peer);
    record->remote_port = sock->peer_port;
    if (!sock->has_peer) record->flags |= PK_NO_REMOTE;
  }
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(pk_sent, struct sock* sk) { return on_use(sk); }
SEC("tp_btf/sock_recv_length")
int BPF_PROG(pk_received, struct sock* sk) { return on_use(sk); }

/* ---- packet sockets: no cgroup hook knows them ---- */

static __always_inline void fill_packet_socket(struct pk_socket* record, struct sock* sk) {
  record->family = AF_PACKET;
  record->sock_type = BPF_CORE_READ(sk, sk_type);
  record->protocol = bpf_ntohs(BPF_CORE_READ((struct packet_sock*)sk, prot_hook.type));
  record->flags |= PK_NO_REMOTE;
  put_v4(record->local, 0);
  put_v4(record->remote, 0);
}

SEC("tracepoint/syscalls/sys_exit_socket")
int pk_socket_made(struct trace_event_raw_sys_exit* context) {
  long fd = context->ret;
  if (fd < 0) return 0;
  struct task_struct* task = bpf_get_current_task_btf();
  struct file** files = BPF_CORE_READ(task, files, fdt, fd);
  struct file* file = 0;
  if (bpf_probe_read_kernel(&file, sizeof file, files + fd) || !file) return 0;
  struct socket* socket = BPF_CORE_READ(file, private_data);
  struct sock* sk = BPF_CORE_READ(socket, sk);
  if (BPF_CORE_READ(sk, __sk_common.skc_family) != AF_PACKET) return 0;
  if (!in_scope(task)) return 0;
  struct pk_sock made = {};
  own_by_current(&made, task);
  made.creator_pid = made.pid;
  made.creator_start = made.owner_start;
  made.inode = BPF_CORE_READ(file, f_inode, i_ino);
  /* These sockets have no cookie until somebody asks; the inode is as unique while they live. */
  made.cookie = made.inode | 1ull << 63;
  made.opened_at = bpf_ktime_get_ns();
  made.role = PK_LISTENER;
  made.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
  struct pk_socket* record = reserve_socket(&made, PK_OPENED);
  if (!record) return 0;
  fill_packet_socket(record, sk);
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}
