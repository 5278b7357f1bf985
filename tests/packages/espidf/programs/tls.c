/* esp-tls as a transport: one message there and back, then refusals, each with its reason. Arguments: the port of a broker
 * with TLS on this machine, and a file with its CA. */

#define _GNU_SOURCE

#include "check.h"
#include "limpet_idf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct limpet_idf_tls tls;
static struct mqtt_client client;
static uint8_t rx[256];
static uint8_t outbox[512];
static char ca[8192];

static bool is_online;
static bool is_offline;
static bool came_back;
static struct mqtt_offline outage;

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        is_online = true;
        (void)mqtt_publish(from, "tls", "secret", 6, 1, false);
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        is_offline = true;
        outage = event->as.offline;
        break;
    case MQTT_EV_MESSAGE:
        came_back = event->as.message.payload_len == 6;
        break;
    default:
        break;
    }
}

/* Sleeps as long as it may: what did not wake the client would be late. */
static void turn_until(const bool *done)
{
    const uint32_t start = limpet_idf_now_ms(NULL);
    int32_t ms = mqtt_poll(&client);
    while (!*done && limpet_idf_now_ms(NULL) - start < 10000) {
        limpet_sockets_wait(&tls.net, ms, mqtt_wants_write(&client));
        ms = mqtt_poll(&client);
    }
}

static void begin(const char *port)
{
    struct mqtt_config config;
    limpet_idf_config(&config);
    config.server = "127.0.0.1";
    config.port = (uint16_t)atoi(port);
    config.tls = true;
    config.transport = &limpet_idf_tls_transport;
    config.transport_user = &tls;
    config.on_event = on_event;
    config.rx = rx;
    config.rx_size = sizeof rx;
    config.outbox = outbox;
    config.outbox_size = sizeof outbox;
    is_online = false;
    is_offline = false;
    came_back = false;
    check(mqtt_init(&client, &config) == MQTT_OK && mqtt_subscribe(&client, "tls", 1) > 0, "it begins");
    (void)mqtt_connect(&client);
}

static void leave(void)
{
    int32_t ms;
    (void)mqtt_disconnect(&client, MQTT_DROP, 0);
    while ((ms = mqtt_poll(&client)) != MQTT_FOREVER) {
        limpet_sockets_wait(&tls.net, ms, mqtt_wants_write(&client));
    }
}

static void refuse(const char *port, const char *reason)
{
    begin(port);
    turn_until(&is_offline);
    check(!is_online && is_offline && outage.error == MQTT_ERR_TLS, "it is refused");
    check(outage.detail < 0 && outage.detail >= -0xffff, "with the number of Mbed TLS");
    check(strcmp(limpet_idf_tls_reason(&tls), reason) == 0, "and its reason");
    leave();
}

int main(int argc, char **argv)
{
    FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;
    if (file == NULL || fread(ca, 1, sizeof ca - 1, file) == 0) {
        printf("FAILED: tls PORT CA\n");
        return 1;
    }
    fclose(file);
    tls.ca = ca;
    tls.name = "localhost";
    const uint32_t start = limpet_idf_now_ms(NULL);
    begin(argv[1]);
    turn_until(&came_back);
    check(is_online && came_back && limpet_idf_now_ms(NULL) - start < 5000, "a message comes back soon");
    check(strcmp(limpet_idf_tls_reason(&tls), "") == 0, "there is nothing to complain of");
    leave();
    tls.name = "elsewhere.example";
    refuse(argv[1], "wrong host name: the certificate is for another one");
    tls.name = "localhost";
    tls.ca = NULL;
    refuse(argv[1], "");
    return failures() == 0 ? 0 : 1;
}
