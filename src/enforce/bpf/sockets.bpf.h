/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Where the rules are applied: a process connects or sends, a packet comes or goes.
 *
 * What a socket's owner is, who opened the conversation and the verdict on it are kept in the
 * socket's own storage, so that an open connection costs one look per packet until the rules
 * change. */
#pragma once
#include "tables.bpf.h"

enum pf_role { PF_ROLE_UNKNOWN, PF_CLIENT, PF_SERVER };
struct pf_socket {
  __u64 cookie; /* another than the socket's own: it is a copy of the listener's that made it */
  struct pf_executable executable;
  __u64 start_boot_ns, cgroup;
  __u32 pid, uid;
  char comm[16];
  /* The verdict on the talk with `peer`, as long as generation and epoch are current. */
  __u32 generation, epoch;
  __u64 valid_until;
  __u8 peer[16];
  __u32 rule, logged;
  __u16 peer_port;
  __u8 pass, rejects, role, peer_direction, owned, decided;
};

struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
  __type(key, int);
  __type(value, struct pf_socket);
} pf_sockets SEC(".maps");

/* Who spoke first to a datagram socket's peers: the value is an enum pf_direction. */
struct pf_talk {
  __u64 cookie;
  __u8 remote[16];
  __u16 remote_port;
  __u16 pad[3];
};
struct {
  PF_TABLE(LRU_HASH, PF_HEARD_MAX, struct pf_talk, __u8);
} pf_talks SEC(".maps");

/* Ports that somebody listens at, found by the search over open sockets: the key is the network
 * namespace and the port. */
struct pf_listening {
  __u32 netns, port;
};
struct {
  PF_TABLE(LRU_HASH, PF_LISTENING_MAX, struct pf_listening, __u8);
} pf_listeners SEC(".maps");

static __always_inline void copy16(void* to, const void* from) { __builtin_memcpy(to, from, 16); }
static __always_inline void put_v4(__u8* to, __u32 network_order) {
  __u32* words = (__u32*)to;
  words[0] = words[1] = 0;
  words[2] = bpf_htonl(0xffff);
  words[3] = network_order;
}

static __always_inline void executable_of(struct task_struct* task, struct pf_executable* out) {
  struct mm_struct* mm = BPF_CORE_READ(task, mm);
  out->inode = 0;
  out->device = out->pad = 0;
  struct file* file = mm ? BPF_CORE_READ(mm, exe_file) : 0;
  if (!file) return;
  struct inode* inode = BPF_CORE_READ(file, f_inode);
  out->inode = BPF_CORE_READ(inode, i_ino);
  out->device = BPF_CORE_READ(inode, i_sb, s_dev);
}

static __noinline void own_by(struct pf_socket* socket, struct task_struct* task) {
  executable_of(task, &socket->executable);
  socket->pid = (__u32)BPF_CORE_READ(task, tgid);
  socket->start_boot_ns = BPF_CORE_READ(task, group_leader, start_boottime);
  socket->uid = BPF_CORE_READ(task, cred, euid.val);
  socket->cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
  BPF_CORE_READ_INTO(&socket->comm, task, comm);
  socket->owned = 1;
}

static __always_inline void ask_about(struct pf_question* q, struct pf_socket* socket) {
  q->remote.length = 128;
  q->executable = socket->executable;
  q->cgroup = socket->cgroup;
  q->user = socket->uid;
}

struct place {
  __u16 remote_port, local_port;
  __u32 bytes;
  __u8 hook;
};

/* A question being put together, with its answer. Not on the stack: a chain of calls has 512 bytes
 * in all, and the search needs half of them. Programs may interrupt each other on one processor, so
 * each takes a draft that no other has. */
#define PF_DRAFTS 8
struct pf_draft {
  struct pf_question question;
  struct pf_answer answer;
  struct place at;
};
struct pf_drafts {
  __u64 taken; /* a bit each */
  struct pf_draft drafts[PF_DRAFTS];
};
struct {
  PF_TABLE(PERCPU_ARRAY, 1, __u32, struct pf_drafts);
} pf_question_drafts SEC(".maps");

