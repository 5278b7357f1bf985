/* Who is who: client ids, takeover, login, and whether the broker answers. */

#include "conformance.h"

#define CODE_BAD_LOGIN 4
/* Those two are so much higher in MQTT 5: 0x86 and 0x87. */
#define CODES_5 0x82
#define CODE_NOT_AUTHORISED 5

static void answers(unsigned a, unsigned b)
{
    struct peer *p = peer_online();
    (void)a;
    (void)b;
    STEP(p != NULL);
    /* A broker that was just heard is not asked. */
    turn_for(1100);
    MUST(mqtt_broker_up(&p->client) == MQTT_OK, "mqtt_broker_up was refused");
    AWAIT(p->answers == 1, "no MQTT_EV_BROKER");
    MUST(p->broker_is_up, "the broker did not answer a PINGREQ");
}

/* [MQTT-3.1.3-6] The broker gives each an id of its own: neither throws out the other. */
static void nameless(unsigned a, unsigned b)
{
    struct peer *left = peer_new();
    struct peer *right = peer_new();
    (void)a;
    (void)b;
    left->config.client_id = NULL;
    right->config.client_id = "";
    STEP(join(left) && join(right));
    STEP(subscribe(left, topic("t"), 1));
    STEP(say_text(right, topic("t"), "hello", 1));
    STEP(hears(left, 1));
    STEP(hears_only(left, 1, right));
    MUST(left->offlines == 0 && right->offlines == 0, "one was thrown out");
}

/* [MQTT-3.1.4-2] */
static void takeover(unsigned a, unsigned b)
{
    struct peer *old = peer_online();
    struct peer *young = old != NULL ? peer_new() : NULL;
    (void)a;
    (void)b;
    STEP(young != NULL);
    STEP(subscribe(old, topic("t"), 1));
    young->config.client_id = old->client_id;
    STEP(join(young));
    AWAIT(old->offlines == 1, "the first was not thrown out");
    /* Else it would throw out the second. */
    mqtt_close(&old->client);
    const int32_t error = old->offline.error;
    MUST(error == MQTT_ERR_PEER_CLOSED || error == MQTT_ERR_IO || error == MQTT_ERR_DISMISSED, "it was thrown out by %s",
        mqtt_error_text(error));
    STEP(subscribe(young, topic("t"), 1));
    STEP(say_text(young, topic("t"), "mine", 1));
    STEP(hears(young, 1));
    MUST(old->count == 0, "the first still hears");
}

/* Two that fight for one id: each comes back, and no message is lost for it. */
static void fight(unsigned a, unsigned b)
{
    struct peer *left = peer_new();
    struct peer *right = peer_new();
    struct peer *witness = peer_online();
    (void)a;
    (void)b;
    STEP(witness != NULL && subscribe(witness, topic("t"), 1));
    right->config.client_id = left->client_id;
    STEP(start(left) && start(right));
    AWAIT_FOR(2 * PATIENCE_MS, left->onlines > 1 && right->onlines > 1, "online %u and %u times", left->onlines,
        right->onlines);
    MUST(mqtt_publish(&left->client, topic("t"), "left", 4, 1, false) > 0, "mqtt_publish");
    MUST(mqtt_publish(&right->client, topic("t"), "right", 5, 1, false) > 0, "mqtt_publish");
    AWAIT_FOR(2 * PATIENCE_MS, left->delivered == 1 && right->delivered == 1, "not both were delivered");
    STEP(hears(witness, 2));
}

static void refused(struct peer *p)
{
    STEP(start(p));
    AWAIT(p->connect_failures > 0 || p->onlines > 0, "no answer");
    MUST(p->onlines == 0, "it was let in");
    DIFFERS_IF(p->offline.error != MQTT_ERR_REFUSED, "closes without a CONNACK: %s", mqtt_error_text(p->offline.error));
    const int32_t code = p->offline.detail - (broker.is_v5 ? CODES_5 : 0);
    MUST(code == CODE_BAD_LOGIN || code == CODE_NOT_AUTHORISED, "the return code is %d", (int)p->offline.detail);
}

static void wrong_password(unsigned a, unsigned b)
{
    struct peer *p = peer_new();
    (void)a;
    (void)b;
    p->config.password = "not the password";
    refused(p);
}

static void unknown_user(unsigned a, unsigned b)
{
    struct peer *p = peer_new();
    (void)a;
    (void)b;
    p->config.username = "nobody@localhost";
    refused(p);
}

static void no_login(unsigned a, unsigned b)
{
    struct peer *p = peer_new();
    (void)a;
    (void)b;
    p->config.username = NULL;
    p->config.password = NULL;
    refused(p);
}

void identity_checks(void)
{
    check("the broker answers a ping", answers, 0, 0);
    check("clients without an id", nameless, 0, 0);
    check("a second client of the same id takes over", takeover, 0, 0);
    check("two clients of one id both get through", fight, 0, 0);
    if (broker.user != NULL) {
        check("a wrong password is refused", wrong_password, 0, 0);
        check("an unknown user is refused", unknown_user, 0, 0);
        check("who has no login is refused", no_login, 0, 0);
    }
}
