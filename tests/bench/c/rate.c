/* Messages in a second with a real broker: `program qos payload window count port`. A window of 0 is as many as the peer
 * takes. It says how many messages that were, and how many nanoseconds went by until the broker had the last one. */

#define _POSIX_C_SOURCE 200809L

#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* What "as many as it takes" may be at most. */
#define WINDOW_MAX 500u

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
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void turn(void)
{
    const unsigned long before = peer_ended;
    peer_poll();
    if (peer_ended == before) {
        peer_wait();
        peer_poll();
    }
}

static void run(unsigned qos, unsigned long window, unsigned long count)
{
    unsigned long sent = 0;
    while (peer_ended < count) {
        while (sent < count && sent - peer_ended < window && peer_publish(qos)) {
            sent++;
        }
        /* Of QoS 0 it may be done with. */
        if (peer_ended < count) {
            turn();
        }
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        bench_fail("qos payload window count port");
    }
    struct plan plan = {
        .what = "publish",
        .qos = (unsigned)atoi(argv[1]),
        .payload = (unsigned)atoi(argv[2]),
        .window = (unsigned)atoi(argv[3]),
        .count = strtoul(argv[4], NULL, 10),
        .port = atoi(argv[5]),
    };
    if (plan.window == 0) {
        plan.window = WINDOW_MAX;
    }
    if (!peer_start(&plan)) {
        bench_fail("the client does not start");
    }
    while (!peer_is_ready()) {
        turn();
    }
    const uint64_t start = now_ns();
    run(plan.qos, plan.window, plan.count);
    if (plan.qos == 0) {
        /* The broker has all that came before what it acknowledges. */
        const unsigned long all = plan.count + 1;
        while (!peer_publish(1)) {
            turn();
        }
        while (peer_ended < all) {
            turn();
        }
    }
    printf("%lu messages %llu ns\n", plan.count, (unsigned long long)(now_ns() - start));
    fflush(stdout);
    /* Threads of a peer may live on. */
    _Exit(0);
}
