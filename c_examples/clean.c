/* The seed's clean.py: a clean session. What others publish while we are offline is lost; what we publish is not.
 * Subscribes foo_topic, publishes "<count> <repubs>" to result every 5 seconds. If it is told a network interface, such
 * as wlan0, it does not try to connect while that is down.
 *
 *     clean [server [port [seconds between messages [how many messages [interface]]]]]
 */

#define _POSIX_C_SOURCE 200809L

#include "limpet_posix.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static struct mqtt_client client;
static uint8_t rx[512];
static uint8_t outbox[2048];

/* Number of the next message. */
static uint32_t count;

static void on_message(const struct mqtt_message *message)
{
    printf("%.*s: %.*s%s\n", (int)message->topic_len, message->topic, (int)message->payload_len,
        (const char *)message->payload, message->retain ? " (retained)" : "");
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
    case MQTT_EV_MESSAGE:
        on_message(&event->as.message);
        break;
    case MQTT_EV_SUBSCRIBED:
        printf("subscribed, QoS %d\n", event->as.subscribed.granted);
        break;
    case MQTT_EV_DONE:
        printf("%s, token %d\n", event->as.done.fate == MQTT_DELIVERED ? "delivered" : "not delivered",
            (int)event->as.done.token);
        break;
    default:
        break;
    }
}

static int32_t start(struct mqtt_config *config, struct mqtt_link *link)
{
    config->abi = MQTT_ABI;
    config->on_event = on_event;
    config->rx = rx;
    config->rx_size = sizeof rx;
    config->outbox = outbox;
    config->outbox_size = sizeof outbox;

    int32_t result = mqtt_init(&client, config);
    if (result == MQTT_OK && link != NULL) {
        result = mqtt_supervise(&client, link);
    }
    if (result == MQTT_OK) {
        /* Once is enough: it is renewed after every outage. */
        result = mqtt_subscribe(&client, "foo_topic", 1);
    }
    if (result >= 0) {
        result = mqtt_connect(&client);
    }
    return result;
}

/* Never waits. Offline, the message stays in the outbox; with the outbox full, its number is tried again next time. */
static void publish(void)
{
    struct mqtt_stats stats;
    char text[32];
    mqtt_stats(&client, &stats);
    const int len = snprintf(text, sizeof text, "%u %u", (unsigned)count, (unsigned)stats.repubs);
    const int32_t token = mqtt_publish(&client, "result", text, (size_t)len, 1, false);
    if (token < 0) {
        printf("not published: %s\n", mqtt_error_text(token));
        return;
    }
    printf("publish %u, token %d\n", (unsigned)count, (int)token);
    count++;
}

/* The port: POSIX. On a board this is your socket, your clock and your loop. */

static struct limpet_posix net;
static struct limpet_posix_link interface;

/* No start and no stop: the system does that. */
static struct mqtt_link link_of_interface = {
    .status = limpet_posix_link_status,
    .user = &interface,
    /* The system gives it an address when it is steady. A radio of one's own needs the default. */
    .settle_ms = MQTT_OFF,
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
    limpet_posix_wake(&net);
}

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

int main(int argc, char **argv)
{
    struct mqtt_config config = {
        .server = argc > 1 ? argv[1] : "127.0.0.1",
        .port = argc > 2 ? (uint16_t)strtoul(argv[2], NULL, 10) : 1883,
        .transport = &limpet_posix_transport,
        .transport_user = &net,
        .now_ms = limpet_posix_now_ms,
    };
    const uint32_t period_ms = argc > 3 ? (uint32_t)(strtod(argv[3], NULL) * 1000.0) : 5000;
    const uint32_t limit = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : UINT32_MAX;
    interface.name = argc > 5 ? argv[5] : NULL;
    const struct sigaction action = { .sa_handler = stop };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);

    const int32_t result = start(&config, argc > 5 ? &link_of_interface : NULL);
    if (result < 0) {
        printf("cannot start: %s\n", mqtt_error_text(result));
        return 1;
    }
    uint32_t last_ms = limpet_posix_now_ms(NULL);
    bool leaving = false;
    for (;;) {
        if (!leaving && (stopped || count >= limit)) {
            leaving = true;
            mqtt_disconnect(&client, MQTT_DRAIN, 5000);
        }
        int32_t ms = mqtt_poll(&client);
        if (leaving && ms == MQTT_FOREVER) {
            break;
        }
        if (!leaving) {
            uint32_t passed_ms = limpet_posix_now_ms(NULL) - last_ms;
            if (passed_ms >= period_ms) {
                last_ms += passed_ms;
                publish();
                continue;
            }
            ms = earlier(ms, (int32_t)(period_ms - passed_ms));
        }
        limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
    }
    printf("left\n");
    return 0;
}
