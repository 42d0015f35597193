/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What the BPF programs and the agent say to each other: one layout, read by both compilers. The
 * agent checks sizes at start (record_decode.cc) and programs are only ever loaded by the same
 * build, so nothing here needs to stay stable between versions.
 *
 * All numbers are host order; addresses are bytes in network order, IPv4 in mapped form
 * (::ffff:a.b.c.d); times are CLOCK_MONOTONIC nanoseconds unless named boot. */
#pragma once
#include <linux/types.h>

#define PK_RING_BYTES (8u << 20)
/* Records give way to more important ones as the ring fills: payload at half, news of open flows
 * at seven eighths; closings and processes use it to the brim. Every refusal is counted. */
#define PK_RING_PAYLOAD_LIMIT (PK_RING_BYTES / 2)
#define PK_RING_OPEN_LIMIT (PK_RING_BYTES / 8 * 7)

#define PK_SLOTS_MAX 131072  /* flows with live counters at the same time */
#define PK_PEERS_MAX 32768   /* further peers of datagram sockets (the first has a slot) */
#define PK_PATH_DEPTH_MAX 64 /* path components and mounts walked */
#define PK_STRING_MAX 4096   /* executable, working directory, arguments: each at most */
#define PK_COMM_LEN 16
#define PK_TTY_LEN 16
#define PK_FIRST_BYTES_MAX 8192 /* of what a client sends first, for TLS SNI and HTTP Host */
#define PK_DATAGRAM_IDLE_NS                                                                  \
  60000000000ull                      /* a datagram conversation idle this long is a new one \
                                       */
#define PK_PEER_PUSH_NS 1000000000ull /* at most one update per further peer in this time */
#define PK_OWNER_CHANGES_MAX 8        /* then the socket counts as shared and keeps its owner */

enum pk_record_type {
  PK_PROCESS = 1,
  PK_FORK,
  PK_EXIT,
  PK_MOVE,
  PK_CGROUP,
  PK_SOCKET,
  PK_PAYLOAD,
};

struct pk_header {
  __u32 type;
  __u32 size; /* bytes of the whole record that mean something */
  __u64 at;
};

enum pk_process_flags {
  PK_EXEC = 1,
  PK_MEMFD = 2,
  PK_DELETED = 4,
  PK_ARGS_CUT = 8,
  PK_PATH_CUT = 16,
  PK_KERNEL_THREAD = 32,
  PK_STREAMS_SOCKET = 64, /* standard input or output is a TCP or UDP socket */
};

/* exec, or found by the bootstrap. Strings follow the structure: first the executable and then the
 * working directory as path components from the leaf up, each NUL-terminated; then invoked_as;
 * then the arguments, NUL-separated. Each is cut at PK_STRING_MAX. */
struct pk_process {
  struct pk_header header;
  __u64 start_boot_ns, parent_start_boot_ns;
  __u64 cgroup_id;
  __u64 inode, file_size;
  __s64 mtime_ns;
  __u32 pid, parent_pid;
  __u32 uid, gid, login_uid, session_id;
  __u32 device; /* kernel encoding: major << 20 | minor */
  __u32 netns, pidns, mntns, pid_in_ns;
  __u32 flags;
  __u16 exe_len, cwd_len, invoked_len, args_len;
  char comm[PK_COMM_LEN];
  char tty[PK_TTY_LEN];
};

struct pk_fork {
  struct pk_header header;
  __u64 start_boot_ns, parent_start_boot_ns, cgroup_id;
  __u32 pid, parent_pid, uid, pad;
};

struct pk_exit {
  struct pk_header header;
  __u64 start_boot_ns;
  __u32 pid;
  __s32 exit_code;
};

struct pk_move {
  struct pk_header header;
  __u64 start_boot_ns, cgroup_id;
  __u32 pid, pad;
};

