/* What `cargo xtask demo` runs: publishes to limpet/demo through outages, and tells on stdout what became of each
 * message.
 *
 *     publisher host port count period_ms [client id]
 *
 *     accepted <seq> <qos>             the outbox has it
 *     done <seq> <fate>                it has ended
 *     online <session_present>         offline <error>         failed <error>         retry <ms>
 *     pending <n>                      accepted and not done, told when that matters
 *     end accepted=<n> done=<n> full=<n> longest_poll_us=<n> polls=<n>
 */

#define _POSIX_C_SOURCE 200809L

#include "limpet_posix.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct mqtt_client client;
static struct limpet_posix net;
static uint8_t rx[512];
static uint8_t outbox[16384];

/* The message of each token under way; token 0 is a free place. More than fit into the outbox. */
static struct {
    int32_t token;
    uint32_t seq;
} under_way[512];
#define PLACES (sizeof under_way / sizeof under_way[0])

static uint32_t accepted;
static uint32_t done;
static uint32_t full;
static uint32_t polls;
static uint64_t longest_us;
static volatile sig_atomic_t stopped;

static void tell_pending(void)
{
    printf("pending %u\n", (unsigned)(accepted - done));
}

static void on_down(const char *word, const struct mqtt_offline *offline)
{
    printf("%s %s\n", word, mqtt_error_text(offline->error));
    if (offline->retry_ms != MQTT_FOREVER) {
        printf("retry %d\n", (int)offline->retry_ms);
    }
    tell_pending();
}

static void on_done(const struct mqtt_done *end)
{
    static const char *const fates[] = { "delivered", "expired", "cancelled", "dropped", "replaced" };
    for (size_t i = 0; i < PLACES; i++) {
        if (under_way[i].token == end->token) {
            const char *fate = end->fate < sizeof fates / sizeof fates[0] ? fates[end->fate] : "unknown";
            printf("done %06u %s\n", (unsigned)under_way[i].seq, fate);
            under_way[i].token = 0;
            done++;
            return;
        }
    }
    printf("done ? token %d\n", (int)end->token);
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        printf("online %d\n", event->as.online.session_present ? 1 : 0);
        tell_pending();
        break;
    case MQTT_EV_OFFLINE:
        on_down("offline", &event->as.offline);
        break;
    case MQTT_EV_CONNECT_FAILED:
        on_down("failed", &event->as.offline);
        break;
    case MQTT_EV_DONE:
        on_done(&event->as.done);
        break;
    default:
        break;
    }
}

static size_t free_place(void)
{
    size_t i = 0;
    while (i < PLACES && under_way[i].token != 0) {
        i++;
    }
    return i;
}

/* The next message: QoS 1 and 2 in turn, 6 to 64 bytes. A full outbox is no harm: its number is tried again. */
static void publish(void)
{
    static const char words[] = " a limpet is small, holds on in every sea and does not let go";
    char text[80];
    const size_t place = free_place();
    const uint8_t qos = accepted % 2 == 0 ? 1 : 2;
    const int words_len = (int)(accepted * 7u % 59u);
    const int len = snprintf(text, sizeof text, "%06u%.*s", (unsigned)accepted, words_len, words);
    if (place == PLACES) {
        full++;
        return;
    }
    const int32_t token = mqtt_publish(&client, "limpet/demo", text, (size_t)len, qos, false);
    if (token == MQTT_ERR_FULL) {
        full++;
        return;
    }
    if (token < 0) {
        printf("refused %s\n", mqtt_error_text(token));
        stopped = 1;
        return;
    }
    under_way[place].token = token;
    under_way[place].seq = accepted;
    printf("accepted %06u %u\n", (unsigned)accepted, (unsigned)qos);
    accepted++;
    if (!mqtt_is_connected(&client)) {
        tell_pending();
    }
}

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static int32_t measured_poll(void)
{
    const uint64_t before_us = now_us();
    const int32_t ms = mqtt_poll(&client);
    const uint64_t took_us = now_us() - before_us;
    if (took_us > longest_us) {
        longest_us = took_us;
    }
    polls++;
    return ms;
}

static void stop(int number)
{
    (void)number;
    stopped = 1;
    limpet_posix_wake(&net);
}

static int32_t start(char **argv, const char *client_id)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = argv[1],
        .port = (uint16_t)strtoul(argv[2], NULL, 10),
        .client_id = client_id,
        .keep_session = true,
        .keepalive_s = 4,
        .response_time_ms = 2000,
        .retry_min_ms = 200,
        .retry_max_ms = 1000,
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
    return result == MQTT_OK ? mqtt_connect(&client) : result;
}

/* Publishes what is due. Returns the milliseconds until the next is. */
static int32_t publish_due(uint32_t *last_ms, uint32_t period_ms, uint32_t count)
{
    const uint32_t passed_ms = limpet_posix_now_ms(NULL) - *last_ms;
    if (accepted >= count) {
        return MQTT_FOREVER;
    }
    if (passed_ms < period_ms) {
        return (int32_t)(period_ms - passed_ms);
    }
    publish();
    /* Behind by more than a period: the machine slept, and a burst would help nobody. */
    *last_ms += passed_ms < 2 * period_ms ? period_ms : passed_ms;
    return 0;
}

int main(int argc, char **argv)
{
    const struct sigaction action = { .sa_handler = stop };
    if (argc < 5) {
        fprintf(stderr, "publisher host port count period_ms [client id]\n");
        return 2;
    }
    const uint32_t count = (uint32_t)strtoul(argv[3], NULL, 10);
    const uint32_t period_ms = (uint32_t)strtoul(argv[4], NULL, 10);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);

    const int32_t result = start(argv, argc > 5 ? argv[5] : "limpet-demo");
    if (result < 0) {
        printf("failed %s\n", mqtt_error_text(result));
        return 1;
    }
    uint32_t last_ms = limpet_posix_now_ms(NULL);
    while (!stopped && (accepted < count || done < accepted)) {
        const int32_t due_ms = publish_due(&last_ms, period_ms, count);
        const int32_t ms = measured_poll();
        limpet_posix_wait(&net, ms < due_ms ? ms : due_ms, mqtt_wants_write(&client));
    }
    mqtt_disconnect(&client, MQTT_KEEP, 0);
    int32_t ms = measured_poll();
    while (ms != MQTT_FOREVER && ms >= 0) {
        limpet_posix_wait(&net, ms, mqtt_wants_write(&client));
        ms = measured_poll();
    }
    printf("end accepted=%u done=%u full=%u longest_poll_us=%lu polls=%u\n", (unsigned)accepted, (unsigned)done,
        (unsigned)full, (unsigned long)longest_us, (unsigned)polls);
    return 0;
}
