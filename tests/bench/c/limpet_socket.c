/* Limpet through its C API, over a socket with the transport of c_examples/posix. */

#include "limpet.h"
#include "limpet_posix.h"
#include "peer.h"

static struct mqtt_client client;
static struct limpet_posix net;
static uint8_t rx[4096];
static uint8_t outbox[131072];
static unsigned payload_len;
static int32_t next_ms;
static bool is_online;

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    if (event->kind == MQTT_EV_DONE) {
        peer_ended++;
    } else if (event->kind == MQTT_EV_ONLINE) {
        is_online = true;
    } else {
        bench_fail("the connection was lost");
    }
}

bool peer_start(const struct plan *plan)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "127.0.0.1",
        .port = (uint16_t)plan->port,
        .client_id = "bench",
        .transport = &limpet_posix_transport,
        .transport_user = &net,
        .now_ms = limpet_posix_now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    payload_len = plan->payload;
    return mqtt_init(&client, &config) == MQTT_OK && mqtt_connect(&client) == MQTT_OK;
}

bool peer_is_ready(void)
{
    return is_online;
}

bool peer_publish(unsigned qos)
{
    return mqtt_publish(&client, TOPIC, bench_payload, payload_len, (uint8_t)qos, false) > 0;
}

void peer_poll(void)
{
    next_ms = mqtt_poll(&client);
}

void peer_wait(void)
{
    limpet_posix_wait(&net, next_ms, mqtt_wants_write(&client));
}
