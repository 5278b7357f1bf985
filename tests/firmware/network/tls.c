/* The transport of c_examples/mbedtls over that of c_examples/lwip, as users have them. Around it only what a test wants to
 * know: what a handshake costs, and why TLS fails. Both go to the log:
 *
 *     tls opens=<n> ms=<n> longest_ms=<n> heap=<n>      a connection is up, after so many calls of open
 *     tls failed: <reason>                              a connection was closed after TLS failed
 */

#include "board.h"
#include "limpet_lwip.h"
#include "limpet_mbedtls.h"
#include "network.h"
#include "transport.h"

#include <mbedtls/ecp.h>
#include <mbedtls/memory_buffer_alloc.h>

#include <stdio.h>
#include <string.h>

/* The exit code of a firmware that cannot prepare TLS. */
#define TLS_FAULT 95

/* All the memory of Mbed TLS but for its structs. */
#define HEAP_BYTES 20480

/* What has never been in use, behind what Mbed TLS writes into the heap at its start. */
#define PAINT 0xA5
#define PAINT_AT 64

/* Multiplications, about, that one open computes at most; a point times a number takes 3300. */
#define MAX_OPS 400

static struct limpet_lwip tcp;
static struct limpet_mbedtls tls;
static uint8_t heap[HEAP_BYTES] __attribute__((aligned(8)));

static uint32_t opens;
static uint32_t began_ms;
static uint32_t longest_ms;

/* How much of the heap was ever in use. It is filled from its begin. */
static unsigned long heap_high(void)
{
    size_t n = sizeof heap;
    while (n > 0 && heap[n - 1] == PAINT) {
        n--;
    }
    return (unsigned long)n;
}

static int32_t tls_open(void *user, const char *server, uint16_t port)
{
    const uint32_t before_ms = board_now_ms();
    if (opens == 0) {
        began_ms = before_ms;
        longest_ms = 0;
    }
    opens++;
    const int32_t result = limpet_mbedtls_transport.open(user, server, port);
    const uint32_t now_ms = board_now_ms();
    longest_ms = now_ms - before_ms > longest_ms ? now_ms - before_ms : longest_ms;
    if (result == 0) {
        char text[80];
        (void)snprintf(text, sizeof text, "tls opens=%lu ms=%lu longest_ms=%lu heap=%lu", (unsigned long)opens,
            (unsigned long)(now_ms - began_ms), (unsigned long)longest_ms, heap_high());
        board_log(text);
    }
    return result;
}

static int32_t tls_read(void *user, uint8_t *buf, size_t len)
{
    return limpet_mbedtls_transport.read(user, buf, len);
}

static int32_t tls_write(void *user, const uint8_t *buf, size_t len)
{
    return limpet_mbedtls_transport.write(user, buf, len);
}

static void log_reason(void)
{
    char text[128];
    const char *reason = limpet_mbedtls_reason(&tls);
    if (reason[0] != '\0') {
        (void)snprintf(text, sizeof text, "tls failed: %s", reason);
        board_log(text);
    }
}

static void tls_close(void *user)
{
    opens = 0;
    log_reason();
    limpet_mbedtls_transport.close(user);
}

static const struct mqtt_transport transport = {
    .open = tls_open,
    .read = tls_read,
    .write = tls_write,
    .close = tls_close,
};

const struct mqtt_transport *const network_transport = &transport;

void *network_user(void)
{
    return &tls;
}

void transport_start(void)
{
    const struct limpet_mbedtls_config config = {
        .inner = &limpet_lwip_transport,
        .inner_user = &tcp,
        /* In flash, beside the program: the machine is started with it. No wake: nobody sleeps longer than 1 ms. */
        .ca = (const char *)CA_ADDRESS,
        .name = "localhost",
    };
    mbedtls_memory_buffer_alloc_init(heap, sizeof heap);
    memset(heap + PAINT_AT, PAINT, sizeof heap - PAINT_AT);
    mbedtls_ecp_set_max_ops(MAX_OPS);
    if (limpet_mbedtls_init(&tls, &config) != 0) {
        log_reason();
        board_exit(TLS_FAULT);
    }
}
