/* The device of the suite `power`: one life of it. Publishes numbered messages to power/<id>, QoS 1 and 2 in turn, with a
 * store of files, hears them itself, and is killed at a call of the store.
 *
 *     device port id directory version first end call when
 *
 * version is 3 or 5, of MQTT. It publishes the numbers from first on, less than end. SIGKILL comes at this call of the
 * store, counted from 1 (0: at none; +1 and so on: loads do not count): when is 0 before it, 1 inside, 2 after. SIGTERM,
 * from ready on, lets it leave. It tells, unbuffered, so that nothing is lost that was told before it died:
 *
 *     ready
 *     subscribed
 *     tried <number>                    what follows may be accepted
 *     accepted <number>                 mqtt_publish said so
 *     got <number> <dup>                it has come back
 *     trouble <trouble> <key>           MQTT_EV_STORE
 *     left <saves> <erasures>           its last line
 */

#define _XOPEN_SOURCE 700

#include "cut.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Messages under way at once, so that the store has some and not all of them. */
#define MOST_UNDER_WAY 3

static struct mqtt_client client;
static struct mqtt_v5 v5;
static struct limpet_posix net;
static uint8_t rx[256];
static uint8_t outbox[768];

#define RECORDS (sizeof outbox / 96 + 4)
#define LONGEST_RECORD 128

static struct cut cut;
static uint8_t memory[RECORDS * 8 + 3 + LONGEST_RECORD];
static struct mqtt_store store = {
    .save = cut_save,
    .load = cut_load,
    .erase = cut_erase,
    .user = &cut,
    .records = RECORDS,
    .memory = memory,
    .memory_size = sizeof memory,
};

static char topic[64];
static bool is_subscribed;
static uint32_t under_way;
static volatile sig_atomic_t stopped;

static void tell(const char *format, ...)
{
    char line[128];
    va_list rest;
    va_start(rest, format);
    const int len = vsnprintf(line, sizeof line, format, rest);
    va_end(rest);
    if (write(STDOUT_FILENO, line, (size_t)len) != len) {
        exit(4);
    }
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    const struct mqtt_message *message = &event->as.message;
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_SUBSCRIBED:
        is_subscribed = true;
        tell("subscribed\n");
        break;
    case MQTT_EV_MESSAGE:
        tell("got %.*s %d\n", (int)message->payload_len, (const char *)message->payload, message->dup ? 1 : 0);
        break;
    case MQTT_EV_DONE:
        /* Those of earlier lives count, too: this life may have none under way then. */
        under_way -= under_way > 0 ? 1 : 0;
        break;
    case MQTT_EV_STORE:
        tell("trouble %d %u\n", event->as.store.trouble, (unsigned)event->as.store.key);
        break;
    default:
        break;
    }
}

static int32_t start(uint16_t port, const char *id, bool speaks_5)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "127.0.0.1",
        .port = port,
        .client_id = id,
        .retry_min_ms = 10,
        .retry_max_ms = 20,
        .transport = &limpet_posix_transport,
        .transport_user = &net,
        .now_ms = limpet_posix_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
        .v5 = speaks_5 ? &v5 : NULL,
    };
    int32_t result = mqtt_init(&client, &config);
    if (result == MQTT_OK) {
        result = mqtt_restore(&client, &store);
    }
    return result == MQTT_OK ? mqtt_connect(&client) : result;
}

static void publish(uint32_t number)
{
    char text[16];
    const int len = snprintf(text, sizeof text, "%u", (unsigned)number);
    tell("tried %s\n", text);
    const int32_t token = mqtt_publish(&client, topic, text, (size_t)len, number % 2 == 0 ? 1 : 2, false);
    if (token > 0) {
        under_way++;
        tell("accepted %s\n", text);
    } else {
        tell("refused %s: %s\n", text, mqtt_error_text(token));
    }
}

static void stop(int number)
{
    (void)number;
    stopped = 1;
    limpet_posix_wake(&net);
}

/* How many are kept, asked past the wrapper. */
static unsigned kept(void)
{
    unsigned count = 0;
    uint8_t byte;
    for (uint32_t key = 0; key < RECORDS; key++) {
        count += limpet_posix_store_load(&cut.files, key, &byte, 1) != 0 ? 1 : 0;
    }
    return count;
}

/* When only the subscription is left: MQTT_DRAIN does not wait for messages of QoS 2 that come. */
static void leave(void)
{
    int32_t ms = mqtt_poll(&client);
    while (kept() > 1) {
        limpet_posix_wait(&net, ms < 5 ? ms : 5, mqtt_wants_write(&client));
        ms = mqtt_poll(&client);
    }
    mqtt_disconnect(&client, MQTT_DRAIN, 5000);
    ms = mqtt_poll(&client);
    while (ms != MQTT_FOREVER && ms >= 0) {
        limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
        ms = mqtt_poll(&client);
    }
    tell("left %u %u\n", (unsigned)cut.saves, (unsigned)cut.erasures);
}

int main(int argc, char **argv)
{
    const struct sigaction action = { .sa_handler = stop };
    if (argc < 9) {
        fprintf(stderr, "device port id directory version first end call when\n");
        return 2;
    }
    const uint32_t end = (uint32_t)strtoul(argv[6], NULL, 10);
    uint32_t number = (uint32_t)strtoul(argv[5], NULL, 10);
    cut.files.dir = argv[3];
    cut.changes_only = argv[7][0] == '+';
    cut.at = (uint32_t)strtoul(argv[7], NULL, 10);
    cut.when = (enum cut_when)strtoul(argv[8], NULL, 10);
    (void)snprintf(topic, sizeof topic, "power/%s", argv[2]);
    sigaction(SIGTERM, &action, NULL);
    tell("ready\n");

    const int32_t result = start((uint16_t)strtoul(argv[1], NULL, 10), argv[2], strcmp(argv[4], "5") == 0);
    /* As firmware does it, in each life. */
    if (result < 0 || mqtt_subscribe(&client, topic, 2) < 0) {
        tell("no client: %s\n", mqtt_error_text(result));
        return 1;
    }
    while (!stopped) {
        int32_t ms = mqtt_poll(&client);
        if (is_subscribed && number < end && under_way < MOST_UNDER_WAY) {
            publish(number);
            number++;
            ms = 0;
        }
        limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
    }
    leave();
    return 0;
}
