/* The other context of a Cortex-M without an operating system: an interrupt ten thousand times a second. */

#include "post.h"

#include "cortex_m.h"
#include "vectors.h"

#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)

#define TICKS_PER_MS 10u

static vector clock_of_the_board;
static volatile uint32_t ticks;

static void on_systick(void)
{
    ticks++;
    if (ticks % TICKS_PER_MS == 0) {
        clock_of_the_board();
    }
    (void)post_some(POST_INTERRUPT, 1);
}

unsigned post_begin(void)
{
    clock_of_the_board = vector_set(VECTOR_SYSTICK, on_systick);
    SYST_RVR = chip_clock_hz / (1000u * TICKS_PER_MS) - 1u;
    SYST_CVR = 0;
    return 1u << POST_INTERRUPT;
}

uint32_t post_interrupts(void)
{
    return ticks;
}