static __noinline struct pf_drafts* my_drafts(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&pf_question_drafts, &zero);
}
static __always_inline struct pf_draft* take_draft(__u32* which) {
  struct pf_drafts* all = my_drafts();
  if (!all) return 0;
  for (__u32 i = 0; i < PF_DRAFTS; ++i) {
    __u64 bit = 1ull << i;
    if (__sync_fetch_and_or(&all->taken, bit) & bit) continue;
    *which = i;
    __builtin_memset(&all->drafts[i], 0, sizeof all->drafts[i]);
    return &all->drafts[i];
  }
  count(PF_NO_DRAFT);
  return 0;
}
static __always_inline void give_back_draft(__u32 which) {
  struct pf_drafts* all = my_drafts();
  if (all) __sync_fetch_and_and(&all->taken, ~(1ull << (which & (PF_DRAFTS - 1))));
}

/* Tells a decision through the ring; nobody is woken, whoever wants to know looks regularly. */
static __noinline void tell(struct pf_socket* socket, struct pf_draft* draft, __u32 rule,
                            __u32 action, __u32 enforced) {
  if (!draft) return;
  struct pf_decision* record = bpf_ringbuf_reserve(&pf_ring, sizeof *record, 0);
  if (!record) {
    count(PF_UNTOLD);
    return;
  }
  __builtin_memset(record, 0, sizeof *record);
  record->at = bpf_ktime_get_ns();
  record->rule = rule;
  record->bytes = draft->at.bytes;
  copy16(record->remote, draft->question.remote.address);
  record->remote_port = draft->at.remote_port;
  record->local_port = draft->at.local_port;
  record->action = (__u8)action;
  record->enforced = (__u8)enforced;
  record->direction = draft->question.direction;
  record->protocol = draft->question.protocol;
  record->hook = draft->at.hook;
  if (socket) {
    record->cookie = socket->cookie;
    record->start_boot_ns = socket->start_boot_ns;
    record->cgroup = socket->cgroup;
    record->pid = socket->pid;
    record->uid = socket->uid;
    __builtin_memcpy(record->comm, socket->comm, sizeof record->comm);
  }
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
}

/* Asks the rules anew, counts and tells. Whether it passes; the answer stays in the socket. */
static __always_inline bool decide(struct pf_socket* socket, struct pf_draft* draft) {
  struct pf_current* current = current_rules();
  __u32 generation = current ? current->generation : 0, epoch = current ? current->epoch : 0;
  struct pf_question* q = &draft->question;
  struct pf_answer* answer = &draft->answer;
  pf_decide(q, answer);
  bool denies = answer->action == PF_BLOCK || answer->action == PF_REJECT;
  bool pass = !denies || !answer->enforced;
  if (socket) {
    socket->generation = generation;
    socket->epoch = epoch;
    socket->valid_until = answer->valid_until;
    copy16(socket->peer, q->remote.address);
    socket->peer_port = draft->at.remote_port;
    socket->peer_direction = q->direction;
    socket->rule = answer->rule;
    socket->logged = answer->logged;
    socket->pass = pass;
    socket->rejects = answer->action == PF_REJECT;
    socket->decided = 1;
  }
  if (answer->logged) {
    note_hit(answer->logged, 1, 0, 0);
    tell(socket, draft, answer->logged, PF_LOG, 0);
  }
  if (answer->rule) {
    note_hit(answer->rule, 1, 0, 0);
    if (denies || (answer->flags & PF_RULE_LOGS))
      tell(socket, draft, answer->rule, answer->action, answer->enforced);
  }
  return pass;
}

/* Whether the verdict kept in the socket still holds. */
static __always_inline bool verdict_holds(struct pf_socket* socket) {
  struct pf_current* current = current_rules();
  if (!current || !socket->decided || socket->generation != current->generation ||
      socket->epoch != current->epoch)
    return false;
  return socket->valid_until == PF_NEVER || bpf_ktime_get_boot_ns() < socket->valid_until;
}

