/* Start-up for the ABI with register windows (ESP32 and its kin), for llvm-mc. The vectors spill and fill windows by the
 * processor's manual. QEMU's cores lack MULUH and MULSH, which those chips have: they are carried out here. */

/* Address of a symbol. llvm-mc must not find a constant in the section of the code that loads it. */
    .macro address register, symbol
    .pushsection .literal.start, "ax"
    .p2align 2
.Laddress\@:
    .long \symbol
    .popsection
    l32r \register, .Laddress\@
    .endm

    .section .vectors, "ax"
    .p2align 10
vectors:
    /* Window overflow, 4 registers. */
    s32e a0, a5, -16
    s32e a1, a5, -12
    s32e a2, a5, -8
    s32e a3, a5, -4
    rfwo
    .org vectors + 0x40
    /* Window underflow, 4 registers. */
    l32e a0, a5, -16
    l32e a1, a5, -12
    l32e a2, a5, -8
    l32e a3, a5, -4
    rfwu
    .org vectors + 0x80
    /* Overflow, 8: the upper four go below the frame of the caller. */
    s32e a0, a9, -16
    l32e a0, a1, -12
    s32e a1, a9, -12
    s32e a2, a9, -8
    s32e a3, a9, -4
    s32e a4, a0, -32
    s32e a5, a0, -28
    s32e a6, a0, -24
    s32e a7, a0, -20
    rfwo
    .org vectors + 0xc0
    /* Underflow, 8. */
    l32e a0, a9, -16
    l32e a1, a9, -12
    l32e a2, a9, -8
    l32e a7, a1, -12
    l32e a3, a9, -4
    l32e a4, a7, -32
    l32e a5, a7, -28
    l32e a6, a7, -24
    l32e a7, a7, -20
    rfwu
    .org vectors + 0x100
    /* Overflow, 12. */
    s32e a0, a13, -16
    l32e a0, a1, -12
    s32e a1, a13, -12
    s32e a2, a13, -8
    s32e a3, a13, -4
    s32e a4, a0, -48
    s32e a5, a0, -44
    s32e a6, a0, -40
    s32e a7, a0, -36
    s32e a8, a0, -32
    s32e a9, a0, -28
    s32e a10, a0, -24
    s32e a11, a0, -20
    rfwo
    .org vectors + 0x140
    /* Underflow, 12. */
    l32e a0, a13, -16
    l32e a1, a13, -12
    l32e a2, a13, -8
    l32e a11, a1, -12
    l32e a3, a13, -4
    l32e a4, a11, -48
    l32e a5, a11, -44
    l32e a6, a11, -40
    l32e a7, a11, -36
    l32e a8, a11, -32
    l32e a9, a11, -28
    l32e a10, a11, -24
    l32e a11, a11, -20
    rfwu
    .org vectors + 0x280
    j fault
    .org vectors + 0x300
    j exception
    .org vectors + 0x340
    j exception
    .org vectors + 0x3c0
    j fault
    .org vectors + 0x400

    .text
    .p2align 2
exception:
    wsr a0, excsave1
    rsr a0, exccause
    bnez a0, fault
    /* An instruction that the core does not know. Had it known it, windows of callers that still lie in a4 to a15 would
     * have been spilled first: let that happen, with other exceptions allowed and interrupts not. It changes EPC1. */
    rsr a0, epc1
    wsr a0, excsave2
    rsr a0, ps
    wsr a0, excsave3
    movi a0, 4
    slli a0, a0, 16
    addi a0, a0, 0x2f
    wsr a0, ps
    rsync
    or a3, a3, a3
    or a7, a7, a7
    or a11, a11, a11
    or a15, a15, a15
    address a0, registers
    s32i a1, a0, 4
    s32i a2, a0, 8
    s32i a3, a0, 12
    s32i a4, a0, 16
    s32i a5, a0, 20
    s32i a6, a0, 24
    s32i a7, a0, 28
    s32i a8, a0, 32
    s32i a9, a0, 36
    s32i a10, a0, 40
    s32i a11, a0, 44
    s32i a12, a0, 48
    s32i a13, a0, 52
    s32i a14, a0, 56
    s32i a15, a0, 60
    rsr a2, excsave1
    s32i a2, a0, 0
    rsr a2, sar
    s32i a2, a0, 64
    /* Three bytes: 0:t, s:r from the lowest half byte, then 1010 or 1011 (unsigned, signed) and 0010. */
    rsr a3, excsave2
    l8ui a4, a3, 2
    movi a5, 0xa2
    beq a4, a5, is_product
    movi a5, 0xb2
    beq a4, a5, is_product
    j fault
