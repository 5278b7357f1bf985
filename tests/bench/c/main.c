/* One case with one peer: `program what qos payload window lag stuck filters spare allowed count`. It says how many messages
 * that were, and how many nanoseconds they took. Instructions are counted from outside, as the difference of two runs. */

#define _POSIX_C_SOURCE 200809L

#include "broker.h"
#include "peer.h"
#include "stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Turns without any progress after which it is hopeless. */
#define PATIENCE 1000000ul

unsigned long peer_ended;
unsigned long peer_messages;
uint8_t bench_payload[PAYLOAD_MAX];

void bench_fail(const char *reason)
{
    fprintf(stderr, "%s\n", reason);
    exit(1);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    /* Of the process: others run beside it. */
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Polls until there is more of this, or fails. */
static void poll_past(const unsigned long *counter, unsigned long before)
{
    for (unsigned long turn = 0; *counter == before; turn++) {
        if (turn == PATIENCE) {
            bench_fail("the client does nothing any more");
        }
        peer_poll();
    }
}

static void publish_stuck(const struct plan *plan)
{
    for (unsigned i = 0; i < plan->stuck; i++) {
        const unsigned long before = broker_published;
        if (!peer_publish(plan->qos)) {
            bench_fail("the client has no room for what is stuck");
        }
        poll_past(&broker_published, before);
    }
}

static void publish(const struct plan *plan)
{
    const unsigned long first = peer_ended;
    unsigned long sent = 0;
    while (peer_ended - first < plan->count) {
        const unsigned long before = peer_ended;
        const unsigned long sent_before = sent;
        while (sent < plan->count && (plan->window == 0 || sent - (peer_ended - first) < plan->window)) {
            if (!peer_publish(plan->qos)) {
                break;
            }
            sent++;
        }
        peer_poll();
        if (sent == plan->count) {
            broker_release();
            poll_past(&peer_ended, before);
        } else if (sent == sent_before && peer_ended == before && broker_published < sent + plan->stuck) {
            poll_past(&peer_ended, before);
        }
    }
}

static void receive(const struct plan *plan)
{
    while (peer_messages < plan->count) {
        const unsigned long wanted = peer_messages + plan->window;
        const unsigned long confirmed = broker_confirmed + plan->window;
        stream_send();
        while (peer_messages < wanted || (plan->qos > 0 && broker_confirmed < confirmed)) {
            peer_poll();
        }
    }
}

/* Messages that wait for a connection which never comes. */
static void queue(const struct plan *plan)
{
    for (unsigned long i = 0; i < plan->count; i++) {
        if (!peer_publish(plan->qos)) {
            bench_fail("the client has no room for what waits");
        }
    }
}

static void run(const struct plan *plan)
{
    if (strcmp(plan->what, "publish") == 0) {
        publish(plan);
    } else if (strcmp(plan->what, "receive") == 0) {
        receive(plan);
    } else if (strcmp(plan->what, "queue") == 0) {
        queue(plan);
    } else {
        for (unsigned long i = 0; i < plan->count; i++) {
            peer_poll();
        }
    }
}

static void check(const struct plan *plan)
{
    const bool publishes = strcmp(plan->what, "publish") == 0;
    if (publishes && broker_published != plan->count + plan->stuck) {
        bench_fail("the broker has not all messages");
    }
    const bool receives = strcmp(plan->what, "receive") == 0;
    const unsigned long rounds = receives ? (plan->count + plan->window - 1) / plan->window : 0;
    if (receives && peer_messages != rounds * plan->window) {
        bench_fail("the client has not all messages");
    }
}

int main(int argc, char **argv)
{
    if (argc != 11) {
        bench_fail("what qos payload window lag stuck filters spare allowed count");
    }
    const struct plan plan = {
        .what = argv[1],
        .qos = (unsigned)atoi(argv[2]),
        .payload = (unsigned)atoi(argv[3]),
        .window = (unsigned)atoi(argv[4]),
        .lag = (unsigned)atoi(argv[5]),
        .stuck = (unsigned)atoi(argv[6]),
        .filters = (unsigned)atoi(argv[7]),
        .spare = (unsigned)atoi(argv[8]),
        .allowed = (unsigned)atoi(argv[9]),
        .count = strtoul(argv[10], NULL, 10),
        .port = 1883,
    };
    for (size_t i = 0; i < sizeof bench_payload; i++) {
        bench_payload[i] = (uint8_t)('a' + i % 26);
    }
    broker_start(&plan);
    if (!peer_start(&plan)) {
        bench_fail("the client does not start");
    }
    for (unsigned long turn = 0; strcmp(plan.what, "queue") != 0 && !peer_is_ready(); turn++) {
        if (turn == PATIENCE) {
            bench_fail("the client does not connect");
        }
        peer_poll();
    }
#ifdef BENCH_V5
    if (broker_version != 5) {
        bench_fail("the client does not speak MQTT 5");
    }
#endif
    broker_measure();
    publish_stuck(&plan);
    const uint64_t start = now_ns();
    run(&plan);
    const uint64_t took = now_ns() - start;
    check(&plan);
    printf("%lu messages %llu ns\n", peer_messages > 0 ? peer_messages : plan.count, (unsigned long long)took);
    return 0;
}
