/* The seed's mqtt_as_timeout.py: messages that are not worth having when they are late. Publishes "<count> repubs: <n>
 * outages: <n>" to shed every 5 seconds, and gives each up when the broker has not acknowledged it within 5 seconds.
 * Blue, for a second: one was acknowledged. Red, for a second: one was given up. Messages do not wait for each other.
 *
 *     publish_timeout [server [port [seconds between messages [how many messages [seconds for each]]]]]
 */

#include "board.h"
#include "deadline.h"

#include <stdio.h>

#define PULSE_MS 1000
#define DRAIN_MS 5000

static struct mqtt_client client;
static uint8_t rx[512];
static uint8_t outbox[2048];

/* Number of the next message. */
static uint32_t count;

/* The number of each message whose end is not known yet; token 0 is a free place. */
static struct {
    int32_t token;
    uint32_t number;
} under_way[16];
#define PLACES (sizeof under_way / sizeof under_way[0])

/* The ends of the pulses, by LED. */
static struct deadline pulses[2];

static void flash(enum board_led led)
{
    board_led(led, true);
    deadline_set(&pulses[led], PULSE_MS);
}

static size_t place_of(int32_t token)
{
    size_t place = 0;
    while (place < PLACES && under_way[place].token != token) {
        place++;
    }
    return place;
}

/* Expired does not mean that the broker has not got it: an acknowledgement may be late or lost. */
static void on_done(const struct mqtt_done *done)
{
    const size_t place = place_of(done->token);
    if (place == PLACES) {
        return;
    }
    under_way[place].token = 0;
    if (done->fate == MQTT_DELIVERED) {
        printf("acked %u\n", (unsigned)under_way[place].number);
        flash(BOARD_BLUE);
    } else {
        printf("expired %u, %s\n", (unsigned)under_way[place].number, done->maybe_sent ? "maybe sent" : "never sent");
        flash(BOARD_RED);
    }
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
    case MQTT_EV_DONE:
        on_done(&event->as.done);
        break;
    default:
        break;
    }
}

static void publish(uint32_t timeout_ms)
{
    struct mqtt_stats stats;
    char text[64];
    const size_t place = place_of(0);
    mqtt_stats(&client, &stats);
    const int len = snprintf(text, sizeof text, "%u repubs: %u outages: %u", (unsigned)count, (unsigned)stats.repubs,
        (unsigned)stats.outages);
    const struct mqtt_publish_options options = {
        .topic = "shed",
        .payload = text,
        .payload_len = (size_t)len,
        .qos = 1,
        .timeout_ms = timeout_ms,
    };
    const int32_t token = place < PLACES ? mqtt_publish_with(&client, &options) : MQTT_ERR_FULL;
    if (token < 0) {
        printf("not published: %s\n", mqtt_error_text(token));
        return;
    }
    under_way[place].token = token;
    under_way[place].number = count;
    printf("publish %u\n", (unsigned)count);
    count++;
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
    const int32_t result = mqtt_init(&client, &config);
    return result == MQTT_OK ? mqtt_connect(&client) : result;
}

static void end_pulses(void)
{
    if (deadline_passed(&pulses[BOARD_RED])) {
        board_led(BOARD_RED, false);
    }
    if (deadline_passed(&pulses[BOARD_BLUE])) {
        board_led(BOARD_BLUE, false);
    }
}

/* Every message is acknowledged or given up before this ends, or DRAIN_MS have passed. */
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
    struct board_settings settings = { .period_ms = 5000, .time_ms = 5000 };
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
            publish(settings.time_ms);
        }
        end_pulses();
        int32_t ms = mqtt_poll(&client);
        ms = deadline_sooner(&pulses[BOARD_RED], deadline_sooner(&pulses[BOARD_BLUE], ms));
        board_wait(&client, deadline_sooner(&next, ms));
    }
    leave();
    return 0;
}
