/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Processes: exec, fork, exit, moves between cgroups, and those that run already. */
#pragma once
#include "common.bpf.h"
#include "inode_time.bpf.h"

/* One record being put together. data holds up to three strings of PK_STRING_MAX bytes, each
 * appended at an offset below PK_STRING_MAX * 3, which the masks below let the verifier see. */
#define PK_DATA_MASK (PK_STRING_MAX * 4 - 1)
struct pk_draft {
  struct pk_process record;
  char data[PK_STRING_MAX * 5];
};

/* Tracepoints and iterators run with preemption off or from one reader, and a draft is used up
 * before the program ends; one per kind of program, so an iterator and a tracepoint that interrupts
 * it never share. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 2);
  __type(key, __u32);
  __type(value, struct pk_draft);
} pk_drafts SEC(".maps");

enum { DRAFT_EXEC, DRAFT_ITERATOR };

struct path_walk {
  struct dentry* dentry;
  struct mount* mount;
  __u32 draft;
  __u32 from; /* where this path began in data */
  __u32 at;   /* where the next component goes */
  __u32 cut;
};

static long walk_up(__u32 step, struct path_walk* walk) {
  struct dentry* dentry = walk->dentry;
  struct mount* mount = walk->mount;
  struct dentry* parent = BPF_CORE_READ(dentry, d_parent);
  if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
    struct mount* above = BPF_CORE_READ(mount, mnt_parent);
    if (above == mount) return 1;
    walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
    walk->mount = above;
    return 0;
  }
  if (dentry == parent) return 1;
  if (walk->at - walk->from > PK_STRING_MAX - 257) {
    walk->cut = 1;
    return 1;
  }
  __u32 key = walk->draft;
  struct pk_draft* draft = bpf_map_lookup_elem(&pk_drafts, &key);
  if (!draft) return 1;
  const unsigned char* name = BPF_CORE_READ(dentry, d_name.name);
  __u32 at = walk->at;
  asm volatile("" : "+r"(at));
  at &= PK_DATA_MASK;
  long length = bpf_probe_read_kernel_str(&draft->data[at], 256, name);
  if (length <= 0) return 1;
  walk->at = at + (__u32)length;
  walk->dentry = parent;
  return 0;
}

/* Appends the components of a path, leaf first. Returns the new end of data. */
static __always_inline __u32 append_path(__u32 which, struct dentry* dentry, struct vfsmount* mnt,
                                         __u32 at, __u32* cut) {
  struct path_walk walk = {.dentry = dentry, .draft = which, .from = at, .at = at};
  walk.mount = (struct mount*)((char*)mnt - bpf_core_field_offset(struct mount, mnt));
  long steps = bpf_loop(PK_PATH_DEPTH_MAX, walk_up, &walk, 0);
  if (steps >= PK_PATH_DEPTH_MAX || walk.cut) {
    *cut = 1;
    count(PK_PATH_TOO_LONG);
  }
  return walk.at;
}

static __always_inline void fill_pid_namespace(struct pk_process* record,
                                               struct task_struct* task) {
  struct pid* pid = BPF_CORE_READ(task, group_leader, thread_pid);
  unsigned int level = BPF_CORE_READ(pid, level);
  if (level > 32) level = 32; /* MAX_PID_NS_LEVEL */
  struct upid* numbers = (void*)((char*)pid + bpf_core_field_offset(struct pid, numbers));
  struct upid* mine = (void*)((char*)numbers + level * bpf_core_type_size(struct upid));
  record->pid_in_ns = (__u32)BPF_CORE_READ(mine, nr);
  record->pidns = BPF_CORE_READ(mine, ns, ns.inum);
}

/* Whether somebody on the network types into it: standard input or output is an Internet socket. */
#define PK_FILE_TYPE 0170000
#define PK_FILE_IS_SOCKET 0140000
static __always_inline int streams_are_sockets(struct task_struct* task) {
  struct file** files = BPF_CORE_READ(task, files, fdt, fd);
  int found = 0;
#pragma unroll
  for (int i = 0; i < 2; ++i) {
    struct file* file = 0;
    if (bpf_probe_read_kernel(&file, sizeof file, files + i) || !file) continue;
    if ((BPF_CORE_READ(file, f_inode, i_mode) & PK_FILE_TYPE) != PK_FILE_IS_SOCKET) continue;
    struct socket* socket = BPF_CORE_READ(file, private_data);
    unsigned short family = BPF_CORE_READ(socket, sk, __sk_common.skc_family);
    if (family == 2 || family == 10) found = 1; /* AF_INET, AF_INET6 */
  }
  return found;
}

