/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The few kernel structures picket's BPF programs look into, declared by hand with only the fields
 * they use. preserve_access_index makes every access a CO-RE relocation, so offsets come from the
 * running kernel's BTF at load time; no kernel header or BTF is needed to build
 * (docs/decisions/0004-kernel-types-by-hand.md). A field that changed its name or place over the
 * years is declared once more in a structure with a ___suffix and chosen by bpf_core_field_exists.
 */
#pragma once
#include <linux/types.h>
#include <stdbool.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

/* One structure a line where it fits: this is a table, not code. */
/* clang-format off */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct { u32 val; } kuid_t;
typedef struct { int counter; } atomic_t;
typedef s64 time64_t;
struct timespec64 { time64_t tv_sec; long tv_nsec; };

struct ns_common { unsigned int inum; };
struct net { struct ns_common ns; };
struct pid_namespace { struct ns_common ns; };
struct mnt_namespace { struct ns_common ns; };
struct nsproxy { struct mnt_namespace *mnt_ns; struct net *net_ns; };

struct upid { int nr; struct pid_namespace *ns; };
struct pid { unsigned int level; struct upid numbers[1]; };

struct qstr { u32 len; const unsigned char *name; };
struct super_block { u32 s_dev; };
struct inode {
  unsigned short i_mode;
  unsigned long i_ino;
  s64 i_size;
  unsigned int i_nlink;
  struct super_block *i_sb;
};
/* modification time: 6.11 and later, 6.6 to 6.10, before */
struct inode___sec { time64_t i_mtime_sec; u32 i_mtime_nsec; };
struct inode___ts { struct timespec64 __i_mtime; };
struct inode___old { struct timespec64 i_mtime; };

struct dentry { struct dentry *d_parent; struct qstr d_name; struct inode *d_inode; };
struct vfsmount { struct dentry *mnt_root; };
struct mount { struct mount *mnt_parent; struct dentry *mnt_mountpoint; struct vfsmount mnt; };
struct path { struct vfsmount *mnt; struct dentry *dentry; };
struct file { struct path f_path; struct inode *f_inode; void *private_data; };
struct fdtable { unsigned int max_fds; struct file **fd; };
struct files_struct { struct fdtable *fdt; };
struct fs_struct { struct path pwd; };

struct kernfs_node { const char *name; u64 id; };
struct cgroup { struct kernfs_node *kn; int level; struct cgroup *ancestors[1]; };
struct css_set { struct cgroup *dfl_cgrp; };

struct mm_struct { unsigned long arg_start, arg_end; struct file *exe_file; };
struct cred { kuid_t euid; struct { u32 val; } egid; };
struct tty_struct { char name[64]; };
struct signal_struct { atomic_t live; struct tty_struct *tty; int group_exit_code; struct pid *pids[4]; };
struct linux_binprm { struct file *file; const char *filename; };

struct task_struct {
  unsigned int flags;
  int pid, tgid, exit_code;
  u64 start_boottime;
  struct task_struct *real_parent, *group_leader;
  struct mm_struct *mm;
  struct fs_struct *fs;
  struct files_struct *files;
  struct signal_struct *signal;
  const struct cred *cred;
  kuid_t loginuid;
  struct nsproxy *nsproxy;
  struct css_set *cgroups;
  struct pid *thread_pid;
  char comm[16];
};

struct in6_addr { union { u8 u6_addr8[16]; u32 u6_addr32[4]; } in6_u; };
typedef struct { struct net *net; } possible_net_t;
struct sock_common {
  u32 skc_daddr, skc_rcv_saddr;
  u16 skc_dport, skc_num;
  unsigned short skc_family;
  volatile unsigned char skc_state;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct socket;
struct sock {
  struct sock_common __sk_common;
  struct socket *sk_socket;
  u8 sk_kern_sock : 1;
  u8 sk_userlocks : 4;
  u16 sk_protocol, sk_type;
  kuid_t sk_uid;
};
struct socket { short type; struct file *file; struct sock *sk; };
struct tcp_sock { u32 srtt_us, total_retrans; };
struct packet_type { u16 type; };
struct packet_sock { struct packet_type prot_hook; };
struct udp_sock { struct sock sk; };

struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; };
struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; };
struct bpf_iter__task_file {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
  u32 fd;
  struct file *file;
};
struct bpf_iter__tcp { struct bpf_iter_meta *meta; struct sock_common *sk_common; };
struct bpf_iter__udp { struct bpf_iter_meta *meta; struct udp_sock *udp_sk; };

struct trace_event_raw_sys_exit { long id; long ret; };

#pragma clang attribute pop
/* clang-format on */
