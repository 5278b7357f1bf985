/* Steps of a scenario: each does something and waits until it is done, or reports why it was not. */

#include "conformance.h"

bool start(struct peer *p)
{
    const int32_t result = mqtt_init(&p->client, &p->config);
    /* Tokens begin anew. */
    p->last_done = 0;
    p->last_subscribed = 0;
    if (result != MQTT_OK || mqtt_connect(&p->client) != MQTT_OK) {
        failed("cannot start: %s", mqtt_error_text(result));
        return false;
    }
    p->started = true;
    return true;
}

/* Until *counter is above `before`. */
static bool await_more(const unsigned *counter, unsigned before)
{
    const uint32_t since_ms = now_ms();
    while (*counter == before && now_ms() - since_ms < PATIENCE_MS) {
        turn();
    }
    return *counter != before;
}

static bool await_token(const int32_t *last, int32_t token)
{
    const uint32_t since_ms = now_ms();
    while (*last != token && now_ms() - since_ms < PATIENCE_MS) {
        turn();
    }
    return *last == token;
}

bool join(struct peer *p)
{
    const unsigned before = p->onlines;
    if (p->started ? mqtt_connect(&p->client) != MQTT_OK : !start(p)) {
        failed("cannot connect");
        return false;
    }
    if (!await_more(&p->onlines, before)) {
        failed("no connection: %s (%d)", mqtt_error_text(p->offline.error), (int)p->offline.detail);
        return false;
    }
    return true;
}

struct peer *peer_online(void)
{
    struct peer *p = peer_new();
    return join(p) ? p : NULL;
}

bool leave(struct peer *p)
{
    if (mqtt_disconnect(&p->client, MQTT_DROP, 0) != MQTT_OK) {
        failed("mqtt_disconnect was refused");
        return false;
    }
    const uint32_t since_ms = now_ms();
    while (now_ms() - since_ms < PATIENCE_MS) {
        if (mqtt_poll(&p->client) == MQTT_FOREVER) {
            return true;
        }
        turn();
    }
    failed("it did not leave");
    return false;
}

/* What may be the cause that something did not come. */
static const char *why(const struct peer *p)
{
    return p->offlines > 0 ? mqtt_error_text(p->offline.error) : "connected all the time";
}

static bool await_answer(struct peer *p, int32_t token, const char *packet)
{
    if (token <= 0) {
        failed("%s: %s", packet, mqtt_error_text(token));
        return false;
    }
    if (!await_token(&p->last_subscribed, token)) {
        failed("no %s; %s", packet, why(p));
        return false;
    }
    return true;
}

bool subscribe(struct peer *p, const char *filter, uint8_t qos)
{
    if (!await_answer(p, mqtt_subscribe(&p->client, filter, qos), "SUBACK")) {
        return false;
    }
    if (p->granted > 2) {
        failed("the subscription was refused");
        return false;
    }
    if (p->granted != qos) {
        differs("grants QoS %d for QoS %d", p->granted, qos);
        return false;
    }
    return true;
}

bool unsubscribe(struct peer *p, const char *filter)
{
    return await_answer(p, mqtt_unsubscribe(&p->client, filter), "UNSUBACK");
}

bool say(struct peer *p, const char *to, const void *payload, size_t len, uint8_t qos, bool retain)
{
    const unsigned before = p->delivered;
    const int32_t token = mqtt_publish(&p->client, to, payload, len, qos, retain);
    if (token <= 0) {
        failed("mqtt_publish: %s", mqtt_error_text(token));
        return false;
    }
    if (!await_token(&p->last_done, token) || p->delivered != before + 1) {
        failed("a publish of QoS %d, %lu bytes, was not acknowledged", qos, (unsigned long)len);
        return false;
    }
    return true;
}

bool say_text(struct peer *p, const char *to, const char *text, uint8_t qos)
{
    return say(p, to, text, strlen(text), qos, false);
}

bool hears(struct peer *p, unsigned count)
{
    const uint32_t since_ms = now_ms();
    while (p->count < count && now_ms() - since_ms < PATIENCE_MS) {
        turn();
    }
    if (p->count < count) {
        failed("%u of %u messages came; %s", p->count, count, why(p));
        return false;
    }
    return true;
}

/* What was published before comes before, if the broker keeps the order of different topics. It need not: hence the
 * pause. */
#define GRACE_MS 100

bool hears_only(struct peer *p, unsigned count, struct peer *by)
{
    const char *fence = topic("fence/1");
    if (!p->has_fence && !subscribe(p, fence, 1)) {
        return false;
    }
    p->has_fence = true;
    const unsigned before = p->fences;
    if (!say_text(by, fence, "", 1)) {
        return false;
    }
    if (!await_more(&p->fences, before)) {
        failed("no message at all comes any more");
        return false;
    }
    turn_for(GRACE_MS);
    if (p->count > count) {
        const struct heard *heard = &p->heard[count];
        failed("%u messages came instead of %u: %.*s", p->count, count, (int)heard->topic_len, heard->topic);
        return false;
    }
    return true;
}

bool is_text(const struct heard *heard, const char *text)
{
    return heard->len == strlen(text) && memcmp(heard->payload, text, heard->len) == 0;
}

bool is_topic(const struct heard *heard, const char *name)
{
    return heard->topic_len == strlen(name) && memcmp(heard->topic, name, heard->topic_len) == 0;
}
