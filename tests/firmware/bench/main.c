/* The calls whose instructions are counted: each case is gone through many times between labels, which an instrument
 * outside watches, and must have done what it is there for. The broker is broker.c and the clock stands still by itself,
 * so that two runs are the same. The callbacks are not counted. */

#include "board.h"
#include "broker.h"
#include "limpet.h"

#define ROUNDS 500

/* Of QoS 1 in the case of several at once. */
#define SEVERAL 8

/* Between two rounds. Those of one case take less than the keepalive's quarter. */
#define ROUND_MS 3

#define KEEPALIVE_S 60
#define PING_MS (KEEPALIVE_S * 1000u / 4u)

/* mqtt_poll calls until something must have happened. */
#define POLLS_MAX 10

/* Global labels. One function each: a label exists once. */
#define MARK(label) __asm__ volatile(".global " #label "\n" #label ":" ::: "memory")
#define CASE __attribute__((noinline, noclone)) static

static struct mqtt_client client;
static uint8_t rx[256];
static uint8_t outbox[1024];

static const char topic[] = "sensors/a1/humid";
static uint8_t payload[BROKER_PAYLOAD_LEN];

static uint32_t time_ms;
static unsigned clocks;
static unsigned online;
static unsigned subscribed;
static unsigned delivered;
static unsigned messages;
static unsigned others;

static uint32_t now_ms(void *user)
{
    (void)user;
    clocks++;
    return time_ms;
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    const struct mqtt_message *message = &event->as.message;
    if (event->kind == MQTT_EV_ONLINE) {
        online++;
    } else if (event->kind == MQTT_EV_SUBSCRIBED) {
        subscribed++;
    } else if (event->kind == MQTT_EV_DONE && event->as.done.fate == MQTT_DELIVERED) {
        delivered++;
    } else if (event->kind == MQTT_EV_MESSAGE && message->topic_len == BROKER_TOPIC_LEN
        && message->payload_len == BROKER_PAYLOAD_LEN) {
        messages++;
    } else {
        others++;
    }
}

/* Polls until the count is what is wanted: whether it came to that. */
static bool poll_until(const unsigned *count, unsigned wanted)
{
    for (unsigned i = 0; i < POLLS_MAX && *count != wanted; i++) {
        (void)mqtt_poll(&client);
    }
    return *count == wanted;
}

/* Nothing is left to do for the client. */
static bool is_idle(void)
{
    const unsigned reads = broker_reads;
    const unsigned before = clocks;
    return mqtt_poll(&client) > 0 && broker_reads == reads + 1 && clocks == before + 1 && broker_is_silent();
}

static bool begin_round(void)
{
    time_ms += ROUND_MS;
    return is_idle();
}

static bool publish(uint8_t qos)
{
    return mqtt_publish(&client, topic, payload, sizeof payload, qos, false) > 0;
}

CASE bool idle_poll(void)
{
    const unsigned reads = broker_reads;
    const unsigned before = clocks;
    time_ms += ROUND_MS;
    MARK(bench_idle_begin);
    const int32_t ms = mqtt_poll(&client);
    MARK(bench_idle_end);
    return ms > 0 && broker_reads == reads + 1 && clocks == before + 1;
}

CASE bool publish_qos0(void)
{
    const unsigned wanted = delivered + 1;
    MARK(bench_publish0_begin);
    const bool accepted = publish(0);
    MARK(bench_publish0_accepted);
    const bool ended = poll_until(&delivered, wanted);
    MARK(bench_publish0_end);
    return accepted && ended;
}

CASE bool publish_qos1(void)
{
    const unsigned wanted = delivered + 1;
    MARK(bench_publish1_begin);
    const bool accepted = publish(1);
    const bool ended = poll_until(&delivered, wanted);
    MARK(bench_publish1_end);
    return accepted && ended;
}

CASE bool publish_several(void)
{
    const unsigned wanted = delivered + SEVERAL;
    bool accepted = true;
    MARK(bench_several_begin);
    for (unsigned i = 0; i < SEVERAL; i++) {
        accepted = publish(1) && accepted;
    }
    const bool ended = poll_until(&delivered, wanted);
    MARK(bench_several_end);
    return accepted && ended;
}

CASE bool receive_qos0(void)
{
    const unsigned wanted = messages + 1;
    broker_sends(0);
    MARK(bench_receive0_begin);
    const bool came = poll_until(&messages, wanted);
    MARK(bench_receive0_end);
    return came;
}

CASE bool receive_qos1(void)
{
    const unsigned wanted = messages + 1;
    const unsigned acknowledged = broker_packets[BROKER_PUBACK] + 1;
    broker_sends(1);
    MARK(bench_receive1_begin);
    const bool ended = poll_until(&broker_packets[BROKER_PUBACK], acknowledged);
    MARK(bench_receive1_end);
    return ended && messages == wanted;
}

CASE bool ping(void)
{
    const unsigned wanted = broker_packets[BROKER_PINGREQ] + 1;
    time_ms += PING_MS;
    MARK(bench_ping_begin);
    const bool sent = poll_until(&broker_packets[BROKER_PINGREQ], wanted);
    MARK(bench_ping_end);
    return sent;
}

static bool start(void)
{
    static const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "broker",
        .client_id = "bench",
        .keepalive_s = KEEPALIVE_S,
        .seed = 1,
        .transport = &broker_transport,
        .now_ms = now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
    };
    return mqtt_init(&client, &config) == MQTT_OK && mqtt_subscribe(&client, "actors/a1/+", 1) > 0
        && mqtt_connect(&client) == MQTT_OK && poll_until(&online, 1) && poll_until(&subscribed, 1);
}

static const struct {
    const char *name;
    bool (*run)(void);
} cases[] = {
    { "idle poll", idle_poll },
    { "publish QoS 0", publish_qos0 },
    { "publish QoS 1", publish_qos1 },
    { "several of QoS 1", publish_several },
    { "receive QoS 0", receive_qos0 },
    { "receive QoS 1", receive_qos1 },
    { "ping", ping },
};

/* Says what is wrong, if something is. */
static int end(const char *fault)
{
    if (fault != NULL) {
        board_log(fault);
    }
    return fault != NULL ? 1 : 0;
}

int firmware_main(void)
{
    /* No interrupt in between: two runs are the same. */
    __asm__ volatile("cpsid i");
    if (!start()) {
        return end("there is no connection");
    }
    for (unsigned number = 0; number < sizeof cases / sizeof *cases; number++) {
        for (unsigned round = 0; round < ROUNDS; round++) {
            if (!begin_round() || !cases[number].run()) {
                return end(cases[number].name);
            }
        }
    }
    return end(others != 0 || online != 1 ? "something else happened, too" : NULL);
}
