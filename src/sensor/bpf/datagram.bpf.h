/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Datagram, ping and raw sockets: a flow is a socket and one peer of it. The first peer is counted
 * in the socket's own slot, further ones in a table. */
#pragma once
#include "payload.bpf.h"

/* ---- datagrams ---- */

/* Reads the headers of an IP packet; false when it is not one this host could have sent whole. */
static __always_inline bool read_datagram(struct __sk_buff* skb, bool outbound,
                                          struct datagram* d) {
  __u8 source[16], destination[16];
  __u8 version;
  if (bpf_skb_load_bytes(skb, 0, &version, 1)) return false;
  d->local_port = d->remote_port = 0;
  if (version >> 4 == 4) {
    __u32 addresses[2];
    if (bpf_skb_load_bytes(skb, 9, &d->protocol, 1)) return false;
    if (bpf_skb_load_bytes(skb, 12, addresses, 8)) return false;
    put_v4(source, addresses[0]);
    put_v4(destination, addresses[1]);
    d->payload_at = (version & 15) * 4;
    __u16 fragment;
    if (bpf_skb_load_bytes(skb, 6, &fragment, 2)) return false;
    if (fragment & bpf_htons(0x1fff)) d->protocol = 0; /* a later fragment has no ports */
  } else {
    if (bpf_skb_load_bytes(skb, 6, &d->protocol, 1)) return false;
    if (bpf_skb_load_bytes(skb, 8, source, 16)) return false;
    if (bpf_skb_load_bytes(skb, 24, destination, 16)) return false;
    d->payload_at = 40;
  }
  __u16 ports[2] = {0, 0};
  if (d->protocol == 17 || d->protocol == 136) {
    if (bpf_skb_load_bytes(skb, d->payload_at, ports, 4)) return false;
    d->payload_at += 8;
  }
  if (outbound) {
    copy16(d->local, source), copy16(d->remote, destination);
    d->local_port = bpf_ntohs(ports[0]), d->remote_port = bpf_ntohs(ports[1]);
  } else {
    copy16(d->local, destination), copy16(d->remote, source);
    d->local_port = bpf_ntohs(ports[1]), d->remote_port = bpf_ntohs(ports[0]);
  }
  return true;
}

