/* Each QoS to each: what arrives, how often, and in what order. */

#include "conformance.h"

#include <stdio.h>

/* Few enough for the client to remember them all as under way, whatever the broker's window. */
#define ROW 16

/* [MQTT-3.8.4-6] The lower of the two. */
static void arrives(unsigned published, unsigned subscribed)
{
    const unsigned lower = published < subscribed ? published : subscribed;
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), (uint8_t)subscribed));
    STEP(say_text(from, topic("t"), "once", (uint8_t)published));
    STEP(hears(to, 1));
    MUST(is_text(&to->heard[0], "once") && is_topic(&to->heard[0], topic("t")), "another message came");
    MUST(!to->heard[0].dup && !to->heard[0].retain, "it came with DUP or RETAIN");
    STEP(hears_only(to, 1, from));
    MUST(to->heard[0].qos == lower, "it came with QoS %d", to->heard[0].qos);
}

/* [MQTT-4.6.0-6] All are under way at once. */
static void in_order(unsigned qos, unsigned unused)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)unused;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), (uint8_t)qos));
    for (unsigned i = 0; i < ROW; i++) {
        char text[8];
        snprintf(text, sizeof text, "%u", i);
        MUST(mqtt_publish(&from->client, topic("t"), text, strlen(text), (uint8_t)qos, false) > 0, "mqtt_publish");
    }
    STEP(hears(to, ROW));
    for (unsigned i = 0; i < ROW; i++) {
        char text[8];
        snprintf(text, sizeof text, "%u", i);
        MUST(is_text(&to->heard[i], text), "number %u is %.*s", i, (int)to->heard[i].len,
            (const char *)to->heard[i].payload);
    }
    AWAIT(from->delivered == ROW, "%u of %u publishes were acknowledged", from->delivered, (unsigned)ROW);
    STEP(hears_only(to, ROW, from));
}

/* A publisher hears itself, over the one connection. */
static void echo(unsigned qos, unsigned unused)
{
    struct peer *p = peer_online();
    (void)unused;
    STEP(p != NULL);
    STEP(subscribe(p, topic("t"), (uint8_t)qos));
    STEP(say_text(p, topic("t"), "to myself", (uint8_t)qos));
    STEP(hears(p, 1));
    STEP(hears_only(p, 1, p));
}

void delivery_checks(void)
{
    for (unsigned published = 0; published <= 2; published++) {
        for (unsigned subscribed = 0; subscribed <= 2; subscribed++) {
            char name[64];
            snprintf(name, sizeof name, "published with QoS %u, subscribed with QoS %u", published, subscribed);
            check(name, arrives, published, subscribed);
        }
    }
    check("messages of QoS 1 keep their order", in_order, 1, 0);
    check("messages of QoS 2 keep their order", in_order, 2, 0);
    check("a client hears itself, QoS 0", echo, 0, 0);
    check("a client hears itself, QoS 1", echo, 1, 0);
    check("a client hears itself, QoS 2", echo, 2, 0);
}
