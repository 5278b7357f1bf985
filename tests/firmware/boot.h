/* What tells one start of the device from the next: random numbers that begin alike after a reset would give lwIP the port
 * and the sequence numbers of the connection that the broker still has. */

#ifndef BOOT_H
#define BOOT_H

#include <stdint.h>

/* Counts this start, in memory that a reset leaves alone. Once. */
uint32_t boot_count(void);

/* A start for random numbers: of the host's number and this boot. */
uint32_t boot_seed(uint32_t from_host, uint32_t boot);

/* For lwIP's ports and sequence numbers (xorshift, stirred by the clock): good enough for a test, too weak for the
 * Internet. */
void firmware_random_start(uint32_t seed);
uint32_t firmware_random(void);

#endif
