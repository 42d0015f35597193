/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What the firewall's BPF programs and user space say to each other: one layout, read by both
 * compilers. The maps stay pinned across versions of picket, so a change of any structure here
 * raises PF_ABI; user space then makes new maps and swaps the programs over to them.
 *
 * How a verdict is found. Every operand of a rule (remote address, port, protocol with direction,
 * program, user, unit) is a dimension. A dimension's tables turn a value into a class: the bit set
 * of the rules that this value satisfies, rules without that operand included. The sets are cut
 * with each other and the lowest bit left is the rule, because rules stand in order of priority.
 * `summary` tells which words of a set are not empty, so that the cut looks at few words.
 *
 * Addresses are 16 bytes in network order, IPv4 in mapped form; ports are host order; times are
 * CLOCK_BOOTTIME nanoseconds. */
#pragma once
#include <linux/types.h>

#define PF_ABI 1
#define PF_RULES_MAX 16384u
#define PF_WORDS (PF_RULES_MAX / 64)
#define PF_SUMMARY_WORDS (PF_WORDS / 64)
#define PF_CLASSES_MAX 65536u
/* Looks at rules or words of rules before a search gives up (counted, PF_SEARCH_CUT): every word
 * of the set once, and rules that only log or have expired. */
#define PF_STEPS_MAX 512
#define PF_EXECUTABLES_MAX 65536
#define PF_CGROUPS_MAX 16384
#define PF_HEARD_MAX 65536
#define PF_NAMES_MAX 16384 /* programs by path; by digest; units: each */
#define PF_LIST_MASKS_MAX 256
#define PF_LISTS_MAX 32
#define PF_PATH_MAX 256 /* components from the leaf up, each ended by NUL */
#define PF_UNIT_MAX 128
#define PF_RING_BYTES (1u << 20)
#define PF_LISTENING_MAX 16384
#define PF_NEVER (~0ull)

struct pf_bits {
  __u64 summary[PF_SUMMARY_WORDS];
  __u64 words[PF_WORDS];
};

/* Class 0 holds every rule: what a dimension answers that no rule asks about. */
#define PF_CLASS_ALL 0u

enum pf_action { PF_ALLOW = 1, PF_BLOCK, PF_REJECT, PF_LOG };
enum pf_direction { PF_OUT, PF_IN };
enum pf_rule_flags {
  PF_RULE_LOGS = 1,     /* an allow that is told, too */
  PF_RULE_LOOPBACK = 2, /* applies to the machine's talk with itself */
};

struct pf_rule {
  __u64 expires; /* PF_NEVER: does not */
  __u32 id;
  __u8 action, flags;
  __u8 pad[2];
};

struct pf_prefix {
  __u32 length; /* bits, of all 128 */
  __u8 address[16];
};

enum pf_key_kind { PF_KEY_LISTS = 1, PF_KEY_PATH, PF_KEY_DIGEST, PF_KEY_USER, PF_KEY_UNIT };
struct pf_key {
  __u32 kind;
  __u32 value;
};

/* Ports 0 to 65535, then 256 protocols outbound, then 256 inbound: a class each. */
#define PF_SCALARS_ROW 64u
#define PF_SCALAR_PROTOCOLS 65536u
#define PF_SCALARS (PF_SCALAR_PROTOCOLS + 512u)
struct pf_scalars {
  __u32 classes[PF_SCALARS_ROW];
};

enum pf_dimension {
  PF_USES_NET = 1,
  PF_USES_LISTS = 2,
  PF_USES_PORT = 4,
  PF_USES_PROTOCOL = 8,
  PF_USES_PROGRAM = 16,
  PF_USES_USER = 32,
  PF_USES_UNIT = 64,
  PF_USES_LOOPBACK = 128,
};

/* One generation of rules; there are two, and pf_current says which counts. */
struct pf_config {
  __u32 rules;   /* 0: everything passes */
  __u32 enforce; /* 0: only tell what would be done */
  __u32 uses;    /* of enum pf_dimension */
  /* The class of a value that the dimension's tables do not name. */
  __u32 other_net, other_lists, other_program, other_user, other_unit;
};

