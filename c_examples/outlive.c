/* A device that is switched off whenever it suits somebody: what mqtt_publish accepted is in a directory of files, and goes
 * out in the next life, also if there was no broker in this one. Publishes a count to outlive, QoS 2; subscribes outlive/do.
 *
 *     outlive [server [port [directory [seconds between messages [how many messages [first number]]]]]]
 *
 * Kill it as you like (kill -9), start it again with another first number, and see: mosquitto_sub -q 2 -t outlive
 */

#define _POSIX_C_SOURCE 200809L

#include "limpet_posix.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static struct mqtt_client client;
static uint8_t rx[512];
static uint8_t outbox[2048];

/* One for each record of the outbox, which has outbox_size / 96 of them, and 4. */
#define RECORDS (sizeof outbox / 96 + 4)
/* Topic, payload and 40, but at least 92. */
#define LONGEST_RECORD 128

static struct limpet_posix_store files;
static uint8_t memory[RECORDS * 8 + 3 + LONGEST_RECORD];
static struct mqtt_store store = {
    .save = limpet_posix_store_save,
    .load = limpet_posix_store_load,
    .erase = limpet_posix_store_erase,
    .user = &files,
    .records = RECORDS,
    .memory = memory,
    .memory_size = sizeof memory,
};

/* Number of the next message. */
static uint32_t count;

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
        printf("%.*s: %.*s\n", (int)event->as.message.topic_len, event->as.message.topic,
            (int)event->as.message.payload_len, (const char *)event->as.message.payload);
        break;
    case MQTT_EV_DONE:
        /* Also of messages that an earlier life has published: tokens go on. */
        printf("%s, token %d\n", event->as.done.fate == MQTT_DELIVERED ? "delivered" : "not delivered",
            (int)event->as.done.token);
        break;
    case MQTT_EV_STORE:
        printf("store: trouble %d with key %u (%d)\n", event->as.store.trouble, (unsigned)event->as.store.key,
            (int)event->as.store.detail);
        break;
    default:
        break;
    }
}

static int32_t start(struct mqtt_config *config)
{
    config->abi = MQTT_ABI;
    /* The broker keeps its half of the memory under this name. */
    config->client_id = "outlive";
    config->on_event = on_event;
    config->rx = rx;
    config->rx_size = sizeof rx;
    config->outbox = outbox;
    config->outbox_size = sizeof outbox;

    int32_t result = mqtt_init(&client, config);
    if (result == MQTT_OK) {
        result = mqtt_restore(&client, &store);
    }
    if (result == MQTT_OK) {
        /* If the store has it already, it is the same one. */
        result = mqtt_subscribe(&client, "outlive/do", 2);
    }
    return result >= 0 ? mqtt_connect(&client) : result;
}

/* When it returns a token the message is on the disk. */
static void publish(void)
{
    char text[32];
    const int len = snprintf(text, sizeof text, "%u", (unsigned)count);
    const int32_t token = mqtt_publish(&client, "outlive", text, (size_t)len, 2, false);
    if (token < 0) {
        printf("not published: %s\n", mqtt_error_text(token));
        return;
    }
    printf("publish %u, token %d\n", (unsigned)count, (int)token);
    count++;
}

/* The port: POSIX. On a board the store is in flash, see c_examples/flash. */

static struct limpet_posix net;
static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
    limpet_posix_wake(&net);
}

/* Publishes until it was often enough. */
static void work(uint32_t period_ms, uint32_t end)
{
    uint32_t last_ms = limpet_posix_now_ms(NULL);
    while (!stopped && count != end) {
        const uint32_t passed_ms = limpet_posix_now_ms(NULL) - last_ms;
        if (passed_ms >= period_ms) {
            last_ms += passed_ms;
            publish();
        }
        const int32_t ms = mqtt_poll(&client);
        const int32_t left_ms = passed_ms < period_ms ? (int32_t)(period_ms - passed_ms) : 0;
        limpet_posix_wait(&net, ms < left_ms ? ms : left_ms, mqtt_wants_write(&client));
    }
}

int main(int argc, char **argv)
{
    const struct sigaction action = { .sa_handler = stop };
    struct mqtt_config config = {
        .server = argc > 1 ? argv[1] : "127.0.0.1",
        .port = argc > 2 ? (uint16_t)strtoul(argv[2], NULL, 10) : 1883,
        .transport = &limpet_posix_transport,
        .transport_user = &net,
        .now_ms = limpet_posix_now_ms,
    };
    files.dir = argc > 3 ? argv[3] : "outlive.store";
    const double seconds = argc > 4 ? strtod(argv[4], NULL) : 5;
    count = argc > 6 ? (uint32_t)strtoul(argv[6], NULL, 10) : 0;
    const uint32_t end = count + (argc > 5 ? (uint32_t)strtoul(argv[5], NULL, 10) : UINT32_MAX);
    sigaction(SIGINT, &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);

    const int32_t result = start(&config);
    if (result < 0) {
        printf("%s\n", mqtt_error_text(result));
        return 1;
    }
    work((uint32_t)(seconds * 1000), end);

    /* What is not delivered by then is in the store. */
    mqtt_disconnect(&client, MQTT_DRAIN, 5000);
    int32_t ms = mqtt_poll(&client);
    while (ms != MQTT_FOREVER && ms >= 0) {
        limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
        ms = mqtt_poll(&client);
    }
    printf("left\n");
    return 0;
}
