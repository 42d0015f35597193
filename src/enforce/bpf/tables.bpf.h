/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The firewall's tables, and the search for the rule that applies (see firewall_abi.h). */
#pragma once
#include "sensor/bpf/kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "firewall_abi.h"

#define AF_INET 2
#define AF_INET6 10
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define TCP 6
#define UDP 17
#define TCP_STATE_LISTEN 10

/* Tables of one generation, made anew with each change of the rules and put in place whole. */
struct pf_net_table {
  __uint(type, BPF_MAP_TYPE_LPM_TRIE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(struct pf_prefix));
  __uint(value_size, sizeof(__u32));
};
struct pf_key_table {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(struct pf_key));
  __uint(value_size, sizeof(__u32));
};
struct pf_class_table {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_INNER_MAP);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(struct pf_bits));
};
struct pf_rule_table {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_INNER_MAP);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(struct pf_rule));
};
struct pf_scalar_table {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_INNER_MAP);
  __uint(max_entries, 1);
  __uint(key_size, sizeof(__u32));
  __uint(value_size, sizeof(struct pf_scalars));
};

#define PF_TWO_OF(kind)                     \
  __uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS); \
  __uint(max_entries, 2);                   \
  __type(key, __u32);                       \
  __array(values, struct kind)
struct {
  PF_TWO_OF(pf_net_table);
} pf_nets SEC(".maps");
struct {
  PF_TWO_OF(pf_key_table);
} pf_keys SEC(".maps");
struct {
  PF_TWO_OF(pf_class_table);
} pf_classes SEC(".maps");
struct {
  PF_TWO_OF(pf_rule_table);
} pf_rules SEC(".maps");
struct {
  PF_TWO_OF(pf_scalar_table);
} pf_scalars SEC(".maps");
/* Only the first is used: lists change seldom and are large, so they outlive generations. The value
 * is the set of lists that hold the prefix, a bit each. */
struct {
  PF_TWO_OF(pf_net_table);
} pf_lists SEC(".maps");

#define PF_TABLE(kind, entries, key_type, value_type) \
  __uint(type, BPF_MAP_TYPE_##kind);                  \
  __uint(max_entries, entries);                       \
  __type(key, key_type);                              \
  __type(value, value_type)
struct {
  PF_TABLE(ARRAY, 2, __u32, struct pf_config);
} pf_configs SEC(".maps");
struct {
  PF_TABLE(ARRAY, 1, __u32, struct pf_current);
} pf_currents SEC(".maps");
struct {
  PF_TABLE(ARRAY, 1, __u32, struct pf_counters);
} pf_losses SEC(".maps");
struct {
  PF_TABLE(ARRAY, 1, __u32, struct pf_state);
} pf_states SEC(".maps");
struct {
  PF_TABLE(HASH, PF_RULES_MAX, __u32, struct pf_hits);
} pf_hits SEC(".maps");
struct {
  PF_TABLE(HASH, PF_EXECUTABLES_MAX, struct pf_executable, struct pf_program);
} pf_executables SEC(".maps");
struct {
  PF_TABLE(HASH, PF_CGROUPS_MAX, __u64, struct pf_units);
} pf_cgroups SEC(".maps");
struct {
  PF_TABLE(HASH, PF_NAMES_MAX, struct pf_path, __u32);
  __uint(map_flags, BPF_F_NO_PREALLOC);
} pf_paths SEC(".maps");
struct {
  PF_TABLE(HASH, PF_NAMES_MAX, struct pf_unit, __u32);
  __uint(map_flags, BPF_F_NO_PREALLOC);
} pf_unit_names SEC(".maps");
/* Read by user space only: which executables to look for, which sets of lists there are. */
struct {
  PF_TABLE(HASH, PF_NAMES_MAX, struct pf_digest, __u32);
  __uint(map_flags, BPF_F_NO_PREALLOC);
} pf_digests SEC(".maps");
struct {
  PF_TABLE(HASH, PF_LIST_MASKS_MAX, __u32, __u32);
} pf_list_masks SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, PF_RING_BYTES);
} pf_ring SEC(".maps");

/* Functions with a key of their own are not inlined: each copy would take room on the one stack of
 * 512 bytes that a chain of calls has. */
static __noinline void count(__u32 which) {
  __u32 zero = 0;
  struct pf_counters* counters = bpf_map_lookup_elem(&pf_losses, &zero);
  if (counters && which < PF_COUNTERS) __sync_fetch_and_add(&counters->of[which], 1);
}

static __noinline struct pf_config* config_of(__u32 parity) {
  return bpf_map_lookup_elem(&pf_configs, &parity);
}

static __noinline struct pf_current* current_rules(void) {
  __u32 zero = 0;
  return bpf_map_lookup_elem(&pf_currents, &zero);
}