is_product:
    l8ui a6, a3, 0
    extui a7, a6, 0, 4
    bnez a7, fault
    extui a6, a6, 4, 4
    l8ui a7, a3, 1
    extui a8, a7, 4, 4
    extui a7, a7, 0, 4
    addx4 a6, a6, a0
    l32i a6, a6, 0
    addx4 a7, a7, a0
    l32i a7, a7, 0
    addx4 a8, a8, a0
    /* The upper half of a6 * a7 from four products of halves. */
    extui a9, a6, 0, 16
    extui a10, a6, 16, 16
    extui a11, a7, 0, 16
    extui a12, a7, 16, 16
    mull a13, a9, a11
    mull a14, a9, a12
    mull a15, a10, a11
    mull a9, a10, a12
    extui a13, a13, 16, 16
    extui a10, a14, 0, 16
    add a13, a13, a10
    extui a10, a15, 0, 16
    add a13, a13, a10
    extui a13, a13, 16, 16
    add a9, a9, a13
    extui a14, a14, 16, 16
    add a9, a9, a14
    extui a15, a15, 16, 16
    add a9, a9, a15
    /* Signed: less each factor whose partner is negative. */
    movi a5, 0xa2
    beq a4, a5, is_done
    bgez a6, 1f
    sub a9, a9, a7
1:
    bgez a7, is_done
    sub a9, a9, a6
is_done:
    s32i a9, a8, 0
    rsr a2, excsave3
    wsr a2, ps
    rsync
    addi a3, a3, 3
    wsr a3, epc1
    l32i a2, a0, 64
    wsr a2, sar
    l32i a1, a0, 4
    l32i a2, a0, 8
    l32i a3, a0, 12
    l32i a4, a0, 16
    l32i a5, a0, 20
    l32i a6, a0, 24
    l32i a7, a0, 28
    l32i a8, a0, 32
    l32i a9, a0, 36
    l32i a10, a0, 40
    l32i a11, a0, 44
    l32i a12, a0, 48
    l32i a13, a0, 52
    l32i a14, a0, 56
    l32i a15, a0, 60
    l32i a0, a0, 0
    rfe

fault:
    /* What was running is over: the first window is the only one. */
    movi a0, 0
    wsr a0, windowbase
    rsync
    movi a0, 1
    wsr a0, windowstart
    movi a0, 4
    slli a0, a0, 16
    addi a0, a0, 0x20
    wsr a0, ps
    rsync
    address a1, stack_top
    rsr a10, exccause
    rsr a11, epc1
    rsr a12, excvaddr
    movi a0, 0
    address a4, machine_fault
    callx8 a4

    .global _start
    .p2align 2
_start:
    movi a2, 0
    wsr a2, windowbase
    rsync
    movi a2, 1
    wsr a2, windowstart
    rsync
    address a1, stack_top
    addi a1, a1, -64
    movi a0, 0
    address a2, vectors
    wsr a2, vecbase
    movi a2, 4
    slli a2, a2, 16
    addi a2, a2, 0x20
    wsr a2, ps
    rsync
    address a2, bss_start
    address a3, bss_end
    movi a4, 0
    j 2f
1:
    s32i a4, a2, 0
    addi a2, a2, 4
2:
    bltu a2, a3, 1b
    address a4, machine_main
    callx8 a4

    .global host_call
    .p2align 2
host_call:
    entry a1, 32
    /* SIMCALL, which llvm-mc does not know. */
    .byte 0x00, 0x51, 0x00
    retw

    .bss
    .p2align 2
registers:
    .space 68
