/* The first instructions, and the vectors. The only interrupt is the timer's, and all it does is to end WAITI. */

#define LEVEL_1_INTERRUPT 4
#define TIMER_0 (1 << 6)

    .section .vectors, "ax"
    .org 0x10                       /* debug */
    j fault_entry
    .org 0x30                       /* kernel */
    j exception
    .org 0x50                       /* user */
    j exception
    .org 0x70                       /* double exception */
    j fault_entry

    .org 0x80
    .literal_position
    .align 4
exception:
    wsr.excsave1 a0
    rsr.exccause a0
    bnei a0, LEVEL_1_INTERRUPT, fault_entry
    rsr.ccount a0
    wsr.ccompare0 a0                /* Acknowledges; board_idle sets the next one before this matches again. */
    rsync
    rsr.excsave1 a0
    rfe

    .align 4
fault_entry:
    movi a1, __stack_top            /* The old one may be the reason. */
    movi a2, 0x20                   /* No exception under way: fault runs as any code. */
    wsr.ps a2
    rsync
    rsr.epc1 a2
    rsr.exccause a3
    movi a0, fault                  /* Too far for call0: this is in iram1. */
    jx a0

    .text
    .literal_position
    .global _start
    .align 4
_start:
    movi a1, __stack_top
    movi a2, __vectors
    wsr.vecbase a2
    movi a2, TIMER_0
    wsr.intenable a2
    movi a2, 0x2f                   /* User mode; interrupts are let in by WAITI. */
    wsr.ps a2
    rsync
    /* QEMU loads .data where it belongs, also after a reset. */
    movi a2, __bss_start
    movi a3, __bss_end
    movi a4, 0
1:  bgeu a2, a3, 2f
    s32i a4, a2, 0
    addi a2, a2, 4
    j 1b
2:  call0 board_start