/* The classes of one question. Where a dimension has two, a rule is satisfied by either. */
struct classes {
  __u32 net, list, port, protocol, path, digest, user, unit, outer_unit;
};

static __noinline __u32 class_of_key(void* keys, __u32 kind, __u32 value, __u32 other) {
  struct pf_key key = {.kind = kind, .value = value};
  __u32* found = value || kind == PF_KEY_USER ? bpf_map_lookup_elem(keys, &key) : 0;
  return found ? *found : other;
}

static __noinline __u32 class_of_scalar(void* scalars, __u32 index) {
  __u32 row = index / PF_SCALARS_ROW;
  struct pf_scalars* classes = bpf_map_lookup_elem(scalars, &row);
  return classes ? classes->classes[index % PF_SCALARS_ROW] : PF_CLASS_ALL;
}

static __always_inline bool find_classes(__u32 parity, struct pf_config* config,
                                         struct pf_question* q, struct classes* found) {
  void* keys = bpf_map_lookup_elem(&pf_keys, &parity);
  void* scalars = bpf_map_lookup_elem(&pf_scalars, &parity);
  if (!keys || !scalars) return false;
  __u32 uses = config->uses;
  if (uses & PF_USES_NET) {
    void* nets = bpf_map_lookup_elem(&pf_nets, &parity);
    __u32* class = nets ? bpf_map_lookup_elem(nets, &q->remote) : 0;
    found->net = class ? *class : config->other_net;
    found->list = found->net;
  }
  if (uses & PF_USES_LISTS) {
    __u32 zero = 0;
    void* lists = bpf_map_lookup_elem(&pf_lists, &zero);
    __u32* mask = lists ? bpf_map_lookup_elem(lists, &q->remote) : 0;
    found->list = class_of_key(keys, PF_KEY_LISTS, mask ? *mask : 0, config->other_lists);
    if (!(uses & PF_USES_NET)) found->net = found->list;
  }
  if (uses & PF_USES_PORT) found->port = class_of_scalar(scalars, q->port);
  if (uses & PF_USES_PROTOCOL)
    found->protocol = class_of_scalar(
        scalars, PF_SCALAR_PROTOCOLS + (q->direction == PF_IN ? 256 : 0) + q->protocol);
  if (uses & PF_USES_PROGRAM) {
    struct pf_program* program = bpf_map_lookup_elem(&pf_executables, &q->executable);
    found->path =
        class_of_key(keys, PF_KEY_PATH, program ? program->path : 0, config->other_program);
    found->digest =
        class_of_key(keys, PF_KEY_DIGEST, program ? program->digest : 0, config->other_program);
  }
  if (uses & PF_USES_USER)
    found->user = class_of_key(keys, PF_KEY_USER, q->user, config->other_user);
  if (uses & PF_USES_UNIT) {
    struct pf_units* units = bpf_map_lookup_elem(&pf_cgroups, &q->cgroup);
    found->unit = class_of_key(keys, PF_KEY_UNIT, units ? units->unit[0] : 0, config->other_unit);
    found->outer_unit =
        class_of_key(keys, PF_KEY_UNIT, units ? units->unit[1] : 0, config->other_unit);
  }
  return true;
}

/* The place of the lowest bit that is set: how many are below it. Without branches, which the
 * verifier would follow to 64 different ends. */
static __always_inline __u32 lowest_bit(__u64 word) {
  __u64 below = (word & -word) - 1;
  below -= below >> 1 & 0x5555555555555555ull;
  below = (below & 0x3333333333333333ull) + (below >> 2 & 0x3333333333333333ull);
  below = (below + (below >> 4)) & 0x0f0f0f0f0f0f0f0full;
  return (__u32)(below * 0x0101010101010101ull >> 56);
}

static __always_inline bool is_loopback(const __u8* address) {
  const __u32* words = (const __u32*)address;
  if (words[0] || words[1]) return false;
  if (words[2] == bpf_htonl(0xffff)) return address[12] == 127;
  return !words[2] && words[3] == bpf_htonl(1);
}

static __noinline void note_hit(__u32 rule, __u32 hits, __u32 packets, __u32 bytes) {
  struct pf_hits* of = bpf_map_lookup_elem(&pf_hits, &rule);
  if (!of) return;
  if (hits) __sync_fetch_and_add(&of->hits, hits);
  if (packets) __sync_fetch_and_add(&of->packets, packets);
  if (bytes) __sync_fetch_and_add(&of->bytes, bytes);
  of->last = bpf_ktime_get_boot_ns();
}

