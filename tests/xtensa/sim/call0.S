/* Start-up for the ABI without register windows (ESP8266): vectors that report a fault, a stack, zeroes in .bss. */

/* Offsets of the vectors from their base on an LX106. */
#define VECTOR_DEBUG 0x10
#define VECTOR_NMI 0x20
#define VECTOR_KERNEL 0x30
#define VECTOR_USER 0x50
#define VECTOR_DOUBLE 0x70

/* PS: user vectors, all interrupts allowed; none is enabled. */
#define PS_RUN 0x20

    .section .vectors, "ax"
    .align 256
vectors:
    .org vectors + VECTOR_DEBUG
    j fault
    .org vectors + VECTOR_NMI
    j fault
    .org vectors + VECTOR_KERNEL
    j fault
    .org vectors + VECTOR_USER
    j fault
    .org vectors + VECTOR_DOUBLE
    j fault
    .org vectors + 0x80
    .literal_position
    .align 4
fault:
    movi a1, stack_top
    rsr a2, exccause
    rsr a3, epc1
    rsr a4, excvaddr
    movi a5, PS_RUN
    wsr a5, ps
    rsync
    movi a0, machine_fault
    callx0 a0

    .text
    .align 4
    .global _start
_start:
    movi a1, stack_top
    movi a2, vectors
    wsr a2, vecbase
    movi a2, PS_RUN
    wsr a2, ps
    rsync
    movi a2, bss_start
    movi a3, bss_end
    movi a4, 0
1:  bgeu a2, a3, 2f
    s32i a4, a2, 0
    addi a2, a2, 4
    j 1b
2:  movi a0, machine_main
    callx0 a0

    .align 4
    .global host_call
host_call:
    simcall
    ret
