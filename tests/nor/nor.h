/* NOR flash in RAM, for tests of c_examples/flash on the host and on a board. It is as strict as the strictest: a unit is
 * programmed once between two erasures, whole, and only where it is erased; anything else is counted as a fault. It can be
 * cut off in the middle of a step: then some bits of a unit are programmed and others not, or a part of a sector is
 * erased and of the rest any bit may be. */

#ifndef NOR_H
#define NOR_H

#include <stdint.h>

/* Steps that the erasure of a sector is made of; a unit that is programmed is one. */
#define NOR_ERASE_STEPS 4u

struct nor {
    /* Two sectors. */
    uint8_t *bytes;
    uint32_t sector_size;
    uint32_t unit;
    /* Steps so far. */
    uint32_t steps;
    /* The power is cut in the middle of this step, counted from 1; 0: never. */
    uint32_t cut_at;
    /* Does not return. */
    void (*cut)(void);
    /* For what is left to chance. */
    uint32_t noise;
    /* What a flash would not have done. */
    uint32_t faults;
    /* Instead of the call with this number, counted from 1, an error: -77. */
    uint32_t fails_at;
    uint32_t calls;
};

#define NOR_FAILED (-77)

/* For struct limpet_flash; user is the struct nor. */
int32_t nor_erase(void *user, uint32_t sector);
int32_t nor_program(void *user, uint32_t sector, uint32_t offset, const uint8_t *from, uint32_t len);
int32_t nor_read(void *user, uint32_t sector, uint32_t offset, uint8_t *to, uint32_t len);

#endif
