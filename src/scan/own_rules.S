// SPDX-License-Identifier: Apache-2.0
// picket's own YARA rules as bytes of the program.
  .section .rodata
  .global picket_yara_rules_begin
  .global picket_yara_rules_end
picket_yara_rules_begin:
  .incbin PICKET_YARA_RULES
picket_yara_rules_end:
  .byte 0
  .section .note.GNU-stack, "", @progbits
