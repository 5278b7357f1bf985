/* The Limpet of `cargo xtask soak`: publishes numbered messages to soak/<id>/up and expects those of the other end on
 * soak/<id>/down, each for as long as it is told, through whatever happens to the connection.
 *
 *     soak port version id
 *
 * stdin:  go <first> <count>   a round of numbers, both ways
 *         may <n>              so many of the round may be published
 *         end of input         leave and end
 * stdout: ready                subscribed
 *         state <first> <done> <received> <again> <connects> <outages>
 *         broken <promise>     and that is the end
 */

#define _POSIX_C_SOURCE 200809L

#include "ledger.h"
#include "limpet_posix.h"
#include "numbered.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* stdin is looked at so often, and figures are told no more often. */
#define TURN_MS 10

#define LEAVING_MS 5000

static struct mqtt_client client;
static struct limpet_posix net;
static struct mqtt_v5 v5;
/* Shorter than the longest message, which so comes in parts. */
static uint8_t rx[512];
static uint8_t outbox[16384];

static char up[64];
static uint32_t may;
static bool input_ended;

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_SUBSCRIBED:
        printf("ready\n");
        break;
    case MQTT_EV_DONE:
        ledger_done(&event->as.done);
        break;
    case MQTT_EV_MESSAGE:
        ledger_message(&event->as.message);
        break;
    default:
        break;
    }
}

static bool start(char **argv, const char *filter)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "127.0.0.1",
        .port = (uint16_t)strtoul(argv[1], NULL, 10),
        .client_id = argv[3],
        .v5 = strcmp(argv[2], "5") == 0 ? &v5 : NULL,
        .keep_session = true,
        /* Mosquitto 2.0.11 does not save a session that began with Clean Start while that connection lasts. */
        .resume_session = true,
        .keepalive_s = 4,
        .response_time_ms = 1000,
        .retry_min_ms = 50,
        .retry_max_ms = 400,
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
    if (result != MQTT_OK) {
        printf("broken mqtt_init: %s\n", mqtt_error_text(result));
        return false;
    }
    return mqtt_subscribe(&client, filter, 2) > 0 && mqtt_connect(&client) == MQTT_OK;
}

static void obey(const char *line)
{
    unsigned long first = 0;
    unsigned long count = 0;
    if (sscanf(line, "go %lu %lu", &first, &count) == 2) {
        ledger_begin((uint32_t)first, (uint32_t)count);
        may = 0;
    } else if (sscanf(line, "may %lu", &count) == 1) {
        may = (uint32_t)count;
    }
}

static void read_orders(void)
{
    static char line[64];
    static size_t len;
    char byte;
    ssize_t n;
    while ((n = read(STDIN_FILENO, &byte, 1)) > 0) {
        if (byte == '\n') {
            line[len] = '\0';
            len = 0;
            obey(line);
        } else if (len < sizeof line - 1) {
            line[len] = byte;
            len++;
        }
    }
    input_ended = n == 0;
}

/* As many as are allowed and the outbox takes. A full one is no harm: the number is tried again. */
static void publish(void)
{
    uint8_t payload[NUMBERED_MOST + 1];
    while (ledger.accepted < may && ledger.accepted < ledger.count && ledger_has_room()) {
        const uint32_t number = ledger.first + ledger.accepted;
        const size_t len = numbered_len(number);
        (void)snprintf((char *)payload, sizeof payload, "%0*lu", NUMBERED_DIGITS, (unsigned long)number);
        for (size_t i = NUMBERED_DIGITS; i < len; i++) {
            payload[i] = numbered_byte(number, i);
        }
        const int32_t token = mqtt_publish(&client, up, payload, len, numbered_qos(number), false);
        if (token < 0) {
            if (token != MQTT_ERR_FULL) {
                printf("broken mqtt_publish: %s\n", mqtt_error_text(token));
            }
            return;
        }
        ledger_accepted(token);
    }
}

static void tell(void)
{
    static uint32_t told_ms;
    static char told[128];
    char text[128];
    struct mqtt_stats stats;
    const uint32_t now_ms = limpet_posix_now_ms(NULL);
    if (now_ms - told_ms < TURN_MS) {
        return;
    }
    told_ms = now_ms;
    (void)mqtt_stats(&client, &stats);
    (void)snprintf(text, sizeof text, "state %lu %lu %lu %lu %lu %lu", (unsigned long)ledger.first,
        (unsigned long)ledger.done, (unsigned long)ledger.received, (unsigned long)ledger.again,
        (unsigned long)stats.connects, (unsigned long)stats.outages);
    if (strcmp(text, told) != 0) {
        memcpy(told, text, sizeof told);
        printf("%s\n", text);
    }
}

static void turn(void)
{
    const int32_t ms = mqtt_poll(&client);
    tell();
    if (ms != MQTT_FOREVER || !input_ended) {
        limpet_posix_wait(&net, ms < TURN_MS ? ms : TURN_MS, mqtt_wants_write(&client));
    }
}

int main(int argc, char **argv)
{
    char down[64];
    if (argc < 4) {
        fprintf(stderr, "soak port version id\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    (void)fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    (void)snprintf(up, sizeof up, "soak/%s/up", argv[3]);
    (void)snprintf(down, sizeof down, "soak/%s/down", argv[3]);
    if (!start(argv, down)) {
        return 1;
    }
    while (!input_ended && ledger.broken == NULL) {
        read_orders();
        publish();
        turn();
    }
    if (ledger.broken != NULL) {
        printf("broken %s\n", ledger.broken);
        return 1;
    }
    (void)mqtt_disconnect(&client, MQTT_DRAIN, LEAVING_MS);
    while (mqtt_poll(&client) != MQTT_FOREVER) {
        limpet_posix_wait(&net, TURN_MS, mqtt_wants_write(&client));
    }
    return ledger.broken == NULL ? 0 : 1;
}
