/* Walk away with the device until it loses the network, and come back: the count goes on without a gap.
 *
 * Publishes "<count> repubs: <n> outages: <n>" to shed, and what it measures. Red: not connected. Blue, for a second:
 * a message came to foo_topic. The broker publishes the will when the device is gone without a word.
 */

#include "range_app.h"
#include "deadline.h"

#include <stdio.h>

#define PULSE_MS 1000
#define DRAIN_MS 5000

static struct mqtt_client client;
static uint8_t rx[512];
static uint8_t outbox[2048];

static const struct mqtt_will will = {
    .topic = "shed",
    .payload = "Goodbye cruel world!",
    .payload_len = 20,
    .qos = 0,
};

/* Number of the next message. */
static uint32_t count;

/* The end of the blue pulse. */
static struct deadline pulse;

static void on_message(const struct mqtt_message *message)
{
    printf("%.*s: %.*s%s\n", (int)message->topic_len, message->topic, (int)message->payload_len,
        (const char *)message->payload, message->retain ? " (retained)" : "");
    board_led(BOARD_BLUE, true);
    deadline_set(&pulse, PULSE_MS);
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        printf("up\n");
        board_led(BOARD_RED, false);
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        printf("down: %s (%d)\n", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail);
        board_led(BOARD_RED, true);
        break;
    case MQTT_EV_SUBSCRIBED:
        printf("subscribed, QoS %d\n", event->as.subscribed.granted);
        break;
    case MQTT_EV_MESSAGE:
        on_message(&event->as.message);
        break;
    default:
        break;
    }
}

static int32_t start(const struct board_settings *settings)
{
    struct mqtt_config config = {
        .abi = MQTT_ABI,
        .keepalive_s = 120,
        .will = &will,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    board_connection(&config, settings);
    board_led(BOARD_RED, true);

    int32_t result = mqtt_init(&client, &config);
    if (result == MQTT_OK) {
        result = board_supervise(&client);
    }
    if (result == MQTT_OK) {
        result = mqtt_subscribe(&client, "foo_topic", 1);
    }
    if (result >= 0) {
        result = mqtt_connect(&client);
    }
    return result;
}

/* Never waits. Offline, the message stays in the outbox; with the outbox full, its number is tried again next time. */
static void publish(const struct range_senses *senses)
{
    struct mqtt_stats stats;
    char text[128];
    mqtt_stats(&client, &stats);
    int len = snprintf(text, sizeof text, "%u repubs: %u outages: %u", (unsigned)count, (unsigned)stats.repubs,
        (unsigned)stats.outages);
    if (senses->rssi_db != NULL) {
        len += snprintf(text + len, sizeof text - (size_t)len, " rssi: %ddB", (int)senses->rssi_db(senses->user));
    }
    if (senses->free_bytes != NULL) {
        len += snprintf(text + len, sizeof text - (size_t)len, " free: %lubytes",
            (unsigned long)senses->free_bytes(senses->user));
    }
    const int32_t token = mqtt_publish(&client, "shed", text, (size_t)len, 1, false);
    if (token < 0) {
        printf("not published: %s\n", mqtt_error_text(token));
        return;
    }
    printf("publish %u\n", (unsigned)count);
    count++;
}

static void leave(void)
{
    int32_t ms;
    mqtt_disconnect(&client, MQTT_DRAIN, DRAIN_MS);
    while ((ms = mqtt_poll(&client)) != MQTT_FOREVER) {
        board_wait(&client, ms);
    }
    printf("left\n");
    /* A blue light that stays: the program has ended. */
    board_led(BOARD_BLUE, true);
}

int range_run(const struct board_settings *settings, const struct range_senses *senses)
{
    struct deadline next = { 0 };
    const int32_t result = start(settings);
    if (result < 0) {
        printf("cannot start: %s\n", mqtt_error_text(result));
        return 1;
    }
    deadline_set(&next, settings->period_ms);
    while (!board_stopped() && (settings->limit == 0 || count < settings->limit)) {
        if (deadline_passed(&next)) {
            deadline_set(&next, settings->period_ms);
            publish(senses);
        }
        if (deadline_passed(&pulse)) {
            board_led(BOARD_BLUE, false);
        }
        const int32_t ms = mqtt_poll(&client);
        board_wait(&client, deadline_sooner(&pulse, deadline_sooner(&next, ms)));
    }
    leave();
    return 0;
}
