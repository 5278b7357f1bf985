/* QEMU's RISC-V "virt", run as a microcontroller: the clock of its CLINT, and semihosting for log, arguments and end. */

#include "board.h"
#include "fault.h"

#define MTIME_LOW (*(volatile uint32_t *)0x0200BFF8)
#define MTIME_HIGH (*(volatile uint32_t *)0x0200BFFC)
#define MTIMECMP_LOW (*(volatile uint32_t *)0x02004000)
#define MTIMECMP_HIGH (*(volatile uint32_t *)0x02004004)
#define TICKS_PER_MS 10000

/* Operations of semihosting. */
#define SYS_WRITE0 0x04
#define SYS_GET_CMDLINE 0x15
#define SYS_EXIT_EXTENDED 0x20
#define ADP_STOPPED_APPLICATION_EXIT 0x20026

/* Called by riscv_virt_start.S. */
void board_start(void);

/* The three instructions are one word each and side by side, or QEMU takes the ebreak for a real one. */
__attribute__((noinline, aligned(16))) static uintptr_t semihosting(uintptr_t operation, const void *arguments)
{
    register uintptr_t a0 __asm__("a0") = operation;
    register const void *a1 __asm__("a1") = arguments;
    __asm__ volatile(
        ".option push\n"
        ".option norvc\n"
        "slli x0, x0, 0x1f\n"
        "ebreak\n"
        "srai x0, x0, 7\n"
        ".option pop\n"
        : "+r"(a0)
        : "r"(a1)
        : "memory");
    return a0;
}

static uint64_t ticks(void)
{
    uint32_t high;
    uint32_t low;
    /* Again if the low half has wrapped between the two. */
    do {
        high = MTIME_HIGH;
        low = MTIME_LOW;
    } while (high != MTIME_HIGH);
    return (uint64_t)high << 32 | low;
}

uint32_t board_now_ms(void)
{
    return (uint32_t)(ticks() / TICKS_PER_MS);
}

void board_idle(void)
{
    const uint64_t wake = ticks() + TICKS_PER_MS;
    /* Never in the past, not even between the two writes. */
    MTIMECMP_HIGH = UINT32_MAX;
    MTIMECMP_LOW = (uint32_t)wake;
    MTIMECMP_HIGH = (uint32_t)(wake >> 32);
    /* The start-up enables this interrupt in mie and leaves mstatus.MIE clear: it wakes, and no trap is taken. */
    __asm__ volatile("wfi" : : : "memory");
}

void board_log(const char *line)
{
    semihosting(SYS_WRITE0, line);
    semihosting(SYS_WRITE0, "\n");
}

void board_exit(int code)
{
    const uintptr_t arguments[2] = { ADP_STOPPED_APPLICATION_EXIT, (uintptr_t)code };
    semihosting(SYS_EXIT_EXTENDED, arguments);
    for (;;) {
    }
}

const char *board_arguments(void)
{
    static char text[256];
    const uintptr_t arguments[2] = { (uintptr_t)text, sizeof text };
    return semihosting(SYS_GET_CMDLINE, arguments) == 0 ? text : "";
}

void board_start(void)
{
    board_exit(firmware_main());
}
