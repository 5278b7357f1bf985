/* The smallest whole program: says hello to itself by way of the broker. hello [server [port]] */

#include "limpet_posix.h"

#include <stdio.h>
#include <stdlib.h>

static struct mqtt_client client;
static struct limpet_posix net;
static uint8_t rx[256];
static uint8_t outbox[512];

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    if (event->kind == MQTT_EV_ONLINE) {
        if (mqtt_publish(from, "hello", "Hello, world", 12, 1, false) < 0) {
            printf("the outbox is full\n");
        }
    } else if (event->kind == MQTT_EV_CONNECT_FAILED) {
        printf("%s (%d)\n", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail);
    } else if (event->kind == MQTT_EV_MESSAGE) {
        printf("%.*s\n", (int)event->as.message.payload_len, (const char *)event->as.message.payload);
    }
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = argc > 1 ? argv[1] : "127.0.0.1",
        .port = argc > 2 ? (uint16_t)atoi(argv[2]) : 1883,
        .transport = &limpet_posix_transport,
        .transport_user = &net,
        .now_ms = limpet_posix_now_ms,
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
        const int32_t ms = mqtt_poll(&client);
        limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
    }
}
