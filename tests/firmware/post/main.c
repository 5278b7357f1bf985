/* A program that polls a client and posts to it, while interrupts and other tasks post, too. The broker is mirror.c, so
 * it needs no network. It ends with 0 if every message arrived once, whole, and in the order of its source. */

#include "post.h"

#include "board.h"
#include "limpet.h"
#include "mirror.h"

#include <stdio.h>

enum {
    POST_OK = 0,
    POST_TORN = 1,
    POST_STUCK = 2,
    POST_REFUSED = 3,
    POST_NO_CLIENT = 4,
    POST_NOT_LOCKED = 5,
};

/* Without any progress. */
#define PATIENCE_MS 5000u

#define TEXT_MAX 64

static struct mqtt_client client;
static uint8_t rx[64];
static uint8_t outbox[1024];
static uint8_t mailbox[512];

static uint32_t posted[POST_SOURCES];
static uint32_t arrived[POST_SOURCES];
static uint32_t full[POST_SOURCES];
static volatile bool refused;
static bool torn;

/* The text of a message: its number, and bytes that only this message has. */
static size_t write_text(enum post_source source, uint32_t number, uint8_t *text)
{
    const size_t len = 4u + number * 37u % (TEXT_MAX - 4u);
    for (size_t i = 0; i < 4; i++) {
        text[i] = (uint8_t)(number >> (8u * i));
    }
    for (size_t i = 4; i < len; i++) {
        text[i] = (uint8_t)(number * 7u + i * 13u + (unsigned)source);
    }
    return len;
}

bool post_some(enum post_source source, unsigned count)
{
    static const char *const topics[POST_SOURCES] = { "from/poller", "from/interrupt", "from/task" };
    uint8_t text[TEXT_MAX];
    for (unsigned i = 0; i < count && posted[source] < POST_COUNT; i++) {
        const size_t len = write_text(source, posted[source], text);
        const int32_t result = mqtt_post(&client, topics[source], text, len, 0, false);
        if (result == MQTT_ERR_FULL) {
            full[source]++;
            break;
        }
        refused = refused || result != MQTT_OK;
        posted[source]++;
    }
    return posted[source] < POST_COUNT;
}

/* From mirror.c. The topics differ in their length. */
static void on_publish(size_t topic_len, const uint8_t *payload, size_t payload_len)
{
    uint8_t text[TEXT_MAX];
    const enum post_source source = topic_len == 11 ? POST_POLLER : topic_len == 14 ? POST_INTERRUPT : POST_TASK;
    const size_t len = write_text(source, arrived[source], text);
    bool same = payload_len == len;
    for (size_t i = 0; same && i < len; i++) {
        same = payload[i] == text[i];
    }
    torn = torn || !same;
    arrived[source]++;
}

static void on_event(void *user, struct mqtt_client *from, const struct mqtt_event *event)
{
    (void)user;
    (void)from;
    (void)event;
}

static uint32_t now_ms(void *user)
{
    (void)user;
    return board_now_ms();
}

static bool start(void)
{
    static struct mirror mirror = { .on_publish = on_publish };
    const struct mqtt_config config = {
        .abi = MQTT_ABI,
        .server = "mirror",
        .transport = &mirror_transport,
        .transport_user = &mirror,
        .now_ms = now_ms,
        .on_event = on_event,
        .rx = rx,
        .rx_size = sizeof rx,
        .outbox = outbox,
        .outbox_size = sizeof outbox,
        .mailbox = mailbox,
        .mailbox_size = sizeof mailbox,
    };
    return mqtt_init(&client, &config) == MQTT_OK && mqtt_connect(&client) == MQTT_OK;
}

static bool all_arrived(unsigned sources)
{
    for (unsigned source = 0; source < POST_SOURCES; source++) {
        if ((sources & 1u << source) != 0 && arrived[source] < POST_COUNT) {
            return false;
        }
    }
    return true;
}

static void say(int code)
{
    char text[120];
    (void)snprintf(text, sizeof text, "arrived %lu %lu %lu full %lu %lu %lu code %d", (unsigned long)arrived[0],
        (unsigned long)arrived[1], (unsigned long)arrived[2], (unsigned long)full[0], (unsigned long)full[1],
        (unsigned long)full[2], code);
    board_log(text);
}

static int run(unsigned sources)
{
    uint32_t progress_ms = board_now_ms();
    uint32_t before = 0;
    while (!torn && !refused && !all_arrived(sources)) {
        (void)mqtt_poll(&client);
        (void)post_some(POST_POLLER, 3);
        const uint32_t total = arrived[0] + arrived[1] + arrived[2];
        if (total != before) {
            before = total;
            progress_ms = board_now_ms();
        } else if (board_now_ms() - progress_ms > PATIENCE_MS) {
            return POST_STUCK;
        }
    }
    return torn ? POST_TORN : refused ? POST_REFUSED : POST_OK;
}

/* No interrupt comes while it is locked, also after an inner unlock, and they do after the outer one. */
static bool lock_nests(void)
{
    const uint32_t outer = mqtt_lock();
    const uint32_t inner = mqtt_lock();
    const uint32_t before = post_interrupts();
    mqtt_unlock(inner);
    post_wait_ticks(30);
    const bool held = post_interrupts() == before;
    mqtt_unlock(outer);
    post_wait_ticks(30);
    return held && post_interrupts() != before;
}

int firmware_main(void)
{
    if (!start()) {
        return POST_NO_CLIENT;
    }
    const int result = run(1u << POST_POLLER | post_begin());
    const int code = result == POST_OK && !lock_nests() ? POST_NOT_LOCKED : result;
    say(code);
    return code;
}
