/* Retained messages: kept, updated, cleared, and told from live ones (3.1.1 section 3.3.1.3). */

#include "conformance.h"

#define RETAIN true

static bool clear(struct peer *p, const char *name)
{
    return say(p, name, NULL, 0, 1, RETAIN);
}

/* [MQTT-3.3.1-6], [MQTT-3.3.1-8] */
static void kept(unsigned qos, unsigned unused)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)unused;
    STEP(to != NULL);
    STEP(say(from, topic("t"), "kept", 4, (uint8_t)qos, RETAIN));
    /* QoS 0 is not acknowledged: this one comes after it. */
    STEP(say_text(from, topic("other"), "", 1));
    STEP(subscribe(to, topic("t"), 2));
    STEP(hears(to, 1));
    STEP(clear(from, topic("t")));
    MUST(is_text(&to->heard[0], "kept"), "another message came");
    MUST(to->heard[0].retain, "it came without RETAIN");
    MUST(to->heard[0].qos == qos, "it came with QoS %d", to->heard[0].qos);
}

/* [MQTT-3.3.1-9] Who has subscribed before sees a live message. */
static void live(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), 1));
    STEP(say(from, topic("t"), "live", 4, 1, RETAIN));
    STEP(hears(to, 1));
    STEP(clear(from, topic("t")));
    MUST(!to->heard[0].retain, "it came with RETAIN");
}

/* [MQTT-3.3.1-5] */
static void updated(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(say(from, topic("t"), "old", 3, 1, RETAIN));
    STEP(say(from, topic("t"), "new", 3, 1, RETAIN));
    STEP(subscribe(to, topic("t"), 1));
    STEP(hears(to, 1));
    STEP(hears_only(to, 1, from));
    STEP(clear(from, topic("t")));
    MUST(is_text(&to->heard[0], "new"), "the old one came");
}

/* [MQTT-3.3.1-12] Without RETAIN it changes nothing. */
static void untouched(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(say(from, topic("t"), "kept", 4, 1, RETAIN));
    STEP(say(from, topic("t"), "passing", 7, 1, false));
    STEP(say(from, topic("t"), NULL, 0, 1, false));
    STEP(subscribe(to, topic("t"), 1));
    STEP(hears(to, 1));
    STEP(hears_only(to, 1, from));
    STEP(clear(from, topic("t")));
    MUST(is_text(&to->heard[0], "kept"), "another one came");
}

/* [MQTT-3.3.1-10], [MQTT-3.3.1-11] */
static void cleared(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *before = from != NULL ? peer_online() : NULL;
    struct peer *after = before != NULL ? peer_online() : NULL;
    (void)a;
    (void)b;
    STEP(after != NULL);
    STEP(say(from, topic("t"), "kept", 4, 1, RETAIN));
    STEP(subscribe(before, topic("t"), 1));
    STEP(hears(before, 1));
    STEP(clear(from, topic("t")));
    STEP(hears(before, 2));
    MUST(before->heard[1].len == 0, "the empty message came with %lu bytes", (unsigned long)before->heard[1].len);
    STEP(subscribe(after, topic("t"), 1));
    STEP(hears_only(after, 0, from));
}

/* [MQTT-3.8.4-3] */
static void sent_again(unsigned a, unsigned b)
{
    struct peer *p = peer_online();
    (void)a;
    (void)b;
    STEP(p != NULL);
    STEP(say(p, topic("t"), "kept", 4, 1, RETAIN));
    STEP(subscribe(p, topic("t"), 1));
    STEP(hears(p, 1));
    STEP(subscribe(p, topic("t"), 1));
    STEP(hears(p, 2));
    STEP(clear(p, topic("t")));
    MUST(p->heard[1].retain, "it came without RETAIN the second time");
}

static void by_wildcard(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(say(from, topic("r/1"), "1", 1, 1, RETAIN));
    STEP(say(from, topic("r/2/x"), "2", 1, 1, RETAIN));
    STEP(say(from, topic("s"), "3", 1, 1, RETAIN));
    STEP(subscribe(to, topic("r/#"), 1));
    STEP(hears(to, 2));
    STEP(hears_only(to, 2, from));
    STEP(clear(from, topic("r/1")) && clear(from, topic("r/2/x")) && clear(from, topic("s")));
    MUST(!is_text(&to->heard[0], "3") && !is_text(&to->heard[1], "3"), "one that does not match came");
}

void retained_checks(void)
{
    check("a retained message of QoS 0 comes to a new subscription", kept, 0, 0);
    check("a retained message of QoS 1 comes to a new subscription", kept, 1, 0);
    check("a retained message of QoS 2 comes to a new subscription", kept, 2, 0);
    check("a live message has no RETAIN", live, 0, 0);
    check("a retained message takes the place of the one before", updated, 0, 0);
    check("a message without RETAIN leaves the retained one", untouched, 0, 0);
    check("an empty message clears the retained one", cleared, 0, 0);
    check("subscribing again sends the retained message again", sent_again, 0, 0);
    check("retained messages come to a filter with a wildcard", by_wildcard, 0, 0);
}
