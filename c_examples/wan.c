/* The seed's wan_ok: the broker answers, but does the Internet? Asks every 5 seconds, with a DNS query past the broker,
 * and publishes "<count> up" or "<count> down" to wan.
 *
 *     wan [server [port [seconds between questions [how many [DNS server [its port]]]]]]
 *
 * The DNS server is that of Google, 8.8.8.8, unless it is told another. Ask one that is outside of your network: the
 * one in your router may answer from memory.
 */

#include "board.h"
#include "deadline.h"
#include "limpet_posix.h"

#include <stdio.h>
#include <stdlib.h>

#define DRAIN_MS 5000

static struct mqtt_client client;
static uint8_t rx[512];
static uint8_t outbox[2048];

/* The socket of the question. On a board, the functions are those of your UDP. */
static struct limpet_posix_datagram datagram;
static struct mqtt_wan wan = {
    .open = limpet_posix_datagram_open,
    .send = limpet_posix_datagram_send,
    .recv = limpet_posix_datagram_recv,
    .close = limpet_posix_datagram_close,
    .user = &datagram,
};

/* Questions answered. */
static uint32_t count;

/* Offline the answer is no, and it is published afterwards. */
static void on_answer(bool up)
{
    char text[32];
    const int len = snprintf(text, sizeof text, "%u %s", (unsigned)count, up ? "up" : "down");
    const int32_t token = mqtt_publish(&client, "wan", text, (size_t)len, 1, false);
    printf("wan: %s\n", up ? "up" : "down");
    if (token < 0) {
        printf("not published: %s\n", mqtt_error_text(token));
    }
    count++;
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        printf("up\n");
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        printf("down: %s (%d)\n", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail);
        break;
    case MQTT_EV_WAN:
        on_answer(event->as.broker.up);
        break;
    default:
        break;
    }
}

static int32_t start(const struct board_settings *settings)
{
    struct mqtt_config config = {
        .abi = MQTT_ABI,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    board_connection(&config, settings);
    const int32_t result = mqtt_init(&client, &config);
    return result == MQTT_OK ? mqtt_connect(&client) : result;
}

static void leave(void)
{
    int32_t ms;
    mqtt_disconnect(&client, MQTT_DRAIN, DRAIN_MS);
    while ((ms = mqtt_poll(&client)) != MQTT_FOREVER) {
        board_wait(&client, ms);
    }
    printf("left\n");
}

int main(int argc, char **argv)
{
    struct board_settings settings = { .period_ms = 5000 };
    struct deadline next = { 0 };
    board_start(&settings, argc, argv);
    if (argc > 5) {
        wan.server = argv[5];
    }
    if (argc > 6) {
        wan.port = (uint16_t)strtoul(argv[6], NULL, 10);
    }
    const int32_t result = start(&settings);
    if (result < 0) {
        printf("cannot start: %s\n", mqtt_error_text(result));
        return 1;
    }
    deadline_set(&next, settings.period_ms);
    while (!board_stopped() && (settings.limit == 0 || count < settings.limit)) {
        if (deadline_passed(&next)) {
            deadline_set(&next, settings.period_ms);
            /* While one question is under way, another one has the same answer. */
            mqtt_wan_ok(&client, &wan);
        }
        const int32_t ms = mqtt_poll(&client);
        board_wait(&client, deadline_sooner(&next, ms));
    }
    leave();
    return 0;
}