struct pk_cgroup {
  struct pk_header header;
  __u64 cgroup_id;
  __u32 path_len, pad;
};

enum pk_what { PK_OPENED = 1, PK_FOUND, PK_UPDATED, PK_CLOSED, PK_SOCKET_CLOSED };
enum pk_role { PK_ROLE_UNKNOWN, PK_CLIENT, PK_SERVER, PK_LISTENER };
enum pk_owner_class { PK_OWNER_PROCESS, PK_OWNER_KERNEL, PK_OWNER_NONE };
enum pk_attribution { PK_BY_NONE, PK_BY_HOOK, PK_BY_INHERITANCE, PK_BY_SEARCH };
enum pk_socket_flags {
  PK_PER_PEER = 1, /* the flow is (cookie, remote) */
  PK_SHARED = 2,
  PK_V6_SOCKET = 4,
  PK_FAST_OPEN = 8,
  PK_NO_REMOTE = 16,
};

struct pk_socket {
  struct pk_header header;
  __u64 cookie, inode;
  __u64 opened_at;
  __u64 owner_start_boot_ns, creator_start_boot_ns;
  __u64 cgroup_id;
  __u64 bytes_in, bytes_out, packets_in, packets_out;
  __u32 pid, tid, uid, creator_pid;
  __u32 netns;
  __u32 slot; /* 0: none */
  __u32 rtt_us, retransmits;
  __u8 local[16], remote[16];
  __u16 local_port, remote_port;
  __u16 family, protocol, sock_type;
  __u8 what, state, role, owner_class, attribution, flags;
  char comm[PK_COMM_LEN];
};

enum pk_payload_kind { PK_DNS = 1, PK_MDNS, PK_CLIENT_FIRST };
struct pk_payload {
  struct pk_header header;
  __u64 cookie, owner_start_boot_ns;
  __u32 pid, netns;
  __u32 offset, length; /* length: bytes that follow */
  __u8 local[16], remote[16];
  __u16 local_port, remote_port;
  __u8 kind, transport /* IP protocol */, outbound, pad;
};

/* Live counters of one flow; the agent reads them through a shared mapping. `cookie` is written
 * last when a slot is taken and checked by the reader, so a slot that changed hands is noticed. */
struct pk_slot {
  __u64 cookie;
  __u64 bytes_in, bytes_out, packets_in, packets_out;
  __u64 last_packet_at;
  __u32 rtt_us, retransmits;
  __u32 state;
  __u32 pad;
};

/* Key and value of the table of further peers. */
struct pk_peer_key {
  __u64 cookie;
  __u8 remote[16];
  __u16 remote_port;
  __u16 pad[3];
};
struct pk_peer {
  __u64 bytes_in, bytes_out, packets_in, packets_out;
  __u64 opened_at, pushed_at, last_packet_at;
  __u8 role, pad[7];
};

/* What could not be done. The order is that of kKernelCounters in bpf_source.cc. */
enum pk_counter {
  PK_LOST_PROCESS,  /* ring full: a process record */
  PK_LOST_OPEN,     /* ring past its limit: an opened or updated flow */
  PK_LOST_CLOSE,    /* ring full: a closed flow */
  PK_LOST_PAYLOAD,  /* ring past its limit: bytes for names */
  PK_NO_STORAGE,    /* socket storage could not be had */
  PK_NO_SLOT,       /* all counter slots taken */
  PK_NO_PEER,       /* peer table refused an entry */
  PK_PATH_TOO_LONG, /* a path was cut */
  PK_COUNTERS,
};

struct pk_totals {
  __u64 counters[PK_COUNTERS];
  __u32 slots_used; /* handed out for the first time; freed ones come back from pk_free_slots */
  __u32 pad;
};

/* Set before the programs are loaded. */
struct pk_scope {
  __u32 whole_machine; /* 0: only processes and sockets of one cgroup */
  __u32 cgroup_level;
  __u64 cgroup_id;
};
