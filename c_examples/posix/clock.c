/* The clock: milliseconds that never go back, and that go on while the machine sleeps where the system can. */

#define _POSIX_C_SOURCE 200809L
#define _DARWIN_C_SOURCE

#include "limpet_posix.h"

#include <time.h>

uint32_t limpet_posix_now_ms(void *user)
{
    struct timespec now = { 0, 0 };
    (void)user;
#ifdef CLOCK_BOOTTIME
    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0)
#endif
    {
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
    }
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}