struct pf_current {
  __u32 generation; /* its lowest bit chooses the tables */
  __u32 epoch;      /* raised when what is known about programs changed */
};

/* The file that a process runs. `device` in the kernel's encoding. */
struct pf_executable {
  __u64 inode;
  __u32 device, pad;
};
/* What rules name it by. A file changed since is another program. */
struct pf_program {
  __u32 path, digest; /* ids out of pf_paths and pf_digests; 0: none */
  __s64 mtime_ns;
};

struct pf_path {
  char text[PF_PATH_MAX];
};
struct pf_unit {
  char name[PF_UNIT_MAX];
};
struct pf_digest {
  __u8 sha256[32];
};

/* A cgroup below at most two units that rules name, the nearest ones. */
struct pf_units {
  __u32 unit[2];
};

struct pf_hits {
  __u64 hits, packets, bytes;
  __u64 last; /* 0: never */
};

/* What decides, and what was decided. */
struct pf_question {
  struct pf_prefix remote; /* length 128 */
  struct pf_executable executable;
  __u64 cgroup;
  __u32 user;
  __u16 port; /* of the side that is called */
  __u8 protocol, direction;
};
struct pf_answer {
  __u64 valid_until; /* PF_NEVER: until the rules change */
  __u32 rule;        /* id of the one that decides; 0: none */
  __u32 logged;      /* id of the first that only logs; 0: none */
  __u8 action;       /* of the rule that decides; 0: none */
  __u8 flags;
  __u8 enforced, pad[5];
};

enum pf_hook { PF_AT_CONNECT = 1, PF_AT_SEND, PF_AT_PACKET };

/* A record of the ring. */
struct pf_decision {
  __u64 at; /* CLOCK_MONOTONIC */
  __u64 cookie, start_boot_ns, cgroup;
  __u32 pid, uid, rule, bytes;
  __u8 remote[16];
  __u16 remote_port, local_port;
  __u8 action, enforced, direction, protocol, hook;
  __u8 pad[3];
  char comm[16];
};

/* What the search over open sockets tells: a TCP connection that the rules now deny. */
struct pf_denied {
  __u64 cookie;
  __u32 netns, rule;
  __u8 local[16], remote[16];
  __u16 local_port, remote_port;
  __u16 family, pad;
};

/* What the search over running processes tells of each. */
struct pf_running {
  struct pf_executable executable;
  __s64 mtime_ns;
  __u64 start_boot_ns;
  __u32 pid, pad;
};

/* Which build of picket the pinned programs are of, and what they were given. */
struct pf_state {
  __u32 abi, cgroup_level; /* below the root, which has level 0 */
  __u64 build, cgroup;
  __u64 lists; /* a digest of the lists that pf_lists was made from */
};

/* pf_asked(): asked through BPF_PROG_TEST_RUN, after 14 bytes of Ethernet. */
#define PF_ASK_AT 14
struct pf_ask {
  struct pf_question question;
  struct pf_answer answer;
};

enum pf_counter {
  PF_SEARCH_CUT,     /* PF_STEPS_MAX reached */
  PF_NO_STORAGE,     /* a socket's owner could not be kept */
  PF_NO_EXECUTABLE,  /* pf_executables full: a program rule does not hold for a process */
  PF_NO_CGROUP,      /* pf_cgroups full: a unit rule does not hold for a cgroup */
  PF_UNTOLD,         /* ring full: a decision was not told */
  PF_UNREAD,         /* a packet whose headers could not be read; passed */
  PF_PATH_CUT,       /* an executable's path is longer than PF_PATH_MAX: path rules miss it */
  PF_TABLES_MISSING, /* the tables of this generation were not there; passed */
  PF_NO_DRAFT,       /* more programs at once on one processor than there is room for; passed */
  PF_COUNTERS,
};
struct pf_counters {
  __u64 of[PF_COUNTERS];
};
