/* The seed's lowpower.py: awake for some seconds, asleep for a minute, again and again. Each time it publishes "light
 * <n>" to shed, waits a second for messages of foo_topic, says goodbye and sleeps. The broker keeps the session, so
 * what was sent meanwhile comes then. Blue: a message came. If there is no connection within 20 seconds it sleeps all
 * the same; the message waits in the outbox for a better time.
 *
 *     lowpower [server [port [seconds asleep [how many times awake [seconds awake at most]]]]]
 *
 * On a host the process lives on while it sleeps, on a board a deep sleep ends in a reset. The program is written for
 * the reset: all that must survive is in `retained`, and nothing else is expected to, except the clock: it must have
 * gone on.
 */

#include "board.h"
#include "deadline.h"

#include <stdio.h>
#include <string.h>

#define LISTEN_MS 1000
#define DRAIN_MS 2000

/* Changes with every image: the client keeps pointers into it, to the transport, the callbacks, the will. Better than
 * the time at which this file was compiled is what your build knows, such as the linker's build id. */
#ifndef FIRMWARE
#define FIRMWARE __DATE__ " " __TIME__
#endif

/* In RAM that the sleep leaves alone, and that the start-up code does not clear:
 *
 *     __attribute__((section(".noinit")))    with GCC, if the linker script has such a section there
 *     RTC_NOINIT_ATTR                        with ESP-IDF
 */
#define RETAINED

static RETAINED struct {
    /* FIRMWARE, when the rest is valid: only while asleep. A reset that comes in the middle of the work may leave it
     * half done, and that is no state to go on from. */
    char firmware[32];
    uint32_t times_awake;
    struct mqtt_client client;
    uint8_t rx[256];
    uint8_t outbox[1024];
} retained;

/* The end of the time for messages; begins when the broker is there. */
static struct deadline listening;

static void on_message(const struct mqtt_message *message)
{
    printf("%.*s: %.*s%s\n", (int)message->topic_len, message->topic, (int)message->payload_len,
        (const char *)message->payload, message->retain ? " (retained)" : "");
    board_led(BOARD_BLUE, true);
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        printf("up, session %s\n", event->as.online.session_present ? "present" : "new");
        deadline_set(&listening, LISTEN_MS);
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        printf("down: %s (%d)\n", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail);
        deadline_clear(&listening);
        break;
    case MQTT_EV_SUBSCRIBED:
        printf("subscribed, QoS %d\n", event->as.subscribed.granted);
        break;
    case MQTT_EV_MESSAGE:
        on_message(&event->as.message);
        break;
    case MQTT_EV_DONE:
        printf("%s, token %d\n", event->as.done.fate == MQTT_DELIVERED ? "delivered" : "not delivered",
            (int)event->as.done.token);
        break;
    default:
        break;
    }
}

static void retain(void)
{
    strncpy(retained.firmware, FIRMWARE, sizeof retained.firmware);
}

/* True once after each retain. */
static bool is_retained(void)
{
    const bool valid = strncmp(retained.firmware, FIRMWARE, sizeof retained.firmware) == 0;
    memset(retained.firmware, 0, sizeof retained.firmware);
    return valid;
}

/* Only when nothing was retained: mqtt_init forgets what waits in the outbox. */
static int32_t power_on(const struct board_settings *settings)
{
    static const struct mqtt_will will = {
        .topic = "shed",
        .payload = "Goodbye cruel world!",
        .payload_len = 20,
        .qos = 0,
    };
    struct mqtt_config config = {
        .abi = MQTT_ABI,
        /* A session needs a name that no other client of the broker has: on a board, leave it out and set unique_id. */
        .client_id = "limpet-lowpower",
        .keep_session = true,
        /* The broker may have messages for us from before the power-on. */
        .resume_session = true,
        .will = &will,
        .on_event = on_event,
        .rx = retained.rx,
        .rx_size = sizeof retained.rx,
        .outbox = retained.outbox,
        .outbox_size = sizeof retained.outbox,
    };
    board_connection(&config, settings);
    printf("power on\n");
    retained.times_awake = 0;
    int32_t result = mqtt_init(&retained.client, &config);
    if (result == MQTT_OK) {
        /* Stays in the retained outbox, so it is not said again after each sleep. */
        result = mqtt_subscribe(&retained.client, "foo_topic", 1);
    }
    return result;
}

static void publish(void)
{
    char text[16];
    const int len = snprintf(text, sizeof text, "light %u", (unsigned)board_light());
    const int32_t token = mqtt_publish(&retained.client, "shed", text, (size_t)len, 1, false);
    if (token < 0) {
        printf("not published: %s\n", mqtt_error_text(token));
    } else {
        printf("publish %s, token %d\n", text, (int)token);
    }
}

/* Connected, sends what is left; else it stays in the outbox. Both end in a closed connection, whose state need not be
 * retained. */
static void leave(void)
{
    int32_t ms;
    mqtt_disconnect(&retained.client, mqtt_is_connected(&retained.client) ? MQTT_DRAIN : MQTT_KEEP, DRAIN_MS);
    while ((ms = mqtt_poll(&retained.client)) != MQTT_FOREVER) {
        board_wait(&retained.client, ms);
    }
}

static void stay_awake(uint32_t longest_ms)
{
    const uint32_t start_ms = board_now_ms(NULL);
    struct deadline give_up = { 0 };
    retained.times_awake++;
    printf("awake, %u\n", (unsigned)retained.times_awake);
    board_radio(true);
    mqtt_connect(&retained.client);
    publish();
    deadline_clear(&listening);
    deadline_set(&give_up, longest_ms);
    while (!board_stopped() && !deadline_passed(&listening) && !deadline_passed(&give_up)) {
        const int32_t ms = mqtt_poll(&retained.client);
        board_wait(&retained.client, deadline_sooner(&listening, deadline_sooner(&give_up, ms)));
    }
    leave();
    board_led(BOARD_BLUE, false);
    board_radio(false);
    printf("asleep after %u ms\n", (unsigned)(board_now_ms(NULL) - start_ms));
}

int main(int argc, char **argv)
{
    struct board_settings settings = { .period_ms = 60000, .time_ms = 20000 };
    board_start(&settings, argc, argv);
    /* After a deep sleep a board begins with main again: for it this loop has one turn. */
    while (!board_stopped()) {
        const int32_t result = is_retained() ? MQTT_OK : power_on(&settings);
        if (result < 0) {
            printf("cannot start: %s\n", mqtt_error_text(result));
            return 1;
        }
        stay_awake(settings.time_ms);
        if (settings.limit != 0 && retained.times_awake >= settings.limit) {
            break;
        }
        retain();
        board_sleep(settings.period_ms);
    }
    return 0;
}
