/* What `cargo xtask size` links: the program that most firmware has. Will, login, one subscription, QoS 0 and QoS 1 out,
 * messages in. Every input is volatile, so that nothing is known to the compiler. Not meant to run. */

#include "limpet.h"

volatile uint32_t input;
volatile const void *output;

/* Its size is that of struct mqtt_client on the target. */
struct mqtt_client client;
static uint8_t rx[256];
static uint8_t outbox[1024];

static int32_t net_open(void *user, const char *server, uint16_t port)
{
    output = user;
    output = server;
    return (int32_t)(input + port);
}

static int32_t net_read(void *user, uint8_t *buf, size_t len)
{
    output = user;
    output = buf;
    return (int32_t)(input + len);
}

static int32_t net_write(void *user, const uint8_t *buf, size_t len)
{
    output = user;
    output = buf;
    return (int32_t)(input + len);
}

static void net_close(void *user)
{
    output = user;
}

static uint32_t now_ms(void *user)
{
    output = user;
    return input;
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    output = user;
    output = from;
    if (event->kind == MQTT_EV_MESSAGE) {
        output = event->as.message.payload;
    }
}

static const struct mqtt_transport transport = {
    .open = net_open, .read = net_read, .write = net_write, .close = net_close
};

static const struct mqtt_will will = {
    .topic = "sensors/room/state", .payload = "lost", .payload_len = 4, .qos = 1, .retain = true
};

static int32_t start(void)
{
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "broker.example",
        .client_id = "sensor-001",
        .username = "sensor",
        .password = "secret",
        .will = &will,
        .keepalive_s = input,
        .transport = &transport,
        .now_ms = now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    const int32_t result = mqtt_init(&client, &config);
    if (result < 0) {
        return result;
    }
    mqtt_subscribe(&client, "cmd/#", 1);
    return mqtt_connect(&client);
}

void app(void)
{
    uint8_t payload[64];
    payload[0] = (uint8_t)input;
    if (start() < 0) {
        return;
    }
    for (;;) {
        const uint32_t order = input;
        if (order == 1) {
            mqtt_publish(&client, "sensors/room/001", payload, sizeof payload, 0, false);
        }
        if (order == 2) {
            mqtt_publish(&client, "sensors/room/001", payload, sizeof payload, 1, false);
        }
        input = (uint32_t)mqtt_poll(&client);
    }
}
