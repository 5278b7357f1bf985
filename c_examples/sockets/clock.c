/* The clock: milliseconds that never go back. */

#define _POSIX_C_SOURCE 200809L

#include "stack.h"

#if LIMPET_SOCKETS_LWIP

#include "lwip/sys.h"

uint32_t limpet_sockets_now_ms(void *user)
{
    (void)user;
    return sys_now();
}

#else

#include <time.h>

uint32_t limpet_sockets_now_ms(void *user)
{
    struct timespec now = { 0, 0 };
    (void)user;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

#endif
