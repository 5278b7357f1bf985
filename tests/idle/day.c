/* A virtual day of an idle client that sleeps as long as mqtt_poll says, or until the broker's answer arrives. Counts
 * how often it woke, and whether a wake-up was for nothing.
 *
 *     day keepalive_s [ping_interval_s]        keepalive_s 0: MQTT_OFF
 */

#define _POSIX_C_SOURCE 200809L

#include "limpet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS 86400000u

/* The broker's answer takes so long. */
#define ROUND_TRIP_MS 50u

static struct mqtt_client client;
static uint8_t rx[64];
static uint8_t outbox[128];

/* The clock starts so that it wraps at noon. */
static const uint32_t start_ms = UINT32_MAX - DAY_MS / 2;
static uint32_t time_ms;

/* The broker's answer, on its way. */
static uint8_t answer[4];
static size_t answer_len;
static uint32_t answer_at_ms;

static uint32_t pings;
static uint32_t reads;
static uint32_t writes;
static uint32_t events;

static int32_t board_open(void *user, const char *server, uint16_t port)
{
    (void)user;
    (void)server;
    (void)port;
    return 0;
}

static int32_t board_read(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    if (answer_len == 0 || answer_len > len || (int32_t)(time_ms - answer_at_ms) < 0) {
        return MQTT_WOULD_BLOCK;
    }
    const size_t n = answer_len;
    memcpy(buf, answer, n);
    answer_len = 0;
    reads++;
    return (int32_t)n;
}

static int32_t board_write(void *user, const uint8_t *buf, size_t len)
{
    static const uint8_t connack[] = { 0x20, 2, 0, 0 };
    static const uint8_t pingresp[] = { 0xd0, 0 };
    (void)user;
    const bool is_ping = buf[0] == 0xc0;
    answer_len = is_ping ? sizeof pingresp : sizeof connack;
    memcpy(answer, is_ping ? pingresp : connack, answer_len);
    answer_at_ms = time_ms + ROUND_TRIP_MS;
    pings += is_ping ? 1 : 0;
    writes++;
    return (int32_t)len;
}

static void board_close(void *user)
{
    (void)user;
}

static uint32_t board_now_ms(void *user)
{
    (void)user;
    return time_ms;
}

static void board_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    if (event->kind != MQTT_EV_ONLINE) {
        printf("event %d\n", event->kind);
        exit(1);
    }
    events++;
}

static const struct mqtt_transport transport = {
    .open = board_open,
    .read = board_read,
    .write = board_write,
    .close = board_close,
};

int main(int argc, char **argv)
{
    const uint32_t keepalive_s = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 60;
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "broker",
        .keepalive_s = keepalive_s == 0 ? MQTT_OFF : keepalive_s,
        .ping_interval_s = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 0,
        .transport = &transport,
        .now_ms = board_now_ms,
        .on_event = board_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    time_ms = start_ms;
    if (mqtt_init(&client, &config) != MQTT_OK || mqtt_connect(&client) != MQTT_OK) {
        return 1;
    }
    uint32_t timer_wakes = 0;
    uint32_t socket_wakes = 0;
    uint32_t for_nothing = 0;
    while (time_ms - start_ms < DAY_MS) {
        const uint32_t before = reads + writes + events;
        const int32_t ms = mqtt_poll(&client);
        for_nothing += reads + writes + events == before ? 1 : 0;
        if (ms <= 0 || ms == MQTT_FOREVER) {
            printf("mqtt_poll answered %d\n", (int)ms);
            return 1;
        }
        const bool arrives = answer_len > 0 && answer_at_ms - time_ms < (uint32_t)ms;
        time_ms = arrives ? answer_at_ms : time_ms + (uint32_t)ms;
        socket_wakes += arrives ? 1 : 0;
        timer_wakes += arrives ? 0 : 1;
    }
    printf("timer %u, socket %u, pings %u, for nothing %u\n", (unsigned)timer_wakes, (unsigned)socket_wakes,
        (unsigned)pings, (unsigned)for_nothing);
    return 0;
}
