/* See stream.h. */

#include "stream.h"

#include "peer.h"

#include <string.h>

/* Packet identifiers: more than any client has under way. */
#define IDS 64u

size_t stream_left;

/* One after the other, twice, so that a segment never wraps. */
static uint8_t stream[2 * IDS * (PAYLOAD_MAX + 32)];
static size_t one;
static size_t at;
static size_t segment;

static size_t make(uint8_t *to, const struct plan *plan, uint8_t version, unsigned id)
{
    const size_t properties = version == 5 ? 1 : 0;
    size_t rest = 2 + TOPIC_LEN + (plan->qos > 0 ? 2 : 0) + properties + plan->payload;
    size_t len = 0;
    to[len++] = (uint8_t)(0x30 | plan->qos << 1);
    for (; rest > 0x7f; rest >>= 7) {
        to[len++] = (uint8_t)(rest | 0x80);
    }
    to[len++] = (uint8_t)rest;
    to[len++] = 0;
    to[len++] = TOPIC_LEN;
    memcpy(to + len, TOPIC, TOPIC_LEN);
    len += TOPIC_LEN;
    if (plan->qos > 0) {
        to[len++] = 0;
        to[len++] = (uint8_t)id;
    }
    if (properties > 0) {
        to[len++] = 0;
    }
    memcpy(to + len, bench_payload, plan->payload);
    return len + plan->payload;
}

void stream_prepare(const struct plan *plan, uint8_t version)
{
    size_t end = 0;
    for (unsigned i = 0; i < 2 * IDS; i++) {
        one = make(stream + end, plan, version, i % IDS + 1);
        end += one;
    }
    segment = one * plan->window;
    if (strcmp(plan->what, "receive") == 0 && plan->window > IDS / 2) {
        bench_fail("the plan is too large");
    }
}

void stream_send(void)
{
    stream_left = segment;
}

size_t stream_give(uint8_t *bytes, size_t len)
{
    const size_t n = stream_left < len ? stream_left : len;
    memcpy(bytes, stream + at, n);
    at += n;
    stream_left -= n;
    if (stream_left == 0 && at >= one * IDS) {
        at -= one * IDS;
    }
    return n;
}
