/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The rules applied to packets: what is open already, what others begin, and protocols that no
 * system call names an address for. */
#pragma once
#include "sockets.bpf.h"

struct headers { /* without the addresses: those go where they are needed */
  __u16 remote_port, local_port;
  __u8 protocol, tcp_flags;
};
#define TCP_FLAG_SYN 2
#define TCP_FLAG_RST 4
#define TCP_FLAG_ACK 16
#define EXTENSIONS_MAX 3

/* The transport header's place; negative: none to be had. */
static __always_inline int after_extensions(struct __sk_buff* skb, __u8* protocol) {
  int at = 40;
  for (int i = 0; i < EXTENSIONS_MAX; ++i) {
    __u8 next = *protocol;
    if (next != 0 && next != 43 && next != 44 && next != 60) return at;
    __u8 extension[2];
    if (bpf_skb_load_bytes(skb, at, extension, 2)) return -1;
    *protocol = extension[0];
    at += next == 44 ? 8 : (extension[1] + 1) * 8;
  }
  return -1;
}

/* Behind more extension headers than that, a socket's packets are what its socket says. */
static __noinline int read_headers(struct __sk_buff* skb, struct bpf_sock* sk, bool outbound,
                                   struct headers* h, __u8* remote) {
  __u8 version;
  int at;
  if (bpf_skb_load_bytes(skb, 0, &version, 1)) return false;
  h->remote_port = h->local_port = 0;
  h->tcp_flags = 0;
  if (version >> 4 == 4) {
    __u32 address;
    if (bpf_skb_load_bytes(skb, 9, &h->protocol, 1)) return false;
    if (bpf_skb_load_bytes(skb, outbound ? 16 : 12, &address, 4)) return false;
    put_v4(remote, address);
    at = (version & 15) * 4;
  } else {
    if (bpf_skb_load_bytes(skb, 6, &h->protocol, 1)) return false;
    if (bpf_skb_load_bytes(skb, outbound ? 24 : 8, remote, 16)) return false;
    at = after_extensions(skb, &h->protocol);
    if (at < 0) {
      if (!sk) return true;
      h->protocol = (__u8)sk->protocol;
      h->local_port = (__u16)sk->src_port;
      h->remote_port = bpf_ntohs(sk->dst_port);
      return true;
    }
  }
  if (h->protocol != TCP && h->protocol != UDP && h->protocol != 136 && h->protocol != 132 &&
      h->protocol != 33)
    return true;
  __u16 ports[2];
  if (bpf_skb_load_bytes(skb, at, ports, 4)) return true;
  h->remote_port = bpf_ntohs(ports[outbound ? 1 : 0]);
  h->local_port = bpf_ntohs(ports[outbound ? 0 : 1]);
  if (h->protocol == TCP) bpf_skb_load_bytes(skb, at + 13, &h->tcp_flags, 1);
  return true;
}

static __always_inline int account(struct pf_socket* socket, __u32 bytes) {
  if (socket->rule) note_hit(socket->rule, 0, 1, bytes);
  if (socket->logged) note_hit(socket->logged, 0, 1, bytes);
  return socket->pass ? 1 : 0;
}

/* Who opened a TCP connection that was there before the rules. */
static __always_inline __u8 role_of_found(struct bpf_sock* sk, struct headers* h, bool outbound) {
  bool begins = (h->tcp_flags & (TCP_FLAG_SYN | TCP_FLAG_ACK)) == TCP_FLAG_SYN;
  if (begins) return outbound ? PF_CLIENT : PF_SERVER;
  bool answers = (h->tcp_flags & (TCP_FLAG_SYN | TCP_FLAG_ACK)) == (TCP_FLAG_SYN | TCP_FLAG_ACK);
  if (answers) return outbound ? PF_SERVER : PF_CLIENT;
  return PF_ROLE_UNKNOWN;
}

static __always_inline __u8 direction_of(struct bpf_sock* sk, struct pf_socket* socket,
                                         struct headers* h, const __u8* remote, bool outbound,
                                         __u64 cookie) {
  if (h->protocol != TCP) {
    if (socket && socket->role == PF_CLIENT) return PF_OUT;
    return direction_with(cookie, remote, h->remote_port, outbound);
  }
  if (!socket) return outbound ? PF_OUT : PF_IN;
  if (socket->role == PF_ROLE_UNKNOWN) socket->role = role_of_found(sk, h, outbound);
  return socket->role == PF_SERVER ? PF_IN : PF_OUT;
}

/* A packet whose verdict the socket does not hold. */
static __always_inline int judge_packet(struct __sk_buff* skb, struct bpf_sock* sk,
                                        struct pf_socket* socket, struct pf_draft* draft,
                                        bool outbound, bool listens) {
  struct headers h = {};
  struct pf_question* q = &draft->question;
  __u8* remote = q->remote.address;
  if (!read_headers(skb, sk, outbound, &h, remote)) {
    count(PF_UNREAD);
    return 1;
  }
  if (outbound && (h.tcp_flags & TCP_FLAG_RST)) return 1;
  if (socket && !listens && same_peer(socket, remote, h.remote_port) && verdict_holds(socket))
    return account(socket, skb->len);
  if (socket) ask_about(q, socket);
  q->remote.length = 128;
  q->protocol = h.protocol;
  q->direction =
      listens ? PF_IN : direction_of(sk, socket, &h, remote, outbound, bpf_get_socket_cookie(skb));
  q->port = q->direction == PF_OUT ? h.remote_port : h.local_port;
  draft->at.remote_port = h.remote_port;
  draft->at.local_port = h.local_port;
  draft->at.bytes = skb->len;
  draft->at.hook = PF_AT_PACKET;
  bool pass = decide(socket, draft);
  if (socket) {
    account(socket, skb->len);
    if (listens) socket->decided = 0;
  }
  return pass;
}

static __always_inline int on_packet(struct __sk_buff* skb, bool outbound) {
  if (nothing_to_do()) return 1;
  struct bpf_sock* sk = skb->sk;
  if (sk) sk = bpf_sk_fullsock(sk);
  struct pf_socket* socket = sk ? bpf_sk_storage_get(&pf_sockets, sk, 0, 0) : 0;
  __u64 cookie = bpf_get_socket_cookie(skb);
  bool stream = sk && sk->type == SOCK_STREAM;
  bool listens = stream && sk->state == TCP_STATE_LISTEN;
  if (socket && stream && !listens) {
    if (socket->cookie != cookie) { /* a copy of its listener's: somebody called this machine */
      socket->role = PF_SERVER;
      socket->cookie = cookie;
      socket->decided = 0;
    }
    /* A reset carries nothing, and tells the other side that it is over. */
    if (verdict_holds(socket) && (socket->pass || !outbound)) return account(socket, skb->len);
  }
  __u32 which = 0;
  struct pf_draft* draft = take_draft(&which);
  if (!draft) return 1;
  int pass = judge_packet(skb, sk, socket, draft, outbound, listens);
  give_back_draft(which);
  return pass ? 1 : 0;
}

SEC("cgroup_skb/ingress")
int pf_ingress(struct __sk_buff* skb) { return on_packet(skb, false); }
SEC("cgroup_skb/egress")
int pf_egress(struct __sk_buff* skb) { return on_packet(skb, true); }
