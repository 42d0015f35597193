/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled BPF programs, as bytes of the binary. PICKET_BPF_OBJECT is the path of the object. */
        .section .rodata
        .balign 16
        .globl picket_bpf_object
        .globl picket_bpf_object_end
picket_bpf_object:
        .incbin PICKET_BPF_OBJECT
picket_bpf_object_end:
        .section .note.GNU-stack,"",%progbits