/* Everything but the strings. */
static __always_inline void fill_process(struct pk_process* record, struct task_struct* task) {
  record->header.type = PK_PROCESS;
  record->header.at = bpf_ktime_get_ns();
  record->start_boot_ns = process_start(task);
  record->parent_start_boot_ns = BPF_CORE_READ(task, real_parent, group_leader, start_boottime);
  record->cgroup_id = task_cgroup_id(task);
  record->pid = (__u32)BPF_CORE_READ(task, tgid);
  record->parent_pid = (__u32)BPF_CORE_READ(task, real_parent, tgid);
  record->uid = BPF_CORE_READ(task, cred, euid.val);
  record->gid = BPF_CORE_READ(task, cred, egid.val);
  record->login_uid =
      bpf_core_field_exists(task->loginuid) ? BPF_CORE_READ(task, loginuid.val) : ~0u;
  struct pid* session = BPF_CORE_READ(task, signal, pids[3]); /* PIDTYPE_SID */
  record->session_id = session ? (__u32)BPF_CORE_READ(session, numbers[0].nr) : 0;
  record->netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
  record->mntns = 0;
  record->flags = 0;
  record->exe_len = record->cwd_len = record->invoked_len = record->args_len = 0;
  record->inode = record->file_size = 0;
  record->mtime_ns = 0;
  record->device = 0;
  fill_pid_namespace(record, task);
  BPF_CORE_READ_INTO(&record->comm, task, comm);
  record->tty[0] = 0;
  struct tty_struct* tty = BPF_CORE_READ(task, signal, tty);
  if (tty) bpf_probe_read_kernel_str(record->tty, PK_TTY_LEN, &tty->name);
  if (BPF_CORE_READ(task, flags) & PF_KTHREAD)
    record->flags |= PK_KERNEL_THREAD;
  else if (streams_are_sockets(task))
    record->flags |= PK_STREAMS_SOCKET;
}

static __always_inline __u32 append_executable(struct pk_draft* draft, __u32 which,
                                               struct file* file) {
  struct pk_process* record = &draft->record;
  struct inode* inode = BPF_CORE_READ(file, f_inode);
  struct dentry* dentry = BPF_CORE_READ(file, f_path.dentry);
  __u32 cut = 0;
  record->inode = BPF_CORE_READ(inode, i_ino);
  record->file_size = (__u64)BPF_CORE_READ(inode, i_size);
  record->device = BPF_CORE_READ(inode, i_sb, s_dev);
  record->mtime_ns = inode_mtime(inode);
  if (BPF_CORE_READ(inode, i_nlink) == 0) record->flags |= PK_DELETED;
  __u32 end = append_path(which, dentry, BPF_CORE_READ(file, f_path.mnt), 0, &cut);
  if (end == 0) { /* a file without a place in any tree: memfd_create */
    long length = bpf_probe_read_kernel_str(draft->data, 256, BPF_CORE_READ(dentry, d_name.name));
    if (length > 0) end = (__u32)length;
    record->flags |= PK_MEMFD;
  }
  if (cut) record->flags |= PK_PATH_CUT;
  record->exe_len = (__u16)end;
  return end;
}

static __always_inline __u32 append_cwd(struct pk_draft* draft, __u32 which,
                                        struct task_struct* task, __u32 at) {
  struct fs_struct* fs = BPF_CORE_READ(task, fs);
  __u32 cut = 0;
  if (!fs) return at;
  __u32 end =
      append_path(which, BPF_CORE_READ(fs, pwd.dentry), BPF_CORE_READ(fs, pwd.mnt), at, &cut);
  draft->record.cwd_len = (__u16)(end - at);
  return end;
}

