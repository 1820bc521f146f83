# A unit whose names are numbers of .debug_str_offsets, as clang writes them: struct indexed { int value; }.
    .section .debug_abbrev,"",@progbits
    .uleb128 1, 0x11
    .byte 1
    .uleb128 0x72, 0x17, 0, 0
    .uleb128 2, 0x13
    .byte 1
    .uleb128 0x03, 0x25, 0x0b, 0x0b, 0, 0
    .uleb128 3, 0x0d
    .byte 0
    .uleb128 0x03, 0x26, 0x49, 0x13, 0x38, 0x0b, 0, 0
    .uleb128 4, 0x24
    .byte 0
    .uleb128 0x03, 0x1a, 0x0b, 0x0b, 0x3e, 0x0b, 0, 0
    .uleb128 0
    .section .debug_info,"",@progbits
begin:
    .long end - first
first:
    .short 5
    .byte 1, 8
    .long .debug_abbrev
    .uleb128 1
    .long names
    .uleb128 2
    .byte 0, 4
    .uleb128 3
    .short 1
    .long number - begin
    .byte 0
    .byte 0
number:
    .uleb128 4
    .uleb128 2
    .byte 4, 5
    .byte 0
end:
    .section .debug_str_offsets,"",@progbits
    .long 16
    .short 5, 0
names:
    .long text_structure, text_member, text_number
    .section .debug_str,"MS",@progbits,1
text_structure:
    .asciz "indexed"
text_member:
    .asciz "value"
text_number:
    .asciz "int"
