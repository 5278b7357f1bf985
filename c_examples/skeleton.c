/* For a board that is none of the others: hello.c with the port left to write. It builds for every processor, and counts
 * failures to connect until board_open is written. */

#include "limpet.h"

#define SERVER "192.0.2.1"

/* Of the application: what a debugger may look at. */
static uint32_t failures;
static uint32_t greetings;

static struct mqtt_client client;
static uint8_t rx[256];
static uint8_t outbox[512];

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    if (event->kind == MQTT_EV_ONLINE) {
        /* MQTT_ERR_FULL if the outbox is: then the next MQTT_EV_ONLINE says hello again. */
        (void)mqtt_publish(from, "hello", "Hello, world", 12, 1, false);
    } else if (event->kind == MQTT_EV_CONNECT_FAILED) {
        /* mqtt_error_text(event->as.offline.error) is the reason in words. */
        failures++;
    } else if (event->kind == MQTT_EV_MESSAGE) {
        greetings++;
    }
}

/* The port. None of these may wait; include/limpet.h says what each returns. */

/* Begins to connect, or goes on: 0 when connected, MQTT_WOULD_BLOCK to be called again. */
static int32_t board_open(void *user, const char *server, uint16_t port)
{
    (void)user;
    (void)server;
    (void)port;
    return -1;
}

/* Bytes that were there, MQTT_WOULD_BLOCK if none were, 0 if the other side closed. */
static int32_t board_read(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    (void)buf;
    (void)len;
    return MQTT_WOULD_BLOCK;
}

/* Bytes that were taken, MQTT_WOULD_BLOCK if none could be. */
static int32_t board_write(void *user, const uint8_t *buf, size_t len)
{
    (void)user;
    (void)buf;
    (void)len;
    return MQTT_WOULD_BLOCK;
}

static void board_close(void *user)
{
    (void)user;
}

/* Set by your timer interrupt, every millisecond. */
static volatile uint32_t milliseconds;

static uint32_t board_now_ms(void *user)
{
    (void)user;
    return milliseconds;
}

/* Sleeps until an interrupt of the network, or until ms have passed. Without one of the network: at most some
 * milliseconds. Here it only lets time pass. */
static void board_wait(int32_t ms)
{
    (void)ms;
    milliseconds++;
}

int main(void)
{
    static const struct mqtt_transport transport = {
        .open = board_open,
        .read = board_read,
        .write = board_write,
        .close = board_close,
    };
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = SERVER,
        .port = 1883,
        .transport = &transport,
        .now_ms = board_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    if (mqtt_init(&client, &config) != MQTT_OK || mqtt_subscribe(&client, "hello", 1) < 0) {
        return 1;
    }
    mqtt_connect(&client);
    for (;;) {
        board_wait(mqtt_poll(&client));
    }
}
