/* The seed's async_message.py: each topic has a handler of its own. A table of filters and functions; a message goes to
 * every row whose filter matches its topic. "on" lights the LED of blue_topic or red_topic, anything else puts it out;
 * what comes to note/# is printed. Publishes "Count = <n>" to shed every 5 seconds.
 *
 *     dispatch [server [port [seconds between messages [how many messages]]]]
 */

#include "board.h"
#include "deadline.h"

#include <stdio.h>
#include <string.h>

#define DRAIN_MS 5000

static struct mqtt_client client;
static uint8_t rx[512];
static uint8_t outbox[2048];

/* Number of the next message. */
static uint32_t count;

static bool says_on(const struct mqtt_message *message)
{
    return message->total == 2 && message->payload_len == 2 && memcmp(message->payload, "on", 2) == 0;
}

static void on_blue(const struct mqtt_message *message)
{
    board_led(BOARD_BLUE, says_on(message));
}

static void on_red(const struct mqtt_message *message)
{
    board_led(BOARD_RED, says_on(message));
}

/* A note longer than rx comes, and is printed, in parts. */
static void on_note(const struct mqtt_message *message)
{
    printf("%.*s: %.*s\n", (int)message->topic_len, message->topic, (int)message->payload_len,
        (const char *)message->payload);
}

static const struct {
    const char *filter;
    void (*handle)(const struct mqtt_message *message);
} rows[] = {
    { "blue_topic", on_blue },
    { "red_topic", on_red },
    { "note/#", on_note },
};
#define ROWS (sizeof rows / sizeof rows[0])

static void dispatch(const struct mqtt_message *message)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (mqtt_topic_matches(rows[i].filter, message->topic, message->topic_len)) {
            rows[i].handle(message);
        }
    }
}

static int32_t subscribe_all(void)
{
    int32_t result = MQTT_OK;
    for (size_t i = 0; i < ROWS && result >= 0; i++) {
        result = mqtt_subscribe(&client, rows[i].filter, 1);
    }
    return result;
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
    case MQTT_EV_SUBSCRIBED:
        printf("subscribed, QoS %d\n", event->as.subscribed.granted);
        break;
    case MQTT_EV_MESSAGE:
        dispatch(&event->as.message);
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
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    board_connection(&config, settings);
    int32_t result = mqtt_init(&client, &config);
    if (result == MQTT_OK) {
        result = subscribe_all();
    }
    if (result >= 0) {
        result = mqtt_connect(&client);
    }
    return result;
}

/* Never waits. With the outbox full, the number is tried again next time. */
static void publish(void)
{
    char text[32];
    const int len = snprintf(text, sizeof text, "Count = %u", (unsigned)count);
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
}

int main(int argc, char **argv)
{
    struct board_settings settings = { .period_ms = 5000 };
    struct deadline next = { 0 };
    board_start(&settings, argc, argv);
    const int32_t result = start(&settings);
    if (result < 0) {
        printf("cannot start: %s\n", mqtt_error_text(result));
        return 1;
    }
    deadline_set(&next, settings.period_ms);
    while (!board_stopped() && (settings.limit == 0 || count < settings.limit)) {
        if (deadline_passed(&next)) {
            deadline_set(&next, settings.period_ms);
            publish();
        }
        const int32_t ms = mqtt_poll(&client);
        board_wait(&client, deadline_sooner(&next, ms));
    }
    leave();
    return 0;
}
