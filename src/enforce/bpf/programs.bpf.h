/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Which processes and cgroups rules name: programs by path as they are started, cgroups as they are
 * made; and the search over what is there already. */
#pragma once
#include "packets.bpf.h"

#include "sensor/bpf/inode_time.bpf.h"

#define PATH_STEPS_MAX 64
#define PATH_MASK (PF_PATH_MAX - 1)

/* Tracepoints run with preemption off, and a draft is used up before the program ends; the iterator
 * has one of its own. */
enum { DRAFT_EXEC, DRAFT_ITERATOR };
struct pf_path_draft {
  char text[PF_PATH_MAX * 2]; /* the last component may reach beyond PF_PATH_MAX */
};
struct {
  PF_TABLE(PERCPU_ARRAY, 2, __u32, struct pf_path_draft);
} pf_path_drafts SEC(".maps");

struct ascent {
  struct dentry* dentry;
  struct mount* mount;
  __u32 which, at, cut;
};

static long ascend(__u32 step, struct ascent* ascent) {
  struct dentry* dentry = ascent->dentry;
  struct mount* mount = ascent->mount;
  struct dentry* parent = BPF_CORE_READ(dentry, d_parent);
  if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
    struct mount* above = BPF_CORE_READ(mount, mnt_parent);
    if (above == mount) return 1;
    ascent->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
    ascent->mount = above;
    return 0;
  }
  if (dentry == parent) return 1;
  __u32 which = ascent->which, at = ascent->at;
  struct pf_path_draft* draft = bpf_map_lookup_elem(&pf_path_drafts, &which);
  if (!draft || at >= PF_PATH_MAX) {
    ascent->cut = 1;
    return 1;
  }
  asm volatile("" : "+r"(at));
  at &= PATH_MASK;
  long length =
      bpf_probe_read_kernel_str(&draft->text[at], PF_PATH_MAX, BPF_CORE_READ(dentry, d_name.name));
  if (length <= 0) return 1;
  ascent->at = at + (__u32)length;
  ascent->dentry = parent;
  return 0;
}

static long clear_word(__u32 index, __u32* which) {
  struct pf_path_draft* draft = bpf_map_lookup_elem(&pf_path_drafts, which);
  if (!draft || index >= sizeof draft->text / 8) return 1;
  ((__u64*)draft->text)[index] = 0;
  return 0;
}

/* Whether a rule names the program by its path, and if so which number that has. A file that was
 * renamed stays the program it was; one that was changed is another. */
