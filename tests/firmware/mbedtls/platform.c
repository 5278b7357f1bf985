/* What Mbed TLS wants from a board: random numbers and the date. Its memory is in network/tls.c. */

#define _POSIX_C_SOURCE 200809L

#include "board.h"

#include <mbedtls/entropy.h>
#include <mbedtls/entropy_poll.h>
#include <mbedtls/platform_util.h>

#include <time.h>

/* NOT FOR PRODUCTS: who knows when the device was started knows its keys. An emulated board has nothing that is random; on
 * yours, read the chip's random number generator here. */
int mbedtls_hardware_poll(void *user, unsigned char *output, size_t len, size_t *olen)
{
    static uint32_t state;
    (void)user;
    for (size_t i = 0; i < len; i++) {
        state = (state ^ board_date_s()) * 1664525u + board_now_ms() + 1013904223u;
        output[i] = (unsigned char)(state >> 24);
    }
    *olen = len;
    return 0;
}

/* The C library's would ask a file system. */
time_t time(time_t *to)
{
    const time_t now = (time_t)board_date_s();
    if (to != NULL) {
        *to = now;
    }
    return now;
}

/* The one that Mbed TLS chooses without an operating system, gmtime, allocates from the C library's heap. */
struct tm *mbedtls_platform_gmtime_r(const mbedtls_time_t *when, struct tm *to)
{
    return gmtime_r(when, to);
}
