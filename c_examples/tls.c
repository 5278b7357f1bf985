/* The seed's tls.py: both ways over TLS. Subscribes result, publishes "<count> <repubs>" to it, and takes apart what
 * comes back. If the connection fails it says why: an expired certificate, another CA, another name.
 *
 *     tls server port ca.pem [seconds between messages [how many messages]] [--name name in the certificate]
 *         [--cert our.pem --key our.key]
 */

#define _POSIX_C_SOURCE 200809L

#include "limpet_mbedtls.h"
#include "limpet_posix.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mqtt_client client;
static uint8_t rx[512];
static uint8_t outbox[2048];

static struct limpet_posix net;
static struct limpet_mbedtls tls;

/* Number of the next message. */
static uint32_t count;

static void on_message(const struct mqtt_message *message)
{
    char text[32];
    unsigned n;
    unsigned repubs;
    /* The payload has no NUL; whatever does not fit is not ours. */
    snprintf(text, sizeof text, "%.*s", (int)message->payload_len, (const char *)message->payload);
    if (sscanf(text, "%u %u", &n, &repubs) == 2) {
        printf("Topic = %.*s Count = %u Retransmissions = %u Retained = %s\n", (int)message->topic_len, message->topic,
            n, repubs, message->retain ? "True" : "False");
    } else {
        printf("Topic = %.*s: not from here\n", (int)message->topic_len, message->topic);
    }
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    const char *reason = "";
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        printf("up, %s\n", mbedtls_ssl_get_ciphersuite(&tls.ssl));
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        /* Empty if it was not TLS that failed. What failed before we left is of no interest. */
        if (event->as.offline.error != MQTT_ERR_LEFT) {
            reason = limpet_mbedtls_reason(&tls);
        }
        printf("down: %s (%d)%s%s\n", mqtt_error_text(event->as.offline.error), (int)event->as.offline.detail,
            reason[0] != '\0' ? ": " : "", reason);
        break;
    case MQTT_EV_MESSAGE:
        on_message(&event->as.message);
        break;
    case MQTT_EV_SUBSCRIBED:
        printf("subscribed, QoS %d\n", event->as.subscribed.granted);
        break;
    case MQTT_EV_DONE:
        printf("%s, token %d\n", event->as.done.fate == MQTT_DELIVERED ? "delivered" : "not delivered",
            (int)event->as.done.token);
        break;
    default:
        break;
    }
}

static int32_t start(struct mqtt_config *config)
{
    config->abi = MQTT_ABI;
    config->tls = true;
    config->transport = &limpet_mbedtls_transport;
    config->transport_user = &tls;
    config->on_event = on_event;
    config->rx = rx;
    config->rx_size = sizeof rx;
    config->outbox = outbox;
    config->outbox_size = sizeof outbox;

    int32_t result = mqtt_init(&client, config);
    if (result == MQTT_OK) {
        result = mqtt_subscribe(&client, "result", 1);
    }
    if (result >= 0) {
        result = mqtt_connect(&client);
    }
    return result;
}

/* Never waits. Offline, the message stays in the outbox; with the outbox full, its number is tried again next time. */
static void publish(void)
{
    struct mqtt_stats stats;
    char text[32];
    mqtt_stats(&client, &stats);
    const int len = snprintf(text, sizeof text, "%u %u", (unsigned)count, (unsigned)stats.repubs);
    const int32_t token = mqtt_publish(&client, "result", text, (size_t)len, 1, false);
    if (token < 0) {
        printf("not published: %s\n", mqtt_error_text(token));
        return;
    }
    printf("publish %u, token %d\n", (unsigned)count, (int)token);
    count++;
}

/* The port: POSIX. On a board this is your socket, your clock and your loop, and the certificates are in flash. */

#define FILE_SIZE 16384

static char ca[FILE_SIZE];
static char cert[FILE_SIZE];
static char key[FILE_SIZE];
static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
    limpet_posix_wake(&net);
}

/* The whole file as text. */
static const char *read_file(const char *path, char *to)
{
    FILE *file = fopen(path, "r");
    const size_t n = file != NULL ? fread(to, 1, FILE_SIZE - 1, file) : 0;
    if (n == 0 || n == FILE_SIZE - 1) {
        printf("cannot read %s, or it is empty, or too large\n", path);
        exit(1);
    }
    fclose(file);
    to[n] = '\0';
    return to;
}

/* Takes the options out of the arguments: how many of those are left. */
static int take_options(int argc, char **argv, struct limpet_mbedtls_config *config)
{
    int left = 1;
    for (int i = 1; i < argc; i++) {
        const bool has_value = i + 1 < argc;
        if (has_value && strcmp(argv[i], "--name") == 0) {
            config->name = argv[++i];
        } else if (has_value && strcmp(argv[i], "--cert") == 0) {
            config->cert = read_file(argv[++i], cert);
        } else if (has_value && strcmp(argv[i], "--key") == 0) {
            config->key = read_file(argv[++i], key);
        } else {
            argv[left++] = argv[i];
        }
    }
    return left;
}

static void run(uint32_t period_ms, uint32_t limit)
{
    uint32_t last_ms = limpet_posix_now_ms(NULL);
    bool leaving = false;
    for (;;) {
        if (!leaving && (stopped || count >= limit)) {
            leaving = true;
            mqtt_disconnect(&client, MQTT_DRAIN, 5000);
        }
        int32_t ms = mqtt_poll(&client);
        if (leaving && ms == MQTT_FOREVER) {
            return;
        }
        if (!leaving) {
            const uint32_t passed_ms = limpet_posix_now_ms(NULL) - last_ms;
            if (passed_ms >= period_ms) {
                last_ms += passed_ms;
                publish();
                continue;
            }
            const int32_t left_ms = (int32_t)(period_ms - passed_ms);
            ms = left_ms < ms ? left_ms : ms;
        }
        limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
    }
}

int main(int argc, char **argv)
{
    struct limpet_mbedtls_config below = {
        .inner = &limpet_posix_transport,
        .inner_user = &net,
        .wake = limpet_posix_wake,
    };
    argc = take_options(argc, argv, &below);
    if (argc < 4) {
        printf("tls server port ca.pem [seconds [count]] [--name name] [--cert file --key file]\n");
        return 1;
    }
    below.ca = read_file(argv[3], ca);
    struct mqtt_config config = {
        .server = argv[1],
        .port = (uint16_t)strtoul(argv[2], NULL, 10),
        .now_ms = limpet_posix_now_ms,
    };
    const uint32_t period_ms = argc > 4 ? (uint32_t)(strtod(argv[4], NULL) * 1000.0) : 20000;
    const uint32_t limit = argc > 5 ? (uint32_t)strtoul(argv[5], NULL, 10) : UINT32_MAX;
    const struct sigaction action = { .sa_handler = stop };
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);

    int32_t result = limpet_mbedtls_init(&tls, &below);
    if (result != 0) {
        printf("cannot prepare TLS: %s (%d)\n", limpet_mbedtls_reason(&tls), (int)result);
        return 1;
    }
    result = start(&config);
    if (result < 0) {
        printf("cannot start: %s\n", mqtt_error_text(result));
        return 1;
    }
    run(period_ms, limit);
    limpet_mbedtls_end(&tls);
    printf("left\n");
    return 0;
}
