/* MQTT 5: publishes a reading a second with its unit as a user property, subscribes to it, and prints what comes. For Linux;
 * the arguments are the broker's address and port. */

#include "limpet_posix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD_MS 1000

static struct mqtt_client client;
static struct limpet_posix net;
/* Zeroed: nothing special is asked of the broker. */
static struct mqtt_v5 v5;
static uint8_t rx[256];
static uint8_t outbox[2048];

static void publish_reading(const char *reading)
{
    /* They are copied, as topic and payload are. */
    const struct mqtt_property properties[] = {
        { .id = MQTT_PROP_USER, .data = "unit", .value = "degree" },
        { .id = MQTT_PROP_MESSAGE_EXPIRY, .number = 3600 },
    };
    const struct mqtt_publish_options options = {
        .topic = "mqtt5/reading",
        .payload = reading,
        .payload_len = strlen(reading),
        .qos = 1,
        .properties = properties,
        .properties_len = sizeof properties / sizeof properties[0],
    };
    const int32_t token = mqtt_publish_with(&client, &options);
    if (token < 0) {
        printf("not published: %s\n", mqtt_error_text(token));
    }
}

/* In on_event only. A zeroed property begins. */
static void print_properties(const struct mqtt_client *from)
{
    struct mqtt_property property = { 0 };
    while (mqtt_property_next(from, &property) == 1) {
        if (property.id == MQTT_PROP_USER) {
            printf(", %.*s: %.*s", (int)property.data_len, (const char *)property.data, (int)property.value_len,
                   (const char *)property.value);
        }
    }
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    const struct mqtt_message *message = &event->as.message;
    (void)user;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        printf("online\n");
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        printf("offline: %s (%d)\n", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail);
        break;
    case MQTT_EV_MESSAGE:
        printf("%.*s", (int)message->payload_len, (const char *)message->payload);
        print_properties(from);
        printf("\n");
        break;
    default:
        break;
    }
    fflush(stdout);
}

int main(int argc, char **argv)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = argc > 1 ? argv[1] : "127.0.0.1",
        .port = argc > 2 ? (uint16_t)atoi(argv[2]) : 1883,
        .v5 = &v5,
        .transport = &limpet_posix_transport,
        .transport_user = &net,
        .now_ms = limpet_posix_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    const int32_t result = mqtt_init(&client, &config);
    if (result != MQTT_OK || mqtt_subscribe(&client, "mqtt5/reading", 1) < 0) {
        printf("%s\n", mqtt_error_text(result));
        return 1;
    }
    mqtt_connect(&client);
    uint32_t last_ms = limpet_posix_now_ms(NULL);
    uint32_t reading = 0;
    for (;;) {
        const uint32_t passed_ms = limpet_posix_now_ms(NULL) - last_ms;
        if (passed_ms >= PERIOD_MS) {
            char text[12];
            snprintf(text, sizeof text, "%u", (unsigned)reading++);
            publish_reading(text);
            last_ms += PERIOD_MS;
            continue;
        }
        const int32_t ms = mqtt_poll(&client);
        const int32_t left_ms = (int32_t)(PERIOD_MS - passed_ms);
        limpet_posix_wait(&net, ms < left_ms ? ms : left_ms, mqtt_wants_write(&client));
    }
}
