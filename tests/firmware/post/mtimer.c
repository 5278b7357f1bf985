/* The other context of a RISC-V without an operating system: the machine timer's interrupt, ten thousand times a second. */

#include "post.h"

#include "board.h"

/* QEMU's "virt". Both words of the time fit into one for the seven minutes that a test has. */
#define MTIME (*(volatile uint32_t *)0x0200BFF8)
#define MTIMECMP_LOW (*(volatile uint32_t *)0x02004000)
#define MTIMECMP_HIGH (*(volatile uint32_t *)0x02004004)
#define PERIOD 1000u

#define TIMER_INTERRUPT 0x80000007u
/* The exit code of a fault of the processor. */
#define FAULT 98

static volatile uint32_t interrupts;

__attribute__((interrupt("machine"), aligned(4))) static void on_trap(void)
{
    uint32_t cause;
    __asm__ volatile("csrr %0, mcause" : "=r"(cause));
    if (cause != TIMER_INTERRUPT) {
        board_exit(FAULT);
    }
    MTIMECMP_LOW = MTIME + PERIOD;
    interrupts++;
    (void)post_some(POST_INTERRUPT, 1);
}

unsigned post_begin(void)
{
    MTIMECMP_LOW = MTIME + PERIOD;
    MTIMECMP_HIGH = 0;
    /* The start-up has enabled the timer in mie. */
    __asm__ volatile("csrw mtvec, %0\n\t"
                     "csrsi mstatus, 8"
                     :
                     : "r"(on_trap)
                     : "memory");
    return 1u << POST_INTERRUPT;
}

uint32_t post_interrupts(void)
{
    return interrupts;
}

void post_wait_ticks(unsigned count)
{
    const uint32_t begin = MTIME;
    while (MTIME - begin < count * PERIOD) {
    }
}
