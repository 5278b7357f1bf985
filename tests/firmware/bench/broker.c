/* See broker.h. Packets are short: the remaining length is one byte. */

#include "broker.h"

#include "board.h"

/* The exit code if the client sends what it should not, or more than there is room for. */
#define BROKER_CONFUSED 9

#define PACKET_MAX 129

unsigned broker_packets[BROKER_PACKETS];
unsigned broker_reads;

/* The packet that has begun to arrive. */
static uint8_t packet[PACKET_MAX];
static size_t packet_len;

/* What the client has still to read. */
static uint8_t said[256];
static size_t said_from;
static size_t said_to;

bool broker_is_silent(void)
{
    return said_from == said_to;
}

static void say(uint8_t byte)
{
    if (broker_is_silent()) {
        said_from = 0;
        said_to = 0;
    }
    if (said_to == sizeof said) {
        board_exit(BROKER_CONFUSED);
    }
    said[said_to++] = byte;
}

static void say_four(uint8_t kind, uint8_t third, uint8_t fourth)
{
    say(kind);
    say(2);
    say(third);
    say(fourth);
}

static void answer_subscribe(void)
{
    say(0x90);
    say(3);
    say(packet[2]);
    say(packet[3]);
    say(packet[packet_len - 1]);
}

static void answer(void)
{
    const uint8_t kind = packet[0] >> 4;
    const uint8_t qos = packet[0] >> 1 & 3;
    broker_packets[kind]++;
    switch (kind) {
    case BROKER_CONNECT:
        say_four(0x20, 0, 0);
        break;
    case BROKER_PUBLISH:
        if (qos > 0) {
            const size_t id = 4u + packet[3];
            say_four(0x40, packet[id], packet[id + 1]);
        }
        break;
    case BROKER_PUBACK:
        break;
    case BROKER_SUBSCRIBE:
        answer_subscribe();
        break;
    case BROKER_PINGREQ:
        say(0xD0);
        say(0);
        break;
    default:
        board_exit(BROKER_CONFUSED);
        break;
    }
}

void broker_sends(uint8_t qos)
{
    static uint16_t id;
    say((uint8_t)(0x30 | qos << 1));
    say((uint8_t)(2 + BROKER_TOPIC_LEN + (qos > 0 ? 2 : 0) + BROKER_PAYLOAD_LEN));
    say(0);
    say(BROKER_TOPIC_LEN);
    for (unsigned i = 0; i < BROKER_TOPIC_LEN; i++) {
        say((uint8_t)('a' + i));
    }
    if (qos > 0) {
        /* No identifier is 0. */
        id = id == UINT16_MAX ? 1 : (uint16_t)(id + 1);
        say((uint8_t)(id >> 8));
        say((uint8_t)id);
    }
    for (unsigned i = 0; i < BROKER_PAYLOAD_LEN; i++) {
        say((uint8_t)i);
    }
}

static int32_t broker_open(void *user, const char *server, uint16_t port)
{
    (void)user;
    (void)server;
    (void)port;
    return 0;
}

static int32_t broker_read(void *user, uint8_t *buf, size_t len)
{
    (void)user;
    broker_reads++;
    size_t n = 0;
    while (n < len && said_from < said_to) {
        buf[n++] = said[said_from++];
    }
    return n > 0 ? (int32_t)n : MQTT_WOULD_BLOCK;
}

static int32_t broker_write(void *user, const uint8_t *buf, size_t len)
{
    (void)user;
    for (size_t i = 0; i < len; i++) {
        if (packet_len == PACKET_MAX) {
            board_exit(BROKER_CONFUSED);
        }
        packet[packet_len++] = buf[i];
        if (packet_len >= 2 && packet_len == packet[1] + 2u) {
            answer();
            packet_len = 0;
        }
    }
    return (int32_t)len;
}

static void broker_close(void *user)
{
    (void)user;
}

const struct mqtt_transport broker_transport = {
    .open = broker_open,
    .read = broker_read,
    .write = broker_write,
    .close = broker_close,
};
