/* What the device of the suite `power` finds again after a reset: memory above what the linker script gives out, which the
 * start-up neither loads nor clears. It is the "flash", and the application's own notes. */

#ifndef KEPT_H
#define KEPT_H

#include <stdbool.h>
#include <stdint.h>

/* Small, so that what is kept moves often. */
#define KEPT_SECTOR 2048

struct kept {
    uint32_t magic;
    uint32_t boots;
    /* Messages that the application has tried to publish. */
    uint32_t tried;
    uint8_t flash[2 * KEPT_SECTOR];
};

extern struct kept *const kept;

/* Counts a boot. After power-on, all is rubbish: the notes are cleared, the flash is filled with what no flash would have. */
void kept_begin(void);

/* Resets the chip, as a program does it: AIRCR.SYSRESETREQ. */
void kept_reset(void);

#endif
