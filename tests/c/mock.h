/* A transport in memory, a clock that moves when the test says so, and a small broker behind them: enough of MQTT 3.1.1
 * to answer a client, and switches to stay silent, to lie, or to say any bytes the test likes.
 *
 * It fails the test by itself when the client breaks a promise of the header: another write after MQTT_WOULD_BLOCK,
 * CONNECT in pieces, a callback on a closed transport, two closes, two MQTT_EV_DONE for a token, an MQTT_EV_OFFLINE
 * without MQTT_EV_ONLINE, a message part out of place, mqtt_poll that spins.
 *
 * After mqtt_close, which tells no event, the test itself sets is_online to false. */

#ifndef MOCK_H
#define MOCK_H

#include "limpet.h"

#ifdef __cplusplus
extern "C" {
#endif

#define MOCK_BYTES 65536
#define MOCK_EVENTS 2048
#define MOCK_PUBLISHES 2048
#define MOCK_TEXT 96

struct mock;

/* What the client told, copied. Fields that the kind does not have are zero. */
struct mock_event {
    uint8_t kind;
    int32_t error;
    int32_t detail;
    int32_t retry_ms;
    int32_t token;
    uint8_t fate;
    uint8_t granted;
    /* session_present, maybe_sent or up. */
    bool yes;
    uint8_t qos;
    bool retain;
    bool dup;
    uint32_t offset;
    uint32_t total;
    size_t topic_len;
    size_t payload_len;
    /* NUL-terminated and cut to fit. */
    char topic[MOCK_TEXT];
    char payload[MOCK_TEXT];
    uint32_t at_ms;
};

/* A PUBLISH that the broker got. */
struct mock_publish {
    uint8_t qos;
    bool dup;
    bool retain;
    uint16_t id;
    size_t payload_len;
    uint32_t payload_sum;
    char topic[MOCK_TEXT];
    char payload[MOCK_TEXT];
};

/* A multiple of what the sanitizer can tell apart. */
#define MOCK_FENCE 32

struct mock {
    struct mqtt_client client;
    struct mqtt_config config;
    struct mqtt_transport transport;
    /* The sanitizer lets nobody touch what lies around the buffers. */
    uint8_t before_rx[MOCK_FENCE];
    uint8_t rx[2048];
    uint8_t before_outbox[MOCK_FENCE];
    uint8_t outbox[4096];
    uint8_t before_mailbox[MOCK_FENCE];
    uint8_t mailbox[512];
    uint8_t after_mailbox[MOCK_FENCE];
    uint32_t now_ms;

    /* Called first in on_event, on_open and so on; may be NULL. where tells which. */
    void (*hook)(struct mock *mock, const char *where, const struct mqtt_event *event);
    /* For the hook. */
    int step;
    void *user;

    /* What open answers when it is not overruled by a lie: first MQTT_WOULD_BLOCK so many times, then this. */
    int open_blocks;
    int32_t open_result;
    /* Most bytes that one read or write moves; 0: no limit. */
    size_t read_max;
    size_t write_max;
    /* So many writes answer MQTT_WOULD_BLOCK; negative: every second one. */
    int write_blocks;
    /* Answered once, instead of the truth, at the n-th call from now (1: the next one); 0: no lie. */
    int lie_open_in;
    int lie_read_in;
    int lie_write_in;
    int32_t lie;

    /* The broker: */
    bool mute_connack;
    bool mute_acks;
    bool mute_ping;
    uint8_t connack_code;
    uint8_t suback_code;
    bool has_session;
    /* The peer closes when everything it said was read. */
    bool peer_closes;

    /* What happened: */
    int opens;
    int closes;
    int reads;
    int writes;
    int connects;
    int clean_connects;
    int disconnects;
    int subscribes;
    int unsubscribes;
    int pings;
    int acks;
    int wakes;
    int logs;
    bool is_open;
    bool is_online;
    char server[MOCK_TEXT];
    uint16_t port;
    /* Of the last CONNECT. */
    char client_id[MOCK_TEXT];
    struct mock_event events[MOCK_EVENTS];
    int event_count;
    struct mock_publish publishes[MOCK_PUBLISHES];
    int publish_count;

    /* Broker to client and client to broker, of this connection. */
    uint8_t in[MOCK_BYTES];
    size_t in_len;
    size_t in_at;
    uint8_t out[MOCK_BYTES];
    size_t out_len;
    size_t out_at;

    /* The offer that must come again. */
    bool offered;
    const uint8_t *offer;
    size_t offer_len;
    uint8_t offer_bytes[4096];

    /* The message whose parts come. */
    uint32_t part_next;
};

/* Zeroes it and prepares mock->config: change it, then mqtt_init, or mock_start. */
void mock_init(struct mock *mock);

/* mqtt_init and mqtt_connect, then polls until it is online. */
void mock_start(struct mock *mock);

/* Polls for so many milliseconds of the virtual clock, sleeping as mqtt_poll says; 0: until nothing is to do now. */
void mock_run(struct mock *mock, uint32_t ms);

/* Runs until an event of this kind, or limit_ms: then it is NULL, and the test has failed. Looks only at new events. */
const struct mock_event *mock_await(struct mock *mock, uint8_t kind, uint32_t limit_ms);

/* The last event of the kind, or NULL. */
const struct mock_event *mock_last(const struct mock *mock, uint8_t kind);

int mock_count(const struct mock *mock, uint8_t kind);

/* The MQTT_EV_DONE of the token, or NULL. */
const struct mock_event *mock_done(const struct mock *mock, int32_t token);

/* How many PUBLISH with this payload the broker got. */
int mock_got(const struct mock *mock, const char *payload);

/* The broker says these bytes. */
void mock_say(struct mock *mock, const void *bytes, size_t len);

/* The broker publishes. id is not used for QoS 0. */
void mock_publish(struct mock *mock, const char *topic, const void *payload, size_t len, uint8_t qos, uint16_t id);

/* The connection breaks: the peer closes now. */
void mock_drop(struct mock *mock);

/* The sum that mock_publish.payload_sum is. */
uint32_t mock_sum(const void *bytes, size_t len);

/* Between mock.c, broker.c and record.c. */

void mock_on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event);

/* Handles every whole packet that the client has written. */
void mock_serve(struct mock *mock);

/* Of the whole packet at the beginning of these bytes; 0 if it is not whole. */
size_t mock_packet_len(const uint8_t *at, size_t have);

/* Copies to MOCK_TEXT bytes, cut and NUL-terminated. */
void mock_copy_text(char *to, const void *from, size_t len);

#ifdef __cplusplus
}
#endif

#endif
