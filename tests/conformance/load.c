/* Many messages both ways at once, and statistics that agree with them. */

#include "conformance.h"

#include <stdio.h>

#define MANY 200

/* Under way at once, when the program takes care. */
#define FEW 16

static bool all_in_order(const struct peer *p)
{
    for (unsigned i = 0; i < MANY; i++) {
        char text[16];
        snprintf(text, sizeof text, "%u", i);
        if (!is_text(&p->heard[i], text)) {
            failed("number %u is %.*s", i, (int)p->heard[i].len, (const char *)p->heard[i].payload);
            return false;
        }
    }
    return true;
}

static bool agrees(const struct peer *p, unsigned messages_out)
{
    struct mqtt_stats stats;
    mqtt_stats(&p->client, &stats);
    if (stats.connects != 1 || stats.outages != 0 || stats.oversize != 0 || stats.unknown_acks != 0) {
        failed("%u connects, %u outages, %u oversize, %u unknown acknowledgements", (unsigned)stats.connects,
            (unsigned)stats.outages, (unsigned)stats.oversize, (unsigned)stats.unknown_acks);
        return false;
    }
    if (stats.messages_out != messages_out || stats.messages_in != p->count + p->fences) {
        failed("%u out of %u, %u in of %u", (unsigned)stats.messages_out, messages_out, (unsigned)stats.messages_in,
            p->count + p->fences);
        return false;
    }
    if (stats.repubs != 0 || stats.duplicates != 0) {
        failed("%u repubs, %u duplicates", (unsigned)stats.repubs, (unsigned)stats.duplicates);
        return false;
    }
    if (stats.rx_high > sizeof p->rx || stats.outbox_high > sizeof p->outbox || stats.outbox_high == 0) {
        failed("rx_high %u, outbox_high %u", (unsigned)stats.rx_high, (unsigned)stats.outbox_high);
        return false;
    }
    /* Aliases save the topics. */
    const size_t least_in = broker.is_v5 ? p->count : p->stored;
    const size_t least_out = messages_out * (broker.is_v5 ? 1 : strlen(topic("left")));
    if (stats.bytes_in < least_in || stats.bytes_out < least_out) {
        failed("%u bytes in, %u bytes out", (unsigned)stats.bytes_in, (unsigned)stats.bytes_out);
        return false;
    }
    return true;
}

static bool publish(struct peer *p, const char *to, unsigned i, unsigned qos)
{
    char text[16];
    snprintf(text, sizeof text, "%u", i);
    const int32_t token = mqtt_publish(&p->client, to, text, strlen(text), (uint8_t)qos, false);
    if (token <= 0) {
        failed("mqtt_publish: %s", mqtt_error_text(token));
    }
    return token > 0;
}

/* Publishes MANY each way, at most `most` of them under way, for as long as messages go on to come. */
static bool exchange(struct peer *left, struct peer *right, unsigned qos, unsigned most)
{
    unsigned sent = 0;
    unsigned heard = 0;
    uint32_t since_ms = now_ms();
    while (left->count < MANY || right->count < MANY) {
        const unsigned least = left->count < right->count ? left->count : right->count;
        while (sent < MANY && sent < least + most) {
            if (!publish(left, topic("right"), sent, qos) || !publish(right, topic("left"), sent, qos)) {
                return false;
            }
            sent++;
        }
        if (left->count + right->count > heard) {
            heard = left->count + right->count;
            since_ms = now_ms();
        }
        if (now_ms() - since_ms > PATIENCE_MS) {
            const int32_t error = left->offlines > 0 ? left->offline.error : right->offline.error;
            failed("%u and %u of %u messages came; %s", left->count, right->count, (unsigned)MANY,
                error != 0 ? mqtt_error_text(error) : "connected all the time");
            return false;
        }
        turn();
    }
    return true;
}

static void both_ways(unsigned qos, unsigned most)
{
    struct peer *left = peer_online();
    struct peer *right = left != NULL ? peer_online() : NULL;
    STEP(right != NULL);
    STEP(subscribe(left, topic("left"), (uint8_t)qos) && subscribe(right, topic("right"), (uint8_t)qos));
    STEP(exchange(left, right, qos, most));
    AWAIT(left->delivered == MANY && right->delivered == MANY, "%u and %u of %u were acknowledged", left->delivered,
        right->delivered, (unsigned)MANY);
    STEP(hears_only(left, MANY, right) && hears_only(right, MANY, left));
    STEP(all_in_order(left) && all_in_order(right));
    /* A fence each. */
    STEP(agrees(left, MANY + 1) && agrees(right, MANY + 1));
}

void load_checks(void)
{
    check("200 messages of QoS 0 both ways", both_ways, 0, MANY);
    check("200 messages of QoS 1 both ways", both_ways, 1, MANY);
    check("200 messages of QoS 2 both ways", both_ways, 2, MANY);
    check("200 messages of QoS 2 both ways, 16 at a time", both_ways, 2, FEW);
}
