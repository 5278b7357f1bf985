/* One connection over TLS, to its end, for the test that watches: what ended it, and the longest mqtt_poll of all.
 * With a payload above 0 it sends one message of so many bytes to itself, holds it for a while when it comes back,
 * compares it, and leaves.
 *
 *     probe port ca.pem payload response_ms send_buffer
 *
 * Its client id is that of the test's own sender, which so takes its place at the broker. */

#define _POSIX_C_SOURCE 200809L

#include "limpet_mbedtls.h"
#include "limpet_posix.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define PAYLOAD_MAX 262144

static struct limpet_posix net;
static struct limpet_mbedtls tls;
static struct mqtt_client client;
static uint8_t rx[1024];
static uint8_t outbox[PAYLOAD_MAX + 1024];
static uint8_t payload[PAYLOAD_MAX];
static char ca[16384];

/* How long the message is held: bytes wait in the transport, and nothing may spin meanwhile. */
#define HOLD_MS 300

static size_t payload_len;
static int send_buffer;
static int32_t blocked_writes;
static bool ended;
static bool has_held;
static bool is_held;
static double held_at_ms;

static uint8_t pattern(size_t at)
{
    return (uint8_t)(at * 7 + at / 251);
}

/* TCP with a small send buffer. */
static int32_t narrow_open(void *user, const char *server, uint16_t port)
{
    const int32_t result = limpet_posix_transport.open(user, server, port);
    if (result == 0 && send_buffer > 0) {
        (void)setsockopt(net.fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
    }
    return result;
}

static int32_t narrow_read(void *user, uint8_t *buf, size_t len)
{
    return limpet_posix_transport.read(user, buf, len);
}

static int32_t narrow_write(void *user, const uint8_t *buf, size_t len)
{
    const int32_t n = limpet_posix_transport.write(user, buf, len);
    blocked_writes += n == MQTT_WOULD_BLOCK ? 1 : 0;
    return n;
}

static void narrow_close(void *user)
{
    limpet_posix_transport.close(user);
}

static const struct mqtt_transport narrow = {
    .open = narrow_open,
    .read = narrow_read,
    .write = narrow_write,
    .close = narrow_close,
};

static double now_ms(void)
{
    struct timespec now = { 0, 0 };
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void on_message(const struct mqtt_message *message)
{
    static size_t same;
    if (!has_held) {
        has_held = is_held = mqtt_hold(&client) == MQTT_OK;
        held_at_ms = now_ms();
        return;
    }
    same = message->offset == 0 ? 0 : same;
    for (size_t i = 0; i < message->payload_len; i++) {
        same += message->payload[i] == pattern(message->offset + i) ? 1 : 0;
    }
    if (message->offset + message->payload_len == message->total) {
        printf("%zu of %zu bytes came back\n", same, payload_len);
        mqtt_disconnect(&client, MQTT_DRAIN, 5000);
    }
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    if (event->kind == MQTT_EV_ONLINE) {
        printf("up\n");
    } else if (event->kind == MQTT_EV_SUBSCRIBED && payload_len > 0) {
        const int32_t token = mqtt_publish(from, "bulk", payload, payload_len, 1, false);
        if (token < 0) {
            printf("not published: %d\n", (int)token);
        }
    } else if (event->kind == MQTT_EV_MESSAGE) {
        on_message(&event->as.message);
    } else if (event->kind == MQTT_EV_OFFLINE || event->kind == MQTT_EV_CONNECT_FAILED) {
        printf("error %d, detail %d: %s\n", (int)event->as.offline.error, (int)event->as.offline.detail,
            limpet_mbedtls_reason(&tls));
        ended = true;
    }
}

/* What is left of the hold; ends it when it is over. */
static int32_t hold_left_ms(void)
{
    const double left_ms = held_at_ms + HOLD_MS - now_ms();
    if (left_ms > 0) {
        return (int32_t)left_ms + 1;
    }
    is_held = false;
    mqtt_resume(&client);
    return 0;
}

static void run(void)
{
    double longest_ms = 0;
    int polls = 0;
    int held_polls = 0;
    int32_t ms;
    do {
        const double before_ms = now_ms();
        ms = mqtt_poll(&client);
        const double passed_ms = now_ms() - before_ms;
        longest_ms = passed_ms > longest_ms ? passed_ms : longest_ms;
        polls++;
        if (is_held) {
            const int32_t left_ms = hold_left_ms();
            ms = left_ms < ms ? left_ms : ms;
            held_polls++;
        }
        if (!ended) {
            limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
        }
    } while (!ended && ms != MQTT_FOREVER);
    printf("longest poll %.1f ms of %d, while held %d, blocked writes %d\n", longest_ms, polls, held_polls,
        (int)blocked_writes);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        return 2;
    }
    FILE *file = fopen(argv[2], "r");
    if (file == NULL || fread(ca, 1, sizeof ca - 1, file) == 0) {
        return 2;
    }
    fclose(file);
    payload_len = strtoul(argv[3], NULL, 10);
    send_buffer = atoi(argv[5]);
    for (size_t i = 0; i < PAYLOAD_MAX; i++) {
        payload[i] = pattern(i);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);

    const struct limpet_mbedtls_config below = {
        .inner = &narrow,
        .inner_user = &net,
        .wake = limpet_posix_wake,
        .ca = ca,
        .name = "localhost",
    };
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "127.0.0.1",
        .port = (uint16_t)atoi(argv[1]),
        .client_id = "sender",
        .response_time_ms = (uint32_t)strtoul(argv[4], NULL, 10),
        .transport = &limpet_mbedtls_transport,
        .transport_user = &tls,
        .now_ms = limpet_posix_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
        .outbox_records = 8,
    };
    if (limpet_mbedtls_init(&tls, &below) != 0 || mqtt_init(&client, &config) != MQTT_OK
        || mqtt_subscribe(&client, "bulk", 1) < 0 || mqtt_connect(&client) != MQTT_OK) {
        printf("cannot start: %s\n", limpet_mbedtls_reason(&tls));
        return 1;
    }
    run();
    mqtt_close(&client);
    limpet_mbedtls_end(&tls);
    limpet_posix_end(&net);
    return 0;
}
