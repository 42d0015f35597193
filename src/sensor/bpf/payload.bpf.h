/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The few bytes of a conversation that tell names: DNS answers, what a client says first. */
#pragma once
#include "socket_record.bpf.h"

/* The two ends of a packet and where its bytes begin. */
struct datagram {
  __u8 local[16], remote[16];
  __u16 local_port, remote_port;
  __u32 payload_at;
  __u8 protocol;
};

/* ---- bytes for names ---- */

struct payload_place {
  __u8 kind, transport;
  bool outbound;
  __u32 offset;
};

#define EMIT_PAYLOAD(CLASS_BYTES)                                    \
  {                                                                  \
    struct {                                                         \
      struct pk_payload record;                                      \
      __u8 data[CLASS_BYTES];                                        \
    }* out = bpf_ringbuf_reserve(&pk_ring, sizeof *out, 0);          \
    if (!out) {                                                      \
      count(PK_LOST_PAYLOAD);                                        \
      return;                                                        \
    }                                                                \
    out->record.header.type = PK_PAYLOAD;                            \
    out->record.header.size = sizeof(struct pk_payload) + length;    \
    out->record.header.at = now;                                     \
    out->record.cookie = sock->cookie;                               \
    out->record.owner_start_boot_ns = sock->owner_start;             \
    out->record.pid = sock->pid;                                     \
    out->record.netns = sock->netns;                                 \
    out->record.offset = place->offset;                              \
    out->record.length = length;                                     \
    copy16(out->record.local, d->local);                             \
    copy16(out->record.remote, d->remote);                           \
    out->record.local_port = d->local_port;                          \
    out->record.remote_port = d->remote_port;                        \
    out->record.kind = place->kind;                                  \
    out->record.transport = place->transport;                        \
    out->record.outbound = place->outbound;                          \
    out->record.pad = 0;                                             \
    if (length < 1 || length > CLASS_BYTES ||                        \
        bpf_skb_load_bytes(skb, d->payload_at, out->data, length)) { \
      bpf_ringbuf_discard(out, BPF_RB_NO_WAKEUP);                    \
      return;                                                        \
    }                                                                \
    bpf_ringbuf_submit(out, BPF_RB_NO_WAKEUP);                       \
  }

static __noinline void emit_payload(struct __sk_buff* skb, struct pk_sock* sock, struct datagram* d,
                                    struct payload_place* place) {
  if (!sock || !d || !place || skb->len <= d->payload_at) return;
  __u32 length = skb->len - d->payload_at;
  if (length > PK_FIRST_BYTES_MAX) length = PK_FIRST_BYTES_MAX;
  asm volatile("" : "+r"(length));
  __u64 now = bpf_ktime_get_ns();
  __u64 unread = bpf_ringbuf_query(&pk_ring, BPF_RB_AVAIL_DATA);
  if (unread > PK_RING_PAYLOAD_LIMIT) {
    count(PK_LOST_PAYLOAD);
    return;
  }
  if (length <= 512)
    EMIT_PAYLOAD(512)
  else if (length <= 2048)
    EMIT_PAYLOAD(2048)
  else
    EMIT_PAYLOAD(PK_FIRST_BYTES_MAX)
}
