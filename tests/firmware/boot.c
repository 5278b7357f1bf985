/* See boot.h. */

#include "boot.h"

#include "board.h"

/* Odd, so that no two boots are alike. */
#define SPREAD 2654435761u

/* From the linker script: memory that a reset leaves alone. Any number at power-on. */
extern uint32_t link_kept[];

static uint32_t state = SPREAD;

uint32_t boot_count(void)
{
    link_kept[0]++;
    return link_kept[0];
}

uint32_t boot_seed(uint32_t from_host, uint32_t boot)
{
    return from_host + boot * SPREAD;
}

void firmware_random_start(uint32_t seed)
{
    state = seed;
}

uint32_t firmware_random(void)
{
    state ^= board_now_ms() << 8;
    if (state == 0) {
        state = SPREAD;
    }
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}
