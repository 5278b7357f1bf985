/* Sessions: what the broker keeps for a client that is away, and what it must forget (3.1.1 sections 3.1.2.4, 4.4). */

#include "conformance.h"

#include <stdio.h>

#define AWAY 20

static struct peer *keeper(void)
{
    struct peer *p = peer_new();
    p->config.keep_session = true;
    return join(p) ? p : NULL;
}

/* With its subscription, but the subscription is not sent again. */
static bool back(struct peer *p)
{
    if (!join(p)) {
        return false;
    }
    if (!p->session_present) {
        failed("the session is gone");
        return false;
    }
    return true;
}

static void says_whether(unsigned a, unsigned b)
{
    struct peer *p = keeper();
    (void)a;
    (void)b;
    STEP(p != NULL);
    MUST(!p->session_present, "a session before the first");
    STEP(subscribe(p, topic("t"), 1));
    mqtt_close(&p->client);
    STEP(back(p));
    STEP(leave(p));
    STEP(back(p));
}

/* [MQTT-3.1.2-5], in their order. */
static void queued(unsigned qos, unsigned by_leaving)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? keeper() : NULL;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), (uint8_t)qos));
    if (by_leaving != 0) {
        STEP(leave(to));
    } else {
        mqtt_close(&to->client);
    }
    for (unsigned i = 0; i < AWAY; i++) {
        char text[8];
        snprintf(text, sizeof text, "%u", i);
        STEP(say_text(from, topic("t"), text, (uint8_t)qos));
    }
    STEP(back(to));
    STEP(hears(to, AWAY));
    for (unsigned i = 0; i < AWAY; i++) {
        char text[8];
        snprintf(text, sizeof text, "%u", i);
        MUST(is_text(&to->heard[i], text) && to->heard[i].qos == qos, "number %u is %.*s, QoS %d", i,
            (int)to->heard[i].len, (const char *)to->heard[i].payload, to->heard[i].qos);
    }
    STEP(hears_only(to, AWAY, from));
}

/* The standard leaves it to the broker. */
static void queued_qos_0(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? keeper() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), 1));
    STEP(leave(to));
    STEP(say_text(from, topic("t"), "0", 0));
    STEP(say_text(from, topic("t"), "1", 1));
    STEP(back(to));
    STEP(hears(to, 1));
    STEP(hears_only(to, 2, from));
    MUST(is_text(&to->heard[to->count - 1], "1"), "the message of QoS 1 did not come");
    DIFFERS_IF(to->count == 2, "keeps QoS 0, too");
}

static void subscription_stands(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? keeper() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), 1));
    mqtt_close(&to->client);
    STEP(back(to));
    to->last_subscribed = 0;
    STEP(say_text(from, topic("t"), "after", 1));
    STEP(hears(to, 1));
    MUST(to->last_subscribed == 0, "it was subscribed again");
    STEP(hears_only(to, 1, from));
}

/* [MQTT-4.4.0-1], [MQTT-3.3.1-1] */
static void unfinished(unsigned qos, unsigned unused)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? keeper() : NULL;
    (void)unused;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), (uint8_t)qos));
    to->hold = 1;
    STEP(say_text(from, topic("t"), "held", (uint8_t)qos));
    AWAIT(to->hold == 0, "the message did not come");
    mqtt_close(&to->client);
    STEP(back(to));
    STEP(hears(to, 1));
    MUST(is_text(&to->heard[0], "held"), "another message came");
    STEP(hears_only(to, 1, from));
    MUST(to->heard[0].dup, "it came again without DUP");
}

/* [MQTT-3.1.2-6] */
static void clean_forgets(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? peer_online() : NULL;
    (void)a;
    (void)b;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), 1));
    STEP(leave(to));
    STEP(say_text(from, topic("t"), "meanwhile", 1));
    STEP(join(to));
    MUST(!to->session_present, "a session although it was to be clean");
    /* The library subscribes again. */
    STEP(hears_only(to, 0, from));
    STEP(say_text(from, topic("t"), "after", 1));
    STEP(hears(to, 1));
    STEP(hears_only(to, 1, from));
}

/* The first connection after mqtt_init discards what an earlier program left, unless resume_session. */
static void restarted(unsigned resume, unsigned unused)
{
    struct peer *from = peer_online();
    struct peer *to = from != NULL ? keeper() : NULL;
    (void)unused;
    STEP(to != NULL);
    STEP(subscribe(to, topic("t"), 1));
    STEP(leave(to));
    STEP(say_text(from, topic("t"), "for the former", 1));
    to->started = false;
    to->config.resume_session = resume != 0;
    STEP(join(to));
    MUST(to->session_present == (resume != 0), "session_present is %d", to->session_present);
    if (resume != 0) {
        STEP(hears(to, 1));
    }
    STEP(hears_only(to, resume, from));
}

/* A clean session in between ends the one that was kept. */
static void clean_discards(unsigned a, unsigned b)
{
    struct peer *from = peer_online();
    struct peer *kept = from != NULL ? keeper() : NULL;
    struct peer *clean = kept != NULL ? peer_new() : NULL;
    (void)a;
    (void)b;
    STEP(clean != NULL);
    STEP(subscribe(kept, topic("t"), 1));
    STEP(leave(kept));
    clean->config.client_id = kept->client_id;
    STEP(join(clean) && leave(clean));
    STEP(say_text(from, topic("t"), "meanwhile", 1));
    STEP(join(kept));
    MUST(!kept->session_present, "the session is still there");
    STEP(hears_only(kept, 0, from));
}

void session_checks(void)
{
    check("session_present tells whether there is a session", says_whether, 0, 0);
    check("QoS 1 waits for a client that is cut off", queued, 1, 0);
    check("QoS 2 waits for a client that is cut off", queued, 2, 0);
    check("QoS 1 waits for a client that has left", queued, 1, 1);
    check("QoS 2 waits for a client that has left", queued, 2, 1);
    check("QoS 0 does not wait", queued_qos_0, 0, 0);
    check("a subscription stands as long as its session", subscription_stands, 0, 0);
    check("a message of QoS 1 that was not taken comes again", unfinished, 1, 0);
    check("a message of QoS 2 that was not taken comes again", unfinished, 2, 0);
    check("a clean session is forgotten", clean_forgets, 0, 0);
    check("a program that starts anew discards its old session", restarted, 0, 0);
    check("a program that resumes finds its old session", restarted, 1, 0);
    check("a clean session discards the one that was kept", clean_discards, 0, 0);
}
