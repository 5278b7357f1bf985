/* The clock of the board that walks for weeks. It runs as the processor's does while somebody waits for an answer, and jumps
 * to the next thing to do while nobody does. */

#ifndef SOAK_CLOCK_H
#define SOAK_CLOCK_H

#include <stdint.h>

/* Milliseconds since the start, jumps and all. board_now_ms are the lower 32 bits of it. */
uint64_t clock_ms(void);

/* Without the jumps. */
uint32_t clock_real_ms(void);

void clock_jump(uint32_t ms);

#endif