static __always_inline bool same_peer(struct pf_socket* socket, const __u8* remote, __u16 port) {
  const __u32 *a = (const __u32*)socket->peer, *b = (const __u32*)remote;
  return socket->peer_port == port && a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

static __always_inline bool nothing_to_do(void) {
  struct pf_current* current = current_rules();
  struct pf_config* config = current ? config_of(current->generation & 1) : 0;
  return !config || !config->rules;
}

/* ---- a process makes a socket, connects, sends ---- */

SEC("cgroup/sock_create")
int pf_made(struct bpf_sock* sk) {
  struct pf_socket* socket = bpf_sk_storage_get(&pf_sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!socket) {
    count(PF_NO_STORAGE);
    return 1;
  }
  socket->cookie = bpf_get_socket_cookie(sk);
  own_by(socket, bpf_get_current_task_btf());
  return 1;
}

/* Who spoke first; remembers it when nobody has. A function of its own, as read_headers() is, so
 * that its variables do not add to those of the search: a chain of calls has 512 bytes in all. */
static __noinline int direction_with(__u64 cookie, const __u8* remote, __u16 port, bool outbound) {
  struct pf_talk key = {.cookie = cookie, .remote_port = port};
  copy16(key.remote, remote);
  __u8* first = bpf_map_lookup_elem(&pf_talks, &key);
  if (first) return *first;
  __u8 direction = outbound ? PF_OUT : PF_IN;
  bpf_map_update_elem(&pf_talks, &key, &direction, BPF_NOEXIST);
  return direction;
}

/* Denied calls fail with EPERM, rejected ones as if nobody listened there. */
static __always_inline int verdict_of(struct pf_socket* socket, bool pass) {
  if (pass) return 1;
  if (socket->rejects) bpf_set_retval(-111); /* ECONNREFUSED */
  return 0;
}

static __always_inline int on_call(struct bpf_sock_addr* context, const __u8* remote,
                                   bool connects) {
  struct bpf_sock* sk = context->sk;
  if (!sk) return 1;
  struct pf_socket* socket = bpf_sk_storage_get(&pf_sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!socket) {
    count(PF_NO_STORAGE);
    return 1;
  }
  if (!socket->cookie) socket->cookie = bpf_get_socket_cookie(context);
  __u32 pid = bpf_get_current_pid_tgid() >> 32;
  if (connects || socket->pid != pid) {
    own_by(socket, bpf_get_current_task_btf());
    socket->decided = 0;
  }
  if (connects) socket->role = PF_CLIENT;
  if (nothing_to_do()) return 1;
  __u16 port = bpf_ntohs((__u16)context->user_port);
  if (!connects && same_peer(socket, remote, port) && verdict_holds(socket)) {
    if (socket->rule && !socket->pass) note_hit(socket->rule, 1, 0, 0);
    return verdict_of(socket, socket->pass);
  }
  __u32 which = 0;
  struct pf_draft* draft = take_draft(&which);
  if (!draft) return 1;
  struct pf_question* q = &draft->question;
  draft->at.remote_port = port;
  draft->at.local_port = (__u16)sk->src_port;
  draft->at.hook = connects ? PF_AT_CONNECT : PF_AT_SEND;
  ask_about(q, socket);
  copy16(q->remote.address, remote);
  q->protocol = (__u8)context->protocol;
  q->direction = connects ? PF_OUT : direction_with(socket->cookie, remote, port, true);
  q->port = q->direction == PF_OUT ? port : draft->at.local_port;
  bool pass = decide(socket, draft);
  give_back_draft(which);
  return verdict_of(socket, pass);
}

static __always_inline int on_call4(struct bpf_sock_addr* context, bool connects) {
  __u8 remote[16] __attribute__((aligned(8)));
  put_v4(remote, context->user_ip4);
  return on_call(context, remote, connects);
}
static __always_inline int on_call6(struct bpf_sock_addr* context, bool connects) {
  __u32 remote[4] __attribute__((aligned(8))) = {context->user_ip6[0], context->user_ip6[1],
                                                 context->user_ip6[2], context->user_ip6[3]};
  return on_call(context, (const __u8*)remote, connects);
}

SEC("cgroup/connect4")
int pf_connect4(struct bpf_sock_addr* context) { return on_call4(context, true); }
SEC("cgroup/connect6")
int pf_connect6(struct bpf_sock_addr* context) { return on_call6(context, true); }
SEC("cgroup/sendmsg4")
int pf_sendmsg4(struct bpf_sock_addr* context) { return on_call4(context, false); }
SEC("cgroup/sendmsg6")
int pf_sendmsg6(struct bpf_sock_addr* context) { return on_call6(context, false); }
