/* A client with a transport and a clock that a scenario moves. Everything it does and everything it is told becomes a
 * line of the transcript. */

#ifndef SCRIPT_H
#define SCRIPT_H

#include "limpet.h"

#define SCRIPT_IN 8192
#define SCRIPT_OUT 16384
#define SCRIPT_KINDS 11

/* Bytes that begin where a uint64_t may, on every processor: how much of them the client can use must not differ. */
union script_bytes {
    uint64_t align;
    uint8_t bytes[4096];
};

struct script {
    struct mqtt_client client;
    struct mqtt_config config;
    struct mqtt_transport transport;
    union script_bytes rx;
    union script_bytes outbox;
    union script_bytes mailbox;
    uint32_t now_ms;

    /* What the transport does: */
    int32_t open_result;
    uint32_t open_blocks;
    /* Most bytes of one read or write; 0: no limit. */
    size_t read_max;
    size_t write_max;
    /* So many writes answer MQTT_WOULD_BLOCK. */
    uint32_t write_blocks;
    /* Answered instead of the truth, unless 0. */
    int32_t read_error;
    int32_t write_error;
    /* When all was read. */
    bool peer_closes;

    /* In on_event, before it returns. */
    void (*hook)(struct script *script, const struct mqtt_event *event);

    /* What happened: how often each kind of event came, and the last. */
    uint32_t counts[SCRIPT_KINDS];
    struct mqtt_event last;
    uint32_t opens;
    uint32_t closes;
    bool is_open;
    uint32_t steps;

    uint8_t in[SCRIPT_IN];
    size_t in_len;
    size_t in_at;
    /* Of this connection; what is before out_seen was expected already. */
    uint8_t out[SCRIPT_OUT];
    size_t out_len;
    size_t out_seen;
};

/* Memory of the scenarios, which have it one at a time. */
extern struct script script;

/* Nothing happened yet; config can be changed, then script_init_client. */
void script_begin(struct script *script, const char *name);

void script_init_client(struct script *script);

/* script_begin, then online with the broker's CONNACK, its CONNECT taken as read. */
void script_online(struct script *script, const char *name);

/* The client connects, and this CONNACK comes. */
void script_connect(struct script *script, uint8_t session_present);

/* The peer sends bytes written as hexadecimal digits; spaces are for the reader. */
void script_say(struct script *script, const char *digits);
void script_say_bytes(struct script *script, const void *bytes, size_t len);

/* One mqtt_poll. */
int32_t script_poll(struct script *script);

/* Polls until nothing is to do now. */
void script_settle(struct script *script);

/* Polls as long as the clock needs for so many milliseconds, sleeping as mqtt_poll says. */
void script_pass(struct script *script, uint32_t ms);

/* The peer closes. */
void script_cut(struct script *script);

/* The client has written exactly these bytes since the last time; "" for none. */
void script_expect_out(struct script *script, const char *digits, int32_t line);

/* What a call returned, said and handed on. */
int32_t script_result(const char *call, int32_t result);

/* mqtt_stats, said. */
void script_tell_stats(struct script *script);

/* Between script.c and events.c. */
void script_on_event(void *user, struct mqtt_client *client, const struct mqtt_event *event);

#define EXPECT_OUT(script, digits) script_expect_out(script, digits, __LINE__)

#endif
