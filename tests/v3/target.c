/* target [server [port]]: what the tester challenges, as tests/v3/target.py of mqtt_as.
 *
 * On `control` comes a JSON array: command, topic, message. The commands are subscribe, unsubscribe and publish. What
 * comes on any other topic goes back on `response` as a JSON array: topic, message. It runs until it is killed. */

#include "json.h"
#include "limpet_posix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QOS 1

static struct mqtt_client client;
static struct limpet_posix net;
static uint8_t rx[2048];
static uint8_t outbox[8192];

static void report(const char *what, int32_t result)
{
    if (result < 0) {
        printf("cannot %s: %s\n", what, mqtt_error_text(result));
    }
}

static void obey(const struct mqtt_message *message)
{
    char words[3][JSON_MAX];
    const int count = json_read((const char *)message->payload, message->payload_len, words, 3);
    if (count < 2) {
        printf("not a command: %.*s\n", (int)message->payload_len, (const char *)message->payload);
    } else if (strcmp(words[0], "subscribe") == 0) {
        report("subscribe", mqtt_subscribe(&client, words[1], QOS));
    } else if (strcmp(words[0], "unsubscribe") == 0) {
        report("unsubscribe", mqtt_unsubscribe(&client, words[1]));
    } else if (strcmp(words[0], "publish") == 0 && count == 3) {
        report("publish", mqtt_publish(&client, words[1], words[2], strlen(words[2]), QOS, false));
    } else {
        printf("unknown command: %s\n", words[0]);
    }
}

static void respond(const struct mqtt_message *message)
{
    char name[JSON_MAX];
    char text[JSON_MAX];
    char json[2 * JSON_MAX];
    const char *const words[2] = { name, text };
    if (message->topic_len >= sizeof name || message->payload_len >= sizeof text) {
        printf("too long to answer\n");
        return;
    }
    snprintf(name, sizeof name, "%.*s", (int)message->topic_len, message->topic);
    snprintf(text, sizeof text, "%.*s", (int)message->payload_len, (const char *)message->payload);
    const size_t len = json_write(json, sizeof json, words, 2);
    if (len == 0) {
        printf("too long to answer\n");
        return;
    }
    report("respond", mqtt_publish(&client, "response", json, len, QOS, false));
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    static const char control[] = "control";
    const struct mqtt_message *message = &event->as.message;
    (void)user;
    (void)from;
    if (event->kind == MQTT_EV_MESSAGE && message->payload_len != message->total) {
        printf("too long to understand\n");
    } else if (event->kind == MQTT_EV_MESSAGE && message->topic_len == strlen(control)
               && memcmp(message->topic, control, message->topic_len) == 0) {
        obey(message);
    } else if (event->kind == MQTT_EV_MESSAGE) {
        respond(message);
    } else if (event->kind == MQTT_EV_SUBSCRIBED) {
        printf("subscribed\n");
    } else if (event->kind == MQTT_EV_ONLINE) {
        printf("up\n");
    } else if (event->kind == MQTT_EV_OFFLINE || event->kind == MQTT_EV_CONNECT_FAILED) {
        printf("down: %s\n", mqtt_error_text(event->as.offline.error));
    }
}

int main(int argc, char **argv)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = argc > 1 ? argv[1] : "127.0.0.1",
        .port = argc > 2 ? (uint16_t)strtoul(argv[2], NULL, 10) : 1883,
        /* So that no command is lost in an outage. */
        .keep_session = true,
        .client_id = "limpet-target",
        .keepalive_s = 120,
        /* A connection that is cut at each step never holds as long as its pause. */
        .retry_max_ms = 2000,
        .transport = &limpet_posix_transport,
        .transport_user = &net,
        .now_ms = limpet_posix_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (mqtt_init(&client, &config) != MQTT_OK || mqtt_subscribe(&client, "control", QOS) < 0) {
        return 1;
    }
    mqtt_connect(&client);
    for (;;) {
        const int32_t ms = mqtt_poll(&client);
        limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
    }
}
