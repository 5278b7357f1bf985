/* The clients of the check that runs: they take turns in one thread, and each writes down what it is told. */

#define _POSIX_C_SOURCE 200809L

#include "conformance.h"
#include "phase.h"

#include <poll.h>
#include <stdio.h>

#define TURN_MS 20

static struct peer peers[PEERS];
static unsigned used;

/* An event came in this turn: somebody may have waited for it. */
static bool news;

uint32_t now_ms(void)
{
    return limpet_posix_now_ms(NULL);
}

static bool contains(const char *text, size_t len, const char *part)
{
    const size_t part_len = strlen(part);
    for (size_t i = 0; i + part_len <= len; i++) {
        if (memcmp(text + i, part, part_len) == 0) {
            return true;
        }
    }
    return false;
}

static void on_message(struct peer *p, const struct mqtt_message *message)
{
    if (!p->hears_all && !contains(message->topic, message->topic_len, mark())) {
        return;
    }
    if (contains(message->topic, message->topic_len, "/fence/")) {
        p->fences++;
        return;
    }
    if (p->hold > 0) {
        p->hold--;
        if (mqtt_hold(&p->client) != MQTT_OK) {
            failed("mqtt_hold was refused");
        }
        return;
    }
    if (p->count == HEARD_MAX || p->stored + message->topic_len + message->total > sizeof p->store) {
        failed("more messages came than were sent");
        return;
    }
    struct heard *heard = &p->heard[p->count];
    uint8_t *place = p->store + p->stored;
    memcpy(place, message->topic, message->topic_len);
    if (message->payload_len > 0) {
        memcpy(place + message->topic_len + message->offset, message->payload, message->payload_len);
    }
    if (message->offset + message->payload_len == message->total) {
        heard->topic = (const char *)place;
        heard->topic_len = message->topic_len;
        heard->payload = place + message->topic_len;
        heard->len = message->total;
        heard->qos = message->qos;
        heard->retain = message->retain;
        heard->dup = message->dup;
        p->stored += message->topic_len + message->total;
        p->count++;
    }
}

static void on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event)
{
    struct peer *p = user;
    (void)client;
    news = true;
    switch (event->kind) {
    case MQTT_EV_ONLINE:
        p->onlines++;
        p->session_present = event->as.online.session_present;
        break;
    case MQTT_EV_OFFLINE:
        p->offlines++;
        p->offline = event->as.offline;
        break;
    case MQTT_EV_CONNECT_FAILED:
        p->connect_failures++;
        p->offline = event->as.offline;
        break;
    case MQTT_EV_MESSAGE:
        on_message(p, &event->as.message);
        break;
    case MQTT_EV_DONE:
        p->dones++;
        p->delivered += event->as.done.fate == MQTT_DELIVERED;
        p->last_done = event->as.done.token;
        break;
    case MQTT_EV_SUBSCRIBED:
    case MQTT_EV_UNSUBSCRIBED:
        p->last_subscribed = event->as.subscribed.token;
        p->granted = event->as.subscribed.granted;
        break;
    case MQTT_EV_BROKER:
        p->answers++;
        p->broker_is_up = event->as.broker.up;
        break;
    default:
        failed("an event of kind %d", event->kind);
        break;
    }
}

static struct pollfd socket_of(const struct peer *p)
{
    struct pollfd ready = { .fd = -1 };
    if (p->net.phase == LIMPET_CONNECTING) {
        ready.events = POLLOUT;
    } else if (p->net.phase == LIMPET_CONNECTED) {
        const int in = mqtt_wants_read(&p->client) ? POLLIN : 0;
        const int out = mqtt_wants_write(&p->client) ? POLLOUT : 0;
        ready.events = (short)(in | out);
    }
    if (ready.events != 0) {
        ready.fd = p->net.fd;
    }
    return ready;
}

void turn(void)
{
    struct pollfd ready[PEERS];
    nfds_t count = 0;
    int32_t ms = TURN_MS;
    news = false;
    for (unsigned i = 0; i < used; i++) {
        if (peers[i].started && !peers[i].frozen) {
            const int32_t next = mqtt_poll(&peers[i].client);
            ms = next < ms ? next : ms;
            ready[count++] = socket_of(&peers[i]);
        }
    }
    if (ms < 0) {
        failed("mqtt_poll answered %d", (int)ms);
        ms = TURN_MS;
    }
    (void)poll(ready, count, news ? 0 : ms);
}

void turn_for(uint32_t ms)
{
    const uint32_t since_ms = now_ms();
    while (now_ms() - since_ms < ms) {
        turn();
    }
}

/* Letters and digits, 23 at most: what every broker must take [MQTT-3.1.3-5]. */
static void name(struct peer *p)
{
    static unsigned serial;
    snprintf(p->client_id, sizeof p->client_id, "%.13sx%u", mark(), serial++ % 100000000);
}

struct peer *peer_new(void)
{
    struct peer *p = &peers[used++];
    limpet_posix_end(&p->net);
    memset(p, 0, sizeof *p);
    name(p);
    p->config = (struct mqtt_config){
        .abi = MQTT_ABI,
        .server = broker.server,
        .port = broker.port,
        .client_id = p->client_id,
        .username = broker.user,
        .password = broker.password,
        .transport = &limpet_posix_transport,
        .transport_user = &p->net,
        .now_ms = limpet_posix_now_ms,
        .on_event = on_event,
        .user = p,
        .rx = p->rx,
        .rx_size = sizeof p->rx,
        .outbox = p->outbox,
        .outbox_size = sizeof p->outbox,
        .outbox_records = HEARD_MAX,
        .retry_min_ms = 100,
        .retry_max_ms = 500,
        .v5 = broker.is_v5 ? &p->v5 : NULL,
    };
    p->v5 = (struct mqtt_v5){
        .memory = p->v5_memory,
        .memory_size = sizeof p->v5_memory,
        .alias_len = 60,
        .aliases_in = 3,
        .aliases_out = 3,
    };
    return p;
}

/* A clean session discards what the broker keeps (3.1.1 section 3.1.2.4). */
static void discard_session(struct peer *p)
{
    mqtt_close(&p->client);
    p->config.keep_session = false;
    p->config.resume_session = false;
    p->config.will = NULL;
    if (start(p)) {
        const uint32_t since_ms = now_ms();
        while (!mqtt_is_connected(&p->client) && now_ms() - since_ms < PATIENCE_MS) {
            turn();
        }
    }
}

void peers_end(void)
{
    for (unsigned i = 0; i < used; i++) {
        struct peer *p = &peers[i];
        p->frozen = false;
        p->hears_all = false;
        if (!p->started) {
            continue;
        }
        if (p->config.keep_session || p->config.resume_session) {
            discard_session(p);
        }
        leave(p);
        mqtt_close(&p->client);
        p->started = false;
    }
    used = 0;
}