static __always_inline void report_datagram_flow(struct pk_sock* sock, struct bpf_sock* sk,
                                                 struct datagram* d, __u8 what, __u8 role,
                                                 struct pk_peer* peer) {
  struct pk_socket* record = reserve_socket(sock, what);
  if (!record) return;
  record->family = (__u16)sk->family;
  record->protocol = (__u16)sk->protocol;
  record->sock_type = (__u16)sk->type;
  record->flags |= PK_PER_PEER;
  if (sk->family == AF_INET6) record->flags |= PK_V6_SOCKET;
  record->role = role;
  copy16(record->local, d->local);
  copy16(record->remote, d->remote);
  record->local_port = d->local_port;
  record->remote_port = d->remote_port;
  if (peer) {
    record->slot = 0;
    record->opened_at = peer->opened_at;
    record->bytes_in = peer->bytes_in;
    record->bytes_out = peer->bytes_out;
    record->packets_in = peer->packets_in;
    record->packets_out = peer->packets_out;
  }
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

static __always_inline __u8 datagram_role(struct pk_sock* sock, bool outbound) {
  if (!outbound) return PK_SERVER; /* the other side spoke first */
  return PK_CLIENT;
}

/* A peer beyond the socket's first: in the table of peers, told at most once a second. */
static __always_inline void count_further_peer(struct __sk_buff* skb, struct pk_sock* sock,
                                               struct bpf_sock* sk, struct datagram* d,
                                               bool outbound, __u64 now) {
  struct pk_peer_key key = {.cookie = sock->cookie, .remote_port = d->remote_port};
  copy16(key.remote, d->remote);
  struct pk_peer* peer = bpf_map_lookup_elem(&pk_peers, &key);
  bool fresh = !peer || now - peer->last_packet_at > PK_DATAGRAM_IDLE_NS;
  if (fresh) {
    struct pk_peer begin = {.opened_at = now, .role = datagram_role(sock, outbound)};
    bpf_map_update_elem(&pk_peers, &key, &begin, BPF_ANY);
    peer = bpf_map_lookup_elem(&pk_peers, &key);
  }
  if (!peer) {
    count(PK_NO_PEER);
    return;
  }
  __u32 segments = skb->gso_segs ? skb->gso_segs : 1;
  peer->last_packet_at = now;
  if (outbound) {
    __sync_fetch_and_add(&peer->bytes_out, skb->len);
    __sync_fetch_and_add(&peer->packets_out, segments);
  } else {
    __sync_fetch_and_add(&peer->bytes_in, skb->len);
    __sync_fetch_and_add(&peer->packets_in, segments);
  }
  if (fresh || now - peer->pushed_at >= PK_PEER_PUSH_NS) {
    peer->pushed_at = now;
    report_datagram_flow(sock, sk, d, fresh ? PK_OPENED : PK_UPDATED, peer->role, peer);
  }
}

static __always_inline void count_in_slot(struct __sk_buff* skb, struct pk_slot* slot,
                                          bool outbound, __u64 now) {
  __u32 segments = skb->gso_segs ? skb->gso_segs : 1;
  slot->last_packet_at = now;
  if (outbound) {
    __sync_fetch_and_add(&slot->bytes_out, skb->len);
    __sync_fetch_and_add(&slot->packets_out, segments);
  } else {
    __sync_fetch_and_add(&slot->bytes_in, skb->len);
    __sync_fetch_and_add(&slot->packets_in, segments);
  }
}

static __always_inline void on_datagram(struct __sk_buff* skb, struct bpf_sock* sk,
                                        struct pk_sock* sock, bool outbound) {
  struct datagram d;
  if (!read_datagram(skb, outbound, &d)) return;
  __u64 now = bpf_ktime_get_coarse_ns();
  if (sk->type == SOCK_DGRAM && (sk->protocol == 17 || sk->protocol == 136)) {
    if (d.protocol != sk->protocol) return; /* later fragments; the first one told everything */
  } else {
    /* Ping and raw sockets: what a raw socket is shown is no conversation of its own. */
    if (!outbound && sk->type == SOCK_RAW && !sock->has_peer) return;
    d.local_port = d.remote_port = 0;
    if (sock->owner_class == PK_OWNER_KERNEL && d.protocol == 6)
      return; /* resets: part of other flows */
  }
  if (outbound && sock->owner_class == PK_OWNER_PROCESS) {
    /* Datagrams leave in the sender's own context. */
    __u32 pid = bpf_get_current_pid_tgid() >> 32;
    if (pid && pid != sock->pid && sock->owner_changes < PK_OWNER_CHANGES_MAX) {
      sock->owner_changes++;
      own_by_current(sock, bpf_get_current_task_btf());
    }
  }
  bool mine = sock->has_peer && sock->peer_port == d.remote_port && same16(sock->peer, d.remote);
  if (!sock->has_peer) {
    copy16(sock->peer, d.remote);
    sock->peer_port = d.remote_port;
    sock->has_peer = 1;
    if (!sock->role) sock->role = datagram_role(sock, outbound);
    sock->opened_at = now;
    take_slot(sock);
    sock->reported = 1;
    report_datagram_flow(sock, sk, &d, PK_OPENED, datagram_role(sock, outbound), 0);
    mine = true;
  }
  if (!mine) {
    count_further_peer(skb, sock, sk, &d, outbound, now);
  } else {
    struct pk_slot* slot = slot_of(sock);
    if (slot) {
      if (now - slot->last_packet_at > PK_DATAGRAM_IDLE_NS)
        report_datagram_flow(sock, sk, &d, PK_OPENED, datagram_role(sock, outbound), 0);
      count_in_slot(skb, slot, outbound, now);
    }
  }
  if (!outbound && d.protocol == 17) {
    struct payload_place place = {.transport = 17, .outbound = false, .offset = 0};
    if (d.remote_port == 53)
      place.kind = PK_DNS;
    else if (d.remote_port == 5353)
      place.kind = PK_MDNS;
    else
      return;
    emit_payload(skb, sock, &d, &place);
  }
}

/* ---- bound, released ---- */

static __always_inline int on_bound(struct bpf_sock* sk, bool v6) {
  if (sk->type != SOCK_DGRAM || (sk->protocol != 17 && sk->protocol != 136)) return 1;
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, 0);
  if (!sock) return 1;
  own_by_current(sock, bpf_get_current_task_btf());
  sock->bound = 1;
  sock->role = PK_LISTENER;
  sock->local_port = (__u16)sk->src_port;
  sock->reported = 1;
  struct pk_socket* record = reserve_socket(sock, PK_OPENED);
  if (!record) return 1;
  record->family = (__u16)sk->family;
  record->protocol = (__u16)sk->protocol;
  record->sock_type = (__u16)sk->type;
  record->flags |= PK_NO_REMOTE;
  record->slot = 0;
  if (v6) {
    __u32 local[4] = {sk->src_ip6[0], sk->src_ip6[1], sk->src_ip6[2], sk->src_ip6[3]};
    copy16(record->local, local);
    record->flags |= PK_V6_SOCKET;
  } else {
    put_v4(record->local, sk->src_ip4);
    put_v4(record->remote, 0);
  }
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 1;
}

SEC("cgroup/post_bind4")
int pk_bound4(struct bpf_sock* sk) { return on_bound(sk, false); }
SEC("cgroup/post_bind6")
int pk_bound6(struct bpf_sock* sk) { return on_bound(sk, true); }

static __always_inline int on_datagram_released(struct bpf_sock* sk) {
  struct pk_sock* sock = bpf_sk_storage_get(&pk_socks, sk, 0, 0);
  if (!sock || !sock->reported) return 1;
  struct pk_socket* record = reserve_socket(sock, PK_SOCKET_CLOSED);
  if (record) {
    record->family = (__u16)sk->family;
    record->protocol = (__u16)sk->protocol;
    record->sock_type = (__u16)sk->type;
    record->flags |= PK_PER_PEER;
    copy16(record->remote, sock->peer);
    record->remote_port = sock->peer_port;
    if (!sock->has_peer) record->flags |= PK_NO_REMOTE;
    bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  }
  give_slot_back(sock);
  sock->reported = 0;
  return 1;
}