static __always_inline __u32 record_size(struct pk_draft* draft, __u32 end) {
  __u32 size = sizeof(struct pk_process) + end;
  if (size > sizeof(struct pk_draft) - PK_STRING_MAX)
    size = sizeof(struct pk_draft) - PK_STRING_MAX;
  draft->record.header.size = size;
  return size;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(pk_exec, struct task_struct* task, int old_pid, struct linux_binprm* bprm) {
  __u32 which = DRAFT_EXEC;
  struct pk_draft* draft = bpf_map_lookup_elem(&pk_drafts, &which);
  if (!draft) return 0;
  fill_process(&draft->record, task);
  draft->record.flags |= PK_EXEC;
  __u32 end = append_executable(draft, which, BPF_CORE_READ(bprm, file));
  end = append_cwd(draft, which, task, end);

  end &= PK_DATA_MASK;
  long length = bpf_probe_read_kernel_str(&draft->data[end], 256, BPF_CORE_READ(bprm, filename));
  if (length > 0) {
    draft->record.invoked_len = (__u16)length;
    end += (__u32)length;
  }
  __u64 from = BPF_CORE_READ(task, mm, arg_start);
  __u64 args = BPF_CORE_READ(task, mm, arg_end) - from;
  if (args > PK_STRING_MAX - 1) {
    args = PK_STRING_MAX - 1;
    draft->record.flags |= PK_ARGS_CUT;
  }
  __u32 wanted = (__u32)args;
  asm volatile("" : "+r"(wanted));
  wanted &= PK_STRING_MAX - 1;
  end &= PK_DATA_MASK;
  if (wanted && bpf_probe_read_user(&draft->data[end], wanted, (void*)from) == 0) {
    draft->record.args_len = (__u16)wanted;
    end += wanted;
  }
  __u32 size = record_size(draft, end);
  if (bpf_ringbuf_output(&pk_ring, draft, size, BPF_RB_NO_WAKEUP)) count(PK_LOST_PROCESS);
  return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(pk_fork, struct task_struct* parent, struct task_struct* child) {
  if (child->pid != child->tgid) return 0; /* a thread */
  struct pk_fork* record = bpf_ringbuf_reserve(&pk_ring, sizeof *record, 0);
  if (!record) {
    count(PK_LOST_PROCESS);
    return 0;
  }
  record->header.type = PK_FORK;
  record->header.size = sizeof *record;
  record->header.at = bpf_ktime_get_ns();
  record->pid = (__u32)child->tgid;
  record->start_boot_ns = child->start_boottime;
  /* Whose image the child runs: the caller of fork, not whoever becomes its parent. */
  record->parent_pid = (__u32)parent->tgid;
  record->parent_start_boot_ns = process_start(parent);
  record->cgroup_id = task_cgroup_id(child);
  record->uid = BPF_CORE_READ(child, cred, euid.val);
  record->pad = 0;
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(pk_exit, struct task_struct* task) {
  if (BPF_CORE_READ(task, signal, live.counter) != 0) return 0; /* other threads live on */
  struct pk_exit* record = bpf_ringbuf_reserve(&pk_ring, sizeof *record, 0);
  if (!record) {
    count(PK_LOST_PROCESS);
    return 0;
  }
  record->header.type = PK_EXIT;
  record->header.size = sizeof *record;
  record->header.at = bpf_ktime_get_ns();
  record->pid = (__u32)task->tgid;
  record->start_boot_ns = process_start(task);
  int group_code = BPF_CORE_READ(task, signal, group_exit_code);
  record->exit_code = group_code ? group_code : task->exit_code;
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}

SEC("tp_btf/cgroup_attach_task")
int BPF_PROG(pk_move, struct cgroup* to, const char* path, struct task_struct* task) {
  if (task->pid != task->tgid) return 0;
  struct pk_move* record = bpf_ringbuf_reserve(&pk_ring, sizeof *record, 0);
  if (!record) {
    count(PK_LOST_PROCESS);
    return 0;
  }
  record->header.type = PK_MOVE;
  record->header.size = sizeof *record;
  record->header.at = bpf_ktime_get_ns();
  record->pid = (__u32)task->tgid;
  record->start_boot_ns = process_start(task);
  /* A v1 hierarchy fires this too; the id asked for is always that of the unified one. */
  record->cgroup_id = task_cgroup_id(task);
  record->pad = 0;
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}

#define PK_CGROUP_PATH_MAX 512
SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(pk_cgroup_made, struct cgroup* made, const char* path) {
  struct {
    struct pk_cgroup record;
    char path[PK_CGROUP_PATH_MAX];
  }* record = bpf_ringbuf_reserve(&pk_ring, sizeof *record, 0);
  if (!record) {
    count(PK_LOST_PROCESS);
    return 0;
  }
  record->record.header.type = PK_CGROUP;
  record->record.header.size = sizeof *record;
  record->record.header.at = bpf_ktime_get_ns();
  record->record.cgroup_id = made->kn->id;
  record->record.pad = 0;
  long length = bpf_probe_read_kernel_str(record->path, PK_CGROUP_PATH_MAX, path);
  record->record.path_len = length > 0 ? (__u32)length - 1 : 0;
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}

SEC("iter/task")
int pk_iter_tasks(struct bpf_iter__task* context) {
  struct task_struct* task = context->task;
  if (!task || task->pid != task->tgid) return 0;
  __u32 which = DRAFT_ITERATOR;
  struct pk_draft* draft = bpf_map_lookup_elem(&pk_drafts, &which);
  if (!draft) return 0;
  fill_process(&draft->record, task);
  struct mm_struct* mm = BPF_CORE_READ(task, mm);
  struct file* file = mm ? BPF_CORE_READ(mm, exe_file) : 0;
  __u32 end = 0;
  if (file) end = append_executable(draft, which, file);
  end = append_cwd(draft, which, task, end);
  bpf_seq_write(context->meta->seq, draft, record_size(draft, end));
  return 0;
}
