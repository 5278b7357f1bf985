/* The broker of peer.h. */

#include "peer.h"

#include "transcript.h"

#include <string.h>

static uint32_t state;
static bool has_session;
/* The connection whose bytes were served, and how many of them. */
static uint32_t served_open;
static size_t served;
static uint16_t next_id;

void dice_seed(uint32_t seed)
{
    state = seed * 2654435761u + 1;
}

uint32_t dice(uint32_t sides)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % sides;
}

void peer_begin(struct script *script)
{
    has_session = false;
    served_open = script->opens;
    served = 0;
    next_id = 0;
}

static void answer(struct script *script, uint8_t first, const uint8_t *id)
{
    const uint8_t packet[4] = { first, 2, id[0], id[1] };
    script_say_bytes(script, packet, sizeof packet);
}

static void on_connect(struct script *script, const uint8_t *body, const struct manners *manners)
{
    const bool clean = (body[7] & 2) != 0;
    uint8_t connack[4] = { 0x20, 2, 0, 0 };
    if (dice(100) < manners->refuses) {
        connack[3] = (uint8_t)(1 + dice(5));
        script_say_bytes(script, connack, sizeof connack);
        script->peer_closes = true;
        return;
    }
    if (clean || dice(100) < manners->forgets) {
        has_session = false;
    }
    connack[2] = has_session;
    has_session = !clean;
    script_say_bytes(script, connack, sizeof connack);
}

static void on_subscribe(struct script *script, const uint8_t *body, size_t len)
{
    uint8_t suback[64] = { 0x90, 2, body[0], body[1] };
    size_t at = 2;
    while (at + 2 < len && suback[1] < 60) {
        at += 2 + ((size_t)body[at] << 8 | body[at + 1]);
        suback[2 + suback[1]++] = dice(10) == 0 ? 0x80 : body[at];
        at++;
    }
    EXPECT_EQ(at, len);
    script_say_bytes(script, suback, 2u + suback[1]);
}

static void on_packet(struct script *script, const uint8_t *packet, const uint8_t *body, size_t len, const struct manners *manners)
{
    static const uint8_t pingresp[2] = { 0xd0, 0 };
    const uint8_t kind = packet[0] >> 4;
    if (kind != 1 && dice(100) < manners->silent) {
        return;
    }
    switch (kind) {
    case 1:
        on_connect(script, body, manners);
        break;
    case 3:
        if ((packet[0] & 6) != 0) {
            const size_t topic_len = (size_t)body[0] << 8 | body[1];
            EXPECT(topic_len + 4 <= len);
            answer(script, (packet[0] & 2) != 0 ? 0x40 : 0x50, body + 2 + topic_len);
        }
        break;
    case 4:
    case 7:
        break;
    case 5:
        answer(script, 0x62, body);
        break;
    case 6:
        answer(script, 0x70, body);
        break;
    case 8:
        on_subscribe(script, body, len);
        break;
    case 10:
        answer(script, 0xb0, body);
        break;
    case 12:
        script_say_bytes(script, pingresp, sizeof pingresp);
        break;
    case 14:
        script->peer_closes = true;
        break;
    default:
        EXPECT(!"a packet that a client may send");
        break;
    }
}

/* Of the packet at these bytes; 0 if it is not whole. head gets the bytes before its body. */
static size_t packet_len(const uint8_t *at, size_t have, size_t *head)
{
    size_t len = 0;
    *head = 1;
    do {
        if (*head >= have || *head > 4) {
            return 0;
        }
        len |= (size_t)(at[*head] & 127) << 7 * (*head - 1);
        ++*head;
    } while ((at[*head - 1] & 128) != 0);
    return have >= *head + len ? *head + len : 0;
}

void peer_serve(struct script *script, const struct manners *manners)
{
    if (served_open != script->opens) {
        served_open = script->opens;
        served = 0;
    }
    while (script->is_open) {
        size_t head = 0;
        const uint8_t *at = script->out + served;
        const size_t len = packet_len(at, script->out_len - served, &head);
        if (len == 0) {
            break;
        }
        on_packet(script, at, at + head, len - head, manners);
        served += len;
    }
    if (served == script->out_len) {
        script->out_len = 0;
        served = 0;
    }
    script->out_seen = 0;
}

void peer_publish(struct script *script)
{
    static const char *const topics[] = { "a", "a/b", "room/3/temperature", "\xe2\x82\xac/\xf0\x9f\x90\x9a", "x/y/z/0123456789/0123456789" };
    uint8_t packet[700];
    size_t n = 0;
    const char *topic = topics[dice(5)];
    const size_t topic_len = strlen(topic);
    const uint8_t qos = (uint8_t)dice(3);
    const size_t payload_len = dice(8) == 0 ? dice(600) : dice(40);
    const uint32_t dup = qos > 0 ? dice(2) : 0;
    const uint32_t retain = dice(2);
    const size_t rest = 2 + topic_len + (qos > 0 ? 2u : 0u) + payload_len;
    packet[n++] = (uint8_t)(0x30 | dup << 3 | qos << 1 | retain);
    packet[n++] = (uint8_t)(rest % 128 | (rest > 127 ? 128 : 0));
    if (rest > 127) {
        packet[n++] = (uint8_t)(rest / 128);
    }
    packet[n++] = 0;
    packet[n++] = (uint8_t)topic_len;
    memcpy(packet + n, topic, topic_len);
    n += topic_len;
    if (qos > 0) {
        next_id = (uint16_t)(1 + (next_id + dice(2)) % 12);
        packet[n++] = 0;
        packet[n++] = (uint8_t)next_id;
    }
    for (size_t i = 0; i < payload_len; i++) {
        packet[n++] = (uint8_t)dice(256);
    }
    if (script->is_open && script->in_len + n <= sizeof script->in / 2) {
        script_say_bytes(script, packet, n);
    }
}

void peer_babble(struct script *script)
{
    uint8_t bytes[12];
    const size_t len = 1 + dice(sizeof bytes);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)dice(256);
    }
    if (dice(2) == 0) {
        /* Begins well: an acknowledgement of some identifier. */
        static const uint8_t firsts[] = { 0x40, 0x50, 0x62, 0x70, 0x90, 0xb0 };
        bytes[0] = firsts[dice(6)];
        if (len > 2) {
            bytes[1] = (uint8_t)(len - 2);
        }
    }
    if (script->is_open && script->in_len + len <= sizeof script->in / 2) {
        script_say_bytes(script, bytes, len);
    }
}
