/* Filters: wildcards, topics with $, overlapping subscriptions, other QoS, and unsubscribing. */

#include "conformance.h"

#include <stdio.h>

/* Each of `names` is published; those after + must come and those after - must not. */
static void matches(const char *filter, const char *const *names, unsigned count)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    unsigned wanted = 0;
    STEP(to != NULL);
    STEP(subscribe(to, topic(filter), 1));
    for (unsigned i = 0; i < count; i++) {
        const bool yes = names[i][0] == '+';
        STEP(say_text(from, topic(names[i] + 1), names[i], 1));
        wanted += yes;
    }
    STEP(hears(to, wanted));
    for (unsigned i = 0; i < wanted; i++) {
        MUST(to->heard[i].payload[0] == '+', "%.*s matched", (int)to->heard[i].len, (const char *)to->heard[i].payload);
    }
    STEP(hears_only(to, wanted, from));
}

/* A name after + must match, after - it must not. */
#define MATCHES(filter, ...) \
    do { \
        static const char *const names[] = { __VA_ARGS__ }; \
        matches(filter, names, sizeof names / sizeof names[0]); \
    } while (0)

static void plus(unsigned a, unsigned b)
{
    (void)a;
    (void)b;
    MATCHES("a/+/c", "+a/b/c", "+a/x/c", "-a/c", "-a/b/d", "-a/b/b/c", "+a//c", "-a/b/c/d");
}

static void plus_last(unsigned a, unsigned b)
{
    (void)a;
    (void)b;
    MATCHES("a/+", "+a/b", "-a", "+a/", "-a/b/c", "-b/b");
}

static void two_plus(unsigned a, unsigned b)
{
    (void)a;
    (void)b;
    MATCHES("+/+", "+a/b", "+/b", "+/", "-a", "-a/b/c");
}

static void hash(unsigned a, unsigned b)
{
    (void)a;
    (void)b;
    MATCHES("a/#", "+a", "+a/b", "+a/", "+a/b/c/d/e", "-b", "-ab", "-ab/c");
}

static void plus_and_hash(unsigned a, unsigned b)
{
    (void)a;
    (void)b;
    MATCHES("+/b/#", "+a/b", "+a/b/c", "+/b", "-a/c/b", "-b/c");
}

/* [MQTT-4.7.2-1] And whether the broker passes on what a client publishes to $ is its own affair. */
static void dollar(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *all = from != NULL ? peer_online() : NULL;
    struct peer *some = all != NULL ? peer_online() : NULL;
    char own[64];
    char filter[64];
    (void)a;
    (void)b;
    STEP(some != NULL);
    snprintf(own, sizeof own, "$%s/t", mark());
    snprintf(filter, sizeof filter, "$%s/#", mark());
    STEP(subscribe(all, "#", 0));
    STEP(subscribe(all, "+/t", 0));
    STEP(subscribe(some, filter, 0));
    MUST(mqtt_publish(&from->client, own, "$", 1, 0, false) > 0, "mqtt_publish");
    STEP(hears_only(all, 0, from));
    STEP(hears_only(some, some->count, from));
    DIFFERS_IF(from->offlines > 0, "ends the connection of who publishes to it");
    DIFFERS_IF(some->count == 0, "does not pass it on to its own subscribers either");
}

/* [MQTT-3.3.5-1] One copy at least, with the highest QoS of all. */
static void overlap(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    unsigned highest = 0;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(subscribe(to, topic("a/b"), 1));
    STEP(subscribe(to, topic("a/+"), 2));
    STEP(subscribe(to, topic("a/#"), 0));
    STEP(say_text(from, topic("a/b"), "once", 2));
    STEP(hears(to, 1));
    STEP(hears_only(to, 3, from));
    for (unsigned i = 0; i < to->count; i++) {
        highest = to->heard[i].qos > highest ? to->heard[i].qos : highest;
    }
    MUST(highest == 2, "the highest QoS is %u", highest);
    DIFFERS_IF(to->count > 1, "sends a copy for each subscription");
}

/* [MQTT-3.8.4-3] A second subscription replaces the first. */
static void again(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), 0));
    STEP(say_text(from, topic("t"), "1", 1));
    STEP(hears(to, 1));
    STEP(subscribe(to, topic("t"), 1));
    STEP(say_text(from, topic("t"), "2", 1));
    STEP(hears(to, 2));
    STEP(subscribe(to, topic("t"), 0));
    STEP(say_text(from, topic("t"), "3", 1));
    STEP(hears(to, 3));
    STEP(hears_only(to, 3, from));
    MUST(to->heard[1].qos == 1, "it came with QoS %d after the subscription with QoS 1", to->heard[1].qos);
    MUST(to->heard[0].qos == 0 && to->heard[2].qos == 0, "it came with QoS %d and %d for QoS 0", to->heard[0].qos,
        to->heard[2].qos);
}

/* [MQTT-3.10.4-2] */
static void stops(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), 1));
    STEP(subscribe(to, topic("other"), 1));
    STEP(say_text(from, topic("t"), "before", 1));
    STEP(hears(to, 1));
    STEP(unsubscribe(to, topic("t")));
    STEP(say_text(from, topic("t"), "after", 1));
    STEP(say_text(from, topic("other"), "other", 1));
    STEP(hears(to, 2));
    MUST(is_text(&to->heard[1], "other"), "it still comes");
    STEP(hears_only(to, 2, from));
}

/* [MQTT-3.10.4-1] A filter is taken literally: one that would match is another. */
static void literally(unsigned a, unsigned b)
{
    struct peer *p = peer_online();
    (void)a;
    (void)b;
    STEP(p != NULL);
    STEP(subscribe(p, topic("a/b"), 1));
    STEP(unsubscribe(p, topic("a/+")));
    STEP(unsubscribe(p, topic("a/#")));
    STEP(say_text(p, topic("a/b"), "still", 1));
    STEP(hears(p, 1));
}

/* [MQTT-3.10.4-5] */
static void unknown(unsigned a, unsigned b)
{
    struct peer *p = peer_online();
    (void)a;
    (void)b;
    STEP(p != NULL);
    STEP(unsubscribe(p, topic("never/subscribed")));
    MUST(p->offlines == 0, "the connection ended");
}

void filter_checks(void)
{
    check("+ stands for one level", plus, 0, 0);
    check("+ at the end", plus_last, 0, 0);
    check("+ twice", two_plus, 0, 0);
    check("# stands for all below, and the level above", hash, 0, 0);
    check("+ and # in one filter", plus_and_hash, 0, 0);
    check("wildcards at the start do not match topics with $", dollar, 0, 0);
    check("overlapping subscriptions", overlap, 0, 0);
    check("a second subscription changes the QoS", again, 0, 0);
    check("nothing comes after unsubscribing", stops, 0, 0);
    check("unsubscribing takes the filter literally", literally, 0, 0);
    check("unsubscribing from an unknown filter is confirmed", unknown, 0, 0);
}
