/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* When a file was last changed, on kernels that keep it in different members. */
#pragma once
#include "kernel_types.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

static __always_inline s64 inode_mtime(struct inode* inode) {
  struct inode___sec* recent = (void*)inode;
  struct inode___ts* middle = (void*)inode;
  struct inode___old* old = (void*)inode;
  if (bpf_core_field_exists(recent->i_mtime_sec))
    return BPF_CORE_READ(recent, i_mtime_sec) * 1000000000ll + BPF_CORE_READ(recent, i_mtime_nsec);
  if (bpf_core_field_exists(middle->__i_mtime))
    return BPF_CORE_READ(middle, __i_mtime.tv_sec) * 1000000000ll +
           BPF_CORE_READ(middle, __i_mtime.tv_nsec);
  return BPF_CORE_READ(old, i_mtime.tv_sec) * 1000000000ll + BPF_CORE_READ(old, i_mtime.tv_nsec);
}
