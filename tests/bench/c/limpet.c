/* Limpet through its C API, with the broker in memory as its transport. */

#include "broker.h"
#include "limpet.h"
#include "peer.h"

#include <stdio.h>

/* As large as the peers' buffers; more where messages are kept under way. */
#define BUFFER 2048u
#define BUFFER_LARGE 8192u
#define MESSAGE 160u
#define OUTBOX_MAX (4u << 20)

static struct mqtt_client client;
static uint8_t rx[BUFFER_LARGE];
static uint8_t outbox[OUTBOX_MAX];
static unsigned payload_len;
static unsigned granted;
static unsigned filters;
static bool is_online;

#ifdef BENCH_V5
static struct mqtt_v5 v5;
#endif

static uint32_t now_ms(void *user)
{
    (void)user;
    return 1000;
}

static int32_t link_open(void *user, const char *server, uint16_t port)
{
    (void)user;
    (void)server;
    (void)port;
    return 0;
}

static int32_t link_read(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    const size_t n = broker_give(buf, len);
    return n > 0 ? (int32_t)n : MQTT_WOULD_BLOCK;
}

static int32_t link_write(void *user, const uint8_t *buf, size_t len)
{
    (void)user;
    broker_take(buf, len);
    return (int32_t)len;
}

static void link_close(void *user)
{
    (void)user;
}

static const struct mqtt_transport transport = {
    .open = link_open,
    .read = link_read,
    .write = link_write,
    .close = link_close,
};

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    switch (event->kind) {
    case MQTT_EV_MESSAGE:
        /* A message that is longer than rx comes in parts. */
        peer_messages += event->as.message.offset + event->as.message.payload_len == event->as.message.total;
        break;
    case MQTT_EV_DONE:
        peer_ended++;
        break;
    case MQTT_EV_SUBSCRIBED:
        granted++;
        break;
    case MQTT_EV_ONLINE:
        is_online = true;
        break;
    default:
        bench_fail("the connection was lost");
        break;
    }
}

static bool subscribe(void)
{
    char filter[32];
    for (unsigned i = 0; i < filters; i++) {
        snprintf(filter, sizeof filter, i == 0 ? "sensors/#" : "actors/%u/+", i);
        if (mqtt_subscribe(&client, filter, 2) < 0) {
            return false;
        }
    }
    return true;
}

bool peer_start(const struct plan *plan)
{
    const size_t buffer = plan->payload > 1000 ? BUFFER_LARGE : BUFFER;
    const bool is_queue = plan->what[0] == 'q';
    const size_t kept = plan->window + plan->lag + plan->stuck + (is_queue ? plan->count : 0);
    const size_t size = buffer + (kept > 8 ? kept : 0) * MESSAGE + (plan->filters > 8 ? plan->filters : 0) * MESSAGE
        + plan->spare;
    if (size > sizeof outbox) {
        return false;
    }
    const struct mqtt_config config = {
#ifdef BENCH_V5
        .v5 = &v5,
#endif
        .abi = MQTT_ABI,
        .server = "broker",
        .client_id = "bench",
        .seed = 1,
        .transport = &transport,
        .now_ms = now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = buffer,
        .outbox = outbox,
        .outbox_size = size,
    };
    payload_len = plan->payload;
    filters = plan->filters;
    if (mqtt_init(&client, &config) != MQTT_OK || !subscribe()) {
        return false;
    }
    return is_queue || mqtt_connect(&client) == MQTT_OK;
}

bool peer_is_ready(void)
{
    return is_online && granted == filters;
}

bool peer_publish(unsigned qos)
{
    const int32_t token = mqtt_publish(&client, TOPIC, bench_payload, payload_len, (uint8_t)qos, false);
    if (token < 0 && token != MQTT_ERR_FULL) {
        bench_fail(mqtt_error_text(token));
    }
    return token > 0;
}

void peer_poll(void)
{
    (void)mqtt_poll(&client);
}