static __always_inline void identify(struct task_struct* task, struct file* file, __u32 which) {
  __u32 path = 0;
  struct pf_path_draft* draft = bpf_map_lookup_elem(&pf_path_drafts, &which);
  if (!draft) return;
  bpf_loop(sizeof draft->text / 8, clear_word, &which, 0);
  struct vfsmount* mnt = BPF_CORE_READ(file, f_path.mnt);
  struct ascent ascent = {.which = which, .dentry = BPF_CORE_READ(file, f_path.dentry)};
  ascent.mount = (struct mount*)((char*)mnt - bpf_core_field_offset(struct mount, mnt));
  bpf_loop(PATH_STEPS_MAX, ascend, &ascent, 0);
  if (ascent.cut || ascent.at >= PF_PATH_MAX) {
    count(PF_PATH_CUT);
  } else {
    __u32* named = bpf_map_lookup_elem(&pf_paths, draft->text);
    if (named) path = *named;
  }
  struct pf_executable executable;
  executable_of(task, &executable);
  __s64 mtime_ns = inode_mtime(BPF_CORE_READ(file, f_inode));
  struct pf_program* known = bpf_map_lookup_elem(&pf_executables, &executable);
  if (!path && (!known || known->mtime_ns == mtime_ns)) return;
  if (!path && !known->digest) {
    bpf_map_delete_elem(&pf_executables, &executable);
    return;
  }
  struct pf_program program = {.path = path, .mtime_ns = mtime_ns};
  if (known && known->mtime_ns == mtime_ns) program.digest = known->digest;
  if (bpf_map_update_elem(&pf_executables, &executable, &program, BPF_ANY)) count(PF_NO_EXECUTABLE);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(pf_exec, struct task_struct* task, int old_pid, struct linux_binprm* bprm) {
  struct pf_current* current = current_rules();
  struct pf_config* config = current ? config_of(current->generation & 1) : 0;
  if (!config || !(config->uses & PF_USES_PROGRAM)) return 0;
  identify(task, BPF_CORE_READ(bprm, file), DRAFT_EXEC);
  return 0;
}

/* The programs that run already. */
SEC("iter/task")
int pf_running_programs(struct bpf_iter__task* context) {
  struct task_struct* task = context->task;
  if (!task || task->pid != task->tgid) return 0;
  struct mm_struct* mm = BPF_CORE_READ(task, mm);
  struct file* file = mm ? BPF_CORE_READ(mm, exe_file) : 0;
  if (!file) return 0;
  identify(task, file, DRAFT_ITERATOR);
  struct pf_running running = {.pid = (__u32)task->tgid, .start_boot_ns = task->start_boottime};
  executable_of(task, &running.executable);
  running.mtime_ns = inode_mtime(BPF_CORE_READ(file, f_inode));
  bpf_seq_write(context->meta->seq, &running, sizeof running);
  return 0;
}

/* A cgroup belongs to the units its parent belongs to, and to the one of its own name. */
SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(pf_cgroup_made, struct cgroup* made, const char* path) {
  struct pf_unit name = {};
  bpf_probe_read_kernel_str(name.name, sizeof name.name, BPF_CORE_READ(made, kn, name));
  __u32* own = bpf_map_lookup_elem(&pf_unit_names, &name);
  int level = BPF_CORE_READ(made, level);
  __u64 id = BPF_CORE_READ(made, kn, id), above_id = 0;
  if (level > 0) {
    struct cgroup** above = (void*)((char*)made + bpf_core_field_offset(struct cgroup, ancestors));
    struct cgroup* parent = 0;
    bpf_probe_read_kernel(&parent, sizeof parent, above + (level - 1));
    if (parent) above_id = BPF_CORE_READ(parent, kn, id);
  }
  struct pf_units units = {};
  struct pf_units* inherited = bpf_map_lookup_elem(&pf_cgroups, &above_id);
  if (inherited) units = *inherited;
  if (own) {
    units.unit[1] = units.unit[0];
    units.unit[0] = *own;
  }
  if (units.unit[0] && bpf_map_update_elem(&pf_cgroups, &id, &units, BPF_ANY)) count(PF_NO_CGROUP);
  return 0;
}

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(pf_cgroup_gone, struct cgroup* gone, const char* path) {
  __u64 id = BPF_CORE_READ(gone, kn, id);
  bpf_map_delete_elem(&pf_cgroups, &id);
  return 0;
}

/* ---- what is open already ---- */

/* Whether the firewall is for this task: the programs at the hooks need not ask. */
static __always_inline bool in_scope(struct task_struct* task) {
  __u32 zero = 0;
  struct pf_state* state = bpf_map_lookup_elem(&pf_states, &zero);
  if (!state || !state->cgroup_level) return true;
  struct cgroup* mine = BPF_CORE_READ(task, cgroups, dfl_cgrp);
  __u32 level = state->cgroup_level;
  if (BPF_CORE_READ(mine, level) < (int)level) return false;
  struct cgroup** above = (void*)((char*)mine + bpf_core_field_offset(struct cgroup, ancestors));
  struct cgroup* ancestor = 0;
  if (bpf_probe_read_kernel(&ancestor, sizeof ancestor, above + level)) return false;
  return BPF_CORE_READ(ancestor, kn, id) == state->cgroup;
}

/* Gives a socket that is open an owner, and tells TCP connections that the rules deny. Run twice:
 * the first run finds who listens. */
SEC("iter/task_file")
int pf_open_sockets(struct bpf_iter__task_file* context) {
  struct task_struct* task = context->task;
  struct file* file = context->file;
  if (!task || !file || !in_scope(task)) return 0;
  struct socket* made = bpf_sock_from_file(file);
  struct sock* sk = made ? made->sk : 0;
  if (!sk) return 0;
  __u16 family = sk->__sk_common.skc_family;
  if (family != AF_INET && family != AF_INET6) return 0;
  struct pf_socket* socket = bpf_sk_storage_get(&pf_sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
  if (!socket) {
    count(PF_NO_STORAGE);
    return 0;
  }
  if (!socket->owned) own_by(socket, task);
  socket->cookie = bpf_get_socket_cookie(sk);
  struct pf_listening place = {.netns = sk->__sk_common.skc_net.net->ns.inum,
                               .port = sk->__sk_common.skc_num};
  if (sk->sk_protocol != TCP) return 0;
  __u8 state = sk->__sk_common.skc_state, one = 1;
  if (state == TCP_STATE_LISTEN) {
    bpf_map_update_elem(&pf_listeners, &place, &one, BPF_ANY);
    return 0;
  }
  if (state == 7 || !sk->__sk_common.skc_dport) return 0;
  if (socket->role == PF_ROLE_UNKNOWN && bpf_map_lookup_elem(&pf_listeners, &place))
    socket->role = PF_SERVER;
  struct pf_question q = {};
  ask_about(&q, socket);
  struct pf_denied denied = {.cookie = socket->cookie, .netns = place.netns, .family = family};
  if (family == AF_INET) {
    put_v4(q.remote.address, sk->__sk_common.skc_daddr);
    put_v4(denied.local, sk->__sk_common.skc_rcv_saddr);
  } else {
    BPF_CORE_READ_INTO(&q.remote.address, sk, __sk_common.skc_v6_daddr);
    BPF_CORE_READ_INTO(&denied.local, sk, __sk_common.skc_v6_rcv_saddr);
  }
  copy16(denied.remote, q.remote.address);
  denied.remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
  denied.local_port = (__u16)place.port;
  q.protocol = TCP;
  q.direction = socket->role == PF_SERVER ? PF_IN : PF_OUT;
  q.port = q.direction == PF_IN ? denied.local_port : denied.remote_port;
  struct pf_answer answer;
  pf_decide(&q, &answer);
  denied.rule = answer.rule;
  if (answer.enforced && (answer.action == PF_BLOCK || answer.action == PF_REJECT))
    bpf_seq_write(context->meta->seq, &denied, sizeof denied);
  return 0;
}

/* The tables' answer to one question, for tests and measurements: nothing is attached. */
SEC("tc")
int pf_asked(struct __sk_buff* skb) {
  struct pf_ask ask;
  if (bpf_skb_load_bytes(skb, PF_ASK_AT, &ask, sizeof ask)) return -1;
  pf_decide(&ask.question, &ask.answer);
  return bpf_skb_store_bytes(skb, PF_ASK_AT, &ask, sizeof ask, 0) ? -1 : 0;
}
