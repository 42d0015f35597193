/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled firewall, as bytes of the binary. PICKET_FIREWALL_OBJECT is the path of the object. */
        .section .rodata
        .balign 16
        .globl picket_firewall_object
        .globl picket_firewall_object_end
picket_firewall_object:
        .incbin PICKET_FIREWALL_OBJECT
picket_firewall_object_end:
        .section .note.GNU-stack,"",%progbits
