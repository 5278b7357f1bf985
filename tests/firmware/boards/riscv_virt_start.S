/* The first instructions, and the trap vector. Every trap is a fault: the timer wakes the processor without one. */

    .option arch, +zicsr

    .section .text.start, "ax"
    .global _start
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    la tp, __tls_base
    la t0, trap
    csrw mtvec, t0
    li t0, 1 << 7               /* MTIE, for board_idle */
    csrw mie, t0
    /* QEMU loads .data where it belongs, also after a reset. */
    la t0, __bss_start
    la t1, __bss_end
1:  bgeu t0, t1, 2f
    sw zero, 0(t0)
    addi t0, t0, 4
    j 1b
2:  j board_start

    .text
    .balign 4
trap:
    csrr a0, mepc
    csrr a1, mcause
    la sp, __stack_top          /* The old one may be the reason. */
    j fault
