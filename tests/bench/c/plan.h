/* What one run of a program measures. The words come from the command line in this order. */

#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOPIC "sensors/a1/humid"
#define TOPIC_LEN 16u
#define PAYLOAD_MAX 4096u

struct plan {
    /* "publish", "receive", "idle" or "queue". */
    const char *what;
    unsigned qos;
    /* Bytes of each payload. */
    unsigned payload;
    /* publish: most messages under way at once, 0 for as many as the peer takes. receive: packets in each read. */
    unsigned window;
    /* publish: the broker answers a message when so many later ones have come. */
    unsigned lag;
    /* publish: so many messages before the measured ones are never answered. */
    unsigned stuck;
    /* Filters that the peer has subscribed to. */
    unsigned filters;
    /* Bytes that the outbox has more than it needs. */
    unsigned spare;
    /* The Receive Maximum that the broker states in MQTT 5, 0 for none. */
    unsigned allowed;
    unsigned long count;
    /* Of a broker on this machine; in memory it does not matter. */
    int port;
};

#endif
