/* The herd of `cargo xtask herd --broker`: thousands of clients in one process, which lose their broker at once. Each has a
 * message of QoS 1 from the moment of the loss, and it must be delivered.
 *
 *     herd port clients <backoff|fixed>
 *
 * backoff is Limpet's own way. With fixed each tries again a second after its loss, and every second after that.
 *
 *     memory <client> <rx> <outbox> <transport>       bytes of each client
 *     at <ms> <attempts> <connects> <losses> <online> <done>        all since the start, every 100 ms
 */

#define _GNU_SOURCE

#include "limpet.h"
#include "socket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#define TELL_MS 100
#define FIXED_MS 1000
#define HOUR_MS 3600000

struct member {
    struct mqtt_client client;
    struct soak_socket net;
    char id[32];
    uint8_t rx[128];
    uint8_t outbox[256];
    uint32_t due_ms;
    bool online;
    bool again;
};

static bool fixed;
static uint32_t attempts;
static uint32_t connects;
static uint32_t losses;
static uint32_t online;
static uint32_t done;

static uint32_t now_ms(void *user)
{
    struct timespec now;
    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000u + (uint64_t)now.tv_nsec / 1000000u);
}

static void on_down(struct member *member, const struct mqtt_event *event)
{
    if (event->kind == MQTT_EV_OFFLINE) {
        member->online = false;
        online--;
        losses++;
        if (mqtt_publish(&member->client, "herd", member->id, strlen(member->id), 1, false) < 0) {
            printf("refused\n");
        }
    }
    member->again = fixed;
    member->due_ms = now_ms(NULL) + FIXED_MS;
}

static void on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    struct member *member = user;
    (void)client;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        member->online = true;
        online++;
        connects++;
        break;
    case MQTT_EV_OFFLINE:
    case MQTT_EV_CONNECT_FAILED:
        on_down(member, event);
        break;
    case MQTT_EV_DONE:
        done += event->as.done.fate == MQTT_DELIVERED ? 1 : 0;
        break;
    default:
        break;
    }
}

static bool start(struct member *member, size_t number, uint16_t port)
{
    (void)snprintf(member->id, sizeof member->id, "herd-%zu", number);
    member->net.fd = -1;
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "127.0.0.1",
        .port = port,
        .client_id = member->id,
        .keepalive_s = 600,
        .retry_min_ms = fixed ? HOUR_MS : 0,
        .retry_max_ms = fixed ? HOUR_MS : 0,
        .seed = (uint32_t)number + 1,
        .transport = &soak_socket_transport,
        .transport_user = &member->net,
        .now_ms = now_ms,
        .on_event = on_event,
        .user = member,
        .rx = member->rx,
        .rx_size = sizeof member->rx,
        .outbox = member->outbox,
        .outbox_size = sizeof member->outbox,
    };
    return mqtt_init(&member->client, &config) == MQTT_OK && mqtt_connect(&member->client) == MQTT_OK;
}

/* What is due is done, and when the next is. */
static void turn(struct member *member, int epoll)
{
    if (member->again) {
        if ((int32_t)(member->due_ms - now_ms(NULL)) > 0) {
            return;
        }
        member->again = false;
        (void)mqtt_close(&member->client);
        (void)mqtt_connect(&member->client);
    }
    const uint32_t before = member->net.attempts;
    int32_t ms = mqtt_poll(&member->client);
    attempts += member->net.attempts - before;
    if (!member->again) {
        member->due_ms = now_ms(NULL) + (uint32_t)(ms < HOUR_MS ? ms : HOUR_MS);
    }
    soak_socket_watch(&member->net, epoll, member, mqtt_wants_write(&member->client));
}

static void tell(uint32_t start_ms)
{
    static uint32_t told;
    const uint32_t passed_ms = now_ms(NULL) - start_ms;
    if (passed_ms / TELL_MS > told) {
        told = passed_ms / TELL_MS;
        printf("at %u %u %u %u %u %u\n", (unsigned)passed_ms, (unsigned)attempts, (unsigned)connects, (unsigned)losses,
            (unsigned)online, (unsigned)done);
    }
}

int main(int argc, char **argv)
{
    static struct epoll_event ready[1024];
    if (argc < 4) {
        fprintf(stderr, "herd port clients backoff|fixed\n");
        return 2;
    }
    const uint16_t port = (uint16_t)strtoul(argv[1], NULL, 10);
    const size_t count = strtoul(argv[2], NULL, 10);
    fixed = strcmp(argv[3], "fixed") == 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct member *members = calloc(count, sizeof *members);
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (members == NULL || epoll < 0) {
        return 1;
    }
    const struct member *one = members;
    printf("memory %zu %zu %zu %zu\n", sizeof one->client, sizeof one->rx, sizeof one->outbox, sizeof one->net);
    for (size_t i = 0; i < count; i++) {
        if (!start(&members[i], i, port)) {
            printf("refused\n");
            return 1;
        }
        members[i].due_ms = now_ms(NULL);
    }
    const uint32_t start_ms = now_ms(NULL);
    for (;;) {
        int32_t least_ms = TELL_MS;
        for (size_t i = 0; i < count; i++) {
            int32_t left_ms = (int32_t)(members[i].due_ms - now_ms(NULL));
            if (left_ms <= 0) {
                turn(&members[i], epoll);
                left_ms = (int32_t)(members[i].due_ms - now_ms(NULL));
            }
            least_ms = left_ms < least_ms ? left_ms : least_ms;
        }
        const int n = epoll_wait(epoll, ready, 1024, least_ms > 0 ? least_ms : 0);
        for (int i = 0; i < n; i++) {
            struct member *member = ready[i].data.ptr;
            if (!member->again) {
                turn(member, epoll);
            }
        }
        tell(start_ms);
    }
}
