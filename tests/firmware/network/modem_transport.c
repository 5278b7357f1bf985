/* The transport over a modem; see modem.h. */

#include "limpet.h"
#include "modem.h"
#include "network.h"

#include <string.h>

static int32_t begin(struct modem *modem, const char *server, uint16_t port)
{
    uint8_t payload[FRAME_PAYLOAD] = { (uint8_t)(port >> 8), (uint8_t)port };
    const size_t len = strlen(server);
    if (len > sizeof payload - 2) {
        return MODEM_NAME_TOO_LONG;
    }
    memcpy(payload + 2, server, len);
    modem->number++;
    modem->phase = PHASE_OPENING;
    modem_send(modem, KIND_OPEN, payload, len + 2);
    return MQTT_WOULD_BLOCK;
}

static int32_t modem_open(void *user, const char *server, uint16_t port)
{
    struct modem *modem = user;
    switch (modem->phase) {
    case PHASE_CLOSED:
        return modem->ready ? begin(modem, server, port) : MQTT_WOULD_BLOCK;
    case PHASE_OPENING:
        return MQTT_WOULD_BLOCK;
    case PHASE_OPEN:
        return 0;
    default:
        /* A peer that was there and closed has failed to open, too, and that is not 0. */
        return modem->end < 0 ? modem->end : MODEM_RESTARTED;
    }
}

static int32_t modem_read(void *user, uint8_t *buf, size_t len)
{
    struct modem *modem = user;
    size_t n = 0;
    while (n < len && modem->len > 0) {
        buf[n] = modem->data[modem->first];
        modem->first = (modem->first + 1) % sizeof modem->data;
        modem->len--;
        n++;
    }
    if (n == 0) {
        return modem->phase == PHASE_ENDED ? modem->end : MQTT_WOULD_BLOCK;
    }
    modem_took(modem, (uint32_t)n);
    return (int32_t)n;
}

/* One frame at most: at 115,200 baud that keeps the program for 12 ms. Who has less time lets an interrupt or DMA empty a
 * buffer into the UART, and takes what the buffer has room for. */
static int32_t modem_write(void *user, const uint8_t *buf, size_t len)
{
    struct modem *modem = user;
    size_t n = len < FRAME_PAYLOAD ? len : FRAME_PAYLOAD;
    if (modem->phase == PHASE_ENDED && modem->end < 0) {
        return modem->end;
    }
    if (modem->phase != PHASE_OPEN || modem->room == 0) {
        /* Closed in good order: the reader learns it. */
        return MQTT_WOULD_BLOCK;
    }
    if (n > modem->room) {
        n = modem->room;
    }
    modem_send(modem, KIND_DATA, buf, n);
    modem->room -= (uint32_t)n;
    return (int32_t)n;
}

/* The modem sends what it was given and then closes. Nobody waits for that: the next connection has another number. A modem
 * that has not answered in all the time that the client had may be waiting for room that we think it has. */
static void modem_close(void *user)
{
    struct modem *modem = user;
    const uint32_t unread = (uint32_t)modem->len;
    const bool answered = modem->phase != PHASE_OPENING;
    if (modem->phase == PHASE_OPEN) {
        modem_send(modem, KIND_CLOSE, NULL, 0);
    }
    modem->phase = PHASE_CLOSED;
    modem->len = 0;
    modem_took(modem, unread);
    if (!answered) {
        modem_restart(modem);
    }
}

static const struct mqtt_transport transport = {
    .open = modem_open,
    .read = modem_read,
    .write = modem_write,
    .close = modem_close,
};

const struct mqtt_transport *const network_transport = &transport;

void *network_user(void)
{
    return &the_modem;
}
