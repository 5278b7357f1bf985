/* The will: published when a client is gone without a word, and only then (3.1.1 section 3.1.2.5). */

#include "conformance.h"

#include <stdio.h>

/* A broker looks at its clients only now and then. */
#define EXPIRY_MS 10000

/* Borrowed by the client, so it stays. */
static char will_topic[64];
static struct mqtt_will will;

static struct peer *mortal(uint8_t qos, bool retain, uint32_t keepalive_s)
{
    struct peer *p = peer_new();
    snprintf(will_topic, sizeof will_topic, "%s", topic("will"));
    will = (struct mqtt_will){ .topic = will_topic, .payload = "gone", .payload_len = 4, .qos = qos, .retain = retain };
    p->config.will = &will;
    p->config.keepalive_s = keepalive_s;
    return join(p) ? p : NULL;
}

static void on_close(unsigned qos, unsigned unused)
{
    struct peer *witness = peer_online();
    (void)unused;
    STEP(witness != NULL && subscribe(witness, topic("will"), 2));
    struct peer *p = mortal((uint8_t)qos, false, 0);
    STEP(p != NULL);
    STEP(hears_only(witness, 0, witness));
    mqtt_close(&p->client);
    STEP(hears(witness, 1));
    MUST(is_text(&witness->heard[0], "gone"), "another message came");
    MUST(!witness->heard[0].retain, "it came with RETAIN");
    STEP(hears_only(witness, 1, witness));
    MUST(witness->heard[0].qos == qos, "it came with QoS %d", witness->heard[0].qos);
}

/* [MQTT-3.1.2-17], and [MQTT-3.1.2-16] without `retain`. */
static void retained(unsigned retain, unsigned unused)
{
    struct peer *witness = peer_online();
    struct peer *late = witness != NULL ? peer_online() : NULL;
    (void)unused;
    STEP(late != NULL && subscribe(witness, topic("will"), 1));
    struct peer *p = mortal(1, retain != 0, 0);
    STEP(p != NULL);
    mqtt_close(&p->client);
    STEP(hears(witness, 1));
    STEP(subscribe(late, topic("will"), 1));
    if (retain != 0) {
        STEP(hears(late, 1));
        STEP(say(witness, topic("will"), NULL, 0, 1, true));
        MUST(late->heard[0].retain, "it came without RETAIN");
    } else {
        STEP(hears_only(late, 0, witness));
    }
}

/* [MQTT-3.14.4-3] */
static void not_after_leaving(unsigned a, unsigned b)
{
    struct peer *witness = peer_online();
    (void)a;
    (void)b;
    STEP(witness != NULL && subscribe(witness, topic("will"), 1));
    struct peer *p = mortal(1, false, 0);
    STEP(p != NULL && leave(p));
    STEP(hears_only(witness, 0, witness));
}

/* [MQTT-3.1.2-24] A program that hangs: its socket stays open. */
static void expires(unsigned a, unsigned b)
{
    struct peer *witness = peer_online();
    (void)a;
    (void)b;
    STEP(witness != NULL && subscribe(witness, topic("will"), 1));
    struct peer *p = mortal(1, false, 1);
    STEP(p != NULL);
    p->frozen = true;
    const uint32_t since_ms = now_ms();
    AWAIT_FOR(EXPIRY_MS, witness->count > 0, "no will in 10 s of silence, keepalive 1 s");
    MUST(now_ms() - since_ms >= 1000, "the will came after %u ms, keepalive 1 s", (unsigned)(now_ms() - since_ms));
}

/* Pings keep it alive, and messages of the broker do not spare it a ping. */
static void lives_on(unsigned busy, unsigned unused)
{
    struct peer *witness = peer_online();
    (void)unused;
    STEP(witness != NULL && subscribe(witness, topic("will"), 1));
    struct peer *p = mortal(1, false, 1);
    STEP(p != NULL && subscribe(p, topic("t"), 0));
    unsigned sent = 0;
    const uint32_t since_ms = now_ms();
    while (now_ms() - since_ms < 3500) {
        if (busy != 0 && p->count == sent && sent < HEARD_MAX - 1) {
            STEP(say_text(witness, topic("t"), "tick", 0));
            sent++;
        }
        turn_for(20);
    }
    MUST(p->offlines == 0 && p->onlines == 1, "the connection was lost: %s", mqtt_error_text(p->offline.error));
    STEP(hears_only(witness, 0, witness));
}

void will_checks(void)
{
    check("a will of QoS 0 comes when the client is gone", on_close, 0, 0);
    check("a will of QoS 1 comes when the client is gone", on_close, 1, 0);
    check("a will of QoS 2 comes when the client is gone", on_close, 2, 0);
    check("a retained will stays", retained, 1, 0);
    check("a will without RETAIN does not stay", retained, 0, 0);
    check("no will after DISCONNECT", not_after_leaving, 0, 0);
    check("the will of a client that hangs comes after its keepalive", expires, 0, 0);
    check("an idle client outlives its keepalive", lives_on, 0, 0);
    check("a client that only receives outlives its keepalive", lives_on, 1, 0);
}