/* A search under way: the sets to be cut, and how far it is. */
struct search {
  struct pf_bits *net, *list, *port, *protocol, *path, *digest, *user, *unit, *outer;
  void* rules;
  struct pf_answer* answer;
  __u64 words; /* of this group that may hold a rule */
  __u64 left;  /* rules of this word not looked at */
  __u64 now;
  __u32 group, word;
  __u32 loopback, enforce, done;
};

#define CUT(s, part, at)                                                                        \
  (((s)->net->part[at] | (s)->list->part[at]) & (s)->port->part[at] & (s)->protocol->part[at] & \
   ((s)->path->part[at] | (s)->digest->part[at]) & (s)->user->part[at] &                        \
   ((s)->unit->part[at] | (s)->outer->part[at]))

/* Whether the rule with this index decides. */
static __always_inline bool rule_decides(struct search* s, __u32 index) {
  struct pf_rule* rule = bpf_map_lookup_elem(s->rules, &index);
  struct pf_answer* answer = s->answer;
  if (!rule || (s->loopback && !(rule->flags & PF_RULE_LOOPBACK))) return false;
  if (rule->expires != PF_NEVER) {
    if (!s->now) s->now = bpf_ktime_get_boot_ns();
    if (rule->expires <= s->now) return false;
    if (rule->expires < answer->valid_until) answer->valid_until = rule->expires;
  }
  if (rule->action == PF_LOG) {
    if (!answer->logged) answer->logged = rule->id;
    return false;
  }
  answer->rule = rule->id;
  answer->action = rule->action;
  answer->flags = rule->flags;
  answer->enforced = s->enforce != 0;
  return true;
}

static long search_step(__u32 step, struct search* s) {
  if (s->left) {
    __u32 index = s->word * 64 + lowest_bit(s->left);
    s->left &= s->left - 1;
    if (!rule_decides(s, index)) return 0;
    s->done = 1;
    return 1;
  }
  if (s->words) {
    __u32 word = (s->group * 64 + lowest_bit(s->words)) & (PF_WORDS - 1);
    s->words &= s->words - 1;
    s->left = CUT(s, words, word);
    s->word = word;
    return 0;
  }
  __u32 group = s->group + 1;
  if (group >= PF_SUMMARY_WORDS) {
    s->done = 1;
    return 1;
  }
  s->group = group;
  s->words = CUT(s, summary, group & (PF_SUMMARY_WORDS - 1));
  return 0;
}

/* Puts the sets that belong to the question into the search; false: the tables are not there. */
static __always_inline bool begin_search(struct search* s, __u32 parity, struct pf_config* config,
                                         struct pf_question* q) {
  struct classes of = {};
  void* classes = bpf_map_lookup_elem(&pf_classes, &parity);
  s->rules = bpf_map_lookup_elem(&pf_rules, &parity);
  if (!classes || !s->rules || !find_classes(parity, config, q, &of)) return false;
  s->net = bpf_map_lookup_elem(classes, &of.net);
  s->list = bpf_map_lookup_elem(classes, &of.list);
  s->port = bpf_map_lookup_elem(classes, &of.port);
  s->protocol = bpf_map_lookup_elem(classes, &of.protocol);
  s->path = bpf_map_lookup_elem(classes, &of.path);
  s->digest = bpf_map_lookup_elem(classes, &of.digest);
  s->user = bpf_map_lookup_elem(classes, &of.user);
  s->unit = bpf_map_lookup_elem(classes, &of.unit);
  s->outer = bpf_map_lookup_elem(classes, &of.outer_unit);
  if (!s->net || !s->list || !s->port || !s->protocol || !s->path || !s->digest || !s->user ||
      !s->unit || !s->outer)
    return false;
  s->words = CUT(s, summary, 0);
  return true;
}

/* The first rule in order that applies and decides. One that only logs is noted in `answer` and
 * passed over. Verified once, for all callers. */
__noinline int pf_decide(struct pf_question* q, struct pf_answer* answer) {
  if (!q || !answer) return 1;
  answer->valid_until = PF_NEVER;
  answer->rule = answer->logged = 0;
  answer->action = answer->flags = answer->enforced = 0;
  struct pf_current* current = current_rules();
  if (!current) return 1;
  __u32 parity = current->generation & 1;
  struct pf_config* config = config_of(parity);
  if (!config || !config->rules) return 0;
  struct search search = {.answer = answer, .enforce = config->enforce};
  search.loopback = is_loopback(q->remote.address);
  if (search.loopback && !(config->uses & PF_USES_LOOPBACK)) return 0;
  if (!begin_search(&search, parity, config, q)) {
    count(PF_TABLES_MISSING);
    return 1;
  }
  bpf_loop(PF_STEPS_MAX, search_step, &search, 0);
  if (!search.done) count(PF_SEARCH_CUT);
  return 0;
}
